/* Memory that is wiped when it is freed. Only the linker refers to this: --wrap=free. */
#ifndef WIPED_MEMORY_H
#define WIPED_MEMORY_H

/* Replaces free() in all of the library's code, including the C++ and Swift runtimes in it. */
void __wrap_free(void *memory);

#endif
