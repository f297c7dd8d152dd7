/* Arguments of kernels, and elements of any type as F64: widened exactly, rounded once, to nearest, ties to even. */
#ifndef ISOSPIN_MEMORY_CUH
#define ISOSPIN_MEMORY_CUH

#ifdef ISOSPIN_STANDIN
#include <math.h>
#define KERNEL(name) void name(Call c)
#define DEVICE static inline
#define SHARED static
#define SYNC() synchronize()
/* Device addresses are tagged, so that host memory passed by mistake faults. */
#define ADDRESS(type, address) ((type *)((address) ^ ISOSPIN_TAG))
#define THREAD_X thread_x
#define THREAD_Y 0
#define BLOCK_X block_x
#define BLOCK_Y 1
#define FIRST_BLOCK_X first_block
#define FIRST_BLOCK_Y 0
#define GRID_X grid_x
#define GRID_Y 1
#else
#define KERNEL(name) extern "C" __global__ void name(const __grid_constant__ Call c)
#define DEVICE __device__ static __forceinline__
#define SHARED __shared__
#define SYNC() __syncthreads()
#define ADDRESS(type, address) ((type *)(address))
#define THREAD_X ((int)threadIdx.x)
#define THREAD_Y ((int)threadIdx.y)
#define BLOCK_X ((int)blockDim.x)
#define BLOCK_Y ((int)blockDim.y)
#define FIRST_BLOCK_X ((long long)blockIdx.x)
#define FIRST_BLOCK_Y ((long long)blockIdx.y)
#define GRID_X ((long long)gridDim.x)
#define GRID_Y ((long long)gridDim.y)
#endif

typedef long long Long;
typedef unsigned long long Word;

/* In the order of org.isospin.DType. */
enum { TYPE_F32, TYPE_F64, TYPE_BF16, TYPE_F16 };

/* Element (i, j) is row*i + column*j elements after the first. */
typedef struct {
    Word data;
    Long row;
    Long column;
    Long type;
} View;

/* What any kernel takes; each says which fields it reads. Offsets are those of org.isospin.gpu.Launch. */
typedef struct {
    View a;
    View b;
    View out;
    double alpha;
    double beta;
    double gamma;
    Long m;
    Long n;
    Long k;
    Word x; /* F64 cells */
    Word y;
    Word z;
    Word p; /* F64 arrays */
    Word q;
    Word rows; /* 32-bit row numbers */
    Long code;
    Long first;
} Call;

/* Runs over the m rows and n columns of the output, neighbouring threads along a row. */
#define EACH_ELEMENT(i, j)                                                                   \
    for (Long i = FIRST_BLOCK_Y * BLOCK_Y + THREAD_Y; i < c.m; i += GRID_Y * BLOCK_Y)         \
        for (Long j = FIRST_BLOCK_X * BLOCK_X + THREAD_X; j < c.n; j += GRID_X * BLOCK_X)

/* Runs over 0 <= i < count in a grid of rows of threads. */
#define EACH(i, count) for (Long i = FIRST_BLOCK_X * BLOCK_X + THREAD_X; i < (count); i += GRID_X * BLOCK_X)

/* Shares 0 <= i < count among the threads of one block. */
#define SHARE(i, from, count) for (Long i = (from) + THREAD_X; i < (count); i += BLOCK_X)

DEVICE unsigned bits_of(float value) {
    union {
        float value;
        unsigned bits;
    } u;
    u.value = value;
    return u.bits;
}

DEVICE float float_of(unsigned bits) {
    union {
        float value;
        unsigned bits;
    } u;
    u.bits = bits;
    return u.value;
}

DEVICE float from_half(unsigned short half) {
    unsigned sign = (half & 0x8000u) << 16;
    unsigned exponent = (half >> 10) & 31u;
    unsigned mantissa = half & 0x3ffu;
    if (exponent == 0) {
        float magnitude = (float)mantissa * 5.9604644775390625e-8f;
        return sign ? -magnitude : magnitude;
    }
    return float_of(sign | ((exponent == 31 ? 255 : exponent + 112) << 23) | (mantissa << 13));
}

/* Rounds to odd, so that a second rounding to 16 bits cannot round twice (Boldo and Melquiond 2008). */
DEVICE float to_odd(double value) {
    float nearest = (float)value;
    if ((double)nearest == value || value != value) {
        return nearest;
    }
    unsigned bits = bits_of(nearest);
    if (fabs((double)nearest) > fabs(value)) {
        bits--;
    }
    return float_of(bits | 1u);
}

DEVICE unsigned short to_bfloat(float value) {
    unsigned bits = bits_of(value);
    if (value != value) {
        return (unsigned short)((bits >> 16) | 0x40u);
    }
    return (unsigned short)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

DEVICE unsigned short to_half(float value) {
    unsigned bits = bits_of(value);
    unsigned sign = (bits >> 16) & 0x8000u;
    unsigned size = bits & 0x7fffffffu;
    if (size > 0x7f800000u) {
        return (unsigned short)(sign | 0x7e00u | ((size >> 13) & 0x3ffu));
    }
    if (size >= 0x47800000u) {
        return (unsigned short)(sign | 0x7c00u);
    }
    if (size < 0x38800000u) {
        /* Below 2^-14 elements are multiples of 2^-24, as the last bits of a float next to 0.5 are. */
        return (unsigned short)(sign | (bits_of(float_of(size) + 0.5f) - 0x3f000000u));
    }
    size += 0xfffu + ((size >> 13) & 1u);
    return (unsigned short)(sign | ((size - 0x38000000u) >> 13));
}

DEVICE double get(View v, Long i, Long j) {
    Long at = i * v.row + j * v.column;
    switch (v.type) {
        case TYPE_F32:
            return ADDRESS(float, v.data)[at];
        case TYPE_F64:
            return ADDRESS(double, v.data)[at];
        case TYPE_BF16:
            return float_of((unsigned)ADDRESS(unsigned short, v.data)[at] << 16);
        default:
            return from_half(ADDRESS(unsigned short, v.data)[at]);
    }
}

DEVICE void put(View v, Long i, Long j, double value) {
    Long at = i * v.row + j * v.column;
    switch (v.type) {
        case TYPE_F32:
            ADDRESS(float, v.data)[at] = (float)value;
            break;
        case TYPE_F64:
            ADDRESS(double, v.data)[at] = value;
            break;
        case TYPE_BF16:
            ADDRESS(unsigned short, v.data)[at] = to_bfloat(to_odd(value));
            break;
        default:
            ADDRESS(unsigned short, v.data)[at] = to_half(to_odd(value));
    }
}

/* The larger one; NaN if either is. */
DEVICE double larger(double a, double b) {
    return a > b || a != a ? a : b;
}

DEVICE int is_finite(double x) {
    return x - x == 0;
}

#endif
