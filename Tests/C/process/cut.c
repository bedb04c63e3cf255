/* Every answer of a provider, cut after each of its bytes, closed or reset there, however its end is marked: nobody is
   signed in, and with the whole answer somebody is. Argument: every how many bytes; 1 if there is none. */
#include "support/browser.h"
#include "support/check.h"
#include "support/http_provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct provider provider;
static struct http_provider server;
static st_app *warm; /* has metadata and keys */

/* A login from its start; a failure at any step ends it. */
static bool logs_in(st_app *app) {
    struct browser browser = {0};
    struct visit visit;
    char callback[512];
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    if (visit.status != 302)
        return false;
    make_callback(visit.location, &provider, callback, sizeof callback);
    browser_visit(&browser, app, "GET", callback, &visit);
    st_request *request = browser_request(&browser, app, "GET", "/page");
    st_action action = ST_RESPOND;
    CHECK_OK(st_request_begin(request, &action, &error));
    bool is_logged_in = st_request_is_logged_in(request) == 1;
    CHECK(is_logged_in == (visit.status == 302));
    st_request_free(request);
    return is_logged_in;
}

static bool logs_in_anew(void) {
    st_app *app = make_http_app(&server);
    bool result = logs_in(app);
    st_app_free(app);
    return result;
}

/* What is cached is asked for by a new application alone. */
static void cut_each(const char *path, size_t step) {
    bool is_cached = strcmp(path, "/token") != 0;
    server.cut_path = path;
    server.cut_at = SIZE_MAX;
    CHECK(is_cached ? logs_in_anew() : logs_in(warm));
    size_t length = server.length;
    CHECK(length > 100);
    /* After the last chunk, libcurl does not wait for the line feed that ends it. */
    size_t end = server.framing == CHUNKED ? length - 1 : length;
    for (server.cut_at = 0; server.cut_at < end; server.cut_at += step)
        CHECK(!(is_cached ? logs_in_anew() : logs_in(warm)));
    server.cut_at = length;
    CHECK(is_cached ? logs_in_anew() : logs_in(warm));
    server.cut_path = NULL;
    printf("%s: %zu bytes, framing %d%s\n", path, length, (int)server.framing, server.resets ? ", reset" : "");
}

int main(int count, char **arguments) {
    size_t step = count > 1 ? strtoul(arguments[1], NULL, 10) : 1;
    const char *paths[] = {"/.well-known/openid-configuration", "/keys", "/token"};
    provider_start(&provider);
    http_provider_start(&server, &provider);
    warm = make_http_app(&server);
    CHECK(logs_in(warm));
    for (int framing = LENGTH; framing < FRAMINGS; framing++)
        for (int resets = 0; resets < 2; resets++)
            for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
                server.framing = (enum framing)framing;
                server.resets = resets == 1;
                cut_each(paths[i], step);
            }
    st_app_free(warm);
    http_provider_stop(&server);
    provider_stop(&provider);
    return check_summary();
}
