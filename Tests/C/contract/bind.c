/* The request of this thread: bound, the only one, freed while bound, and seen by no other thread. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <pthread.h>
#include <string.h>

static struct provider provider;
static struct browser signed_in;
static const char nobody[] = "{\"is_logged_in\":false}";

static st_request *begun(struct browser *browser, st_app *app, const char *method, const char *target) {
    st_action action;
    st_request *request = browser_request(browser, app, method, target);
    CHECK_OK(st_request_begin(request, &action, &error));
    return request;
}

static void nothing_is_bound_at_first(void) {
    CHECK(st_login(NULL) == ST_NO_REQUEST);
    CHECK(st_logout() == ST_NO_REQUEST);
    CHECK_TEXT(st_user_json(), nobody);
    st_request_unbind();
    CHECK_TEXT(st_user_json(), nobody);
}

static void three_calls_act_on_the_bound_request(st_app *app) {
    struct browser browser = {0};
    struct visit visit;
    browser_login(&browser, app, &provider, &visit);
    st_request *request = begun(&browser, app, "POST", "/page");
    CHECK_OK(st_request_bind(request, &error));
    CHECK_CONTAINS(st_user_json(), "\"sub\":\"ada\"");
    CHECK(st_login("nobody") == ST_INVALID_ARGUMENT);
    CHECK_TEXT(st_error_code(st_request_error(request)), "provider_unknown");
    CHECK(st_request_response_status(request) == 0);
    CHECK(st_login("other") == ST_OK);
    CHECK(st_request_response_status(request) == 303);
    CHECK(st_logout() == ST_OK);
    CHECK(st_request_response_status(request) == 303);
    CHECK_TEXT(st_user_json(), nobody);
    st_request_unbind();
    CHECK(st_logout() == ST_NO_REQUEST);
    st_request_free(request);
}

/* As when two coroutines of one thread bind: neither sees the user of the other. */
static void second_request_is_refused(st_app *app) {
    struct browser stranger = {0};
    st_request *first = begun(&signed_in, app, "GET", "/"), *second = begun(&stranger, app, "GET", "/");
    CHECK_OK(st_request_bind(second, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "other_request_bound", st_request_bind(first, &error));
    CHECK_TEXT(st_user_json(), nobody);
    CHECK_OK(st_request_bind(second, &error));
    st_request_unbind();
    CHECK_OK(st_request_bind(first, &error));
    CHECK_OK(st_request_bind(first, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "other_request_bound", st_request_bind(second, &error));
    CHECK_CONTAINS(st_user_json(), "\"is_logged_in\":true");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_request_bind(NULL, &error));
    CHECK_CONTAINS(st_user_json(), "\"is_logged_in\":true");
    st_request_free(first);
    CHECK_TEXT(st_user_json(), nobody);
    CHECK(st_login(NULL) == ST_NO_REQUEST);
    CHECK(st_logout() == ST_NO_REQUEST);
    st_request_free(second);
    st_request_unbind();
}

/* A host that forgets to unbind must not see the user of the request before. */
static void freed_request_is_never_seen_again(st_app *app) {
    struct browser stranger = {0};
    for (int i = 0; i < 100; i++) {
        st_request *request = begun(&signed_in, app, "GET", "/");
        CHECK_OK(st_request_bind(request, &error));
        st_request_free(request);
        st_request *next = begun(&stranger, app, "GET", "/");
        CHECK_TEXT(st_user_json(), nobody);
        CHECK_OK(st_request_bind(next, &error));
        CHECK_TEXT(st_user_json(), nobody);
        st_request_free(next);
    }
}

static void *stranger_thread(void *argument) {
    struct browser stranger = {0};
    CHECK(st_logout() == ST_NO_REQUEST);
    CHECK_TEXT(st_user_json(), nobody);
    st_request *request = begun(&stranger, argument, "GET", "/");
    CHECK_OK(st_request_bind(request, &error));
    CHECK_TEXT(st_user_json(), nobody);
    st_request_free(request);
    return NULL;
}

static void threads_have_their_own(st_app *app) {
    pthread_t thread;
    st_request *request = begun(&signed_in, app, "GET", "/");
    CHECK_OK(st_request_bind(request, &error));
    CHECK(pthread_create(&thread, NULL, stranger_thread, app) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_CONTAINS(st_user_json(), "\"sub\":\"ada\"");
    st_request_unbind();
    CHECK_TEXT(st_user_json(), nobody);
    st_request_free(request);
}

int main(void) {
    struct visit visit;
    provider_start(&provider);
    st_app *app = make_app(&provider);
    browser_login(&signed_in, app, &provider, &visit);
    CHECK(visit.status == 302);
    nothing_is_bound_at_first();
    three_calls_act_on_the_bound_request(app);
    second_request_is_refused(app);
    freed_request_is_never_seen_again(app);
    threads_have_their_own(app);
    st_app_free(app);
    provider_stop(&provider);
    return check_summary();
}
