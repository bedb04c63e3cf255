#define _GNU_SOURCE
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/uio.h>
#include <time.h>

bool platform_is_writable(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && (flags & O_PATH) == 0;
}

/* The signal of a closed pipe would end a host that does not expect it. It is sent to the writing thread, so that
   thread blocks it and takes it away, unless one was waiting before. */
static ssize_t write_without_signal(int descriptor, const struct iovec *parts, int count) {
    sigset_t pipe_signal, former, pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &former);
    ssize_t written;
    do
        written = writev(descriptor, parts, count);
    while (written < 0 && errno == EINTR);
    if (written < 0 && errno == EPIPE && !sigismember(&pending, SIGPIPE)) {
        const struct timespec no_time = {0};
        while (sigtimedwait(&pipe_signal, NULL, &no_time) < 0 && errno == EINTR)
            ;
    }
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    return written;
}

/* Leaves out the first `written` bytes. */
static void advance(struct iovec *parts, int count, size_t written) {
    for (int i = 0; i < count; i++) {
        size_t taken = written < parts[i].iov_len ? written : parts[i].iov_len;
        parts[i].iov_base = (char *)parts[i].iov_base + taken;
        parts[i].iov_len -= taken;
        written -= taken;
    }
}

void platform_write_log(int descriptor, platform_log_level level, const uint8_t *line, size_t length) {
    static const char *const formats[] = {
        [PLATFORM_LOG_INFO] = "time=%Y-%m-%dT%H:%M:%SZ level=info ",
        [PLATFORM_LOG_WARNING] = "time=%Y-%m-%dT%H:%M:%SZ level=warning ",
        [PLATFORM_LOG_ERROR] = "time=%Y-%m-%dT%H:%M:%SZ level=error ",
    };
    char start[80];
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc) == NULL)
        return;
    size_t start_length = strftime(start, sizeof start, formats[level], &utc);
    struct iovec parts[] = {{start, start_length}, {(uint8_t *)line, length}, {"\n", 1}};
    size_t left = start_length + length + 1;
    while (left > 0) {
        ssize_t written = write_without_signal(descriptor, parts, 3);
        if (written <= 0)
            return;
        advance(parts, 3, (size_t)written);
        left -= (size_t)written;
    }
}
