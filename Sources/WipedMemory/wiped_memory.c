#include "wiped_memory.h"

#include <errno.h>
#include <malloc.h>
#include <stdalign.h>
#include <string.h>

/* The C library's. */
void __real_free(void *memory);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);

void __wrap_free(void *memory) {
    if (memory != NULL)
        explicit_bzero(memory, malloc_usable_size(memory));
    __real_free(memory);
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment > alignof(max_align_t))
        return __real_posix_memalign(memory, alignment, size);
    *memory = malloc(size);
    return *memory != NULL ? 0 : ENOMEM;
}
