#include "library.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

struct library st;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* worker threads load it, too */
static bool is_loaded;

static const char *find_functions(void *opened, struct library *found) {
    static char problem[256];
    const char *missing = NULL;
#define FIND(name)                                                                                                     \
    *(void **)&found->name = dlsym(opened, #name);                                                                     \
    if (found->name == NULL)                                                                                           \
        missing = #name;
    FUNCTIONS(FIND)
#undef FIND
    if (missing != NULL) {
        snprintf(problem, sizeof problem, "has no %s", missing);
        return problem;
    }
    uint32_t version = found->st_version_number();
    if (version / 100 == ST_VERSION_NUMBER / 100)
        return NULL;
    snprintf(problem, sizeof problem, "is version %u.%u, and %u.%u is needed", version / 10000, version / 100 % 100,
             ST_VERSION_NUMBER / 10000, ST_VERSION_NUMBER / 100 % 100);
    return problem;
}

const char *library_load(const char *path) {
    pthread_mutex_lock(&lock);
    const char *problem = NULL;
    if (!is_loaded) {
        struct library found;
        void *opened = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        problem = opened == NULL ? dlerror() : find_functions(opened, &found);
        if (problem == NULL) {
            st = found;
            is_loaded = true;
        } else if (opened != NULL) {
            dlclose(opened);
        }
    }
    pthread_mutex_unlock(&lock);
    return problem;
}
