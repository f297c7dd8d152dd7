#!/usr/bin/env bash
# Makes kernels.ptx of kernels.cu and assembles it for the oldest architecture it is for and for newer ones. Needs a CUDA
# toolkit; the build does not: the PTX is checked in.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

ptx=../resources/org/isospin/gpu/kernels.ptx
# No contraction: where a product and a sum are to be fused, the source says so.
nvcc -ptx -arch=compute_75 -fmad=false -O3 -o "$ptx" kernels.cu
# The toolkit's own PTX version would need a driver as new; nothing here is newer than this one, CUDA 11.0's.
sed -i 's/^\.version .*/.version 7.0/' "$ptx"

scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT
for architecture in sm_75 sm_80 sm_90; do
    ptxas -arch="$architecture" -o "$scratch" "$ptx"
    echo "kernels.ptx assembles for $architecture"
done
