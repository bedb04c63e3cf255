/* A site with "Log in", on libmicrohttpd: demo SECRETS.toml [PORT [PROVIDER...]]
   Any path is a page: who the user is, or a button for each PROVIDER. /user.json is the same as JSON,
   /login?provider=NAME logs in, and /members is for users who are signed in. STAUTH_DEMO_LOG=1 prints the library's
   events to stderr. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <err.h>
#include <jansson.h>
#include <microhttpd.h>
#include <signal.h>
#include <stauth.h>
#include <stdlib.h>
#include <string.h>
#pragma GCC diagnostic ignored "-Wunused-parameter" /* callbacks get more arguments than they need */

static const char top[] =
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\n"
    "<title>stauth demo</title><style>:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }\n"
    "body { max-width: 42rem; margin: 9vh auto; padding: 0 1.5rem; overflow-wrap: anywhere } form { margin: 1rem 0 }\n"
    "pre { padding: 1rem 1.2rem; border-radius: 8px; background: #8882; font-size: .85rem; white-space: pre-wrap }\n"
    "button { padding: .6rem 1.3rem; border: 0; border-radius: 8px; background: #2b5fd0; color: #fff; font: inherit }\n"
    "button[value]:not([value=default])::after { content: ' with ' attr(value) } small { opacity: .65 }\n"
    "img { float: right; width: 5rem; height: 5rem; border-radius: 50%; object-fit: cover }</style>\n";

/* The request of this thread, which has one connection: path and query as the browser sent them, and the body. */
static _Thread_local char target[32768], form[4096];
static char **providers = (char *[]){"default", NULL};

/* Prints `text` between two pieces of HTML. Outside text enters the page only here, escaped. */
static void put(FILE *page, const char *before, const char *text, const char *after) {
    fputs(before, page);
    for (; text != NULL && *text != '\0'; text++)
        fprintf(page, strchr("&<>\"'", *text) != NULL ? "&#%d;" : "%c", *text);
    fputs(after, page);
}

/* A page of the site. If the user is sent to log in or out, the library's redirect replaces the page. */
static void visit(FILE *page, st_request *request, const char *method, const char *path, const char *provider) {
    const char *text = "{}";
    st_action action = ST_RESPOND;
    st_request_user_json(request, &text, NULL, NULL);
    json_t *user = json_loads(text, JSON_ALLOW_NUL, NULL);
    int logged_in = json_is_true(json_object_get(user, "is_logged_in"));
    char *claims = json_dumps(user, JSON_INDENT(2));
    if (strcmp(method, "POST") == 0 && strcmp(path, "/logout") == 0)
        st_request_logout(request, NULL);
    else if (strncmp(form, "login=", 6) == 0 && MHD_http_unescape(form) > 6)
        st_request_login(request, form + 6, NULL);
    else if (strcmp(path, "/login") == 0 && !logged_in)
        st_request_login(request, provider, NULL);
    else if (strcmp(path, "/members") == 0)
        st_request_require_login(request, NULL, NULL, 0, &action, NULL);
    fputs(top, page);
    if (st_request_error(request) != NULL)
        put(page, "<p>That did not work: <code>", st_error_code(st_request_error(request)), "</code></p>\n");
    const char *name = json_string_value(json_object_get(user, "name"));
    if (json_is_string(json_object_get(user, "picture")))
        put(page, "<img alt='' src=\"", json_string_value(json_object_get(user, "picture")), "\">\n");
    put(page, "<h1>Welcome ", name != NULL ? name : json_string_value(json_object_get(user, "sub")), "</h1>\n");
    put(page, "<p>", json_string_value(json_object_get(user, "email")), "</p>\n");
    if (strcmp(path, "/members") == 0 && action == ST_PROCEED)
        fputs("<p>Only members see this.</p>\n", page);
    if (logged_in)
        put(page, "<pre>", claims, "</pre>\n<form method=post action=/logout><button>Log out</button></form>\n");
    for (char **each = providers; !logged_in && *each != NULL; each++) /* posts to this page, to return to it */
        put(page, "<form method=post><button name=login value=\"", *each, "\">Log in</button></form>\n");
    put(page, "<small>This page is ", target, "</small>\n");
    free(claims);
    json_decref(user);
}

static void *begin(void *user_data, const char *uri, struct MHD_Connection *connection) {
    snprintf(target, sizeof target, "%s", uri);
    return memset(form, 0, sizeof form);
}

