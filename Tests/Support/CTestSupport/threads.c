#define _GNU_SOURCE
#include "test_support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int test_thread_id(void) {
    return gettid();
}

/* proc(5), /proc/pid/stat: the state follows the name in parentheses. */
bool test_thread_rests(int thread) {
    char path[64];
    char line[512] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return true;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = 0;
    const char *name_end = strrchr(line, ')');
    return name_end != NULL && strncmp(name_end, ") S", 3) == 0;
}
