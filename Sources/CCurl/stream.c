#define _GNU_SOURCE
#define CURL_DISABLE_TYPECHECK
#include "ccurl.h"

#include "library.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct ccurl_stream {
    CURL *transfer;
    curl_socket_t socket;
    /* Then bytes may have been read that were not asked for yet, and writing may raise SIGPIPE. */
    bool has_tls;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)context;
    (void)purpose;
    return ccurl_open_socket(address);
}

static CURLcode set_options(CURL *transfer, const ccurl_stream_options *options, long timeout, char *error_text) {
    const struct functions *functions = ccurl_functions();
    CURLcode codes[] = {
        functions->easy_setopt(transfer, CURLOPT_ERRORBUFFER, error_text),
        functions->easy_setopt(transfer, CURLOPT_CONNECT_ONLY, 1L),
        functions->easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L),
        functions->easy_setopt(transfer, CURLOPT_OPENSOCKETFUNCTION, open_socket),
        functions->easy_setopt(transfer, CURLOPT_URL, options->url),
        functions->easy_setopt(transfer, CURLOPT_PROTOCOLS_STR, "http,https"),
        functions->easy_setopt(transfer, CURLOPT_PROXY, ""),
        functions->easy_setopt(transfer, CURLOPT_NOPROXY, ""),
        functions->easy_setopt(transfer, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED),
        functions->easy_setopt(transfer, CURLOPT_TIMEOUT_MS, timeout),
        functions->easy_setopt(transfer, CURLOPT_CONNECTTIMEOUT_MS, timeout),
        functions->easy_setopt(transfer, CURLOPT_QUICK_EXIT, 1L),
        functions->easy_setopt(transfer, CURLOPT_SSL_ENABLE_ALPN, 0L),
        functions->easy_setopt(transfer, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2),
        functions->easy_setopt(transfer, CURLOPT_SSL_VERIFYPEER, 1L),
        functions->easy_setopt(transfer, CURLOPT_SSL_VERIFYHOST, 2L),
        functions->easy_setopt(transfer, CURLOPT_CAINFO, options->authority_file),
        functions->easy_setopt(transfer, CURLOPT_CAPATH, options->authority_folder),
    };
    for (size_t index = 0; index < sizeof codes / sizeof *codes; index++)
        if (codes[index] != CURLE_OK)
            return codes[index];
    return CURLE_OK;
}

static bool connect_stream(ccurl_stream *stream, const ccurl_stream_options *options, int64_t deadline,
                           char *error_text) {
    const struct functions *functions = ccurl_functions();
    int64_t left = deadline - now();
    CURLcode code = left <= 0 ? CURLE_OPERATION_TIMEDOUT : set_options(stream->transfer, options, left, error_text);
    if (code == CURLE_OK)
        code = functions->easy_perform(stream->transfer);
    if (code == CURLE_OK)
        code = functions->easy_getinfo(stream->transfer, CURLINFO_ACTIVESOCKET, &stream->socket);
    if (code != CURLE_OK && error_text[0] == 0)
        strncpy(error_text, functions->easy_strerror(code), CURL_ERROR_SIZE - 1);
    return code == CURLE_OK && stream->socket != CURL_SOCKET_BAD;
}

ccurl_stream *ccurl_stream_open(const ccurl_stream_options *options, int64_t deadline, char *error_text) {
    const struct functions *functions = ccurl_functions();
    ccurl_stream *stream = calloc(1, sizeof *stream);
    CURL *transfer = stream == NULL ? NULL : functions->easy_init();
    if (transfer == NULL) {
        free(stream);
        return NULL;
    }
    *stream = (ccurl_stream){transfer, CURL_SOCKET_BAD, strncmp(options->url, "https:", 6) == 0};
    struct pipe_guard guard;
    ccurl_hold_back_pipe(&guard);
    bool is_connected = connect_stream(stream, options, deadline, error_text);
    /* The caller's text does not live as long. */
    functions->easy_setopt(transfer, CURLOPT_ERRORBUFFER, NULL);
    ccurl_let_pipe_in(&guard);
    if (is_connected)
        return stream;
    ccurl_stream_close(stream);
    return NULL;
}

void ccurl_stream_close(ccurl_stream *stream) {
    struct pipe_guard guard;
    ccurl_hold_back_pipe(&guard);
    ccurl_functions()->easy_cleanup(stream->transfer);
    ccurl_let_pipe_in(&guard);
    free(stream);
}

void ccurl_stream_abandon(ccurl_stream *stream) {
    close(stream->socket);
    ccurl_leave(stream);
}

static bool is_ready(const ccurl_stream *stream, short events, int64_t timeout) {
    struct pollfd readiness = {.fd = stream->socket, .events = events};
    return timeout >= 0 && poll(&readiness, 1, (int)timeout) > 0;
}

bool ccurl_stream_is_quiet(const ccurl_stream *stream) {
    return !is_ready(stream, POLLIN | POLLPRI | POLLRDHUP, 0);
}

static CURLcode send_all(ccurl_stream *stream, const uint8_t *bytes, size_t length, int64_t deadline) {
    const struct functions *functions = ccurl_functions();
    CURLcode code = CURLE_OK;
    while (length > 0 && code == CURLE_OK) {
        size_t sent = 0;
        code = functions->easy_send(stream->transfer, bytes, length, &sent);
        bytes += sent;
        length -= sent;
        if (code == CURLE_AGAIN && is_ready(stream, POLLOUT, deadline - now()))
            code = CURLE_OK;
    }
    return code;
}

bool ccurl_stream_send(ccurl_stream *stream, const uint8_t *bytes, size_t length, int64_t deadline) {
    if (!stream->has_tls)
        return send_all(stream, bytes, length, deadline) == CURLE_OK;
    struct pipe_guard guard;
    ccurl_hold_back_pipe(&guard);
    CURLcode code = send_all(stream, bytes, length, deadline);
    ccurl_let_pipe_in(&guard);
    return code == CURLE_OK;
}

static CURLcode receive(ccurl_stream *stream, uint8_t *bytes, size_t capacity, int64_t deadline, size_t *out_received) {
    CURLcode code = CURLE_AGAIN;
    if (stream->has_tls)
        code = ccurl_functions()->easy_recv(stream->transfer, bytes, capacity, out_received);
    while (code == CURLE_AGAIN && is_ready(stream, POLLIN, deadline - now()))
        code = ccurl_functions()->easy_recv(stream->transfer, bytes, capacity, out_received);
    return code;
}

ptrdiff_t ccurl_stream_receive(ccurl_stream *stream, uint8_t *bytes, size_t capacity, int64_t deadline) {
    size_t received = 0;
    struct pipe_guard guard;
    if (stream->has_tls)
        ccurl_hold_back_pipe(&guard);
    CURLcode code = receive(stream, bytes, capacity, deadline, &received);
    if (stream->has_tls)
        ccurl_let_pipe_in(&guard);
    return code == CURLE_OK ? (ptrdiff_t)received : code == CURLE_AGAIN ? -1 : 0;
}
