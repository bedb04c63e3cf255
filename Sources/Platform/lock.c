#define _GNU_SOURCE
#include "platform.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* Milliseconds that a fork waits for deferrals to end. None takes this long unless its thread is stopped. */
enum { FORK_PATIENCE = 5000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;
static atomic_uint_fast64_t fork_count;

/* Guarded by the lock: the number of threads that defer forks, and of those waiting to fork. */
static unsigned deferring_threads;
static unsigned forking_threads;

static _Thread_local bool has_lock;
static _Thread_local unsigned own_deferrals;
static _Thread_local int cancel_state;

static void make_condition(void) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static unsigned own_part(void) {
    return own_deferrals > 0 ? 1 : 0;
}

/* A thread that forks while deferring forks does not wait for itself. */
static void before_fork(void) {
    int64_t deadline = platform_monotonic_clock() + FORK_PATIENCE;
    pthread_mutex_lock(&mutex);
    forking_threads++;
    while (deferring_threads > own_part() && platform_monotonic_clock() < deadline)
        platform_wait(deadline);
}

static void after_fork_in_parent(void) {
    forking_threads--;
    platform_wake_all();
    pthread_mutex_unlock(&mutex);
}

/* The threads that waited on the condition do not exist here: reset it. */
static void after_fork_in_child(void) {
    atomic_fetch_add(&fork_count, 1);
    forking_threads = 0;
    deferring_threads = own_part();
    make_condition();
    pthread_mutex_unlock(&mutex);
}

/* The handlers stay registered for good: the library is linked with -z nodelete. */
static void prepare(void) {
    make_condition();
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

void platform_lock(void) {
    pthread_once(&prepared, prepare);
    pthread_mutex_lock(&mutex);
    has_lock = true;
}

void platform_unlock(void) {
    has_lock = false;
    pthread_mutex_unlock(&mutex);
}

/* The host may cancel its thread meanwhile: it must not end here, where it would leave with the lock. */
void platform_wait(int64_t deadline) {
    struct timespec until = {.tv_sec = deadline / 1000, .tv_nsec = deadline % 1000 * 1000000};
    int state;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    pthread_cond_timedwait(&changed, &mutex, &until);
    pthread_setcancelstate(state, NULL);
}

void platform_wake_all(void) {
    pthread_cond_broadcast(&changed);
}

uint64_t platform_fork_count(void) {
    return atomic_load(&fork_count);
}

/* A waiting fork goes first: otherwise many busy threads would keep it waiting. With the lock held, none proceeds. */
void platform_defer_forks(void) {
    if (has_lock || own_deferrals++ > 0)
        return;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    platform_lock();
    int64_t deadline = platform_monotonic_clock() + FORK_PATIENCE;
    while (forking_threads > 0 && platform_monotonic_clock() < deadline)
        platform_wait(deadline);
    deferring_threads++;
    platform_unlock();
}

void platform_admit_forks(void) {
    if (has_lock || --own_deferrals > 0)
        return;
    platform_lock();
    deferring_threads--;
    if (forking_threads > 0)
        platform_wake_all();
    platform_unlock();
    pthread_setcancelstate(cancel_state, NULL);
}

void *platform_kept(unsigned place, void *(*make)(unsigned place)) {
    static void *_Atomic kept[PLATFORM_KEPT];
    if (place >= PLATFORM_KEPT)
        return NULL;
    void *object = atomic_load_explicit(&kept[place], memory_order_acquire);
    if (object != NULL)
        return object;
    platform_lock();
    object = atomic_load_explicit(&kept[place], memory_order_relaxed);
    if (object == NULL) {
        object = make(place);
        atomic_store_explicit(&kept[place], object, memory_order_release);
    }
    platform_unlock();
    return object;
}
