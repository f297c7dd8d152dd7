/* cuSOLVER over LAPACK. A workspace of the length that was asked for must be there, though LAPACK has its own. */
int cusolverDnCreate(Handle **handle) {
    return cublasCreate_v2(handle);
}

int cusolverDnDestroy(Handle *handle) {
    return cublasDestroy_v2(handle);
}

int cusolverDnSetStream(Handle *handle, Stream *stream) {
    return cublasSetStream_v2(handle, stream);
}

enum { WORK = 64, SOLVER_INVALID = 3, SOLVER_FAILED = 6 };

static int solver_failure(const Handle *handle, const void *work, int length, size_t element, const void *info) {
    if (handle == NULL || !is_here(handle->stream)) {
        return NOT_INITIALIZED;
    }
    arrive(handle->stream);
    if (fails(FAIL_SOLVER)) {
        return SOLVER_FAILED;
    }
    return length < WORK || device(work, length * element) == NULL || device(info, 4) == NULL ? SOLVER_INVALID : 0;
}

int cusolverDnCreateGesvdjInfo(void **parameters) {
    LOCK();
    *parameters = malloc(1);
    counter[HANDLES]++;
    return 0;
}

int cusolverDnDestroyGesvdjInfo(void *parameters) {
    LOCK();
    free(parameters);
    counter[HANDLES]--;
    return 0;
}

