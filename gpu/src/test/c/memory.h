/* Device memory, what waits to arrive on the host, and knobs. One lock: one call runs at a time. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ISOSPIN_STANDIN
#define ISOSPIN_TAG 0x5A00000000000000ULL
#include "threads.h"

#include "kernels.cu"

enum { KNOB = 10000 };
/* Failing kinds come first, then counts of what is alive, then counts of calls, then what the library is said to be like. */
enum { FAIL_ALLOCATION, FAIL_LAUNCH, FAIL_COPY, FAIL_BLAS, FAIL_SOLVER, BLOCKS, PINNED, STREAMS, EVENTS, HANDLES, MODULES, LOST,
       LAUNCHES, WAITS, COPIES, HOST_COPIES, POLARS, LOADS, CALLS, BYTES, SOLVER_VERSION, NOTHING_PINNED, NOTHING_LOADED,
       COUNTERS };
static long counter[COUNTERS] = {[SOLVER_VERSION] = 12004};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void unlock(int *unused) {
    (void)unused;
    pthread_mutex_unlock(&mutex);
}

/* Holds the lock to the end of the block, and counts the call. */
#define LOCK() __attribute__((cleanup(unlock))) int held = pthread_mutex_lock(&mutex); (void)held, counter[CALLS]++

/* Two devices; neither reaches what the other has. A thread has a current one. */
enum { DEVICES = 2 };
static __thread int current;

/* Whether this call of a failing kind is the one to fail. */
static int fails(int kind) {
    return counter[kind] > 0 && --counter[kind] == 0;
}

static void *untag(const void *address) {
    return (void *)((uintptr_t)address ^ ISOSPIN_TAG);
}

typedef struct Block {
    char *start;
    size_t size;
    int pinned;
    int device;
    struct Block *next;
} Block;

static Block *blocks;
/* What the device is said to have. */
static const size_t TOTAL = (size_t)64 << 30;

static int allocate(void **out, size_t size, int pinned) {
    if (out == NULL) {
        return 1;
    }
    if ((pinned && counter[NOTHING_PINNED]) || fails(FAIL_ALLOCATION) || counter[BYTES] + size > TOTAL) {
        return 2;
    }
    if (size == 0) {
        *out = NULL;
        return 0;
    }
    Block *block = malloc(sizeof *block);
    char *memory = aligned_alloc(256, (size + 255) / 256 * 256);
    if (memory == NULL) {
        free(block);
        return 2;
    }
    memset(memory, 0xA5, size);
    *block = (Block){memory, size, pinned, current, blocks};
    blocks = block;
    counter[pinned ? PINNED : BLOCKS]++;
    counter[BYTES] += pinned ? 0 : (long)size;
    *out = pinned ? memory : untag(memory);
    return 0;
}

static int release(void *address, int pinned) {
    if (address == NULL) {
        return 0;
    }
    char *start = pinned ? address : untag(address);
    for (Block **at = &blocks; *at != NULL; at = &(*at)->next) {
        Block *block = *at;
        if (block->start == start && block->pinned == pinned) {
            *at = block->next;
            counter[pinned ? PINNED : BLOCKS]--;
            counter[BYTES] -= pinned ? 0 : (long)block->size;
            memset(start, 0xA5, block->size);
            free(start);
            free(block);
            return 0;
        }
    }
    return 1;
}

/* The memory of size bytes at an address of the current device, or NULL if that is not within a live block. */
static void *device(const void *address, size_t size) {
    char *start = untag(address);
    for (Block *block = blocks; block != NULL; block = block->next) {
        if (!block->pinned && block->device == current && start >= block->start && start + size <= block->start + block->size) {
            return start;
        }
    }
    return NULL;
}

/* Whether memory is within a live block of any device. */
static int is_live(const char *start, size_t size, int pinned) {
    for (Block *block = blocks; block != NULL; block = block->next) {
        if (block->pinned == pinned && start >= block->start && start + size <= block->start + block->size) {
            return 1;
        }
    }
    return 0;
}

/* The memory of a column-major matrix on the device, or NULL. */
static void *matrix(const void *address, long rows, long columns, long ld, size_t element) {
    static double nothing;
    if (rows == 0 || columns == 0) {
        return &nothing;
    }
    return ld < rows ? NULL : device(address, ((columns - 1) * ld + rows) * element);
}
