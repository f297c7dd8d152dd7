#!/bin/sh
# Isospin and PyTorch on the same operands, in one table: peers/run.sh OUT [SIZES [DTYPES]]
# Needs python3 with torch; isospin is found beside or above this folder. ISOSPIN_JAVA_OPTS and LD_LIBRARY_PATH are passed on;
# CUDA's libraries of PyTorch's wheels are added to the latter, for isospin alone.
set -eu

die() {
    printf 'peers/run.sh: %s\n' "$1" >&2
    exit 2
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
[ $# -ge 1 ] && [ $# -le 3 ] || die "usage: run.sh OUT [SIZES [DTYPES]], for instance run.sh results 256,1024,4096 f32,bf16"
out=$1
sizes=${2:-256,1024,4096}
dtypes=${3:-f32,bf16}
operations=msign-kj,exp,cayley,cayley-neumann,procrustes,pion-step

for isospin in "$here/../isospin" "$here/../../isospin"; do
    [ ! -f "$isospin" ] || break
done
[ -f "$isospin" ] || die "there is no isospin beside $here"
python3 -c 'import torch' 2>/dev/null || die "python3 has no torch"
mkdir -p "$out"

wheels=$(python3 -c 'import glob, sysconfig; print(":".join(sorted(glob.glob(sysconfig.get_path("purelib") + "/nvidia/*/lib"))))')
libraries=${LD_LIBRARY_PATH:-}
[ -z "$wheels" ] || libraries=${libraries:+$libraries:}$wheels
run_isospin() {
    env ${libraries:+"LD_LIBRARY_PATH=$libraries"} "$isospin" "$@"
}

set -- --ops "$operations" --sizes "$sizes" --dtypes "$dtypes"
run_isospin bench "$@" --export-inputs "$out/inputs"
run_isospin bench "$@" --json "$out/isospin.json" --html "$out/isospin.html" | tee "$out/isospin.txt"
python3 "$here/torch_peers.py" --inputs "$out/inputs" --json "$out/torch.json"
run_isospin report "$out/isospin.json" "$out/torch.json" --html "$out/report.html" | tee "$out/report.txt"