#define SOLVER(T, p, P)                                                                                                    \
    int cusolverDn##P##potrf_bufferSize(Handle *h, int upper, int n, T *a, int lda, int *length) {                          \
        (void)h, (void)upper, (void)n, (void)a, (void)lda;                                                                 \
        *length = WORK;                                                                                                    \
        return 0;                                                                                                          \
    }                                                                                                                      \
    int cusolverDn##P##potrf(Handle *h, int upper, int n, T *a, int lda, T *work, int length, int *info) {                  \
        LOCK();                                                                                                            \
        int failed = solver_failure(h, work, length, sizeof(T), info);                                                     \
        T *x = matrix(a, n, n, lda, sizeof(T));                                                                            \
        if (failed || x == NULL) {                                                                                         \
            return failed ? failed : SOLVER_INVALID;                                                                       \
        }                                                                                                                  \
        p##potrf_(upper ? "U" : "L", &n, x, &lda, untag(info), 1);                                                         \
        return 0;                                                                                                          \
    }                                                                                                                      \
    int cusolverDn##P##getrf_bufferSize(Handle *h, int m, int n, T *a, int lda, int *length) {                              \
        (void)h, (void)m, (void)n, (void)a, (void)lda;                                                                     \
        *length = WORK;                                                                                                    \
        return 0;                                                                                                          \
    }                                                                                                                      \
    int cusolverDn##P##getrf(Handle *h, int m, int n, T *a, int lda, T *work, int *pivots, int *info) {                     \
        LOCK();                                                                                                            \
        int failed = solver_failure(h, work, WORK, sizeof(T), info);                                                       \
        T *x = matrix(a, m, n, lda, sizeof(T));                                                                            \
        int *rows = device(pivots, 4L * (m < n ? m : n));                                                                  \
        if (failed || x == NULL || rows == NULL) {                                                                         \
            return failed ? failed : SOLVER_INVALID;                                                                       \
        }                                                                                                                  \
        p##getrf_(&m, &n, x, &lda, rows, untag(info));                                                                     \
        return 0;                                                                                                          \
    }                                                                                                                      \
    int cusolverDn##P##geqrf_bufferSize(Handle *h, int m, int n, T *a, int lda, int *length) {                              \
        (void)h, (void)m, (void)n, (void)a, (void)lda;                                                                     \
        *length = WORK;                                                                                                    \
        return 0;                                                                                                          \
    }                                                                                                                      \
    int cusolverDn##P##geqrf(Handle *h, int m, int n, T *a, int lda, T *tau, T *work, int length, int *info) {              \
        LOCK();                                                                                                            \
        int failed = solver_failure(h, work, length, sizeof(T), info), size = 64 * (n + 1);                                \
        T *x = matrix(a, m, n, lda, sizeof(T)), *t = device(tau, sizeof(T) * (m < n ? m : n));                             \
        if (failed || x == NULL || t == NULL) {                                                                            \
            return failed ? failed : SOLVER_INVALID;                                                                       \
        }                                                                                                                  \
        T *mine = malloc(sizeof(T) * size);                                                                                \
        p##geqrf_(&m, &n, x, &lda, t, mine, &size, untag(info));                                                           \
        free(mine);                                                                                                        \
        return 0;                                                                                                          \
    }                                                                                                                      \
    int cusolverDn##P##orgqr_bufferSize(Handle *h, int m, int n, int k, T *a, int lda, T *tau, int *length) {               \
        (void)h, (void)m, (void)n, (void)k, (void)a, (void)lda, (void)tau;                                                 \
        *length = WORK;                                                                                                    \
        return 0;                                                                                                          \
    }                                                                                                                      \
    int cusolverDn##P##orgqr(Handle *h, int m, int n, int k, T *a, int lda, T *tau, T *work, int length, int *info) {       \
        LOCK();                                                                                                            \
        int failed = solver_failure(h, work, length, sizeof(T), info), size = 64 * (n + 1);                                \
        T *x = matrix(a, m, n, lda, sizeof(T)), *t = device(tau, sizeof(T) * k);                                           \
        if (failed || x == NULL || t == NULL) {                                                                            \
            return failed ? failed : SOLVER_INVALID;                                                                       \
        }                                                                                                                  \
        T *mine = malloc(sizeof(T) * size);                                                                                \
        p##orgqr_(&m, &n, &k, x, &lda, t, mine, &size, untag(info));                                                       \
        free(mine);                                                                                                        \
        return 0;                                                                                                          \
    }                                                                                                                      \
    int cusolverDn##P##gesvd_bufferSize(Handle *h, int m, int n, int *length) {                                             \
        (void)h;                                                                                                           \
        *length = WORK;                                                                                                    \
        return m < n ? SOLVER_INVALID : 0;                                                                                 \
    }                                                                                                                      \
    int cusolverDn##P##gesvd(Handle *h, signed char ju, signed char jv, int m, int n, T *a, int lda, T *s, T *u, int ldu,   \
                             T *vt, int ldv, T *work, int length, T *rwork, int *info) {                                   \
        LOCK();                                                                                                            \
        (void)rwork;                                                                                                       \
        int failed = solver_failure(h, work, length, sizeof(T), info), size = 8 * (m + n) + 64 * (n + 1);                  \
        char left = ju, right = jv;                                                                                        \
        T *x = matrix(a, m, n, lda, sizeof(T)), *d = device(s, sizeof(T) * n);                                             \
        T *y = ju == 'N' ? x : matrix(u, m, n, ldu, sizeof(T)), *z = jv == 'N' ? x : matrix(vt, n, n, ldv, sizeof(T));     \
        if (failed || m < n || x == NULL || d == NULL || y == NULL || z == NULL) {                                         \
            return failed ? failed : SOLVER_INVALID;                                                                       \
        }                                                                                                                  \
        T *mine = malloc(sizeof(T) * size);                                                                                \
        p##gesvd_(&left, &right, &m, &n, x, &lda, d, y, &ldu, z, &ldv, mine, &size, untag(info), 1, 1);                    \
        free(mine);                                                                                                        \
        return 0;                                                                                                          \
    }                                                                                                                      \
    int cusolverDn##P##gesvdj_bufferSize(Handle *h, int job, int econ, int m, int n, T *a, int lda, T *s, T *u, int ldu,     \
                                         T *v, int ldv, int *length, void *parameters) {                                   \
        (void)h, (void)job, (void)a, (void)lda, (void)s, (void)u, (void)ldu, (void)v, (void)ldv, (void)n, (void)m;          \
        *length = WORK;                                                                                                    \
        return parameters == NULL || !econ ? SOLVER_INVALID : 0;                                                           \
    }                                                                                                                      \
    int cusolverDn##P##gesvdj(Handle *h, int job, int econ, int m, int n, T *a, int lda, T *s, T *u, int ldu, T *v,          \
                              int ldv, T *work, int length, int *info, void *parameters) {                                 \
        LOCK();                                                                                                            \
        int failed = solver_failure(h, work, length, sizeof(T), info), size = m + n + 6, none = 0;                         \
        T *x = matrix(a, m, n, lda, sizeof(T)), *d = device(s, sizeof(T) * n);                                             \
        T *y = matrix(u, m, n, ldu, sizeof(T)), *z = matrix(v, n, n, ldv, sizeof(T));                                      \
        if (failed || m < n || parameters == NULL || !econ || x == NULL || d == NULL || y == NULL || z == NULL) {          \
            return failed ? failed : SOLVER_INVALID;                                                                       \
        }                                                                                                                  \
        int work_size = size + 64 * (m + n + 1), *report = untag(info);                                                    \
        T *mine = malloc(sizeof(T) * work_size), *copy = malloc(sizeof(T) * (size_t)m * n);                                \
        p##pack(0, m, n, x, lda, copy);                                                                                    \
        mine[0] = 1;                                                                                                       \
        p##gesvj_("G", job ? "U" : "N", job ? "V" : "N", &m, &n, x, &lda, d, &none, z, &ldv, mine, &size, report, 1, 1, 1); \
        if (*report > 0) {                                                                                                 \
            /* LAPACK's rotations do not converge where the rank is short, cuSOLVER's do. */                               \
            T *vt = malloc(sizeof(T) * (size_t)n * n);                                                                     \
            mine[0] = 1;                                                                                                   \
            p##gesvd_(job ? "S" : "N", job ? "S" : "N", &m, &n, copy, &m, d, x, &lda, vt, &n, mine, &work_size, report, 1,  \
                      1);                                                                                                  \
            if (job) {                                                                                                     \
                p##pack(1, n, n, vt, n, z);                                                                                \
            }                                                                                                              \
            mine[0] = 1;                                                                                                   \
            free(vt);                                                                                                      \
        }                                                                                                                  \
        free(copy);                                                                                                        \
        for (long j = 0; j < n; j++) {                                                                                     \
            d[j] *= mine[0];                                                                                               \
            for (long i = 0; job && i < m; i++) {                                                                          \
                y[i + j * ldu] = d[j] == 0 ? 0 : x[i + j * lda];                                                           \
            }                                                                                                              \
        }                                                                                                                  \
        free(mine);                                                                                                        \
        return 0;                                                                                                          \
    }

