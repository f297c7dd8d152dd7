/* cuBLAS over OpenBLAS: the same column-major arguments. */
typedef struct {
    Stream *stream;
    int mode;
    int device;
} Handle;

enum { NOT_INITIALIZED = 1, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };

int cublasCreate_v2(Handle **handle) {
    LOCK();
    *handle = calloc(1, sizeof **handle);
    (*handle)->device = current;
    counter[HANDLES]++;
    return 0;
}

int cublasDestroy_v2(Handle *handle) {
    LOCK();
    free(handle);
    counter[HANDLES]--;
    return 0;
}

int cublasSetStream_v2(Handle *handle, Stream *stream) {
    if (handle->device != current || !is_here(stream)) {
        return INVALID_VALUE;
    }
    handle->stream = stream;
    return 0;
}

int cublasSetWorkspace_v2(Handle *handle, void *workspace, size_t size) {
    LOCK();
    return handle == NULL ? NOT_INITIALIZED : size == 0 || device(workspace, size) ? 0 : INVALID_VALUE;
}

int cublasSetMathMode(Handle *handle, int mode) {
    if (handle == NULL) {
        return NOT_INITIALIZED;
    }
    handle->mode = mode;
    return 0;
}

int cublasGetVersion_v2(Handle *handle, int *version) {
    *version = 130000;
    return handle == NULL ? NOT_INITIALIZED : 0;
}

const char *cublasGetStatusName(int status) {
    return status == EXECUTION_FAILED ? "CUBLAS_STATUS_EXECUTION_FAILED" : "CUBLAS_STATUS";
}

const char *cublasGetStatusString(int status) {
    return status == EXECUTION_FAILED ? "the function failed to launch on the GPU" : "a failure of the stand-in";
}

static Ch trans(int operation) {
    return operation == 0 ? "N" : "T";
}

static int failure(const Handle *handle) {
    if (handle == NULL || !is_here(handle->stream)) {
        return NOT_INITIALIZED;
    }
    arrive(handle->stream);
    return fails(FAIL_BLAS) ? EXECUTION_FAILED : 0;
}

/* Types of CUDA: 0 F32, 1 F64, 2 F16, 14 BF16. */
static size_t width(int type) {
    return type == 0 ? 4 : type == 1 ? 8 : 2;
}

static View view(void *data, int type, long ld) {
    int code = type == 0 ? TYPE_F32 : type == 1 ? TYPE_F64 : type == 14 ? TYPE_BF16 : TYPE_F16;
    return (View){(Word)(uintptr_t)untag(data), 1, ld, code};
}

/* Compute types: 68 F32, 70 F64, 75 and 77 F32 with factors of BF16 and TF32. */
static int is_narrow(int compute) {
    return compute == 68 || compute == 75 || compute == 77;
}

/* A factor as tensor cores take it: to TF32 a tie goes away from zero, to BF16 to even. */
static float factor(float x, int compute) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (isfinite(x) && compute == 77) {
        bits = (bits + 0x1000) & 0xFFFFE000;
    } else if (isfinite(x) && compute == 75) {
        bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000;
    }
    memcpy(&x, &bits, sizeof bits);
    return x;
}

/* A dense F32 copy, its elements rounded as factors are. */
static float *widen(void *data, int type, int rows, int columns, int ld, int compute) {
    float *out = malloc(sizeof(float) * ((size_t)rows * columns + 1));
    View v = view(data, type, ld);
    for (int j = 0; j < columns; j++) {
        for (int i = 0; i < rows; i++) {
            out[i + (size_t)j * rows] = factor((float)get(v, i, j), compute);
        }
    }
    return out;
}

/*
 * Dense column-major products in which every element is one chain of FMAs in ascending k, as a GPU's kernels sum: OpenBLAS
 * sums differently along edges, so that the transpose of a product differs from the product of transposes.
 */
