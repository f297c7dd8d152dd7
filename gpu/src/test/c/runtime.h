/* The runtime. */
int cudaGetDeviceCount(int *count) {
    *count = DEVICES;
    return 0;
}

int cudaDriverGetVersion(int *version) {
    *version = 13000;
    return 0;
}

int cudaRuntimeGetVersion(int *version) {
    *version = 13000;
    return 0;
}

int cudaSetDevice(int device) {
    if (device < 0 || device >= DEVICES) {
        return 101;
    }
    current = device;
    return 0;
}

int cudaDeviceGetAttribute(int *value, int attribute, int device) {
    LOCK();
    if (device < 0 || device >= DEVICES) {
        return 101;
    }
    if (attribute >= KNOB && attribute < KNOB + COUNTERS) {
        counter[CALLS]--;
        *value = (int)counter[attribute - KNOB];
        return 0;
    }
    /* Compute capability 9.0, 132 multiprocessors, memory pools. */
    *value = attribute == 75 ? 9 : attribute == 16 ? 132 : attribute == 115 ? 1 : 0;
    return 0;
}

int cudaDeviceGetDefaultMemPool(void **pool, int device) {
    *pool = counter;
    return device >= 0 && device < DEVICES ? 0 : 101;
}

int cudaMemPoolSetAttribute(void *pool, int attribute, void *value) {
    LOCK();
    if (attribute >= KNOB && attribute < KNOB + COUNTERS) {
        counter[CALLS]--;
        counter[attribute - KNOB] = *(int *)value;
    }
    (void)pool;
    return 0;
}

int cudaMalloc(void **out, size_t size) {
    LOCK();
    return allocate(out, size, 0);
}

int cudaFree(void *address) {
    LOCK();
    return release(address, 0);
}

int cudaMallocAsync(void **out, size_t size, Stream *stream) {
    LOCK();
    return is_here(stream) ? allocate(out, size, 0) : 400;
}

int cudaFreeAsync(void *address, Stream *stream) {
    LOCK();
    if (!is_here(stream)) {
        return 400;
    }
    arrive(stream);
    return release(address, 0);
}

int cudaHostAlloc(void **out, size_t size, unsigned flags) {
    LOCK();
    (void)flags;
    return allocate(out, size, 1);
}

int cudaFreeHost(void *address) {
    LOCK();
    return release(address, 1);
}

int cudaMemGetInfo(size_t *left, size_t *total) {
    LOCK();
    *left = TOTAL - counter[BYTES];
    *total = TOTAL;
    return 0;
}

int cudaMemcpy2DAsync(void *target, size_t targetPitch, const void *source, size_t sourcePitch, size_t width,
                      size_t height, int kind, Stream *stream) {
    LOCK();
    counter[COPIES]++;
    counter[HOST_COPIES] += kind != 3;
    if (fails(FAIL_COPY)) {
        return 719;
    }
    if (!is_here(stream) || kind < 1 || kind > 3 || targetPitch < width || sourcePitch < width) {
        return 1;
    }
    if (width == 0 || height == 0) {
        return 0;
    }
    size_t sourceSpan = (height - 1) * sourcePitch + width;
    size_t targetSpan = (height - 1) * targetPitch + width;
    char *from = kind == 1 ? (char *)source : device(source, sourceSpan);
    char *to = kind == 2 ? target : device(target, targetSpan);
    if (from == NULL || to == NULL) {
        return 1;
    }
    if (kind == 1 && is_live(from, sourceSpan, 1)) {
        add(stream, (Pending){1, to, targetPitch, from, sourcePitch, width, height, 0, NULL});
        return 0;
    }
    arrive(stream);
    if (kind == 2) {
        char *bytes = malloc(width * height);
        copy_rows(bytes, width, from, sourcePitch, width, height);
        add(stream, (Pending){0, to, targetPitch, bytes, width, width, height, 0, NULL});
        return 0;
    }
    copy_rows(to, targetPitch, from, sourcePitch, width, height);
    return 0;
}

int cudaMemcpyAsync(void *target, const void *source, size_t size, int kind, Stream *stream) {
    return cudaMemcpy2DAsync(target, size, source, size, size, 1, kind, stream);
}

int cudaMemsetAsync(void *target, int value, size_t size, Stream *stream) {
    LOCK();
    void *memory = device(target, size);
    if (!is_here(stream) || memory == NULL) {
        return 1;
    }
    arrive(stream);
    memset(memory, value, size);
    return 0;
}

int cudaStreamCreateWithFlags(Stream **stream, unsigned flags) {
    LOCK();
    (void)flags;
    *stream = calloc(1, sizeof **stream);
    (*stream)->device = current;
    counter[STREAMS]++;
    return 0;
}

int cudaStreamDestroy(Stream *stream) {
    LOCK();
    if (!is_here(stream)) {
        return 400;
    }
    deliver(stream, stream->sequence, 0);
    free(stream);
    counter[STREAMS]--;
    return 0;
}

int cudaStreamSynchronize(Stream *stream) {
    LOCK();
    if (!is_here(stream)) {
        return 400;
    }
    counter[WAITS]++;
    deliver(stream, stream->sequence, 0);
    return 0;
}

int cudaStreamWaitEvent(Stream *stream, Event *event, unsigned flags) {
    LOCK();
    (void)flags;
    if (!is_here(stream) || event == NULL) {
        return 400;
    }
    if (event->stream != NULL) {
        deliver(event->stream, event->sequence, 1);
    }
    return 0;
}

int cudaEventCreateWithFlags(Event **event, unsigned flags) {
    LOCK();
    (void)flags;
    *event = calloc(1, sizeof **event);
    (*event)->device = current;
    counter[EVENTS]++;
    return 0;
}

int cudaEventRecord(Event *event, Stream *stream) {
    LOCK();
    if (event == NULL || !is_here(stream) || event->device != current) {
        return 400;
    }
    event->stream = stream;
    event->sequence = stream->sequence;
    clock_gettime(CLOCK_MONOTONIC, &event->time);
    return 0;
}

int cudaEventElapsedTime(float *ms, Event *start, Event *end) {
    LOCK();
    if (start == NULL || end == NULL || start->stream == NULL || end->stream == NULL) {
        return 400;
    }
    *ms = 1e3f * (end->time.tv_sec - start->time.tv_sec) + 1e-6f * (end->time.tv_nsec - start->time.tv_nsec);
    return 0;
}

int cudaEventSynchronize(Event *event) {
    LOCK();
    if (event->stream != NULL) {
        deliver(event->stream, event->sequence, 0);
    }
    return 0;
}

int cudaEventDestroy(Event *event) {
    LOCK();
    free(event);
    counter[EVENTS]--;
    return 0;
}

int cudaGetLastError(void) {
    return 0;
}

const char *cudaGetErrorName(int error) {
    return error == 2 ? "cudaErrorMemoryAllocation" : error == 719 ? "cudaErrorLaunchFailure" : "cudaError";
}

const char *cudaGetErrorString(int error) {
    return error == 2 ? "out of memory" : error == 719 ? "unspecified launch failure" : "an error of the stand-in";
}
