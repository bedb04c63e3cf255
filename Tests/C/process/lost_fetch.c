/* Transports that do not return: the thread ends, or leaves by longjmp(), or calls the library again. Nobody waits for
   that longer than the configured timeout, and a thread never waits for itself. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The applications' timeout is 5 seconds: at once is less, and a bit more than it is far less than the 130 seconds of
   before. */
enum { AT_ONCE = 4, TIMEOUT_AND_MORE = 30 };

enum mood { ANSWERS, JUMPS, HANGS, CALLS_AGAIN, CALLS_AGAIN_AND_AGAIN };

static struct provider provider;
static st_app *app;
static _Atomic enum mood mood;
static sem_t entered;
static jmp_buf back;

static void visit(int32_t expected) {
    struct browser browser = {0};
    struct visit visit;
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    CHECK(visit.action == ST_RESPOND && visit.status == expected);
}

static st_status transport(st_exchange *exchange, void *user_data) {
    switch (atomic_load(&mood)) {
    case JUMPS:
        longjmp(back, 1);
    case HANGS:
        sem_post(&entered);
        for (;;)
            pause(); /* where the thread is cancelled */
    case CALLS_AGAIN:
        atomic_store(&mood, ANSWERS);
        visit(302);
        break;
    case CALLS_AGAIN_AND_AGAIN: {
        struct browser browser = {0};
        struct visit out;
        browser_visit(&browser, app, "GET", "/auth/login", &out);
        break;
    }
    case ANSWERS:
        break;
    }
    return provider_transport(exchange, user_data);
}

static void deploy(enum mood first) {
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set(config, "auth.timeout", "5s", &error));
    CHECK_OK(st_config_set_transport(config, transport, &provider, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    atomic_store(&mood, first);
    atomic_store(&provider.requests, 0);
}

static void *visit_in_thread(void *unused) {
    visit(504);
    return unused;
}

static void visit_takes(int32_t expected, double limit) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    visit(expected);
    clock_gettime(CLOCK_MONOTONIC, &end);
    CHECK((double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9 < limit);
}

static void transport_jumps(void) {
    deploy(JUMPS);
    if (setjmp(back) == 0) {
        visit(0);
        CHECK(!"the transport came back");
    }
    atomic_store(&mood, ANSWERS);
    visit_takes(302, AT_ONCE);
    st_app_free(app);
}

/* Whoever comes meanwhile waits for the timeout at most; whoever comes later does not wait. A thread that is cancelled
   while it waits does not take the library's lock with it. */
static void threads_are_cancelled(void) {
    pthread_t lost, waiting;
    deploy(HANGS);
    CHECK(pthread_create(&lost, NULL, visit_in_thread, NULL) == 0);
    sem_wait(&entered);
    CHECK(pthread_create(&waiting, NULL, visit_in_thread, NULL) == 0);
    CHECK(pthread_cancel(waiting) == 0);
    CHECK(pthread_cancel(lost) == 0);
    CHECK(pthread_join(lost, NULL) == 0);
    atomic_store(&mood, ANSWERS);
    visit_takes(504, TIMEOUT_AND_MORE);
    visit_takes(302, AT_ONCE);
    CHECK(pthread_join(waiting, NULL) == 0);
    st_app_free(app);
}

static void transport_calls_again(void) {
    deploy(CALLS_AGAIN);
    visit_takes(302, AT_ONCE);
    CHECK(atomic_load(&provider.requests) == 2);
    st_app_free(app);
}

/* It ends, although each request to the provider makes another. */
static void transport_calls_again_and_again(void) {
    deploy(CALLS_AGAIN_AND_AGAIN);
    visit_takes(302, TIMEOUT_AND_MORE);
    CHECK(atomic_load(&provider.requests) > 1);
    st_app_free(app);
}

int main(void) {
    provider_start(&provider);
    sem_init(&entered, 0, 0);
    transport_jumps();
    threads_are_cancelled();
    transport_calls_again();
    transport_calls_again_and_again();
    provider_stop(&provider);
    return check_summary();
}
