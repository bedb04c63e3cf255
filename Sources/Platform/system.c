#define _GNU_SOURCE
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int64_t platform_wall_clock(void) {
    return time(NULL);
}

int64_t platform_stopwatch(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t platform_monotonic_clock(void) {
    return platform_stopwatch() / 1000;
}

uint64_t platform_thread_number(void) {
    static atomic_uint_fast64_t threads;
    static _Thread_local uint64_t number;
    if (number == 0)
        number = atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) + 1;
    return number;
}

bool platform_random(void *bytes, size_t length) {
    size_t filled = 0;
    while (filled < length) {
        ssize_t count = getrandom((uint8_t *)bytes + filled, length - filled, 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        filled += (size_t)count;
    }
    return true;
}

void platform_wipe(void *bytes, size_t length) {
    explicit_bzero(bytes, length);
}

size_t platform_text_length(const char *text, size_t limit) {
    return strnlen(text, limit + 1);
}

size_t platform_find(const uint8_t *bytes, size_t length, uint8_t byte) {
    const uint8_t *found = memchr(bytes, byte, length);
    return found == NULL ? length : (size_t)(found - bytes);
}

bool platform_equal(const uint8_t *bytes, const uint8_t *others, size_t length) {
    return memcmp(bytes, others, length) == 0;
}

size_t platform_count(const uint8_t *bytes, size_t length, uint8_t byte) {
    size_t count = 0;
    while (length > 0) {
        /* Few enough to be counted in a byte: then the compiler counts many at a time. */
        size_t some = length < UINT8_MAX ? length : UINT8_MAX;
        uint8_t found = 0;
        for (size_t i = 0; i < some; i++)
            found += bytes[i] == byte;
        count += found;
        bytes += some;
        length -= some;
    }
    return count;
}

const char *platform_environment(const char *name) {
    return getenv(name);
}

/* Reads up to `limit` bytes, and one more to see whether there are more. */
static int read_all(int file, size_t limit, uint8_t *bytes, size_t *out_length) {
    size_t length = 0;
    while (length <= limit) {
        ssize_t count = read(file, bytes + length, limit + 1 - length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno;
        if (count == 0)
            break;
        length += (size_t)count;
    }
    *out_length = length;
    return length > limit ? EFBIG : 0;
}

int platform_read_file(const char *path, size_t limit, uint8_t **out_bytes, size_t *out_length) {
    /* Without O_NONBLOCK, opening a FIFO would wait for a writer. */
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return errno;
    struct stat status;
    int error = fstat(file, &status) != 0 ? errno : S_ISREG(status.st_mode) ? 0 : EINVAL;
    /* No more than needed, since all of it is wiped at the end. The files of /proc have no size. */
    size_t size = error == 0 && status.st_size > 0 ? (size_t)status.st_size : limit;
    size_t room = size < limit ? size : limit;
    uint8_t *bytes = error == 0 ? malloc(room + 1) : NULL;
    if (error == 0)
        error = bytes == NULL ? ENOMEM : read_all(file, room, bytes, out_length);
    close(file);
    if (error == 0)
        *out_bytes = bytes;
    else
        free(bytes);
    return error;
}

static int64_t nanoseconds(struct timespec time) {
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

bool platform_get_file_state(const char *path, platform_file_state *out_state) {
    struct stat status;
    if (stat(path, &status) != 0)
        return false;
    *out_state = (platform_file_state){.device = status.st_dev,
                                       .inode = status.st_ino,
                                       .size = (uint64_t)status.st_size,
                                       .modified = nanoseconds(status.st_mtim),
                                       .changed = nanoseconds(status.st_ctim)};
    return true;
}

void platform_free(void *bytes) {
    free(bytes);
}

void platform_error_text(int error, char *buffer, size_t capacity) {
    const char *text = strerrordesc_np(error);
    snprintf(buffer, capacity, "%s", text != NULL ? text : "unknown error");
}
