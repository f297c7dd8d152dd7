/*
 * A block of threads for kernels. One thread is fastest; with ISOSPIN_STANDIN_THREADS=n in the environment there are n, and two
 * blocks one after the other where more than one is asked for, so that a missing or a divergent barrier shows, and so does a result that depends on the block.
 */
static int block_x = 1;
static long long grid_x = 1;
static __thread int thread_x;
static __thread long long first_block;
static pthread_barrier_t barrier;

static void synchronize(void) {
    if (block_x > 1) {
        pthread_barrier_wait(&barrier);
    }
}
