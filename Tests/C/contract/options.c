/* st_request_set: what one login or logout asks for, what it refuses, and how long it lasts. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct provider provider;

static st_app *app_of(const char *toml) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_load_toml(config, toml, strlen(toml), &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

static st_request *begun(st_app *app, const char *target) {
    struct browser browser = {0};
    st_action action;
    st_request *request = browser_request(&browser, app, "GET", target);
    CHECK_OK(st_request_begin(request, &action, &error));
    return request;
}

/* Where the response sends the browser; empty if nowhere. */
static void location_of(st_request *request, char out[4096]) {
    const char *name, *value;
    out[0] = '\0';
    for (size_t i = 0; i < st_request_response_header_count(request); i++) {
        CHECK_OK(st_request_response_header(request, i, &name, &value, &error));
        if (strcmp(name, "Location") == 0)
            snprintf(out, 4096, "%s", value);
    }
}

/* A key, a value, and the code with which it is refused; NULL for one that is taken. */
static const char *const cases[][3] = {
    {"return_to", "/x", NULL},
    {"return_to", "https://evil.example/", NULL}, /* counts as the start page */
    {"login_hint", "ada@example.org", NULL},
    {"login_hint", "Ada L\xc3\xb6velace", NULL},
    {"login_hint", "", "option_invalid"},
    {"login_hint", "a\r\nb", "option_invalid"},
    {"login_hint", "\xff", "invalid_text"},
    {"prompt", "login consent", NULL},
    {"prompt", "none", NULL},
    {"prompt", "none login", "option_invalid"},
    {"prompt", "login  consent", "option_invalid"},
    {"prompt", "log-in", "option_invalid"},
    {"acr_values", "mfa urn:example:2", NULL},
    {"acr_values", " ", "option_invalid"},
    {"max_age", "0", NULL},
    {"max_age", "315360000", NULL},
    {"max_age", "315360001", "option_invalid"},
    {"max_age", "-1", "option_invalid"},
    {"max_age", "1h", "option_invalid"},
    {"max_age", "", "option_invalid"},
    {"max_age", "99999999999999999999", "option_invalid"},
    {"ui_locales", "de fr-CA", NULL},
    {"ui_locales", "de_DE", "option_invalid"},
    {"logout", "local", NULL},
    {"logout", "provider", "option_invalid"},
    {"logout", "", "option_invalid"},
    {"scope", "openid", "option_unknown"},
    {"state", "x", "option_unknown"},
    {"", "x", "option_unknown"},
};

static void keys_and_values(st_app *app) {
    st_request *request = begun(app, "/");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (cases[i][2] == NULL)
            CHECK_OK(st_request_set(request, cases[i][0], cases[i][1], &error));
        else
            CHECK_FAILS(ST_INVALID_ARGUMENT, cases[i][2], st_request_set(request, cases[i][0], cases[i][1], &error));
        CHECK_OK(st_request_set(request, "prompt", NULL, &error));
    }
    CHECK_FAILS(ST_INVALID_ARGUMENT, "option_unknown", st_request_set(request, "scope", NULL, &error));
    st_request_free(request);
}

static void errors_name_the_key(st_app *app) {
    st_error *error = NULL;
    st_request *request = begun(app, "/");
    CHECK(st_request_set(request, "max_age", "soon", &error) == ST_INVALID_ARGUMENT);
    CHECK_CONTAINS(st_error_message(error), "max_age");
    st_error_free(error);
    CHECK(st_request_set(request, "colour", "red", &error) == ST_INVALID_ARGUMENT);
    CHECK_CONTAINS(st_error_message(error), "'colour'");
    st_error_free(error);
    st_request_free(request);
}

static void too_long(st_app *app) {
    char value[1026];
    st_request *request = begun(app, "/");
    memset(value, 'a', sizeof value - 1);
    value[1025] = '\0';
    CHECK_FAILS(ST_INVALID_ARGUMENT, "option_invalid", st_request_set(request, "login_hint", value, &error));
    CHECK_OK(st_request_set(request, "login_hint", value + 1, &error));
    st_request_free(request);
}

static void only_after_begin(st_app *app) {
    struct browser browser = {0};
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_request_set(request, "prompt", "login", &error));
    st_request_free(request);
}

static void set_all(st_request *request) {
    CHECK_OK(st_request_set(request, "login_hint", "ada@example.org", &error));
    CHECK_OK(st_request_set(request, "prompt", "login", &error));
    CHECK_OK(st_request_set(request, "acr_values", "mfa", &error));
    CHECK_OK(st_request_set(request, "max_age", "60", &error));
    CHECK_OK(st_request_set(request, "ui_locales", "de", &error));
}

/* Each parameter is there once, with the value of this login; those of another login are gone. */
static void options_are_sent_once(st_app *app) {
    static const char *const parameters[] = {"&login_hint=ada%40example.org", "&prompt=login", "&acr_values=mfa",
                                             "&max_age=60", "&ui_locales=de"};
    char location[4096];
    st_request *request = begun(app, "/");
    set_all(request);
    CHECK_OK(st_request_login(request, NULL, &error));
    location_of(request, location);
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
        CHECK_CONTAINS(location, parameters[i]);
    CHECK(strstr(location, "select_account") == NULL);
    CHECK_OK(st_request_login(request, NULL, &error));
    location_of(request, location);
    CHECK_CONTAINS(location, "&prompt=select_account");
    CHECK(strstr(location, "max_age") == NULL && strstr(location, "login_hint") == NULL);
    st_request_free(request);
}

