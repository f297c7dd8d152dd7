/*
 * Streams and events. What streams compute runs at once, copies do not: what goes to the host arrives there when it is waited
 * for, and what comes from pinned memory is read when work of its stream, or of one that waits for it, needs it. So a missing
 * wait shows on the host and on the device.
 */
typedef struct Pending {
    int is_upload;
    char *target;
    size_t target_pitch;
    /* The host's memory of an upload; a copy of the device's, which this owns, of a download. */
    char *source;
    size_t source_pitch;
    size_t width;
    size_t height;
    long sequence;
    struct Pending *next;
} Pending;

typedef struct {
    Pending *pending;
    long sequence;
    int device;
} Stream;

typedef struct {
    Stream *stream;
    long sequence;
    int device;
    struct timespec time;
} Event;

/* Whether it belongs to the current device. */
static int is_here(const Stream *stream) {
    return stream != NULL && stream->device == current;
}

static void copy_rows(char *to, size_t to_pitch, const char *from, size_t from_pitch, size_t width, size_t height) {
    for (size_t i = 0; i < height; i++) {
        memmove(to + i * to_pitch, from + i * from_pitch, width);
    }
}

static void add(Stream *stream, Pending pending) {
    pending.sequence = ++stream->sequence;
    Pending **last = &stream->pending;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = malloc(sizeof **last);
    **last = pending;
}

/* Does what is pending up to a number, or of it the uploads alone. */
static void deliver(Stream *stream, long sequence, int uploads_alone) {
    for (Pending **at = &stream->pending; *at != NULL;) {
        Pending *copy = *at;
        if (copy->sequence > sequence || (uploads_alone && !copy->is_upload)) {
            at = &copy->next;
            continue;
        }
        if (copy->is_upload && !is_live(copy->target, (copy->height - 1) * copy->target_pitch + copy->width, 0)) {
            counter[LOST]++;
        } else {
            copy_rows(copy->target, copy->target_pitch, copy->source, copy->source_pitch, copy->width, copy->height);
        }
        if (!copy->is_upload) {
            free(copy->source);
        }
        *at = copy->next;
        free(copy);
    }
}

/* Before work that reads what was uploaded on its stream. */
static void arrive(Stream *stream) {
    deliver(stream, stream->sequence, 1);
}
