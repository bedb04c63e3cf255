/* Memory runs out at one place after the other, from the start of an application to a logout at the provider: each time
   the call fails, or the user is signed out, or the process ends as Swift ends it. A forged cookie or token is never
   taken for a genuine one, no logout is confirmed that did not happen, and nothing hangs. This program's malloc() takes
   the place of the C library's. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 20, MOST_ALLOCATIONS = 5000, LONGEST_HEADER = 64 * 1024, LARGEST_ALLOCATION = 192 * 1024 };

extern void *__libc_malloc(size_t length);
extern void *__libc_calloc(size_t count, size_t length);
extern void *__libc_realloc(void *memory, size_t length);
extern void *__libc_memalign(size_t alignment, size_t length);

static bool armed;
static int failing; /* the number of the one that fails; 0 for none */

/* Of the last child; in memory that it shares. */
struct counts {
    int allocations;
    size_t largest;
};
static struct counts *counts;

static bool fails(size_t length) {
    if (!armed)
        return false;
    if (length > counts->largest)
        counts->largest = length;
    if (++counts->allocations != failing)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t length) {
    return fails(length) ? NULL : __libc_malloc(length);
}

void *calloc(size_t count, size_t length) {
    return fails(count * length) ? NULL : __libc_calloc(count, length);
}

void *realloc(void *memory, size_t length) {
    return fails(length) ? NULL : __libc_realloc(memory, length);
}

void *aligned_alloc(size_t alignment, size_t length) {
    return fails(length) ? NULL : __libc_memalign(alignment, length);
}

void *memalign(size_t alignment, size_t length) {
    return aligned_alloc(alignment, length);
}

int posix_memalign(void **out, size_t alignment, size_t length) {
    void *memory = aligned_alloc(alignment, length);
    if (memory == NULL)
        return ENOMEM;
    *out = memory;
    return 0;
}

static struct provider provider;
static st_app *app;
static st_config *config;
static char cookies[LONGEST_HEADER + 1], callback[1024], logout[4096];
static size_t cookies_length;

/* The provider's own memory is not what this is about. */
static st_status transport(st_exchange *exchange, void *user_data) {
    bool was_armed = armed;
    armed = false;
    st_status status = provider_transport(exchange, user_data);
    armed = was_armed;
    return status;
}

/* What a call came to; the exit status of a child. */
enum outcome { SIGNED_IN, SIGNED_OUT, FAILED, PROCESS_ENDED, HUNG, OUTCOMES };

static enum outcome check_cookie(void) {
    static char buffer[8192];
    size_t length = 0;
    st_error *error = NULL;
    st_status status = st_user_from_cookie(app, cookies, cookies_length, buffer, sizeof buffer - 1, &length, &error);
    buffer[length] = '\0';
    if (status != ST_OK)
        return FAILED;
    return strstr(buffer, "\"sub\":\"ada\"") != NULL ? SIGNED_IN : SIGNED_OUT;
}

static enum outcome judge(st_request *request) {
    const char *json = "", *name = "", *value = "";
    if (st_request_user_json(request, &json, NULL, NULL) == ST_OK && strstr(json, "\"is_logged_in\":true") != NULL)
        return SIGNED_IN;
    for (size_t i = 0; i < st_request_response_header_count(request); i++)
        if (st_request_response_header(request, i, &name, &value, NULL) == ST_OK && strcmp(name, "Set-Cookie") == 0 &&
            strstr(value, "stauth_session=") != NULL && strstr(value, "Max-Age=0") == NULL)
            return SIGNED_IN;
    return st_request_response_status(request) >= 400 ? FAILED : SIGNED_OUT;
}

static enum outcome answer(const char *target) {
    st_request *request = NULL;
    st_action action = ST_PROCEED;
    bool begun = st_request_new(app, "GET", target, &request, NULL) == ST_OK &&
                 (cookies[0] == '\0' || st_request_add_header(request, "Cookie", cookies, NULL) == ST_OK) &&
                 st_request_begin(request, &action, NULL) == ST_OK;
    enum outcome outcome = begun ? judge(request) : FAILED;
    st_request_free(request);
    return outcome;
}

static enum outcome answer_callback(void) {
    return answer(callback);
}

static enum outcome answer_page(void) {
    return answer("/page");
}

/* Of somebody who is not signed in. */
static enum outcome answer_login(void) {
    cookies[0] = '\0';
    return answer("/auth/login");
}

/* Nobody signs in while an application starts. */
static enum outcome start_application(void) {
    st_app *started = NULL;
    st_error *error = NULL;
    st_status status = st_app_new(config, &started, &error);
    st_app_free(started);
    st_error_free(error);
    return status == ST_OK ? SIGNED_OUT : FAILED;
}

static enum outcome refresh(void) {
    st_request *request = NULL;
    st_action action = ST_RESPOND;
    bool refreshed = st_request_new(app, "GET", "/page", &request, NULL) == ST_OK &&
                     st_request_add_header(request, "Cookie", cookies, NULL) == ST_OK &&
                     st_request_begin(request, &action, NULL) == ST_OK &&
                     st_request_refresh(request, &action, NULL) == ST_OK && action == ST_PROCEED;
    enum outcome outcome = refreshed ? judge(request) : FAILED;
    st_request_free(request);
    return outcome;
}