SOLVER(float, s, S)
SOLVER(double, d, D)

int cusolverGetVersion(int *version) {
    *version = (int)counter[SOLVER_VERSION];
    return 0;
}

int cusolverDnCreateParams(void **parameters) {
    return cusolverDnCreateGesvdjInfo(parameters);
}

int cusolverDnDestroyParams(void *parameters) {
    return cusolverDnDestroyGesvdjInfo(parameters);
}

int cusolverDnXpolar_bufferSize(Handle *h, void *parameters, int uplo, int64_t m, int64_t n, int type, const void *a,
                                int64_t lda, int htype, const void *x, int64_t ldh, int compute, size_t *device_bytes,
                                size_t *host_bytes) {
    (void)h, (void)a, (void)lda, (void)x, (void)ldh, (void)htype, (void)compute;
    *device_bytes = 8 * WORK;
    *host_bytes = 16;
    return parameters == NULL || uplo != 2 || m < n || type != 1 ? SOLVER_INVALID : 0;
}

/* By singular values: a = x s y' gives x y' and y s y'. */
int cusolverDnXpolar(Handle *h, void *parameters, int uplo, int64_t m, int64_t n, int type, void *a, int64_t lda, int htype,
                     void *p, int64_t ldh, int compute, void *work, size_t device_bytes, void *host, size_t host_bytes,
                     double *residual, double *norm, double *reciprocal, int *info) {
    LOCK();
    int failed = solver_failure(h, work, (int)(device_bytes / 8), 8, info);
    double *x = matrix(a, m, n, lda, 8), *y = matrix(p, n, n, ldh, 8), *rcond = device(reciprocal, 8);
    double *res = device(residual, 8), *frobenius = device(norm, 8);
    if (failed || parameters == NULL || uplo != 2 || m < n || type != 1 || htype != 1 || compute != 1 || host == NULL
            || host_bytes != 16 || x == NULL || y == NULL || rcond == NULL || res == NULL || frobenius == NULL) {
        return failed ? failed : SOLVER_INVALID;
    }
    counter[POLARS]++;
    memset(host, 0xA5, host_bytes);
    int rows = (int)m, columns = (int)n, ld = (int)lda, size = 8 * (rows + columns) + 64 * (columns + 1);
    double *s = malloc(8 * n), *u = malloc(8 * m * n), *vt = malloc(8 * n * n), *mine = malloc(8 * size);
    dgesvd_("S", "S", &rows, &columns, x, &ld, s, u, &rows, vt, &columns, mine, &size, untag(info), 1, 1);
    *frobenius = 0;
    for (int64_t j = 0; j < n; j++) {
        *frobenius = hypot(*frobenius, s[j]);
    }
    for (int64_t j = 0; j < n; j++) {
        for (int64_t i = 0; i < m; i++) {
            double sum = 0;
            for (int64_t k = 0; k < n; k++) {
                sum = fma(u[i + k * m], vt[k + j * n], sum);
            }
            x[i + j * lda] = sum;
        }
        for (int64_t i = 0; i < n; i++) {
            double sum = 0;
            for (int64_t k = 0; k < n; k++) {
                sum = fma(vt[k + i * n] * s[k], vt[k + j * n], sum);
            }
            y[i + j * ldh] = sum;
        }
    }
    *res = 0;
    *rcond = s[0] == 0 ? 0 : s[n - 1] / s[0];
    free(s), free(u), free(vt), free(mine);
    return 0;
}
