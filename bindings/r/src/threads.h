/* The threads that wait for providers. They use nothing of R's: what they have done is handed to R's event loop. */
#ifndef STAUTH_R_THREADS_H
#define STAUTH_R_THREADS_H

#include <stdbool.h>

struct job {
    void (*run)(struct job *job); /* on another thread */
    void (*finish)(void *job);    /* afterwards, in R's event loop */
    int loop;                     /* later's number of it */
    struct job *next;
};

/* On R's thread, before anything else. */
void threads_prepare(void);

/* False if no thread can be made; the job stays the caller's. */
bool threads_start(struct job *job);

/* Returns when no thread is in a call of the library: R is about to end. */
void threads_end(void);

#endif
