/* A site with "Log in" on one thread: server SECRETS.toml [PORT]
   libevent serves, libcurl's multi interface asks the provider, and nothing blocks: while one user's login waits for
   the provider, all other requests are answered. Any path is a page, /user.json is the user as JSON, and
   /login?provider=NAME logs in. STAUTH_DEMO_LOG=1 prints the library's events to stderr. */
#include "client.h"
#include "page.h"
#include <err.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One request from a browser, until it is answered. */
struct visit {
    struct evhttp_request *http; /* NULL once the browser has gone */
    st_request *request;
    struct transfer *transfer; /* to the provider, while the request waits for it */
};

static const char *method_name(struct evhttp_request *http) {
    switch (evhttp_request_get_command(http)) {
    case EVHTTP_REQ_GET:
        return "GET";
    case EVHTTP_REQ_HEAD:
        return "HEAD";
    case EVHTTP_REQ_POST:
        return "POST";
    case EVHTTP_REQ_PUT:
        return "PUT";
    case EVHTTP_REQ_DELETE:
        return "DELETE";
    case EVHTTP_REQ_OPTIONS:
        return "OPTIONS";
    default:
        return "OTHER";
    }
}

static void end(struct visit *visit) {
    client_cancel(visit->transfer);
    st_request_free(visit->request);
    free(visit);
}

/* The library's response, or `page`, with the library's headers in both cases. */
static void respond(struct visit *visit, st_action action, struct evbuffer *page, const char *type) {
    struct evkeyvalq *headers = evhttp_request_get_output_headers(visit->http);
    int32_t status = st_request_response_status(visit->request);
    const char *name, *value, *body = NULL;
    size_t length = 0;
    if (status > 0) { /* it takes the place of the page */
        st_request_response_body(visit->request, &body, &length, NULL);
        evbuffer_drain(page, evbuffer_get_length(page));
        evbuffer_add(page, body, length);
    } else {
        const st_error *error = st_request_error(visit->request);
        status = action == ST_PROCEED ? (error != NULL ? st_error_http_status(error) : HTTP_OK) : HTTP_BADREQUEST;
        evhttp_add_header(headers, "Content-Type", type);
        evhttp_add_header(headers, "Cache-Control", "no-store");
    }
    for (size_t i = 0; st_request_response_header(visit->request, i, &name, &value, NULL) == ST_OK; i++)
        evhttp_add_header(headers, name, value);
    if (evhttp_request_get_command(visit->http) == EVHTTP_REQ_HEAD)
        evbuffer_drain(page, evbuffer_get_length(page)); /* libevent would send it */
    evhttp_connection_set_closecb(evhttp_request_get_connection(visit->http), NULL, NULL);
    evhttp_send_reply(visit->http, status, NULL, page);
}

/* The page of the site that was asked for. The strings of `query` and `form` live in them. */
static const char *make_page(struct visit *visit, struct evbuffer *out) {
    const char *target = evhttp_request_get_uri(visit->http);
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(visit->http);
    struct evkeyvalq query = {0}, form = {0};
    struct evbuffer *input = evhttp_request_get_input_buffer(visit->http);
    evbuffer_add(input, "", 1);
    evhttp_parse_query_str(evhttp_uri_get_query(uri) != NULL ? evhttp_uri_get_query(uri) : "", &query);
    evhttp_parse_query_str((const char *)evbuffer_pullup(input, -1), &form);
    const char *path = evhttp_uri_get_path(uri), *json = NULL;
    struct page page = {.request = visit->request,
                        .method = method_name(visit->http),
                        .path = path != NULL ? path : "/",
                        .target = target,
                        .provider = evhttp_find_header(&query, "provider"),
                        .login = evhttp_find_header(&form, "login")};
    int is_json = strcmp(page.path, "/user.json") == 0;
    if (is_json && st_request_user_json(visit->request, &json, NULL, NULL) == ST_OK)
        evbuffer_add_printf(out, "%s", json);
    else
        write_page(out, &page);
    evhttp_clear_headers(&query);
    evhttp_clear_headers(&form);
    return is_json ? "application/json" : "text/html; charset=utf-8";
}

static void resume(void *user_data);

