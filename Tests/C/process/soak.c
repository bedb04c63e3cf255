/* Many logins and cookie checks in one process, with refreshes, logouts and ended sessions in between. Nothing fails,
   and memory, file descriptors and threads are the same at the end as after the first tenth. Arguments: how many
   logins, how many cookie checks. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { REFRESH = 1, LOG_OUT, END_SESSIONS, KINDS, SECONDS_BETWEEN_LOGINS = 60 };
/* Bytes that caches and the allocator's own lists may still grow. */
enum { SLACK_IN_USE = 16 << 10, SLACK_RESIDENT = 4 << 20 };

struct usage {
    size_t in_use, resident;
    int descriptors, threads;
};

static struct provider provider;
static struct browser browser;
static struct visit visit;
static char cookies[JAR_SIZE * COOKIE_CAPACITY], user[16384];

static int64_t moving_clock(void *user_data) {
    (void)user_data;
    return provider.clock;
}

static int entries_of(const char *folder) {
    int count = 0;
    DIR *entries = opendir(folder);
    CHECK(entries != NULL);
    while (entries != NULL && readdir(entries) != NULL)
        count++;
    closedir(entries);
    return count;
}

static struct usage usage_now(void) {
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%*u %zu", &pages) == 1);
    fclose(file);
    return (struct usage){.in_use = mallinfo2().uordblks + mallinfo2().hblkhd,
                          .resident = pages * (size_t)sysconf(_SC_PAGESIZE),
                          .descriptors = entries_of("/proc/self/fd"),
                          .threads = entries_of("/proc/self/task")};
}

/* Sessions are short and logins rare, so that the memory of those that ended has reached its size after a tenth. */
static st_app *make_soaked_app(void) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set(config, "auth.session_lifetime", "1m", &error));
    CHECK_OK(st_config_set(config, "auth.expose_tokens", "access", &error));
    CHECK_OK(st_config_set_clock(config, moving_clock, NULL, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

static size_t take_cookies(void) {
    return browser_cookie_header(&browser, cookies, sizeof cookies);
}

static void expect_signed_in(st_app *app, size_t cookie_length, bool expected) {
    size_t length = 0;
    CHECK_OK(st_user_from_cookie(app, cookies, cookie_length, user, sizeof user - 1, &length, &error));
    user[length] = '\0';
    CHECK((strstr(user, "\"is_logged_in\":true") != NULL) == expected);
}

static void refresh(st_app *app) {
    st_action action = ST_RESPOND;
    st_request *request = browser_request(&browser, app, "GET", "/page");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_OK(st_request_refresh(request, &action, &error));
    CHECK(action == ST_PROCEED && st_request_is_logged_in(request) == 1);
    browser_receive(&browser, request, &visit);
    st_request_free(request);
    expect_signed_in(app, take_cookies(), true);
}

/* One login, its checks, and what comes after it. */
static void live_one_session(st_app *app, long number, long checks) {
    provider.clock += SECONDS_BETWEEN_LOGINS;
    snprintf(provider.refresh_token, sizeof provider.refresh_token, "refresh-token-%ld", number);
    memset(&browser, 0, sizeof browser);
    browser_login(&browser, app, &provider, &visit);
    CHECK_TEXT(visit.error_code, "");
    size_t length = take_cookies();
    for (long check = 0; check < checks; check++)
        expect_signed_in(app, length, true);
    switch (number % KINDS) {
    case REFRESH:
        refresh(app);
        break;
    case LOG_OUT:
        browser_visit(&browser, app, "POST", "/auth/logout", &visit);
        expect_signed_in(app, length, false);
        break;
    case END_SESSIONS:
        CHECK_OK(st_app_end_sessions(app, "{\"provider\":\"default\",\"sub\":\"ada\"}", &error));
        expect_signed_in(app, length, false);
        break;
    }
}

static void compare(struct usage before, struct usage after) {
    printf(
        "bytes in use: %zu, then %zu\nresident bytes: %zu, then %zu\ndescriptors: %d, then %d\nthreads: %d, then %d\n",
        before.in_use, after.in_use, before.resident, after.resident, before.descriptors, after.descriptors,
        before.threads, after.threads);
    CHECK(after.in_use <= before.in_use + SLACK_IN_USE);
    CHECK(after.resident <= before.resident + SLACK_RESIDENT);
    CHECK(after.descriptors == before.descriptors && after.threads == before.threads);
}

int main(int count, char **arguments) {
    long logins = count == 3 ? atol(arguments[1]) : 0, checks = count == 3 ? atol(arguments[2]) : 0;
    struct usage before = {0};
    CHECK(logins >= 100 && checks >= logins);
    if (logins < 100)
        return check_summary();
    time_t began = time(NULL);
    provider_start(&provider);
    provider.expires_in = 300;
    st_app *app = make_soaked_app();
    for (long number = 0; number < logins; number++) {
        if (number == logins / 10)
            before = usage_now();
        live_one_session(app, number, checks / logins);
    }
    compare(before, usage_now());
    printf("%ld logins, %ld cookie checks in %ld s\n", logins, checks / logins * logins, (long)(time(NULL) - began));
    st_app_free(app);
    provider_stop(&provider);
    return check_summary();
}
