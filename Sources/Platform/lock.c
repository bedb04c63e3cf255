#define _GNU_SOURCE
#include "platform.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;
static atomic_uint_fast64_t fork_count;

static void make_condition(void) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void before_fork(void) {
    pthread_mutex_lock(&mutex);
}

static void after_fork_in_parent(void) {
    pthread_mutex_unlock(&mutex);
}

/* The threads that waited on the condition do not exist here: it starts anew. */
static void after_fork_in_child(void) {
    atomic_fetch_add(&fork_count, 1);
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
}

void platform_unlock(void) {
    pthread_mutex_unlock(&mutex);
}

void platform_wait(int64_t deadline) {
    struct timespec until = {.tv_sec = deadline / 1000, .tv_nsec = deadline % 1000 * 1000000};
    pthread_cond_timedwait(&changed, &mutex, &until);
}

void platform_wake_all(void) {
    pthread_cond_broadcast(&changed);
}

uint64_t platform_fork_count(void) {
    return atomic_load(&fork_count);
}
