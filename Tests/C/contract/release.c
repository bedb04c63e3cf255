/* Release functions: each gets its user data back exactly once, when nothing can call the callback any more. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <pthread.h>
#include <string.h>

static struct provider provider;

/* User data of a callback, and what became of it. */
struct data {
    int calls, releases;
    int calls_at_release;
    pthread_t releasing_thread;
};

static void release(void *user_data) {
    struct data *data = user_data;
    data->releases++;
    data->calls_at_release = data->calls;
    data->releasing_thread = pthread_self();
}

static void count(struct data *data) {
    data->calls++;
    CHECK(data->releases == 0); /* never called after that */
}

static int64_t clock_function(void *user_data) {
    count(user_data);
    return TEST_TIME;
}

static int32_t random_function(uint8_t *bytes, size_t length, void *user_data) {
    count(user_data);
    memset(bytes, 7, length);
    return 0;
}

static void log_function(int32_t level, const char *line, void *user_data) {
    (void)level;
    (void)line;
    count(user_data);
}

static st_status transport_function(st_exchange *exchange, void *user_data) {
    count(user_data);
    return provider_transport(exchange, &provider);
}

enum { CLOCK, RANDOM, LOG, TRANSPORT, KINDS };

static void set_all(st_config *config, struct data data[KINDS]) {
    CHECK_OK(st_config_set_clock(config, clock_function, &data[CLOCK], release, &error));
    CHECK_OK(st_config_set_random(config, random_function, &data[RANDOM], release, &error));
    CHECK_OK(st_config_set_log(config, log_function, &data[LOG], release, &error));
    CHECK_OK(st_config_set_transport(config, transport_function, &data[TRANSPORT], release, &error));
}

static bool have_releases(const struct data data[KINDS], int releases) {
    for (int i = 0; i < KINDS; i++)
        if (data[i].releases != releases)
            return false;
    return true;
}

static void with_the_configuration(void) {
    struct data data[KINDS] = {0};
    st_config *config = make_config(&provider);
    set_all(config, data);
    CHECK(have_releases(data, 0));
    st_config_free(config);
    CHECK(have_releases(data, 1));
    st_config_free(config);
    CHECK(have_releases(data, 1));
}

static void when_replaced(void) {
    struct data first[KINDS] = {0}, second[KINDS] = {0};
    st_config *config = make_config(&provider);
    set_all(config, first);
    set_all(config, second);
    CHECK(have_releases(first, 1) && have_releases(second, 0));
    CHECK_OK(st_config_set_clock(config, NULL, NULL, NULL, &error));
    CHECK_OK(st_config_set_random(config, NULL, NULL, NULL, &error));
    CHECK_OK(st_config_set_log(config, NULL, NULL, NULL, &error));
    CHECK_OK(st_config_set_transport(config, NULL, NULL, NULL, &error));
    CHECK(have_releases(second, 1));
    st_config_free(config);
    CHECK(have_releases(first, 1) && have_releases(second, 1));
}

/* Who sets the same again owes, and gets back, each time. */
static void once_each_time(void) {
    struct data data = {0};
    st_config *config = make_config(&provider);
    for (int i = 0; i < 3; i++) {
        CHECK_OK(st_config_set_log(config, log_function, &data, release, &error));
        CHECK(data.releases == i);
    }
    st_config_free(config);
    CHECK(data.releases == 3);
}

/* Calls that keep nothing: whoever made them still has the data. */
static void never_kept(void) {
    struct data data = {0};
    st_config *config = make_config(&provider);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_config_set_clock(NULL, clock_function, &data, release, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle",
                st_config_set_transport(NULL, transport_function, &data, release, &error));
    CHECK_OK(st_config_set_log(config, NULL, &data, release, &error));
    st_config_free(config);
    CHECK(data.releases == 0);
}

static void log_in(st_app *app) {
    struct browser browser = {0};
    struct visit visit;
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    CHECK(visit.status == 302);
}

/* Two applications and a request outlive the configuration, and the last of them decides. */
static void with_the_last_that_can_call(void) {
    struct data data[KINDS] = {0};
    struct browser browser = {0};
    st_app *first = NULL, *second = NULL;
    st_action action;
    st_config *config = make_config(&provider);
    set_all(config, data);
    CHECK_OK(st_app_new(config, &first, &error));
    CHECK_OK(st_app_new(config, &second, &error));
    st_config_free(config);
    log_in(first);
    st_app_free(first);
    log_in(second);
    st_request *request = browser_request(&browser, second, "GET", "/auth/login");
    st_app_free(second);
    CHECK(have_releases(data, 0));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(st_request_response_status(request) == 302 && have_releases(data, 0));
    st_request_free(request);
    CHECK(have_releases(data, 1));
    for (int i = 0; i < KINDS; i++)
        CHECK(data[i].calls > 0 && data[i].calls_at_release == data[i].calls);
}

static void after_a_failure(void) {
    struct data data[KINDS] = {0};
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    set_all(config, data);
    CHECK_OK(st_config_set(config, "auth.no_such_key", "x", &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_app_new(config, &app, &error));
    CHECK(have_releases(data, 0));
    st_config_free(config);
    CHECK(have_releases(data, 1));
}

static void *free_app(void *app) {
    st_app_free(app);
    return NULL;
}

static void on_the_thread_that_frees(void) {
    struct data data[KINDS] = {0};
    pthread_t thread;
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    set_all(config, data);
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    CHECK(pthread_create(&thread, NULL, free_app, app) == 0);
    pthread_join(thread, NULL);
    CHECK(have_releases(data, 1));
    CHECK(pthread_equal(data[LOG].releasing_thread, thread));
}

/* The library holds nothing meanwhile that a call would wait for. */
static st_config *reused;

static void release_with_calls(void *user_data) {
    struct data *data = user_data;
    st_config *other = NULL;
    data->releases++;
    CHECK_OK(st_config_set_clock(reused, clock_function, data + 1, release, &error));
    CHECK_OK(st_config_new(&other, &error));
    st_config_free(other);
}

static void release_may_call(void) {
    struct data data[2] = {0};
    reused = make_config(&provider);
    CHECK_OK(st_config_set_clock(reused, clock_function, &data[0], release_with_calls, &error));
    CHECK_OK(st_config_set_clock(reused, NULL, NULL, NULL, &error));
    CHECK(data[0].releases == 1 && data[1].releases == 0);
    st_config_free(reused);
    CHECK(data[0].releases == 1 && data[1].releases == 1);
}

int main(void) {
    provider_start(&provider);
    with_the_configuration();
    when_replaced();
    once_each_time();
    never_kept();
    with_the_last_that_can_call();
    after_a_failure();
    on_the_thread_that_frees();
    release_may_call();
    provider_stop(&provider);
    return check_summary();
}
