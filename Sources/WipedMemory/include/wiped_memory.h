/* Memory that is wiped when it is given back. Only the linker refers to this: --wrap=free. */
#ifndef WIPED_MEMORY_H
#define WIPED_MEMORY_H

/* Takes the place of free() in all of the library's code, the C++ and Swift runtimes in it included. */
void __wrap_free(void *memory);

#endif
