/*
 * Stands in for the CUDA driver, runtime, cuBLAS and cuSOLVER on a machine without a GPU: the functions that the backend
 * calls, over OpenBLAS, with the kernels of kernels.cu compiled as C. It is stricter than it needs to be where a mistake
 * would show on a device only:
 *
 * - device addresses are tagged, so that host code and device code cannot take each other's memory;
 * - fresh memory is full of 0xA5, and every operand must lie within live blocks;
 * - what is copied to the host arrives when a stream or an event is waited for, not before, and what is copied from pinned
 *   memory when its stream computes, or another that waits for it;
 * - there are two devices, and each has its own memory, streams and handles;
 * - handles, workspaces and leading dimensions are checked.
 *
 * Knobs are reached through functions that the real libraries have: cudaMemPoolSetAttribute(NULL, KNOB + k, &n) makes call
 * number n (from 1) of kind k fail, cudaDeviceGetAttribute(&n, KNOB + k, 0) tells a count.
 */
#include "memory.h"
#include "library.h"
#include "streams.h"
#include "driver.h"
#include "runtime.h"
#include "cublas.h"
#include "cusolver.h"
