/* How much more two threads do than one: counting, the cryptography alone, and st_user_from_cookie(). One line for each
   number of threads; `iterations` is what all threads did together. */
#include "limit.h"
#include "relying_party.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static st_app *app;
static char *cookie;
static char user[LIMIT_CAPACITY];
static size_t cookie_length, user_length;

static void count_up(long iterations) {
    volatile unsigned long sum = 0;
    for (long i = 0; i < 1000 * iterations; i++)
        sum += (unsigned long)i;
}

static void open_alone(long iterations) {
    struct limit_cookie *limit = malloc(sizeof *limit);
    MUST(limit != NULL);
    limit_cookie_make(limit, user, user_length);
    for (long i = 0; i < iterations; i++)
        limit_open_anew(limit);
    limit_cookie_free(limit);
    free(limit);
}

static void ask_who(long iterations) {
    char answer[LIMIT_CAPACITY];
    size_t written = 0;
    for (long i = 0; i < iterations; i++)
        MUST(st_user_from_cookie(app, cookie, cookie_length, answer, sizeof answer, &written, NULL) == ST_OK);
    MUST(written == user_length);
}

static const struct {
    const char *name;
    void (*work)(long iterations);
} subjects[] = {{"counting", count_up}, {"AES-256-GCM and base64", open_alone}, {"stauth: user from cookie", ask_who}};

struct worker {
    pthread_t thread;
    pthread_barrier_t *barrier;
    void (*work)(long iterations);
    long iterations;
    double begun, ended;
};

static void *run(void *data) {
    struct worker *worker = data;
    pthread_barrier_wait(worker->barrier);
    worker->begun = bench_wall_seconds();
    worker->work(worker->iterations);
    worker->ended = bench_wall_seconds();
    return NULL;
}

static void measure(size_t subject, int threads, long iterations) {
    struct worker workers[2];
    pthread_barrier_t barrier;
    double cpu = bench_cpu_seconds();
    pthread_barrier_init(&barrier, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) {
        workers[i] = (struct worker){0, &barrier, subjects[subject].work, iterations, 0, 0};
        MUST(pthread_create(&workers[i].thread, NULL, run, &workers[i]) == 0);
    }
    for (int i = 0; i < threads; i++)
        pthread_join(workers[i].thread, NULL);
    pthread_barrier_destroy(&barrier);
    double begun = workers[0].begun, ended = workers[0].ended;
    if (threads == 2) { /* from the first beginning to the last end */
        begun = workers[1].begun < begun ? workers[1].begun : begun;
        ended = workers[1].ended > ended ? workers[1].ended : ended;
    }
    printf("{\"name\": \"%s, %d thread%s\", \"iterations\": %ld, \"seconds\": %.9f, \"wall\": %.9f}\n",
           subjects[subject].name, threads, threads == 1 ? "" : "s", threads * iterations, bench_cpu_seconds() - cpu,
           ended - begun);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    struct relying_party party;
    relying_party_open(&party, &bench, "RS256");
    app = party.app;
    cookie = session_cookie(&party);
    cookie_length = strlen(cookie);
    MUST(st_user_from_cookie(app, cookie, cookie_length, user, sizeof user, &user_length, NULL) == ST_OK);
    for (long turn = 0; turn < bench.turns; turn++)
        for (size_t subject = 0; subject < sizeof subjects / sizeof *subjects; subject++)
            for (int threads = 1; threads <= 2; threads++)
                measure(subject, threads, bench.iterations);
    st_app_free(app);
    free(cookie);
    return 0;
}