/* The provider says that the user logged out. If it is confirmed, the session is over. */
static enum outcome answer_logout(void) {
    st_request *request = NULL;
    st_action action = ST_PROCEED;
    bool begun = st_request_new(app, "POST", "/auth/backchannel-logout", &request, NULL) == ST_OK &&
                 st_request_add_header(request, "Content-Type", "application/x-www-form-urlencoded", NULL) == ST_OK &&
                 st_request_set_body(request, logout, strlen(logout), NULL) == ST_OK &&
                 st_request_begin(request, &action, NULL) == ST_OK && st_request_response_status(request) == 200;
    st_request_free(request);
    if (!begun)
        return FAILED;
    armed = false;
    return check_cookie();
}

static enum outcome outcome_in_child(enum outcome (*call)(void), int number) {
    int status = 0;
    *counts = (struct counts){0};
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        alarm(PATIENCE_SECONDS);
        failing = number;
        armed = true;
        enum outcome outcome = call();
        armed = false;
        _exit((int)outcome);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGALRM ? HUNG : PROCESS_ENDED;
    return (enum outcome)WEXITSTATUS(status);
}

/* Once without a failure, to count the allocations and see the largest; then with each of them failing. Always in a
   child: a callback is answered once. */
static void fail_each(const char *what, enum outcome (*call)(void), enum outcome expected) {
    int outcomes[OUTCOMES] = {0};
    enum outcome usual = outcome_in_child(call, 0);
    if (usual != expected)
        printf("%s: %d instead of %d\n", what, (int)usual, (int)expected);
    CHECK(usual == expected);
    struct counts whole = *counts;
    CHECK(whole.allocations > 0 && whole.allocations < MOST_ALLOCATIONS);
    CHECK(whole.largest <= LARGEST_ALLOCATION);
    for (int number = 1; number <= whole.allocations; number++) {
        enum outcome outcome = outcome_in_child(call, number);
        outcomes[outcome < OUTCOMES ? outcome : HUNG]++;
    }
    printf("%s: %d allocations, the largest of %zu bytes; %d times signed in, %d signed out, %d failed, %d ended\n",
           what, whole.allocations, whole.largest, outcomes[SIGNED_IN], outcomes[SIGNED_OUT], outcomes[FAILED],
           outcomes[PROCESS_ENDED]);
    CHECK(outcomes[HUNG] == 0);
    CHECK(expected == SIGNED_IN || outcomes[SIGNED_IN] == 0);
}

/* One session cookie, as long as a header may be. */
static void make_long_cookie(void) {
    static const char name[] = "__Host-stauth_session=";
    memset(cookies, 'A', LONGEST_HEADER);
    memcpy(cookies, name, sizeof name - 1);
    cookies[LONGEST_HEADER] = '\0';
    cookies_length = LONGEST_HEADER;
}

static void begin_login(void) {
    struct browser browser = {0};
    struct visit visit;
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    make_callback(visit.location, &provider, callback, sizeof callback);
    cookies_length = browser_cookie_header(&browser, cookies, sizeof cookies);
}

int main(void) {
    struct browser browser = {0};
    struct visit visit;
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    provider_start(&provider);
    provider.expires_in = 300;
    config = make_config(&provider);
    CHECK_OK(st_config_set(config, "auth.expose_tokens", "access", &error));
    CHECK_OK(st_config_set_transport(config, transport, &provider, NULL, &error));
    fail_each("application", start_application, SIGNED_OUT);
    CHECK_OK(st_app_new(config, &app, &error));
    fail_each("login with nothing cached", answer_login, SIGNED_OUT);
    browser_login(&browser, app, &provider, &visit);
    cookies_length = browser_cookie_header(&browser, cookies, sizeof cookies);
    fail_each("cookie", check_cookie, SIGNED_IN);
    fail_each("login", answer_login, SIGNED_OUT);
    fail_each("refresh", refresh, SIGNED_IN);
    strcpy(logout, "logout_token=");
    make_logout_token(&provider, logout + strlen(logout), sizeof logout - strlen(logout));
    fail_each("logout at the provider", answer_logout, SIGNED_OUT);
    char *sealed = strstr(cookies, "stauth_session=") + 40;
    *sealed = *sealed == 'A' ? 'B' : 'A';
    fail_each("forged cookie", check_cookie, SIGNED_OUT);
    make_long_cookie();
    fail_each("long cookie", check_cookie, SIGNED_OUT);
    fail_each("page with a long cookie", answer_page, SIGNED_OUT);
    begin_login();
    fail_each("callback", answer_callback, SIGNED_IN);
    provider.mood = FORGED_SIGNATURE;
    fail_each("forged token", answer_callback, FAILED);
    st_app_free(app);
    st_config_free(config);
    provider_stop(&provider);
    return check_summary();
}
