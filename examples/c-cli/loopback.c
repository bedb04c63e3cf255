#define _GNU_SOURCE
#include "loopback.h"

#include <arpa/inet.h>
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS = 8, LONGEST_HEAD = 32 * 1024 };

/* Browsers open connections ahead of their requests, so one that is silent must not keep the others waiting. */
static struct connection {
    int socket; /* 0 if there is none */
    size_t length;
    char head[LONGEST_HEAD + 1];
} connections[CONNECTIONS];
static size_t next_place; /* where the next connection goes: in place of the oldest */

int loopback_listen(int *port) {
    struct sockaddr_in address = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, CONNECTIONS) != 0 || getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        err(1, "no port of 127.0.0.1");
    *port = ntohs(address.sin_port);
    return listener;
}

static void end(struct connection *connection) {
    if (connection->socket > 0)
        close(connection->socket);
    connection->socket = 0;
}

static void take(int listener) {
    struct connection *connection = &connections[next_place++ % CONNECTIONS];
    end(connection);
    int socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    connection->socket = socket > 0 ? socket : 0;
    connection->length = 0;
}

/* Sends the library's response. */
static void respond(const st_request *request, int socket) {
    char *head = NULL;
    size_t length = 0, body_length = 0;
    const char *name, *value, *body = "";
    st_request_response_body(request, &body, &body_length, NULL);
    FILE *out = open_memstream(&head, &length);
    if (out == NULL)
        return;
    fprintf(out, "HTTP/1.1 %d -\r\nContent-Length: %zu\r\nConnection: close\r\n", st_request_response_status(request),
            body_length);
    for (size_t i = 0; st_request_response_header(request, i, &name, &value, NULL) == ST_OK; i++)
        fprintf(out, "%s: %s\r\n", name, value);
    fprintf(out, "\r\n%.*s", (int)body_length, body);
    fclose(out);
    send(socket, head, length, MSG_NOSIGNAL); /* a page of the library's fits into the socket's buffer */
    free(head);
}

/* The value of a header; NULL without it. Ends its line. */
static char *header(char *head, const char *name) {
    char *line = strcasestr(head, name);
    if (line == NULL)
        return NULL;
    char *value = line + strlen(name);
    value[strcspn(value, "\r\n")] = '\0';
    return value;
}

/* Answers a GET request whose head is there. */
static void answer(st_request *request, struct connection *connection) {
    st_action action;
    char *rest = NULL, *head = connection->head;
    char *method = strtok_r(head, " ", &rest), *target = strtok_r(NULL, " ", &rest);
    if (method == NULL || target == NULL || strcmp(method, "GET") != 0)
        return;
    char *language = header(rest, "\naccept-language: ");
    if (st_native_callback(request, target, language, &action, NULL) == ST_OK)
        respond(request, connection->socket);
}

static void receive(st_request *request, struct connection *connection) {
    ssize_t more =
        recv(connection->socket, connection->head + connection->length, LONGEST_HEAD - connection->length, 0);
    if (more > 0) {
        connection->length += (size_t)more;
        connection->head[connection->length] = '\0';
        if (strstr(connection->head, "\r\n\r\n") == NULL && connection->length < LONGEST_HEAD)
            return;
        if (connection->length < LONGEST_HEAD)
            answer(request, connection);
    }
    end(connection);
}

bool loopback_serve(st_request *request, int listener) {
    struct pollfd waiting[CONNECTIONS + 1] = {{listener, POLLIN, 0}};
    for (size_t i = 0; i < CONNECTIONS; i++)
        waiting[i + 1] = (struct pollfd){connections[i].socket > 0 ? connections[i].socket : -1, POLLIN, 0};
    if (poll(waiting, CONNECTIONS + 1, (int)(1000 * st_native_expires_in(request))) <= 0)
        return st_native_expires_in(request) > 0;
    for (size_t i = 0; i < CONNECTIONS; i++)
        if (waiting[i + 1].revents != 0 && st_native_is_pending(request))
            receive(request, &connections[i]);
    if (waiting[0].revents != 0)
        take(listener);
    return true;
}
