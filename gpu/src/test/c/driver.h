/* The driver: a module of PTX is a list of the kernels that the text names, each of which kernels.cu must have. */
#include "kernel_names.h"

typedef struct {
    const char *name;
    void (*run)(Call);
    int device;
} Function;

#define ENTRY(name) {#name, name, -1},
static Function functions[] = {KERNEL_NAMES(ENTRY)};

/* What the threads of a block run next. */
static void (*job)(Call);
static Call argument;

static void run_blocks(void) {
    /* The next launch may set it while a thread leaves this loop. */
    long long blocks = grid_x;
    for (first_block = 0; first_block < blocks; first_block++) {
        job(argument);
        synchronize();
    }
}

static void *work(void *number) {
    thread_x = (int)(intptr_t)number;
    for (;;) {
        synchronize();
        run_blocks();
    }
    return NULL;
}

static void run(void (*kernel)(Call), Call call, unsigned grid) {
    grid_x = block_x > 1 && grid > 1 ? 2 : 1;
    job = kernel;
    argument = call;
    synchronize();
    run_blocks();
}

__attribute__((constructor)) static void start_threads(void) {
    const char *threads = getenv("ISOSPIN_STANDIN_THREADS");
    int count = threads == NULL ? 1 : atoi(threads);
    if (count > 1) {
        block_x = count;
        pthread_barrier_init(&barrier, NULL, count);
        for (int i = 1; i < count; i++) {
            pthread_t thread;
            pthread_create(&thread, NULL, work, (void *)(intptr_t)i);
        }
    }
}

typedef struct {
    char *text;
    Function *functions;
} Module;

int cuInit(unsigned flags) {
    return flags == 0 ? 0 : 1;
}

int cuDeviceGetName(char *name, int length, int device) {
    snprintf(name, length, device == 0 ? "stand-in" : "stand-in %d", device);
    return device >= 0 && device < DEVICES ? 0 : 101;
}

int cuModuleLoadData(Module **module, const char *image) {
    LOCK();
    counter[LOADS]++;
    if (counter[NOTHING_LOADED] || strstr(image, ".target sm_") == NULL) {
        return 218;
    }
    *module = malloc(sizeof **module);
    (*module)->text = strdup(image);
    (*module)->functions = malloc(sizeof functions);
    memcpy((*module)->functions, functions, sizeof functions);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        (*module)->functions[i].device = current;
    }
    counter[MODULES]++;
    return 0;
}

int cuModuleUnload(Module *module) {
    LOCK();
    free(module->text);
    free(module->functions);
    free(module);
    counter[MODULES]--;
    return 0;
}

int cuModuleGetFunction(Function **function, Module *module, const char *name) {
    char entry[200];
    snprintf(entry, sizeof entry, ".entry %s(", name);
    if (strstr(module->text, entry) == NULL) {
        return 500;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (strcmp(functions[i].name, name) == 0) {
            *function = &module->functions[i];
            return 0;
        }
    }
    return 500;
}

int cuLaunchKernel(Function *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, void *stream, void **parameters, void **extra) {
    LOCK();
    (void)shared;
    (void)extra;
    if (function == NULL || function->device != current || !is_here(stream)) {
        return 400;
    }
    if (gx == 0 || gy == 0 || gz == 0 || gx > 0x7fffffff || gy > 65535 || gz > 65535 || bx == 0 || by == 0 || bz == 0
            || bx * by * bz > 1024) {
        return 1;
    }
    arrive(stream);
    counter[LAUNCHES]++;
    if (fails(FAIL_LAUNCH)) {
        return 719;
    }
    Call call;
    memcpy(&call, parameters[0], sizeof call);
    run(function->run, call, gx);
    return 0;
}

int cuGetErrorName(int error, const char **name) {
    *name = error == 719 ? "CUDA_ERROR_LAUNCH_FAILED" : error == 218 ? "CUDA_ERROR_INVALID_PTX" : "CUDA_ERROR";
    return 0;
}

int cuGetErrorString(int error, const char **text) {
    *text = error == 719 ? "unspecified launch failure" : "an error of the stand-in";
    return 0;
}
