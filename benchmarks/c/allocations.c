/* Preloaded (LD_PRELOAD), counts the heap allocations of a program; bench.c prints them beside the times. */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

/* glibc's own, by the names that it keeps for this. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_long made;

long bench_allocations(void) {
    return atomic_load(&made);
}

void *malloc(size_t size) {
    atomic_fetch_add(&made, 1);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    atomic_fetch_add(&made, 1);
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    atomic_fetch_add(&made, 1);
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    atomic_fetch_add(&made, 1);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    *out = aligned_alloc(alignment, size);
    return *out == NULL ? ENOMEM : 0;
}