static enum MHD_Result add_header(void *request, enum MHD_ValueKind kind, const char *name, const char *value) {
    st_request_add_header(request, name, value, NULL);
    return MHD_YES;
}

/* For the log. Behind a proxy it would be what the proxy says. */
static void add_address(st_request *request, struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr_in *peer = info == NULL ? NULL : (const void *)info->client_addr; /* the demo uses IPv4 */
    char address[INET_ADDRSTRLEN];
    if (peer != NULL && inet_ntop(AF_INET, &peer->sin_addr, address, sizeof address) != NULL)
        st_request_set_client_address(request, address, NULL);
}

/* libmicrohttpd calls this with the headers, then with each piece of the body, and then for the response. */
static enum MHD_Result answer(void *app, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *piece, size_t *piece_length, void **state) {
    size_t room = sizeof form - 1 - strlen(form), length = 0; /* no form of this site is longer */
    if (*state == form || *piece_length > 0) {
        strncat(form, piece == NULL ? "" : piece, *piece_length < room ? *piece_length : room);
        *piece_length = 0;
        *state = NULL;
        return MHD_YES;
    }
    const char *provider = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "provider");
    const char *name, *value, *body;
    int json = strcmp(path, "/user.json") == 0;
    char *text = NULL;
    FILE *page = open_memstream(&text, &length);
    st_request *request = NULL;
    st_action action = ST_RESPOND;
    st_request_new(app, method, target, &request, NULL); /* if it fails, the library refuses to work on NULL */
    MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, request);
    add_address(request, connection);
    if (st_request_wants_body(request))
        st_request_set_body(request, form, strlen(form), NULL);
    st_request_begin(request, &action, NULL);
    if (action == ST_PROCEED && !json)
        visit(page, request, method, path, provider);
    else if (action == ST_PROCEED && st_request_user_json(request, &body, NULL, NULL) == ST_OK)
        fputs(body, page);
    int32_t status = st_request_response_status(request);
    if (status > 0 && st_request_response_body(request, &body, &length, NULL) == ST_OK) {
        rewind(page); /* it replaces the page */
        fwrite(body, 1, length, page);
    }
    fclose(page); /* fills in `text` and `length` */
    struct MHD_Response *response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
    if (status <= 0) { /* the library has no response: the page is the response */
        status = action == ST_PROCEED ? MHD_HTTP_OK : MHD_HTTP_BAD_REQUEST;
        if (st_request_error(request) != NULL)
            status = st_error_http_status(st_request_error(request));
        MHD_add_response_header(response, "Content-Type", json ? "application/json" : "text/html; charset=utf-8");
        MHD_add_response_header(response, "Cache-Control", "no-store");
    }
    for (size_t i = 0; st_request_response_header(request, i, &name, &value, NULL) == ST_OK; i++)
        MHD_add_response_header(response, name, value);
    st_request_free(request);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

static void print_event(int32_t level, const char *line, void *user_data) {
    fprintf(stderr, "%s\n", line);
}

int main(int count, char **arguments) {
    st_config *config = NULL;
    st_app *app = NULL;
    st_error *error = NULL;
    st_config_new(&config, NULL);
    st_config_set_log(config, getenv("STAUTH_DEMO_LOG") != NULL ? print_event : NULL, NULL, NULL, NULL);
    if (st_config_load_file(config, arguments[1], &error) != ST_OK || st_app_new(config, &app, &error) != ST_OK)
        errx(1, "%s", count < 2 ? "usage: demo SECRETS.toml [PORT [PROVIDER...]]" : st_error_message(error));
    st_config_free(config);
    providers = count > 3 ? arguments + 3 : providers;
    uint16_t port = count > 2 ? (uint16_t)atoi(arguments[2]) : 8000;
    struct sockaddr_in address = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {0}};
    sigset_t endings = {0}; /* blocked before the first thread starts, so that only sigwait() sees them */
    sigaddset(&endings, SIGINT);
    sigaddset(&endings, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &endings, NULL);
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, port, NULL, NULL, answer, app,
                         MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK, begin, NULL, MHD_OPTION_END);
    if (daemon == NULL)
        errx(1, "port %d is taken", port);
    printf("http://localhost:%d/\n", port);
    fflush(stdout);
    sigwait(&endings, &(int){0});
    MHD_stop_daemon(daemon);
    st_app_free(app);
    return 0;
}
