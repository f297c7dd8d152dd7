"""Rows and the file that `isospin bench --json` writes, isospin.bench/1, for `isospin report`. Plain Python."""

import datetime
import json
import math
import os
import platform

UNIT_ROUNDOFF = {"f64": 2.0**-53, "f32": 2.0**-24, "bf16": 2.0**-8, "f16": 2.0**-11}
CONDITION = 10.0
"""The condition of AᵀB in the case procrustes, which a backward stable method's error is a multiple of."""


def tolerance(operation, n, dtype):
    """The largest error in u that passes: what sums of n rounded terms err by on average, 16 times, as isospin's own checks have it.

    Newton–Schulz in bfloat16 alone errs by much of that for good reasons: it multiplies relative errors of small singular values
    by up to 3.4⁵. What is off by half is wrong in any type.
    """
    factor = CONDITION if operation == "procrustes" else 1.0
    return min(2 + 16 * math.sqrt(n) * factor, 0.5 / UNIT_ROUNDOFF[dtype])


def quantile(values, q):
    """A quantile, interpolated."""
    ordered = sorted(values)
    at = q * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def row(case, contestant, error, samples, calls, failure=None):
    """One contestant at one case.

    error: ‖X − X₆₄‖_F / ‖X₆₄‖_F, X₆₄ computed in F64 from the same operands; samples: seconds a call, each the mean of `calls`.
    """
    found = {
        "operation": case["operation"],
        "n": case["n"],
        "dtype": case["dtype"],
        "contestant": contestant,
        "peer": True,
    }
    if failure is not None:
        return found | {"verified": False, "failure": failure, "checks": [], "error": "NaN"}
    units = error / UNIT_ROUNDOFF[case["dtype"]]
    limit = tolerance(case["operation"], case["n"], case["dtype"])
    verified = units <= limit
    found |= {
        "verified": verified,
        "checks": [
            {
                "name": "‖X − X₆₄‖_F/‖X₆₄‖_F",
                "error": number(units),
                "tolerance": limit,
                "passed": verified,
            }
        ],
        "error": number(units),
    }
    if verified and samples:
        median = quantile(samples, 0.5)
        found["seconds"] = {
            "median": median,
            "lowerQuartile": quantile(samples, 0.25),
            "upperQuartile": quantile(samples, 0.75),
            "least": min(samples),
            "greatest": max(samples),
            "callsPerRound": calls,
            "rounds": list(samples),
        }
        found["usefulFlops"] = case["usefulFlops"]
        found["flopsPerSecond"] = case["usefulFlops"] / median
    return found


def number(x):
    """JSON has no NaN: the names that isospin writes."""
    if math.isnan(x):
        return "NaN"
    return x if math.isfinite(x) else ("Infinity" if x > 0 else "-Infinity")


def united(inputs):
    """What several manifests are about together."""
    merged = dict(inputs[0])
    for name in ("operations", "sizes", "dtypes"):
        merged[name] = list(dict.fromkeys(value for one in inputs for value in one[name]))
    return merged


def document(manifest, facts, notes, results):
    """The whole file. `facts` has at least "device"."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "schema": "isospin.bench/1",
        "environment": {
            "isospin": manifest["isospin"],
            "date": now,
            "os": platform.platform(),
            "cpu": processor(),
            "device": facts["device"],
            "processors": os.cpu_count(),
        },
        "facts": facts,
        "notes": notes,
        "inputs": manifest["inputs"],
        "results": results,
        "skipped": [],
        "verdicts": [],
        "verified": all(r["verified"] for r in results),
    }


def processor():
    """The processor's model, or its architecture."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def write(path, found):
    """Writes the file, whole or not at all."""
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        json.dump(found, file, indent=2, ensure_ascii=False, allow_nan=False)
        file.write("\n")
    os.replace(f"{path}.new", path)