/* Goes on as the library says: with the provider, with the page, or with the response. */
static void go_on(struct visit *visit, st_action action) {
    struct evbuffer *page = evbuffer_new();
    const char *type = action == ST_PROCEED ? make_page(visit, page) : "text/html; charset=utf-8";
    st_exchange *exchange = st_request_exchange(visit->request);
    if (exchange != NULL) { /* the library waits, or the page has asked for a login that does */
        visit->transfer = client_send(exchange, resume, visit);
    } else {
        respond(visit, action, page, type);
        end(visit);
    }
    evbuffer_free(page);
}

/* The exchange is over. */
static void resume(void *user_data) {
    struct visit *visit = user_data;
    st_action action = ST_RESPOND;
    visit->transfer = NULL;
    st_request_resume(visit->request, &action, NULL);
    go_on(visit, action);
}

/* The browser has gone: nobody waits for the answer any more. */
static void browser_gone(struct evhttp_connection *connection, void *user_data) {
    (void)connection;
    end(user_data);
}

static void handle(struct evhttp_request *http, void *app) {
    struct visit *visit = calloc(1, sizeof *visit);
    st_action action = ST_RESPOND;
    if (visit == NULL)
        errx(1, "out of memory");
    visit->http = http;
    st_request_new(app, method_name(http), evhttp_request_get_uri(http), &visit->request, NULL);
    struct evkeyval *header;
    for (header = evhttp_request_get_input_headers(http)->tqh_first; header != NULL; header = header->next.tqe_next)
        st_request_add_header(visit->request, header->key, header->value, NULL);
    char *address = NULL;
    ev_uint16_t port;
    evhttp_connection_get_peer(evhttp_request_get_connection(http), &address, &port);
    st_request_set_client_address(visit->request, address, NULL);
    struct evbuffer *body = evhttp_request_get_input_buffer(http);
    if (st_request_wants_body(visit->request)) {
        size_t length = evbuffer_get_length(body);
        st_request_set_body(visit->request, (const char *)evbuffer_pullup(body, -1), length, NULL);
    }
    evhttp_connection_set_closecb(evhttp_request_get_connection(http), browser_gone, visit);
    st_request_begin(visit->request, &action, NULL);
    go_on(visit, action);
}

static void print_event(int32_t level, const char *line, void *user_data) {
    (void)level, (void)user_data;
    fprintf(stderr, "%s\n", line);
}

static st_app *make_app(const char *secrets) {
    st_config *config = NULL;
    st_app *app = NULL;
    st_error *error = NULL;
    if (st_config_new(&config, &error) != ST_OK || st_config_load_file(config, secrets, &error) != ST_OK ||
        st_config_set_event_loop(config, 1, &error) != ST_OK ||
        st_config_set_log(config, getenv("STAUTH_DEMO_LOG") != NULL ? print_event : NULL, NULL, NULL, &error) !=
            ST_OK ||
        st_app_new(config, &app, &error) != ST_OK)
        errx(1, "%s", st_error_message(error));
    st_config_free(config);
    return app;
}

static void stop(evutil_socket_t signal, short what, void *base) {
    (void)signal, (void)what;
    event_base_loopbreak(base);
}

int main(int count, char **arguments) {
    if (count < 2)
        errx(1, "usage: server SECRETS.toml [PORT]");
    st_app *app = make_app(arguments[1]);
    uint16_t port = count > 2 ? (uint16_t)atoi(arguments[2]) : 8000;
    struct event_base *base = event_base_new();
    struct evhttp *server = evhttp_new(base);
    client_start(base);
    signal(SIGPIPE, SIG_IGN);
    struct event *interrupt = evsignal_new(base, SIGINT, stop, base), *term = evsignal_new(base, SIGTERM, stop, base);
    event_add(interrupt, NULL);
    event_add(term, NULL);
    evhttp_set_allowed_methods(server, 0xFFFF); /* the library says which methods its paths take */
    evhttp_set_max_headers_size(server, 64 * 1024);
    evhttp_set_max_body_size(server, 64 * 1024);
    evhttp_set_gencb(server, handle, app);
    if (evhttp_bind_socket(server, "127.0.0.1", port) != 0)
        errx(1, "port %d is taken", port);
    printf("http://localhost:%d/\n", port);
    fflush(stdout);
    event_base_dispatch(base);
    evhttp_free(server);
    client_stop();
    event_free(interrupt);
    event_free(term);
    event_base_free(base);
    st_app_free(app);
    return 0;
}
