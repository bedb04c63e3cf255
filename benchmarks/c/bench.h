/* What the programs here have in common. Each is started as PROGRAM INPUTS TURNS ITERATIONS [MORE...], and prints a
   line of JSON for each turn of each of its cases: {"name", "iterations", "seconds" of CPU, "wall"}. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>

struct bench {
    const char *inputs; /* the folder that benchmarks/inputs.py filled */
    long turns, iterations;
    int more_count;
    char **more;
};

struct bench_case {
    const char *name;
    void (*prepare)(void *data, long iterations); /* not timed; may be NULL */
    void (*call)(void *data, long i);             /* what is timed, for i below the iterations */
    void *data;
};

struct bench bench_open(int count, char **arguments);

/* The cases take turns, so that whatever else the machine does falls on all of them. Under callgrind each turn becomes
   a profile named after its case. */
void bench_run(const struct bench *bench, const struct bench_case *cases, size_t count);

/* A whole file of the inputs, with a NUL behind it; `length` may be NULL. */
char *bench_read(const struct bench *bench, const char *name, size_t *length);

double bench_cpu_seconds(void);
double bench_wall_seconds(void);

/* Ends the program unless the condition holds: a figure of something that failed would be worse than none. */
#define MUST(condition) bench_must((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
void bench_must(int holds, const char *text, const char *file, int line);

#endif
