/*
 * Places for idle objects, which any thread may reuse: each thread tries its own place first, so threads neither wait
 * for each other nor share a cache line. Objects in use by other threads when the process forks are lost in the child;
 * nothing is ever found locked there.
 */
#include "platform.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { PLACES = 16, CACHE_LINE = 64 };

struct place {
    _Alignas(CACHE_LINE) void *_Atomic object;
};

struct platform_pool {
    struct place places[PLACES];
};

/* The place of this thread; with more threads than places, several share one. */
static unsigned own_place(void) {
    return (unsigned)(platform_thread_number() % PLACES);
}

platform_pool *platform_pool_new(void) {
    platform_pool *pool = aligned_alloc(CACHE_LINE, sizeof *pool);
    for (unsigned i = 0; pool != NULL && i < PLACES; i++)
        atomic_init(&pool->places[i].object, NULL);
    return pool;
}

void *platform_pool_take(platform_pool *pool) {
    unsigned own = own_place();
    for (unsigned i = 0; i < PLACES; i++) {
        void *_Atomic *place = &pool->places[(own + i) % PLACES].object;
        if (atomic_load_explicit(place, memory_order_relaxed) == NULL)
            continue;
        void *object = atomic_exchange_explicit(place, NULL, memory_order_acquire);
        if (object != NULL)
            return object;
    }
    return NULL;
}

bool platform_pool_give(platform_pool *pool, void *object) {
    unsigned own = own_place();
    for (unsigned i = 0; i < PLACES; i++) {
        void *expected = NULL;
        if (atomic_compare_exchange_strong_explicit(&pool->places[(own + i) % PLACES].object, &expected, object,
                                                    memory_order_release, memory_order_relaxed))
            return true;
    }
    return false;
}

void platform_pool_free(platform_pool *pool) {
    free(pool);
}
