/* Checks that count themselves. A program ends with `return check_summary();`. Usable from several threads. */
#ifndef CHECK_H
#define CHECK_H

#include <stauth.h>
#include <stdbool.h>

/* The condition holds. */
#define CHECK(condition) check_that((condition), #condition, __FILE__, __LINE__)

/* Two texts are equal; NULL equals only NULL. */
#define CHECK_TEXT(actual, expected) check_text((actual), (expected), #actual, __FILE__, __LINE__)

/* The text contains another. */
#define CHECK_CONTAINS(actual, part) check_contains((actual), (part), #actual, __FILE__, __LINE__)

/* A call that succeeds. It passes `&error` as its last argument. */
#define CHECK_OK(call)                                                                                                 \
    do {                                                                                                               \
        st_error *error = NULL;                                                                                        \
        st_status check_status = (call);                                                                               \
        check_success(check_status, error, #call, __FILE__, __LINE__);                                                 \
    } while (0)

/* A call that fails with this status and this code, and whose error object keeps the header's promises. */
#define CHECK_FAILS(expected_status, expected_code, call)                                                              \
    do {                                                                                                               \
        st_error *error = NULL;                                                                                        \
        st_status check_status = (call);                                                                               \
        check_failure(check_status, error, expected_status, expected_code, #call, __FILE__, __LINE__);                 \
    } while (0)

void check_fail(const char *text, const char *file, int line, const char *detail);
void check_that(bool holds, const char *text, const char *file, int line);
void check_text(const char *actual, const char *expected, const char *text, const char *file, int line);
void check_contains(const char *actual, const char *part, const char *text, const char *file, int line);
void check_success(st_status status, st_error *error, const char *text, const char *file, int line);
void check_failure(st_status status, st_error *error, st_status expected_status, const char *expected_code,
                   const char *text, const char *file, int line);

/* Prints how many checks were made; 0 if all held and there was at least one. */
int check_summary(void);

#endif
