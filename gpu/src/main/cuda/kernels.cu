/*
 * Every kernel of the CUDA backend that cuBLAS and cuSOLVER do not have. Written in the common part of C and CUDA C: nvcc
 * makes PTX of it (profile ptx), and a C compiler makes functions that a stand-in calls one thread at a time.
 *
 * Every kernel takes one struct by value and runs with any grid and any block: work is shared by strides. What one block
 * computes together is divided among LANES lanes whatever the number of threads, so that sums have the same bits on every
 * device, and every __syncthreads() is reached by all threads.
 */
#include "memory.cuh"
#include "elementwise.cuh"
#include "symmetric.cuh"
#include "random.cuh"
#include "levels.cuh"
#include "reductions.cuh"
#include "panels.cuh"
#include "status.cuh"
