"""Rows of a fake peer on exported operands: `python3 rows_test.py DIR OUT.json`. No PyTorch is needed."""

import math
import struct
import sys

import exported
import rows


def main():
    folder, out = sys.argv[1:]
    manifest = exported.manifest(folder)
    results = []
    for case in manifest["cases"]:
        operands = exported.matrices(folder, case)
        dtype, shape, data = operands["a"]
        assert shape == (case["n"], case["n"]), shape
        assert dtype.lower() == case["dtype"], dtype
        if dtype == "F64":
            a = struct.unpack(f"<{shape[0] * shape[1]}d", data)
            assert all(map(math.isfinite, a)) and any(a)
        results.append(rows.row(case, "right", 3 * rows.UNIT_ROUNDOFF[case["dtype"]], [2e-3, 1e-3, 3e-3], 4))
        results.append(rows.row(case, "wrong", 1.0, [1e-3], 1))
        results.append(rows.row(case, "undefined", math.nan, [1e-3], 1))
        results.append(rows.row(case, "broken", 0, [], 0, "RuntimeError: no compiler"))
    right, wrong, undefined, broken = results[:4]
    assert right["verified"] and right["error"] == 3 and right["seconds"]["median"] == 2e-3
    assert right["flopsPerSecond"] == right["usefulFlops"] / 2e-3
    assert not wrong["verified"] and "seconds" not in wrong
    assert not undefined["verified"] and undefined["error"] == "NaN"
    assert not broken["verified"] and broken["failure"] == "RuntimeError: no compiler"
    assert rows.quantile([1, 2, 4], 0.25) == 1.5
    about = [manifest["inputs"], manifest["inputs"] | {"operations": ["exp", "other"], "sizes": [4, 9]}]
    assert rows.united(about) == manifest["inputs"] | {"operations": ["exp", "cayley", "other"], "sizes": [4, 9]}
    rows.write(out, rows.document(manifest, {"device": "a fake"}, [], results))


main()
