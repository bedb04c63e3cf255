/* The gate: what users who are not signed in see of a site that is behind a login. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>

static struct provider provider;
static const char *const open_paths[] = {"/health", "/static/"};

/* An application with `lines` added to its [auth] section. */
static st_app *make_site(const char *lines) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    char toml[512];
    int length = snprintf(toml, sizeof toml, "[auth]\n%s", lines);
    CHECK_OK(st_config_load_toml(config, toml, (size_t)length, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

/* A request that has not begun: of a script, or of a browser that loads a page. */
static st_request *make_request(const struct browser *browser, st_app *app, const char *target, bool loads_page) {
    st_request *request = browser_request(browser, app, "GET", target);
    CHECK_OK(st_request_add_header(request, "Sec-Fetch-Mode", loads_page ? "navigate" : "cors", &error));
    CHECK(st_request_loads_page(request) == loads_page);
    return request;
}

/* The status of the library's response to a request; 0 if the host makes the page. */
static int32_t begin(st_request *request) {
    st_action action = -1;
    CHECK_OK(st_request_begin(request, &action, &error));
    int32_t status = st_request_response_status(request);
    CHECK(action == (status == 0 ? ST_PROCEED : ST_RESPOND));
    return status;
}

static int32_t require_login(st_request *request, const st_gate *gate, const char *path) {
    st_action action = -1;
    CHECK_OK(st_request_require_login(request, gate, path, path == NULL ? 0 : strlen(path), &action, &error));
    int32_t status = st_request_response_status(request);
    CHECK(action == (status == 0 ? ST_PROCEED : ST_RESPOND));
    return status;
}

/* Begins a request of a script. */
static int32_t ask(const struct browser *browser, st_app *app, const char *target) {
    st_request *request = make_request(browser, app, target, false);
    int32_t status = begin(request);
    st_request_free(request);
    return status;
}

/* With the two keys a host has a gate, and calls nothing new. */
static void gate_of_the_settings(void) {
    struct browser browser = {0};
    struct visit visit = {0};
    st_app *app = make_site("require_login = true\nopen_paths = [\"/health\", \"/static/\"]\n");
    CHECK(st_app_requires_login(app) == 1);
    CHECK(ask(&browser, app, "/health?x=1") == 0);
    CHECK(ask(&browser, app, "/static/a.css") == 0);
    CHECK(ask(&browser, app, "/static/%2e%2e/report") == 401);
    CHECK(ask(&browser, app, "/report") == 401);
    st_request *request = make_request(&browser, app, "/report?id=3", true);
    CHECK(st_request_may_block(request) == 1);
    CHECK(begin(request) == 302);
    browser_receive(&browser, request, &visit);
    CHECK_CONTAINS(visit.location, "https://provider.example/authorize?");
    st_request_free(request);
    char callback[512];
    make_callback(visit.location, &provider, callback, sizeof callback);
    browser_visit(&browser, app, "GET", callback, &visit);
    CHECK_TEXT(visit.location, "/report?id=3");
    CHECK(ask(&browser, app, "/report") == 0);
    st_app_free(app);
}

static void answer_to_a_script(void) {
    struct browser browser = {0};
    struct visit visit = {0};
    st_app *app = make_site("require_login = true\n");
    browser_visit(&browser, app, "POST", "/report", &visit);
    CHECK(visit.action == ST_RESPOND && visit.status == 401);
    CHECK_TEXT(visit.body, "Sign in first.\n\nnot_signed_in\n");
    CHECK_TEXT(visit.location, "");
    CHECK_TEXT(visit.error_code, "");
    st_app_free(app);
}

static void add_route(st_request *request, const char *path) {
    CHECK_OK(st_request_add_route(request, path, strlen(path), &error));
}

/* A host that is mounted at a prefix, which a client may choose. */
static void routes_count_instead_of_the_target(void) {
    struct browser browser = {0};
    st_app *app = make_site("require_login = true\nopen_paths = \"/static/\"\n");
    st_request *request = make_request(&browser, app, "/static/report", false);
    add_route(request, "/report");
    CHECK(begin(request) == 401);
    st_request_free(request);
    request = make_request(&browser, app, "/app/static/a.css", false);
    add_route(request, "/static/a.css");
    CHECK(begin(request) == 0);
    CHECK(require_login(request, NULL, "/static/b.css") == 0);
    CHECK(require_login(request, NULL, "/report") == 401);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_add_route(request, "/", 1, &error));
    st_request_free(request);
    request = make_request(&browser, app, "/static/", false);
    CHECK_OK(st_request_add_route(request, "/static/\0/..", 12, &error));
    CHECK(begin(request) == 401);
    st_request_free(request);
    st_app_free(app);
}

/* A path that got lost must not leave the others to decide. */
static void lost_route(void) {
    static char long_path[70000];
    struct browser browser = {0};
    st_app *app = make_site("require_login = true\nopen_paths = \"/static/\"\n");
    st_request *request = make_request(&browser, app, "/static/", false);
    add_route(request, "/static/");
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_request_add_route(request, long_path, sizeof long_path, &error));
    CHECK(begin(request) == 401);
    st_request_free(request);
    st_app_free(app);
}

