#include "client.h"
#include <curl/curl.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_BODY (1024 * 1024)

struct transfer {
    CURL *easy;
    struct curl_slist *headers;
    st_exchange *exchange;
    exchange_done done;
    void *user_data;
    char *body;
    size_t length;
};

static CURLM *multi;
static struct event_base *loop;
static struct event *timer;

static size_t receive(char *bytes, size_t size, size_t count, void *user_data) {
    struct transfer *transfer = user_data;
    size_t length = size * count;
    if (length > LONGEST_BODY - transfer->length)
        return 0; /* ends the transfer */
    char *body = realloc(transfer->body, transfer->length + length + 1);
    if (body == NULL)
        return 0;
    memcpy(body + transfer->length, bytes, length);
    transfer->body = body;
    transfer->length += length;
    return length;
}

static void report(struct transfer *transfer) {
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    struct curl_header *header = NULL;
    while ((header = curl_easy_nextheader(transfer->easy, CURLH_HEADER, -1, header)) != NULL)
        st_exchange_add_header(transfer->exchange, header->name, header->value, NULL);
    const char *body = transfer->body == NULL ? "" : transfer->body;
    st_exchange_respond(transfer->exchange, (int32_t)status, body, transfer->length, NULL);
}

static void finish_transfers(void) {
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct transfer *transfer = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        if (message->data.result == CURLE_OK)
            report(transfer); /* otherwise the exchange stays without a response, which is reported as such */
        exchange_done done = transfer->done;
        void *user_data = transfer->user_data;
        client_cancel(transfer);
        done(user_data);
    }
}

static void socket_ready(evutil_socket_t socket, short what, void *user_data) {
    (void)user_data;
    int running, events = (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0);
    curl_multi_socket_action(multi, socket, events, &running);
    finish_transfers();
}

static void time_out(evutil_socket_t socket, short what, void *user_data) {
    (void)socket, (void)what, (void)user_data;
    int running;
    curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    finish_transfers();
}

/* libcurl says which sockets to watch, and when to call it again at the latest. */
static int watch_socket(CURL *easy, curl_socket_t socket, int what, void *user_data, void *event) {
    (void)easy, (void)user_data;
    if (event != NULL)
        event_free(event);
    event = NULL;
    if (what != CURL_POLL_REMOVE) {
        short events =
            (short)(EV_PERSIST | (what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0));
        event = event_new(loop, socket, events, socket_ready, NULL);
        if (event != NULL)
            event_add(event, NULL);
    }
    curl_multi_assign(multi, socket, event);
    return 0;
}

static int set_timer(CURLM *handle, long milliseconds, void *user_data) {
    (void)handle, (void)user_data;
    struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
    if (milliseconds < 0)
        event_del(timer);
    else
        event_add(timer, &time);
    return 0;
}

void client_start(struct event_base *base) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    loop = base;
    multi = curl_multi_init();
    timer = evtimer_new(base, time_out, NULL);
    if (multi == NULL || timer == NULL)
        errx(1, "out of memory");
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
}

void client_stop(void) {
    curl_multi_cleanup(multi);
    event_free(timer);
    curl_global_cleanup();
}

static void add_headers(struct transfer *transfer) {
    st_exchange *exchange = transfer->exchange;
    const char *name;
    for (size_t i = 0; (name = st_exchange_header_name(exchange, i)) != NULL; i++) {
        const char *value = st_exchange_header_value(exchange, i);
        size_t size = strlen(name) + strlen(value) + sizeof ": ";
        char *line = malloc(size);
        if (line == NULL)
            errx(1, "out of memory");
        snprintf(line, size, "%s: %s", name, value);
        transfer->headers = curl_slist_append(transfer->headers, line);
        free(line);
    }
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
}

/* Everything that the library asks of a host's client: no redirects, the time limits, the proxy, the authorities. */
static void configure(struct transfer *transfer) {
    CURL *easy = transfer->easy;
    st_exchange *exchange = transfer->exchange;
    const char *body = NULL;
    size_t length = 0;
    curl_easy_setopt(easy, CURLOPT_URL, st_exchange_url(exchange));
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)st_exchange_timeout_ms(exchange));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)st_exchange_connect_timeout_ms(exchange));
    const char *proxy = st_exchange_proxy(exchange), *authorities = st_exchange_ca_file(exchange);
    curl_easy_setopt(easy, CURLOPT_PROXY, proxy == NULL ? "" : proxy);
    if (authorities != NULL)
        curl_easy_setopt(easy, CURLOPT_CAINFO, authorities);
    if (strcmp(st_exchange_method(exchange), "POST") == 0) {
        st_exchange_body(exchange, &body, &length, NULL);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body);
    }
    add_headers(transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
}

struct transfer *client_send(st_exchange *exchange, exchange_done done, void *user_data) {
    struct transfer *transfer = calloc(1, sizeof *transfer);
    CURL *easy = curl_easy_init();
    if (transfer == NULL || easy == NULL)
        errx(1, "out of memory");
    *transfer = (struct transfer){.easy = easy, .exchange = exchange, .done = done, .user_data = user_data};
    configure(transfer);
    curl_multi_add_handle(multi, easy); /* sets the timer, so everything else happens in the loop */
    return transfer;
}

void client_cancel(struct transfer *transfer) {
    if (transfer == NULL)
        return;
    curl_multi_remove_handle(multi, transfer->easy);
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    free(transfer->body);
    free(transfer);
}
