#include "program.h"

#include "application.h"
#include "check.h"

#include <string.h>

int64_t native_time = TEST_TIME;

static int64_t moving_clock(void *user_data) {
    (void)user_data;
    return native_time;
}

st_app *make_native_app_with(struct provider *provider, bool has_event_loop, const char *key, const char *value) {
    st_app *app = NULL;
    st_config *config = make_config(provider);
    CHECK_OK(st_config_set(config, "auth.redirect_uri", "http://127.0.0.1:49152/oauth2callback", &error));
    CHECK_OK(st_config_set(config, "auth.expose_tokens", "access", &error));
    if (key != NULL)
        CHECK_OK(st_config_set(config, key, value, &error));
    CHECK_OK(st_config_set_clock(config, moving_clock, NULL, NULL, &error));
    if (has_event_loop) {
        CHECK_OK(st_config_set_transport(config, NULL, NULL, NULL, &error));
        CHECK_OK(st_config_set_event_loop(config, 1, &error));
    }
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

st_app *make_native_app(struct provider *provider, bool has_event_loop) {
    return make_native_app_with(provider, has_event_loop, NULL, NULL);
}

st_request *make_native(st_app *app, const char *session) {
    st_action action = ST_RESPOND;
    st_request *request = NULL;
    CHECK_OK(st_native_new(app, session, session == NULL ? 0 : strlen(session), &request, &error));
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK(action == ST_PROCEED);
    return request;
}

int drive(st_request *request, struct provider *provider, st_action action) {
    int exchanges = 0;
    for (; action == ST_WAIT; exchanges++) {
        CHECK(provider_transport(st_request_exchange(request), provider) == ST_OK);
        CHECK_OK(st_request_resume(request, &action, &error));
    }
    CHECK(st_request_exchange(request) == NULL);
    return exchanges;
}

char *copy_of_session(const st_request *request) {
    const char *session = NULL;
    size_t length = 1;
    CHECK_OK(st_native_session(request, &session, &length, &error));
    CHECK(session != NULL && strlen(session) == length);
    return strdup(session == NULL ? "" : session);
}
