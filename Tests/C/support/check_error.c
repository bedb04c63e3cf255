/* The checks that need the library: apart, so that a program which loads it with dlopen() can use the others. */
#include "check.h"

#include <stdio.h>
#include <string.h>

void check_success(st_status status, st_error *error, const char *text, const char *file, int line) {
    char detail[1024];
    check_that(true, text, file, line);
    if (status == ST_OK && error == NULL)
        return;
    const char *message = st_error_message(error);
    snprintf(detail, sizeof detail, "%s: %s", st_status_name(status), message == NULL ? "no error object" : message);
    check_fail(text, file, line, detail);
    st_error_free(error);
}

void check_failure(st_status status, st_error *error, st_status expected_status, const char *expected_code,
                   const char *text, const char *file, int line) {
    char detail[1024];
    const char *code = st_error_code(error);
    const char *message = st_error_message(error);
    int32_t http_status = st_error_http_status(error);
    bool complete = error != NULL && st_error_status(error) == status && message != NULL && message[0] != '\0' &&
                    http_status >= 400 && http_status <= 599;
    check_that(true, text, file, line);
    if (status != expected_status || code == NULL || strcmp(code, expected_code) != 0) {
        snprintf(detail, sizeof detail, "gives %s, code %s, instead of %s, code %s", st_status_name(status),
                 code == NULL ? "(NULL)" : code, st_status_name(expected_status), expected_code);
        check_fail(text, file, line, detail);
    } else if (!complete) {
        check_fail(text, file, line, "the error object is not complete");
    }
    st_error_free(error);
}
