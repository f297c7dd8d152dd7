"""PyTorch on the operands that `isospin bench --export-inputs DIR` wrote, as rows for `isospin report`.

    python3 torch_peers.py --inputs DIR --json torch.json

Errors are against the same method in F64 on the same operands. On a GPU durations are of CUDA events around calls whose operands
are in its memory; on a CPU they are wall time. TF32 is off: F32 means F32.
"""

import argparse
import math
import time

import torch

import exported
import methods
import rows

TYPES = {"F64": torch.float64, "F32": torch.float32, "BF16": torch.bfloat16, "F16": torch.float16}
SHORTEST_SAMPLE = 2e-3
SAMPLES = 21
LONGEST = 20.0
"""Seconds after which no further sample of one row begins."""
BLOCKS = 4096
BLOCK_BYTES = 1 << 30
"""A batch's operand takes no more than this."""


def tensor(entry, device):
    """A matrix of an exported file on a device."""
    dtype, shape, data = entry
    return torch.frombuffer(bytearray(data), dtype=TYPES[dtype]).reshape(shape).to(device)


def seconds(call, calls, device):
    """Seconds of one of several calls."""
    if device.type == "cuda":
        start = torch.cuda.Event(enable_timing=True)
        end = torch.cuda.Event(enable_timing=True)
        start.record()
        for _ in range(calls):
            call()
        end.record()
        end.synchronize()
        return 1e-3 * start.elapsed_time(end) / calls
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - start) / calls


def timed(call, device):
    """Samples, and how many calls each is the mean of."""
    for _ in range(3):
        once = seconds(call, 1, device)
    calls = max(1, min(1000, round(SHORTEST_SAMPLE / max(once, 1e-9))))
    samples = []
    began = time.perf_counter()
    while len(samples) < 3 or (len(samples) < SAMPLES and time.perf_counter() - began < LONGEST):
        samples.append(seconds(call, calls, device))
    return samples, calls


def error_of(result, truth):
    """‖X − X₆₄‖_F / ‖X₆₄‖_F."""
    return float((result.double() - truth).norm() / truth.norm())


def measure(case, contestant, call, truth, device, divisor=1):
    """A row; a failure becomes one too. `call` does the work of `divisor` cases at once."""
    try:
        result = call()
        error = error_of(result[0] if divisor > 1 else result, truth)
        samples, calls = timed(call, device)
        return rows.row(case, contestant, error, [s / divisor for s in samples], calls)
    except Exception as failure:  # a missing compiler, no memory: told, and the others go on
        return rows.row(case, contestant, 0, [], 0, f"{type(failure).__name__}: {failure}".splitlines()[0])


def msign(case, operands, device):
    (a,) = operands
    if case["dtype"] != "bf16":
        return []
    truth = methods.newton_schulz(a.double(), dtype=torch.float64)
    compiled = torch.compile(methods.newton_schulz)
    return [
        measure(case, "torch muon", lambda: methods.newton_schulz(a), truth, device),
        measure(case, "torch muon compiled", lambda: compiled(a), truth, device),
    ]


def plain(name, method):
    """A method that has no half precision."""

    def run(case, operands, device):
        if case["dtype"] not in ("f32", "f64"):
            return []
        truth = method(*(o.double() for o in operands))
        return [measure(case, name, lambda: method(*operands), truth, device)]

    return run


def neumann(case, operands, device):
    (a,) = operands
    bytes_each = a.element_size() * a.numel()
    count = max(1, min(BLOCKS if device.type == "cuda" else 16, BLOCK_BYTES // bytes_each))
    batch = a.expand(count, *a.shape).contiguous()
    truth = methods.cayley_neumann(a.double()[None])[0]
    call = lambda: methods.cayley_neumann(batch)
    if count == 1:
        return [measure(case, "torch bmm, 1 block", lambda: call()[0], truth, device)]
    return [measure(case, f"torch bmm, {count} blocks", call, truth, device, count)]


def pion(case, operands, device):
    """A step; operands are weight and gradient."""
    if case["dtype"] != "f32":
        return []
    w, g = operands
    truth = methods.pion_step(w.double(), g.double())
    compiled = torch.compile(methods.pion_step)
    return [
        measure(case, "torch pion", lambda: methods.pion_step(w, g), truth, device),
        measure(case, "torch pion compiled", lambda: compiled(w, g), truth, device),
    ]


METHODS = {
    "msign-kj": msign,
    "exp": plain("torch matrix_exp", methods.exp),
    "cayley": plain("torch solve", methods.cayley),
    "procrustes": plain("torch svd", methods.procrustes),
    "cayley-neumann": neumann,
    "pion-step": pion,
}


def main():
    began = time.perf_counter()
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--inputs", required=True, nargs="+", help="folders that isospin bench --export-inputs wrote")
    arguments.add_argument("--json", required=True, help="where the rows go")
    arguments.add_argument("--seconds", type=float, default=math.inf, help="after which no further case begins")
    arguments.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    given = arguments.parse_args()

    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    device = torch.device(given.device)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    facts = {"device": name, "torch": torch.__version__, "cuda": str(torch.version.cuda), "threads": str(torch.get_num_threads())}

    manifests = [exported.manifest(folder) for folder in given.inputs]
    manifest = manifests[0] | {"inputs": rows.united([m["inputs"] for m in manifests])}
    results = []
    notes = set()

    def write():
        """After each case: whoever is ended from outside leaves what there is."""
        rows.write(given.json, rows.document(manifest, facts, sorted(notes), results))

    write()
    with torch.no_grad():
        for folder, case in ((f, c) for f, m in zip(given.inputs, manifests) for c in m["cases"]):
            which = f"{case['operation']} {case['dtype']} n={case['n']}"
            if case["operation"] not in METHODS:
                notes.add(f"no PyTorch peer for {case['operation']}")
                continue
            if time.perf_counter() - began > given.seconds:
                notes.add(f"no time for {which}")
                continue
            operands = [tensor(m, device) for _, m in sorted(exported.matrices(folder, case).items())]
            results += METHODS[case["operation"]](case, operands, device)
            print(which, flush=True)
            write()
    write()


if __name__ == "__main__":
    main()