#define PRODUCT(T, p, fused)                                                                                               \
    static void p##pack(int t, int rows, int columns, const T *x, long ld, T *out) {                                        \
        for (long j = 0; j < columns; j++) {                                                                               \
            for (long i = 0; i < rows; i++) {                                                                              \
                out[i + j * rows] = t ? x[j + i * ld] : x[i + j * ld];                                                     \
            }                                                                                                              \
        }                                                                                                                  \
    }                                                                                                                      \
    static void p##multiply(int ta, int tb, int m, int n, int k, const T *a, long lda, const T *b, long ldb, T *c) {        \
        T *x = malloc(sizeof(T) * ((size_t)m * k + 1)), *y = malloc(sizeof(T) * ((size_t)k * n + 1));                      \
        p##pack(ta, m, k, a, lda, x);                                                                                      \
        p##pack(tb, k, n, b, ldb, y);                                                                                      \
        memset(c, 0, sizeof(T) * (size_t)m * n);                                                                           \
        for (long j = 0; j < n; j++) {                                                                                     \
            for (long l = 0; l < k; l++) {                                                                                 \
                T factor = y[l + j * k];                                                                                   \
                for (long i = 0; i < m; i++) {                                                                             \
                    c[i + j * m] = fused(x[i + l * m], factor, c[i + j * m]);                                              \
                }                                                                                                          \
            }                                                                                                              \
        }                                                                                                                  \
        free(x);                                                                                                           \
        free(y);                                                                                                           \
    }

PRODUCT(float, s, fmaf)
PRODUCT(double, d, fma)

static void gemm32(int ta, int tb, int m, int n, int k, float alpha, void *a, int at, int lda, void *b, int bt, int ldb,
                   float beta, void *c, int ct, int ldc, int compute) {
    int ar = ta ? k : m, br = tb ? n : k;
    float *x = widen(a, at, ar, ta ? m : k, lda, compute), *y = widen(b, bt, br, tb ? k : n, ldb, compute);
    float *z = malloc(sizeof(float) * ((size_t)m * n + 1));
    smultiply(ta, tb, m, n, k, x, ar, y, br, z);
    View v = view(c, ct, ldc);
    for (int j = 0; j < n; j++) {
        for (int i = 0; i < m; i++) {
            float sum = alpha * z[i + (size_t)j * m];
            put(v, i, j, beta == 0 ? sum : fmaf(alpha, z[i + (size_t)j * m], beta * (float)get(v, i, j)));
        }
    }
    free(x);
    free(y);
    free(z);
}

static void gemm64(int ta, int tb, int m, int n, int k, double alpha, const double *a, int lda, const double *b, int ldb,
                   double beta, double *c, long ldc) {
    double *z = malloc(sizeof(double) * ((size_t)m * n + 1));
    dmultiply(ta, tb, m, n, k, a, lda, b, ldb, z);
    for (long j = 0; j < n; j++) {
        for (long i = 0; i < m; i++) {
            double sum = alpha * z[i + j * m];
            c[i + j * ldc] = beta == 0 ? sum : fma(alpha, z[i + j * m], beta * c[i + j * ldc]);
        }
    }
    free(z);
}

int cublasGemmStridedBatchedEx(Handle *handle, int ta, int tb, int m, int n, int k, const void *alpha, const void *a,
                               int at, int lda, long long sa, const void *b, int bt, int ldb, long long sb,
                               const void *beta, void *c, int ct, int ldc, long long sc, int count, int compute,
                               int algorithm) {
    LOCK();
    int failed = failure(handle);
    if (failed) {
        return failed;
    }
    int isDouble = compute == 70;
    int fits = isDouble ? at == 1 && bt == 1 && ct == 1
                        : is_narrow(compute) && at == bt && at != 1 && (compute == 68 ? ct == at || ct == 0 : at == 0 && ct == 0);
    if (!fits || algorithm != -1) {
        return NOT_SUPPORTED;
    }
    if (m < 0 || n < 0 || k < 0 || lda < 1 || ldb < 1 || ldc < 1) {
        return INVALID_VALUE;
    }
    for (int i = 0; i < count; i++) {
        char *x = (char *)a + i * sa * (long long)width(at), *y = (char *)b + i * sb * (long long)width(bt);
        char *z = (char *)c + i * sc * (long long)width(ct);
        void *ma = matrix(x, ta ? k : m, ta ? m : k, lda, width(at));
        void *mb = matrix(y, tb ? n : k, tb ? k : n, ldb, width(bt));
        void *mc = matrix(z, m, n, ldc, width(ct));
        if (ma == NULL || mb == NULL || mc == NULL) {
            return INVALID_VALUE;
        }
        if (isDouble) {
            gemm64(ta, tb, m, n, k, *(const double *)alpha, ma, lda, mb, ldb, *(const double *)beta, mc, ldc);
        } else {
            gemm32(ta, tb, m, n, k, *(const float *)alpha, ma, at, lda, mb, bt, ldb, *(const float *)beta, mc, ct, ldc,
                   (handle->mode & 15) == 3 && at == 0 ? 77 : compute);
        }
    }
    return 0;
}

