/*
 * What a program in C does first on a GPU: a product of two matrices of equal elements 1/2, from host memory to host memory.
 * first RUNTIME CUBLAS N, the libraries by their files; prints an element, N/4.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#define CALL(call)                                                                                                         \
    do {                                                                                                                   \
        int status = (call);                                                                                               \
        if (status != 0) {                                                                                                 \
            fprintf(stderr, "%s: %d\n", #call, status);                                                                    \
            return 1;                                                                                                      \
        }                                                                                                                  \
    } while (0)

static void *find(void *library, const char *name) {
    void *symbol = dlsym(library, name);
    if (symbol == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return symbol;
}

int main(int count, char **arguments) {
    if (count != 4) {
        return 2;
    }
    void *runtime = dlopen(arguments[1], RTLD_NOW | RTLD_GLOBAL);
    void *blas = dlopen(arguments[2], RTLD_NOW);
    if (runtime == NULL || blas == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    int (*set_device)(int) = find(runtime, "cudaSetDevice");
    int (*allocate)(void **, size_t) = find(runtime, "cudaMalloc");
    int (*release)(void *) = find(runtime, "cudaFree");
    int (*make_stream)(void **, unsigned) = find(runtime, "cudaStreamCreateWithFlags");
    int (*end_stream)(void *) = find(runtime, "cudaStreamDestroy");
    int (*copy)(void *, const void *, size_t, int, void *) = find(runtime, "cudaMemcpyAsync");
    int (*wait)(void *) = find(runtime, "cudaStreamSynchronize");
    int (*create)(void **) = find(blas, "cublasCreate_v2");
    int (*destroy)(void *) = find(blas, "cublasDestroy_v2");
    int (*set_stream)(void *, void *) = find(blas, "cublasSetStream_v2");
    int (*gemm)(void *, int, int, int, int, int, const void *, const void *, int, int, const void *, int, int, const void *,
                void *, int, int, int, int) = find(blas, "cublasGemmEx");
    int n = atoi(arguments[3]);
    size_t bytes = sizeof(float) * n * n;
    float *host = malloc(bytes), one = 1, zero = 0;
    for (size_t i = 0; i < (size_t)n * n; i++) {
        host[i] = 0.5f;
    }
    void *a, *c, *stream, *handle;
    CALL(set_device(0));
    CALL(make_stream(&stream, 1));
    CALL(allocate(&a, bytes));
    CALL(allocate(&c, bytes));
    CALL(create(&handle));
    CALL(set_stream(handle, stream));
    CALL(copy(a, host, bytes, 1, stream));
    CALL(gemm(handle, 0, 0, n, n, n, &one, a, 0, n, a, 0, n, &zero, c, 0, n, 68, -1));
    CALL(copy(host, c, bytes, 2, stream));
    CALL(wait(stream));
    printf("%g\n", host[(size_t)n * n - 1]);
    destroy(handle);
    release(a);
    release(c);
    end_stream(stream);
    return 0;
}