/* Without require_login, pages are open but for those that the host closes. */
static void gate_of_the_host(void) {
    struct browser browser = {0};
    st_gate *gate = NULL;
    st_app *app = make_app(&provider);
    CHECK(st_app_requires_login(app) == 0);
    CHECK_OK(st_gate_new(open_paths, 2, &gate, &error));
    st_request *request = make_request(&browser, app, "/report", true);
    CHECK(st_request_may_block(request) == 0 && begin(request) == 0);
    CHECK(require_login(request, NULL, "/report") == 0);
    CHECK(require_login(request, gate, "/health") == 0);
    CHECK(st_request_response_header_count(request) == 0);
    CHECK(require_login(request, gate, "") == 302);
    CHECK(require_login(request, gate, "/health") == 302); /* the answer stays */
    st_request_free(request);
    request = make_request(&browser, app, "/report", false);
    CHECK(begin(request) == 0 && require_login(request, NULL, NULL) == 401);
    st_request_free(request);
    st_gate_free(gate);
    st_app_free(app);
}

/* Who is signed in passes, and caches learn that the page is another one for others. */
static void signed_in(void) {
    struct browser browser = {0};
    struct visit visit = {0};
    const char *name, *value;
    st_app *app = make_app(&provider);
    browser_login(&browser, app, &provider, &visit);
    st_request *request = make_request(&browser, app, "/report", false);
    CHECK(begin(request) == 0 && require_login(request, NULL, NULL) == 0);
    CHECK_OK(st_request_response_header(request, 0, &name, &value, &error));
    CHECK_TEXT(name, "Vary");
    CHECK_TEXT(value, "Cookie");
    CHECK_OK(st_request_logout(request, &error));
    CHECK(require_login(request, NULL, NULL) == 303); /* the way out, not the way in */
    st_request_free(request);
    st_app_free(app);
}

