#include "wiped_memory.h"

#include <malloc.h>
#include <string.h>

/* The C library's. */
void __real_free(void *memory);

void __wrap_free(void *memory) {
    if (memory != NULL)
        explicit_bzero(memory, malloc_usable_size(memory));
    __real_free(memory);
}
