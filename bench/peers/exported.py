"""Operands that `isospin bench --export-inputs DIR` wrote: inputs.json names the cases, a safetensors file holds each one's matrices.

Nothing here needs PyTorch or the safetensors package.
"""

import json
import pathlib
import struct


def manifest(folder):
    """The parsed inputs.json: isospin, inputs (seed, operations, sizes, dtypes), cases (operation, n, dtype, file, usefulFlops)."""
    with open(pathlib.Path(folder) / "inputs.json", encoding="utf-8") as file:
        found = json.load(file)
    if found.get("schema") != "isospin.inputs/1":
        raise SystemExit(f"{folder}/inputs.json: not isospin.inputs/1 but {found.get('schema')}")
    return found


def matrices(folder, case):
    """The operands of a case by name: (dtype as safetensors has it, shape, little-endian bytes, row by row)."""
    data = (pathlib.Path(folder) / case["file"]).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    body = memoryview(data)[8 + length :]
    return {
        name: (entry["dtype"], tuple(entry["shape"]), bytes(body[slice(*entry["data_offsets"])]))
        for name, entry in header.items()
        if name != "__metadata__"
    }
