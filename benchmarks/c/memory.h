/* A line of /proc/self/smaps_rollup, in KiB: "Rss:", "Private_Dirty:". */
#ifndef MEMORY_H
#define MEMORY_H

#include "bench.h"

#include <stdio.h>
#include <string.h>

static inline long memory_kilobytes(const char *name) {
    char line[256];
    long found = -1;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    MUST(file != NULL);
    while (found < 0 && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            MUST(sscanf(line + strlen(name), "%ld", &found) == 1);
    fclose(file);
    MUST(found >= 0);
    return found;
}

#endif
