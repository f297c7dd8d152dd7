/* OpenBLAS, by its Fortran symbols; lengths of character arguments come last. */
typedef const int *I;
typedef const char *Ch;
#define BLAS(T, p)                                                                                                          \
    extern void p##trsm_(Ch, Ch, Ch, Ch, I, I, const T *, const T *, I, T *, I, size_t, size_t, size_t, size_t);             \
    extern void p##potrf_(Ch, I, T *, I, int *, size_t);                                                                     \
    extern void p##getrf_(I, I, T *, I, int *, int *);                                                                       \
    extern void p##geqrf_(I, I, T *, I, T *, T *, I, int *);                                                                 \
    extern void p##orgqr_(I, I, I, T *, I, const T *, T *, I, int *);                                                        \
    extern void p##gesvj_(Ch, Ch, Ch, I, I, T *, I, T *, I, T *, I, T *, I, int *, size_t, size_t, size_t);                  \
    extern void p##gesvd_(Ch, Ch, I, I, T *, I, T *, T *, I, T *, I, T *, I, int *, size_t, size_t);
BLAS(float, s)
BLAS(double, d)
extern void openblas_set_num_threads(int);

__attribute__((constructor)) static void start(void) {
    openblas_set_num_threads(1);
}
