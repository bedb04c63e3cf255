#include "check.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static atomic_int made;
static atomic_int failed;

void check_fail(const char *text, const char *file, int line, const char *detail) {
    atomic_fetch_add(&failed, 1);
    fprintf(stderr, "%s:%d: %s: %s\n", file, line, text, detail);
}

void check_that(bool holds, const char *text, const char *file, int line) {
    atomic_fetch_add(&made, 1);
    if (!holds)
        check_fail(text, file, line, "does not hold");
}

void check_text(const char *actual, const char *expected, const char *text, const char *file, int line) {
    char detail[1024];
    atomic_fetch_add(&made, 1);
    if (actual == expected || (actual != NULL && expected != NULL && strcmp(actual, expected) == 0))
        return;
    snprintf(detail, sizeof detail, "is \"%s\" instead of \"%s\"", actual == NULL ? "(NULL)" : actual,
             expected == NULL ? "(NULL)" : expected);
    check_fail(text, file, line, detail);
}

void check_contains(const char *actual, const char *part, const char *text, const char *file, int line) {
    char detail[1024];
    atomic_fetch_add(&made, 1);
    if (actual != NULL && strstr(actual, part) != NULL)
        return;
    snprintf(detail, sizeof detail, "is \"%s\", without \"%s\"", actual == NULL ? "(NULL)" : actual, part);
    check_fail(text, file, line, detail);
}

int check_summary(void) {
    int count = atomic_load(&made);
    int failures = atomic_load(&failed);
    printf("%d checks, %d failed\n", count, failures);
    return count > 0 && failures == 0 ? 0 : 1;
}
