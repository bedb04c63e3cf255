/* st_app_shared: one application for a file, a new one when the file changes, and what passes from one to the next. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct provider provider;
static char path[] = "/tmp/stauth-shared-XXXXXX";
static int refused_settings;
static const char *expected_reason;

static void write_file(const char *toml) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fputs(toml, file) >= 0 && fclose(file) == 0);
}

static void count_refused_settings(int32_t level, const char *line, void *user_data) {
    (void)user_data;
    if (strstr(line, "event=new_settings_refused") != NULL) {
        CHECK(level >= ST_LOG_WARNING);
        CHECK(strstr(line, expected_reason) != NULL);
        refused_settings++;
    }
}

static st_app *shared(void) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_log(config, count_refused_settings, NULL, NULL, &error));
    CHECK_OK(st_app_shared(config, path, &app, &error));
    st_config_free(config);
    return app;
}

/* Borrowed from the application, which therefore lives longer than the handle. */
static const char *login_path(void) {
    st_app *app = shared();
    const char *found = st_app_login_path(app);
    st_app_free(app);
    return found;
}

static bool is_signed_in(st_app *app, const struct browser *browser) {
    char cookies[JAR_SIZE * COOKIE_CAPACITY], json[65536];
    size_t written, length = browser_cookie_header(browser, cookies, sizeof cookies);
    CHECK_OK(st_user_from_cookie(app, cookies, length, json, sizeof json, &written, &error));
    return memmem(json, written, "\"is_logged_in\":true", strlen("\"is_logged_in\":true")) != NULL;
}

static void same_until_the_file_changes(void) {
    write_file("[auth]\nlogin_path = \"/in\"\n");
    const char *first = login_path();
    CHECK_TEXT(first, "/in");
    CHECK(login_path() == first);
    write_file("[auth]\nlogin_path = \"/enter\"\n");
    CHECK_TEXT(login_path(), "/enter");
}

static void wrong_file_changes_nothing(void) {
    const char *before = login_path();
    expected_reason = "login_path";
    write_file("[auth]\nlogin_path = 7\n");
    CHECK(login_path() == before && login_path() == before);
    CHECK(refused_settings == 1);
    CHECK(unlink(path) == 0);
    expected_reason = "no such file";
    CHECK(login_path() == before && login_path() == before);
    CHECK(refused_settings == 2);
    write_file("[auth]\nlogin_path = \"/again\"\n");
    CHECK_TEXT(login_path(), "/again");
}

static void ended_sessions_stay_ended(void) {
    struct browser browser = {0};
    struct visit visit;
    write_file("[auth]\nsession_lifetime = \"2d\"\n");
    st_app *app = shared();
    browser_login(&browser, app, &provider, &visit);
    struct browser copy = browser, other = {0};
    browser_login(&other, app, &provider, &visit);
    browser_visit(&browser, app, "POST", "/auth/logout", &visit);
    CHECK(!is_signed_in(app, &copy) && is_signed_in(app, &other));
    st_app_free(app);
    write_file("[auth]\nlogin_path = \"/new\"\n");
    app = shared();
    CHECK_TEXT(st_app_login_path(app), "/new");
    CHECK(!is_signed_in(app, &copy) && is_signed_in(app, &other));
    st_app_free(app);
}

static void answered_logins_stay_answered(void) {
    struct browser browser = {0};
    struct visit visit;
    char callback[512];
    write_file("[auth]\nsession_lifetime = \"3d\"\n");
    st_app *app = shared();
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    make_callback(visit.location, &provider, callback, sizeof callback);
    struct browser copy = browser;
    browser_visit(&browser, app, "GET", callback, &visit);
    CHECK(is_signed_in(app, &browser));
    st_app_free(app);
    write_file("[auth]\nlogin_path = \"/once\"\n");
    app = shared();
    browser_visit(&copy, app, "GET", callback, &visit);
    CHECK_TEXT(visit.error_code, "login_replayed");
    CHECK(!is_signed_in(app, &copy));
    st_app_free(app);
}

static void sessions_in_memory_stay(void) {
    struct browser browser = {0};
    struct visit visit;
    write_file("[auth]\nsession_store = \"memory\"\n");
    st_app *app = shared();
    browser_login(&browser, app, &provider, &visit);
    CHECK(is_signed_in(app, &browser));
    st_app_free(app);
    write_file("[auth]\nsession_store = \"memory\"\nlogin_path = \"/elsewhere\"\n");
    app = shared();
    CHECK(is_signed_in(app, &browser));
    st_app_free(app);
}

static void *ask(void *ignored) {
    (void)ignored;
    for (int i = 0; i < 20; i++)
        CHECK(login_path() != NULL);
    return NULL;
}

static void many_threads_while_it_changes(void) {
    pthread_t threads[8];
    for (size_t i = 0; i < 8; i++)
        CHECK(pthread_create(&threads[i], NULL, ask, NULL) == 0);
    for (int i = 0; i < 10; i++)
        write_file(i % 2 == 0 ? "[auth]\nlogin_path = \"/even\"\n" : "[auth]\nlogin_path = \"/odd\"\n");
    for (size_t i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    CHECK_TEXT(login_path(), "/odd");
}

static void failures(void) {
    st_app *app = NULL;
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_app_shared(NULL, "/no/such/file", &app, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_app_shared(NULL, NULL, &app, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_app_shared(NULL, path, NULL, &error));
    CHECK(app == NULL);
}

int main(void) {
    int file = mkstemp(path);
    CHECK(file >= 0 && close(file) == 0);
    provider_start(&provider);
    same_until_the_file_changes();
    wrong_file_changes_nothing();
    ended_sessions_stay_ended();
    answered_logins_stay_answered();
    sessions_in_memory_stay();
    many_threads_while_it_changes();
    failures();
    CHECK(unlink(path) == 0);
    provider_stop(&provider);
    return check_summary();
}
