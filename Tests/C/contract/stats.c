/* st_app_stats_json() and st_app_stats_prometheus(): what they count, and the buffer that they write to. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdlib.h>
#include <string.h>

typedef st_status stats_function(const st_app *, char *, size_t, size_t *, st_error **);

static struct provider provider;
static char text[65536];

/* The numbers, as text that ends with NUL. */
static const char *stats_of(const st_app *app, stats_function *write) {
    size_t length = 0;
    CHECK_OK(write(app, text, sizeof text - 1, &length, &error));
    text[length] = '\0';
    return text;
}

static void counts(void) {
    struct browser browser = {0}, stranger = {0};
    struct visit visit;
    st_app *app = make_app(&provider);
    CHECK_CONTAINS(stats_of(app, st_app_stats_json),
                   "\"events\":[{\"event\":\"ended_sessions_not_shared\",\"count\":1}]");
    browser_login(&browser, app, &provider, &visit);
    browser_login(&browser, app, &provider, &visit);
    browser_visit(&stranger, app, "GET", "/oauth2callback?code=x&state=y", &visit);
    CHECK_CONTAINS(stats_of(app, st_app_stats_json),
                   "{\"event\":\"login_succeeded\",\"provider\":\"default\",\"count\":2}");
    CHECK_CONTAINS(text, "{\"event\":\"login_refused\",\"code\":\"state_mismatch\",\"count\":1}");
    CHECK_CONTAINS(text, "{\"provider\":\"default\",\"count\":4,");
    CHECK_CONTAINS(stats_of(app, st_app_stats_prometheus),
                   "\nstauth_events_total{event=\"login_succeeded\",provider=\"default\",code=\"\"} 2\n");
    CHECK_CONTAINS(text, "\nstauth_provider_request_seconds_count{provider=\"default\"} 4\n");
    st_app_free(app);
}

/* malloc() instead of an array: valgrind then sees a byte written past the capacity. */
static void every_capacity(stats_function *write) {
    st_app *app = make_app(&provider);
    size_t needed = strlen(stats_of(app, write)), length;
    const size_t capacities[] = {0, 1, needed - 1, needed, needed + 1};
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
        char *buffer = malloc(capacities[i]);
        length = 0;
        if (capacities[i] < needed) {
            CHECK_FAILS(ST_LIMIT_EXCEEDED, "buffer_too_small", write(app, buffer, capacities[i], &length, &error));
        } else {
            CHECK_OK(write(app, buffer, capacities[i], &length, &error));
            CHECK(memcmp(buffer, text, needed) == 0);
        }
        CHECK(length == needed);
        free(buffer);
    }
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    counts();
    every_capacity(st_app_stats_json);
    every_capacity(st_app_stats_prometheus);
    provider_stop(&provider);
    return check_summary();
}
