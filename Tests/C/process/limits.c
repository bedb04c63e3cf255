/* A process that may not have more memory, or no more descriptors: a login fails, or the process ends as Swift ends it.
   A forged token signs nobody in, nothing hangs, and once there are descriptors again, logins work. Argument: every how
   many KiB. */
#include "support/browser.h"
#include "support/check.h"
#include "support/http_provider.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 30, MOST_KIB = 24 << 10, USUAL_STEP_KIB = 512, MOST_DESCRIPTORS = 24 };
enum outcome { SIGNED_IN, FAILED, PROCESS_ENDED, HUNG, OUTCOMES };

static struct provider *provider; /* in memory that children share: a child makes its nonce known */
static struct http_provider server;

/* Without a check that counts: memory may be short. */
static enum outcome log_in(st_app *app) {
    struct browser browser = {0};
    struct visit visit = {0};
    char callback[512];
    st_request *request = NULL;
    for (int step = 0; step < 2; step++) {
        st_error *error = NULL;
        st_action action = ST_PROCEED;
        char cookies[4096];
        if (step == 1)
            make_callback(visit.location, provider, callback, sizeof callback);
        if (st_request_new(app, "GET", step == 0 ? "/auth/login" : callback, &request, &error) != ST_OK)
            return FAILED;
        if (browser_cookie_header(&browser, cookies, sizeof cookies) > 0 &&
            st_request_add_header(request, "Cookie", cookies, &error) != ST_OK)
            return FAILED;
        if (st_request_begin(request, &action, &error) != ST_OK || st_request_response_status(request) != 302)
            return FAILED;
        browser_receive(&browser, request, &visit);
        st_request_free(request);
    }
    return browser_cookie_header(&browser, callback, sizeof callback) > 0 && strstr(callback, "stauth_session=") != NULL
               ? SIGNED_IN
               : FAILED;
}

static size_t address_space(void) {
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%zu", &pages) == 1);
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void limit(int resource, size_t most) {
    struct rlimit limits;
    getrlimit(resource, &limits);
    limits.rlim_cur = most;
    CHECK(setrlimit(resource, &limits) == 0);
}

static enum outcome with_memory(size_t kib) {
    st_app *app = make_http_app(&server);
    limit(RLIMIT_AS, address_space() + (kib << 10));
    return log_in(app);
}

/* So many descriptors, and then enough. */
static enum outcome with_descriptors(size_t count) {
    struct rlimit before;
    st_app *app = make_http_app(&server);
    int lowest = open("/dev/null", O_RDONLY);
    close(lowest);
    getrlimit(RLIMIT_NOFILE, &before);
    limit(RLIMIT_NOFILE, (size_t)lowest + count);
    enum outcome outcome = log_in(app);
    setrlimit(RLIMIT_NOFILE, &before);
    if (provider->mood == HONEST && log_in(app) != SIGNED_IN)
        return HUNG; /* as bad */
    st_app_free(app);
    return outcome;
}

static enum outcome outcome_in_child(enum outcome (*call)(size_t), size_t amount) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        limit(RLIMIT_CORE, 0);
        alarm(PATIENCE_SECONDS);
        _exit((int)call(amount));
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGALRM ? HUNG : PROCESS_ENDED;
    return WEXITSTATUS(status) < OUTCOMES ? (enum outcome)WEXITSTATUS(status) : HUNG;
}

static void try_each(const char *what, enum outcome (*call)(size_t), size_t step, size_t most, bool may_end) {
    for (int forged = 0; forged < 2; forged++) {
        int outcomes[OUTCOMES] = {0};
        provider->mood = forged ? FORGED_SIGNATURE : HONEST;
        for (size_t amount = 0; amount <= most; amount += step)
            outcomes[outcome_in_child(call, amount)]++;
        printf("%s%s: %d times signed in, %d failed, %d ended, %d hung\n", what, forged ? ", forged" : "",
               outcomes[SIGNED_IN], outcomes[FAILED], outcomes[PROCESS_ENDED], outcomes[HUNG]);
        CHECK(outcomes[HUNG] == 0 && (may_end || outcomes[PROCESS_ENDED] == 0));
        CHECK(forged ? outcomes[SIGNED_IN] == 0 : outcomes[SIGNED_IN] > 0);
        CHECK(outcomes[FAILED] > 0);
    }
}

int main(int count, char **arguments) {
    size_t step = count > 1 ? strtoul(arguments[1], NULL, 10) : USUAL_STEP_KIB;
    provider = mmap(NULL, sizeof *provider, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    provider_start(provider);
    http_provider_start(&server, provider);
    try_each("descriptors", with_descriptors, 1, MOST_DESCRIPTORS, false);
    try_each("KiB of memory", with_memory, step, MOST_KIB, true);
    http_provider_stop(&server);
    provider_stop(provider);
    return check_summary();
}
