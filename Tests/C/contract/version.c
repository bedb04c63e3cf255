/* Version twins, and the names of all statuses. */
#include "support/check.h"

#include <stdio.h>
#include <string.h>

static void version_functions_equal_the_macros(void) {
    char text[32];
    CHECK(st_version_number() == ST_VERSION_NUMBER);
    CHECK_TEXT(st_version_string(), ST_VERSION_STRING);
    snprintf(text, sizeof text, "%u.%u.%u", ST_VERSION_NUMBER / 10000, ST_VERSION_NUMBER / 100 % 100,
             ST_VERSION_NUMBER % 100);
    CHECK_TEXT(st_version_string(), text);
}

static void every_status_has_its_name(void) {
    CHECK_TEXT(st_status_name(ST_OK), "ST_OK");
    CHECK_TEXT(st_status_name(ST_INVALID_ARGUMENT), "ST_INVALID_ARGUMENT");
    CHECK_TEXT(st_status_name(ST_CONFIGURATION_ERROR), "ST_CONFIGURATION_ERROR");
    CHECK_TEXT(st_status_name(ST_NETWORK_ERROR), "ST_NETWORK_ERROR");
    CHECK_TEXT(st_status_name(ST_PROVIDER_ERROR), "ST_PROVIDER_ERROR");
    CHECK_TEXT(st_status_name(ST_AUTHORIZATION_DENIED), "ST_AUTHORIZATION_DENIED");
    CHECK_TEXT(st_status_name(ST_TOKEN_INVALID), "ST_TOKEN_INVALID");
    CHECK_TEXT(st_status_name(ST_LOGIN_INVALID), "ST_LOGIN_INVALID");
    CHECK_TEXT(st_status_name(ST_REQUEST_REFUSED), "ST_REQUEST_REFUSED");
    CHECK_TEXT(st_status_name(ST_LIMIT_EXCEEDED), "ST_LIMIT_EXCEEDED");
    CHECK_TEXT(st_status_name(ST_NO_REQUEST), "ST_NO_REQUEST");
    CHECK_TEXT(st_status_name(ST_CRYPTOGRAPHY_ERROR), "ST_CRYPTOGRAPHY_ERROR");
    CHECK_TEXT(st_status_name(ST_INTERNAL_ERROR), "ST_INTERNAL_ERROR");
}

static void other_numbers_are_unknown(void) {
    CHECK_TEXT(st_status_name(-1), "unknown");
    CHECK_TEXT(st_status_name(ST_INTERNAL_ERROR + 1), "unknown");
    CHECK_TEXT(st_status_name(INT32_MAX), "unknown");
    CHECK_TEXT(st_status_name(INT32_MIN), "unknown");
}

int main(void) {
    version_functions_equal_the_macros();
    every_status_has_its_name();
    other_numbers_are_unknown();
    return check_summary();
}
