/* Memory that is wiped when it is freed. Only the linker refers to this: --wrap=free, --wrap=posix_memalign. */
#ifndef WIPED_MEMORY_H
#define WIPED_MEMORY_H

#include <stddef.h>

/* Replaces free() in all of the library's code, including the C++ and Swift runtimes in it. */
void __wrap_free(void *memory);

/* Replaces posix_memalign(), with which Embedded Swift allocates everything, by malloc() for its usual alignment. */
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);

#endif