/* A login that fails has had its options, and so has a logout. */
static void options_are_used_up(st_app *app) {
    char location[4096];
    st_request *request = begun(app, "/");
    set_all(request);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "provider_unknown", st_request_login(request, "nobody", &error));
    CHECK_OK(st_request_login(request, NULL, &error));
    location_of(request, location);
    CHECK(strstr(location, "max_age") == NULL);
    set_all(request);
    CHECK_OK(st_request_logout(request, &error));
    CHECK_OK(st_request_login(request, NULL, &error));
    location_of(request, location);
    CHECK(strstr(location, "max_age") == NULL);
    st_request_free(request);
}

static void bound_request(st_app *app) {
    char location[4096];
    st_request *request = begun(app, "/");
    CHECK_OK(st_request_bind(request, &error));
    CHECK_OK(st_request_set(request, "prompt", "consent", &error));
    CHECK(st_login("other") == ST_OK);
    location_of(request, location);
    CHECK_CONTAINS(location, "&prompt=consent");
    st_request_free(request);
}

/* The configuration's max_age is never made longer. */
static void strictest_max_age(void) {
    char location[4096];
    st_app *app = app_of("[auth.client_kwargs]\nmax_age = 100\n");
    static const char *const ages[][2] = {{"5", "&max_age=5&"}, {"3600", "&max_age=100&"}};
    for (size_t i = 0; i < 2; i++) {
        st_request *request = begun(app, "/");
        CHECK_OK(st_request_set(request, "max_age", ages[i][0], &error));
        CHECK_OK(st_request_login(request, "default", &error));
        location_of(request, location);
        strcat(location, "&");
        CHECK_CONTAINS(location, ages[i][1]);
        st_request_free(request);
    }
    st_app_free(app);
}

/* Logs in with a max_age, NULL for none, at a provider that says when the user signed in. */
static void log_in(st_app *app, const char *max_age, const char *claims, const char *code) {
    struct browser browser = {0};
    struct visit visit;
    char callback[512];
    st_action action;
    st_request *request = begun(app, "/");
    CHECK_OK(st_request_set(request, "max_age", max_age, &error));
    CHECK_OK(st_request_set(request, "return_to", "/report", &error));
    CHECK_OK(st_request_login(request, NULL, &error));
    browser_receive(&browser, request, &visit);
    st_request_free(request);
    make_callback(visit.location, &provider, callback, sizeof callback);
    provider.more_claims = claims;
    request = browser_request(&browser, app, "GET", callback);
    CHECK_OK(st_request_begin(request, &action, &error));
    memset(&visit, 0, sizeof visit);
    browser_receive(&browser, request, &visit);
    CHECK_TEXT(visit.error_code, code);
    CHECK_TEXT(visit.location, code[0] == '\0' ? "/report" : "");
    st_request_free(request);
    provider.more_claims = "";
}

static void max_age_is_enforced(st_app *app) {
    char recent[64], old[64];
    snprintf(recent, sizeof recent, ",\"auth_time\":%" PRId64, TEST_TIME - 30);
    snprintf(old, sizeof old, ",\"auth_time\":%" PRId64, TEST_TIME - 3600);
    log_in(app, "60", recent, "");
    log_in(app, "60", old, "id_token_authentication_too_old");
    log_in(app, "60", "", "id_token_claim_invalid");
    log_in(app, NULL, old, "");
    log_in(app, NULL, "", "");
}

/* Where the user chooses the provider, a login hint goes along; what only a provider can be asked for is refused. */
static void without_a_provider(void) {
    static const char toml[] = "[auth]\n"
                               "redirect_uri = \"https://app.example/oauth2callback\"\n"
                               "cookie_secret = \"k8VxTzq4NfWm2RbYcJ7sLhPd\"\n"
                               "[auth.one]\nclient_id = \"c\"\nclient_secret = \"s\"\n"
                               "server_metadata_url = \"https://provider.example/.well-known/openid-configuration\"\n"
                               "[auth.two]\nclient_id = \"c\"\nclient_secret = \"s\"\n"
                               "server_metadata_url = \"https://provider.example/.well-known/openid-configuration\"\n";
    char location[4096];
    st_app *app = NULL;
    st_config *config = NULL;
    CHECK_OK(st_config_new(&config, &error));
    CHECK_OK(st_config_load_toml(config, toml, strlen(toml), &error));
    CHECK_OK(st_config_set_transport(config, provider_transport, &provider, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    st_request *request = begun(app, "/");
    CHECK_OK(st_request_set(request, "login_hint", "ada", &error));
    CHECK_OK(st_request_login(request, NULL, &error));
    location_of(request, location);
    CHECK_TEXT(location, "/auth/login?return_to=%2F&login_hint=ada");
    set_all(request);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "option_invalid", st_request_login(request, NULL, &error));
    set_all(request);
    CHECK_OK(st_request_login(request, "two", &error));
    st_request_free(request);
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    st_app *app = make_app(&provider);
    keys_and_values(app);
    errors_name_the_key(app);
    too_long(app);
    only_after_begin(app);
    options_are_sent_once(app);
    options_are_used_up(app);
    bound_request(app);
    strictest_max_age();
    max_age_is_enforced(app);
    without_a_provider();
    st_app_free(app);
    provider_stop(&provider);
    return check_summary();
}