static void wrong_gates(void) {
    const char *const wrong[] = {"health", "", "/a/../b", "/%61", "\xff"};
    st_gate *gate = NULL;
    for (size_t i = 0; i < 4; i++)
        CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_gate_new(wrong + i, 1, &gate, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_text", st_gate_new(wrong + 4, 1, &gate, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_gate_new((const char *const[]){NULL}, 1, &gate, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_gate_new(NULL, 1, &gate, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_gate_new(open_paths, 1001, &gate, &error));
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_gate_new(open_paths, (size_t)-1, &gate, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_gate_new(open_paths, 2, NULL, &error));
    CHECK(gate == NULL);
}

/* A gate that was freed must not leave the page open. */
static void dead_gate(void) {
    struct browser browser = {0};
    st_action action = -1;
    st_gate *gate = NULL;
    st_app *app = make_app(&provider);
    CHECK_OK(st_gate_new(NULL, 0, &gate, &error));
    st_gate_free(gate);
    st_request *request = make_request(&browser, app, "/report", false);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence",
                st_request_require_login(request, NULL, "/", 1, &action, &error));
    CHECK(begin(request) == 0);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_request_require_login(request, gate, "/", 1, &action, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_request_require_login(request, NULL, "/", 1, NULL, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_request_require_login(request, NULL, NULL, 1, &action, &error));
    CHECK(action == -1);
    st_request_free(request);
    st_app_free(app);
}

/* The provider is not reached: the visitor gets a page, or the host an error. */
static void login_that_cannot_begin(void) {
    struct browser browser = {0};
    st_action action = -1;
    st_app *app = make_site("require_login = true\nopen_paths = \"/health\"\n");
    provider.mood = UNREACHABLE;
    st_request *request = make_request(&browser, app, "/report", true);
    CHECK(begin(request) == 502);
    CHECK_TEXT(st_error_code(st_request_error(request)), "provider_unreachable");
    st_request_free(request);
    request = make_request(&browser, app, "/health", true);
    CHECK(begin(request) == 0);
    CHECK_FAILS(ST_NETWORK_ERROR, "provider_unreachable",
                st_request_require_login(request, NULL, "/report", 7, &action, &error));
    CHECK(action == -1 && st_request_response_status(request) == 0);
    st_request_free(request);
    provider.mood = HONEST;
    st_app_free(app);
}

static st_app *make_event_site(void) {
    static const char lines[] = "[auth]\nrequire_login = true\nopen_paths = \"/health\"\n";
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_load_toml(config, lines, sizeof lines - 1, &error));
    CHECK_OK(st_config_set_transport(config, NULL, NULL, NULL, &error));
    CHECK_OK(st_config_set_event_loop(config, 1, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

/* Answers the exchange that the gate waits for, or not. */
static int32_t resume(st_request *request, bool has_response) {
    st_action action = -1;
    st_exchange *exchange = st_request_exchange(request);
    CHECK(exchange != NULL && st_request_response_status(request) == 0);
    if (has_response)
        CHECK(provider_transport(exchange, &provider) == ST_OK);
    CHECK_OK(st_request_resume(request, &action, &error));
    CHECK(action == ST_RESPOND);
    return st_request_response_status(request);
}

/* On an event loop the login waits for the provider's metadata, and the host's page is not made meanwhile. */
static void gate_on_an_event_loop(void) {
    struct browser browser = {0};
    st_action action = -1;
    for (int has_response = 0; has_response < 2; has_response++) {
        st_app *app = make_event_site();
        st_request *request = make_request(&browser, app, "/report", true);
        CHECK_OK(st_request_begin(request, &action, &error));
        CHECK(action == ST_WAIT && resume(request, has_response) == (has_response ? 302 : 502));
        st_request_free(request);
        st_app_free(app);
        app = make_event_site();
        request = make_request(&browser, app, "/health", true);
        CHECK(begin(request) == 0);
        for (int i = 0; i < 2; i++) {
            CHECK_OK(st_request_require_login(request, NULL, "/report", 7, &action, &error));
            CHECK(action == ST_WAIT);
        }
        CHECK(resume(request, has_response) == (has_response ? 302 : 502));
        st_request_free(request);
        st_app_free(app);
    }
}

int main(void) {
    provider_start(&provider);
    gate_of_the_settings();
    answer_to_a_script();
    routes_count_instead_of_the_target();
    lost_route();
    gate_of_the_host();
    signed_in();
    wrong_gates();
    dead_gate();
    login_that_cannot_begin();
    gate_on_an_event_loop();
    provider_stop(&provider);
    return check_summary();
}