int cublasGemmEx(Handle *handle, int ta, int tb, int m, int n, int k, const void *alpha, const void *a, int at, int lda,
                 const void *b, int bt, int ldb, const void *beta, void *c, int ct, int ldc, int compute, int algorithm) {
    return cublasGemmStridedBatchedEx(handle, ta, tb, m, n, k, alpha, a, at, lda, 0, b, bt, ldb, 0, beta, c, ct, ldc, 0, 1,
                                      compute, algorithm);
}

#define SYRKX(T, p, name)                                                                                                  \
    int name(Handle *handle, int upper, int t, int n, int k, const T *alpha, const T *a, int lda, const T *b, int ldb,      \
             const T *beta, T *c, int ldc) {                                                                               \
        LOCK();                                                                                                            \
        int failed = failure(handle);                                                                                      \
        T *x = matrix(a, t ? k : n, t ? n : k, lda, sizeof(T)), *y = matrix(b, t ? k : n, t ? n : k, ldb, sizeof(T));      \
        T *z = matrix(c, n, n, ldc, sizeof(T));                                                                            \
        if (failed || x == NULL || y == NULL || z == NULL) {                                                               \
            return failed ? failed : INVALID_VALUE;                                                                        \
        }                                                                                                                  \
        T *product = malloc(sizeof(T) * ((size_t)n * n + 1));                                                              \
        p##multiply(t, !t, n, n, k, x, lda, y, ldb, product);                                                              \
        for (long j = 0; j < n; j++) {                                                                                     \
            for (long i = upper ? 0 : j; i < (upper ? j + 1 : n); i++) {                                                   \
                T sum = *alpha * product[i + j * n];                                                                       \
                z[i + j * ldc] = *beta == 0 ? sum : sum + *beta * z[i + j * ldc];                                          \
            }                                                                                                              \
        }                                                                                                                  \
        free(product);                                                                                                     \
        return 0;                                                                                                          \
    }

SYRKX(float, s, cublasSsyrkx)
SYRKX(double, d, cublasDsyrkx)

#define TRSM(T, p, name)                                                                                                   \
    int name(Handle *handle, int right, int upper, int t, int unit, int m, int n, const T *alpha, const T *a, int lda,      \
             T *b, int ldb) {                                                                                              \
        LOCK();                                                                                                            \
        int failed = failure(handle), k = right ? n : m;                                                                   \
        T *x = matrix(a, k, k, lda, sizeof(T)), *y = matrix(b, m, n, ldb, sizeof(T));                                      \
        if (failed || x == NULL || y == NULL) {                                                                            \
            return failed ? failed : INVALID_VALUE;                                                                        \
        }                                                                                                                  \
        p##trsm_(right ? "R" : "L", upper ? "U" : "L", trans(t), unit ? "U" : "N", &m, &n, alpha, x, &lda, y, &ldb, 1, 1,  \
                 1, 1);                                                                                                    \
        return 0;                                                                                                          \
    }

TRSM(float, s, cublasStrsm_v2)
TRSM(double, d, cublasDtrsm_v2)
