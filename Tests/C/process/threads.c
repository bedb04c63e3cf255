/* 64 threads on one application, half asking who the user is, half starting logins, from a cold cache. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <pthread.h>
#include <string.h>

enum { THREADS = 64, ROUNDS = 200 };

static struct provider provider;
static struct browser signed_in;
static st_app *app;
static pthread_barrier_t barrier;
static char cookies[JAR_SIZE * COOKIE_CAPACITY];
static size_t cookies_length;

static void ask(void) {
    char buffer[8192];
    size_t length = 0;
    CHECK_OK(st_user_from_cookie(app, cookies, cookies_length, buffer, sizeof buffer - 1, &length, &error));
    buffer[length] = '\0';
    CHECK_CONTAINS(buffer, "\"sub\":\"ada\"");
}

static void start_login(void) {
    struct browser visitor = {0};
    struct visit visit;
    browser_visit(&visitor, app, "GET", "/auth/login", &visit);
    CHECK(visit.action == ST_RESPOND && visit.status == 302);
}

static void *work(void *argument) {
    void (*step)(void) = *(int *)argument % 2 == 0 ? ask : start_login;
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < ROUNDS; i++)
        step();
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    int numbers[THREADS];
    struct visit visit;
    provider_start(&provider);
    st_app *first = make_app(&provider);
    browser_login(&signed_in, first, &provider, &visit);
    st_app_free(first);
    cookies_length = browser_cookie_header(&signed_in, cookies, sizeof cookies);

    app = make_app(&provider);
    int requests = atomic_load(&provider.requests);
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        CHECK(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);

    /* One fetch for all threads: a login starts with the metadata alone. */
    CHECK(atomic_load(&provider.requests) == requests + 1);
    pthread_barrier_destroy(&barrier);
    st_app_free(app);
    provider_stop(&provider);
    return check_summary();
}
