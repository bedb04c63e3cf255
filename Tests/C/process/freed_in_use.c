/* Handles that one thread frees while others are in calls with them: the calls end as if the handle were live, or are
   refused; nobody reads what was freed. Argument: how often (valgrind is slow). */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { USERS = 4, ROUNDS = 60, AT_ONCE = 64 };

static struct provider provider;
static struct browser signed_in;
static char cookies[JAR_SIZE * COOKIE_CAPACITY];
static size_t cookies_length;
static atomic_bool stop;
static atomic_long calls;

/* What the users use; the main thread puts another in its place, then frees it. */
static st_config *_Atomic config;
static st_app *_Atomic app;
static st_request *_Atomic request;
static st_error *_Atomic failure;

static bool is_expected(st_status status) {
    return status == ST_OK || status == ST_INVALID_ARGUMENT;
}

static void use_app(void) {
    char buffer[8192];
    size_t length = 0;
    st_status status =
        st_user_from_cookie(atomic_load(&app), cookies, cookies_length, buffer, sizeof buffer - 1, &length, NULL);
    buffer[length] = '\0';
    CHECK(is_expected(status));
    CHECK((status == ST_OK) == (strstr(buffer, "\"sub\":\"ada\"") != NULL));
}

static void begin_login(void) {
    st_request *own = NULL;
    st_action action;
    st_status status = st_request_new(atomic_load(&app), "GET", "/auth/login", &own, NULL);
    CHECK(is_expected(status));
    if (status != ST_OK)
        return;
    CHECK(st_request_begin(own, &action, NULL) == ST_OK && st_request_response_status(own) == 302);
    st_request_free(own);
}

static void make_app_of_config(void) {
    st_app *own = NULL;
    CHECK(is_expected(st_app_new(atomic_load(&config), &own, NULL)));
    st_app_free(own);
}

/* Only what does not change the request: two threads never may. */
static void look_at_request(void) {
    int32_t status = st_request_response_status(atomic_load(&request));
    CHECK(status == 0 || status == -1); /* -1: freed meanwhile */
    CHECK(st_request_wants_body(atomic_load(&request)) == 0);
}

static void look_at_error(void) {
    int32_t status = st_error_http_status(atomic_load(&failure));
    CHECK(status == 400 || status == 500);
}

static void *use(void *argument) {
    static void (*const steps[])(void) = {begin_login, look_at_request, look_at_error, make_app_of_config};
    int number = *(int *)argument;
    for (unsigned i = 0; !atomic_load(&stop); i++) {
        /* Most of them all the time do what is quickest: a race shows there soonest. */
        i % 16 == 15 || number == 0 ? steps[i / 16 % 4]() : use_app();
        atomic_fetch_add(&calls, 1);
    }
    return NULL;
}

/* One of each kind. */
struct set {
    st_config *config;
    st_app *app;
    st_request *request;
    st_error *failure;
};

static void make_set(struct set *set) {
    st_request *none = NULL;
    memset(set, 0, sizeof *set);
    set->config = make_config(&provider);
    CHECK_OK(st_app_new(set->config, &set->app, &error));
    CHECK_OK(st_request_new(set->app, "GET", "/", &set->request, &error));
    CHECK(st_request_new(NULL, "GET", "/", &none, &set->failure) == ST_INVALID_ARGUMENT);
}

static void replace(const struct set *set) {
    st_app_free(atomic_exchange(&app, set->app));
    st_request_free(atomic_exchange(&request, set->request));
    st_error_free(atomic_exchange(&failure, set->failure));
    st_config_free(atomic_exchange(&config, set->config));
}

/* Made beforehand, so that they are freed fast one after the other. */
static void replace_many(void) {
    struct set sets[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++)
        make_set(&sets[i]);
    for (int i = 0; i < AT_ONCE; i++)
        replace(&sets[i]);
}

int main(int count, char **arguments) {
    int rounds = count > 1 ? atoi(arguments[1]) : ROUNDS, numbers[USERS];
    const struct set none = {0};
    pthread_t threads[USERS];
    struct visit visit;
    provider_start(&provider);
    replace_many();
    browser_login(&signed_in, atomic_load(&app), &provider, &visit);
    cookies_length = browser_cookie_header(&signed_in, cookies, sizeof cookies);
    for (int i = 0; i < USERS; i++) {
        numbers[i] = i;
        CHECK(pthread_create(&threads[i], NULL, use, &numbers[i]) == 0);
    }
    for (int i = 0; i < rounds; i++)
        replace_many();
    atomic_store(&stop, true);
    for (int i = 0; i < USERS; i++)
        pthread_join(threads[i], NULL);
    CHECK(atomic_load(&calls) > 0);
    replace(&none);
    provider_stop(&provider);
    return check_summary();
}
