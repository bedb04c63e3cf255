#include "threads.h"
#include <R_ext/Rdynload.h>
#include <pthread.h>
#include <signal.h>

enum { MOST_THREADS = 32 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_done = PTHREAD_COND_INITIALIZER;
static struct job *first, **last = &first; /* the queue */
static int running;
static bool is_ending;

/* Any thread may call it. */
static void (*run_later)(void (*function)(void *), void *data, double seconds, int loop);

/* No thread survives in a child. What its parent waits for is lost there. */
static void before_fork(void) {
    pthread_mutex_lock(&lock);
}

static void in_parent(void) {
    pthread_mutex_unlock(&lock);
}

static void in_child(void) {
    first = NULL;
    last = &first;
    running = 0;
    pthread_mutex_unlock(&lock);
}

void threads_prepare(void) {
    pthread_atfork(before_fork, in_parent, in_child);
    run_later =
        (void (*)(void (*)(void *), void *, double, int))(void (*)(void))R_GetCCallable("later", "execLaterNative2");
}

static struct job *next_job(void) {
    struct job *job = is_ending ? NULL : first;
    if (job == NULL)
        return NULL;
    first = job->next;
    if (first == NULL)
        last = &first;
    return job;
}

static void *work(void *nothing) {
    struct job *job;
    pthread_mutex_lock(&lock);
    while ((job = next_job()) != NULL) {
        pthread_mutex_unlock(&lock);
        job->run(job);
        pthread_mutex_lock(&lock);
        if (!is_ending)
            run_later(job->finish, job, 0, job->loop);
    }
    running--;
    pthread_cond_signal(&all_done);
    pthread_mutex_unlock(&lock);
    return nothing;
}

/* R's signal handlers must run on R's thread. */
static bool start_thread(void) {
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_started = pthread_create(&thread, NULL, work, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (is_started)
        pthread_detach(thread);
    return is_started;
}

bool threads_start(struct job *job) {
    pthread_mutex_lock(&lock);
    if (running < MOST_THREADS && start_thread())
        running++;
    bool is_queued = running > 0;
    if (is_queued) {
        job->next = NULL;
        *last = job;
        last = &job->next;
    }
    pthread_mutex_unlock(&lock);
    return is_queued;
}

void threads_end(void) {
    pthread_mutex_lock(&lock);
    is_ending = true;
    while (running > 0)
        pthread_cond_wait(&all_done, &lock);
    pthread_mutex_unlock(&lock);
}
