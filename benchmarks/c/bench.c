#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <valgrind/callgrind.h>

/* Of allocations.c, when it is preloaded. */
extern long bench_allocations(void) __attribute__((weak));

void bench_must(int holds, const char *text, const char *file, int line) {
    if (holds)
        return;
    fprintf(stderr, "%s:%d: %s does not hold\n", file, line, text);
    exit(1);
}

struct bench bench_open(int count, char **arguments) {
    struct bench bench = {0};
    MUST(count >= 4);
    bench.inputs = arguments[1];
    bench.turns = atol(arguments[2]);
    bench.iterations = atol(arguments[3]);
    bench.more = arguments + 4;
    bench.more_count = count - 4;
    MUST(bench.turns > 0 && bench.iterations > 0);
    return bench;
}

static double now(clockid_t clock) {
    struct timespec time;
    MUST(clock_gettime(clock, &time) == 0);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double bench_cpu_seconds(void) {
    return now(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_wall_seconds(void) {
    return now(CLOCK_MONOTONIC);
}

static void take_turn(const struct bench_case *each, long iterations) {
    long allocations = 0;
    if (each->prepare != NULL)
        each->prepare(each->data, iterations);
    if (bench_allocations != NULL)
        allocations = bench_allocations();
    double cpu = bench_cpu_seconds(), wall = bench_wall_seconds();
    CALLGRIND_TOGGLE_COLLECT;
    for (long i = 0; i < iterations; i++)
        each->call(each->data, i);
    CALLGRIND_TOGGLE_COLLECT;
    wall = bench_wall_seconds() - wall;
    cpu = bench_cpu_seconds() - cpu;
    CALLGRIND_DUMP_STATS_AT(each->name);
    printf("{\"name\": \"%s\", \"iterations\": %ld, \"seconds\": %.9f, \"wall\": %.9f", each->name, iterations, cpu,
           wall);
    if (bench_allocations != NULL)
        printf(", \"allocations\": %ld", bench_allocations() - allocations);
    puts("}");
}

void bench_run(const struct bench *bench, const struct bench_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) { /* once untimed, for what is made at the first use */
        if (cases[i].prepare != NULL)
            cases[i].prepare(cases[i].data, 1);
        cases[i].call(cases[i].data, 0);
    }
    for (long turn = 0; turn < bench->turns; turn++)
        for (size_t i = 0; i < count; i++)
            take_turn(&cases[i], bench->iterations);
}

char *bench_read(const struct bench *bench, const char *name, size_t *length) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", bench->inputs, name);
    FILE *file = fopen(path, "rb");
    MUST(file != NULL);
    size_t capacity = 1 << 20, read = 0;
    char *text = malloc(capacity);
    MUST(text != NULL);
    read = fread(text, 1, capacity - 1, file);
    MUST(read < capacity - 1);
    fclose(file);
    text[read] = '\0';
    if (length != NULL)
        *length = read;
    return text;
}
