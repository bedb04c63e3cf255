#include "http_provider.h"
#include "application.h"
#include "check.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_CAPACITY = 16384, CHUNK = 8 };

/* A whole request, headers and body; false if the other side closed before. */
static bool receive(int connection, char *request) {
    size_t length = 0;
    for (;;) {
        ssize_t received = recv(connection, request + length, REQUEST_CAPACITY - 1 - length, 0);
        if (received <= 0)
            return false;
        length += (size_t)received;
        request[length] = '\0';
        const char *body = strstr(request, "\r\n\r\n"), *field = strcasestr(request, "content-length:");
        if (body == NULL)
            continue;
        size_t expected = field != NULL && field < body ? strtoul(field + strlen("content-length:"), NULL, 10) : 0;
        if (length >= (size_t)(body + 4 - request) + expected)
            return true;
    }
}

static size_t frame(enum framing framing, const char *body, char *out, size_t capacity) {
    size_t length = strlen(body);
    const char *head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    if (framing == LENGTH)
        return (size_t)snprintf(out, capacity, "%sContent-Length: %zu\r\n\r\n%s", head, length, body);
    if (framing == CLOSE)
        return (size_t)snprintf(out, capacity, "%s\r\n%s", head, body);
    size_t written = (size_t)snprintf(out, capacity, "%sTransfer-Encoding: chunked\r\n\r\n", head);
    for (size_t start = 0; start < length; start += CHUNK) {
        int part = length - start < CHUNK ? (int)(length - start) : CHUNK;
        written += (size_t)snprintf(out + written, capacity - written, "%x\r\n%.*s\r\n", part, part, body + start);
    }
    return written + (size_t)snprintf(out + written, capacity - written, "0\r\n\r\n");
}

static void transmit(const struct http_provider *server, int connection, const char *answer, size_t length) {
    size_t step = server->drips ? 1 : length;
    for (size_t sent = 0; sent < length; sent += step)
        if (send(connection, answer + sent, step, MSG_NOSIGNAL) < 0)
            return;
}

static void serve(struct http_provider *server, int connection) {
    static char request[REQUEST_CAPACITY], body[ANSWER_CAPACITY], answer[4 * ANSWER_CAPACITY];
    char path[256];
    if (!receive(connection, request) || sscanf(request, "%*s %255s", path) != 1)
        return;
    if (!provider_answer(server->provider, path, body, sizeof body))
        strcpy(body, "{}");
    size_t length = frame(server->framing, body, answer, sizeof answer);
    if (server->cut_path == NULL || strcmp(path, server->cut_path) != 0) {
        transmit(server, connection, answer, length);
        return;
    }
    server->length = length;
    transmit(server, connection, answer, server->cut_at < length ? server->cut_at : length);
    if (server->resets && server->cut_at < length) {
        const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
}

static void *serve_all(void *argument) {
    struct http_provider *server = argument;
    for (;;) {
        int connection = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0)
            return NULL;
        int one = 1;
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        serve(server, connection);
        close(connection);
    }
}

void http_provider_start(struct http_provider *server, struct provider *provider) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    sigset_t all, before;
    *server = (struct http_provider){.provider = provider};
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(server->listener, (struct sockaddr *)&address, length) == 0 && listen(server->listener, 64) == 0);
    CHECK(getsockname(server->listener, (struct sockaddr *)&address, &length) == 0);
    snprintf(server->origin, sizeof server->origin, "http://127.0.0.1:%d", ntohs(address.sin_port));
    provider->origin = server->origin;
    sigfillset(&all); /* which are for the program's own thread */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    CHECK(pthread_create(&server->thread, NULL, serve_all, server) == 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void http_provider_stop(struct http_provider *server) {
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}

st_config *make_http_config(const struct http_provider *server) {
    char toml[512];
    st_config *config = NULL;
    snprintf(toml, sizeof toml,
             "[auth]\n"
             "redirect_uri = \"http://localhost:8000/oauth2callback\"\n"
             "cookie_secret = \"k8VxTzq4NfWm2RbYcJ7sLhPd\"\n"
             "client_id = \"client\"\n"
             "client_secret = \"a secret of the client\"\n"
             "server_metadata_url = \"%s/.well-known/openid-configuration\"\n",
             server->origin);
    CHECK_OK(st_config_new(&config, &error));
    CHECK_OK(st_config_load_toml(config, toml, strlen(toml), &error));
    CHECK_OK(st_config_set_clock(config, test_clock, NULL, NULL, &error));
    return config;
}

st_app *make_http_app(const struct http_provider *server) {
    st_app *app = NULL;
    st_config *config = make_http_config(server);
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}
