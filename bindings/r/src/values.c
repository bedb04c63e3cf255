#include "values.h"
#include <R.h>
#include <string.h>

const char *text_of(SEXP value) {
    return value == R_NilValue ? NULL : CHAR(STRING_ELT(value, 0));
}

static char *append(char *end, SEXP part) {
    size_t size = (size_t)LENGTH(part) + 1;
    memcpy(end, CHAR(part), size);
    return end + size;
}

const char *block_of(SEXP names, SEXP values, size_t *length) {
    R_xlen_t count = XLENGTH(names);
    *length = 0;
    for (R_xlen_t i = 0; i < count; i++)
        *length += (size_t)LENGTH(STRING_ELT(names, i)) + (size_t)LENGTH(STRING_ELT(values, i)) + 2;
    char *block = R_alloc(*length + 1, 1), *end = block;
    for (R_xlen_t i = 0; i < count; i++) {
        end = append(end, STRING_ELT(names, i));
        end = append(end, STRING_ELT(values, i));
    }
    return block;
}

SEXP pairs_of(const char *block, size_t length) {
    R_xlen_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += block[i] == '\0';
    SEXP pairs = PROTECT(Rf_allocVector(VECSXP, 2));
    SET_VECTOR_ELT(pairs, 0, Rf_allocVector(STRSXP, count / 2));
    SET_VECTOR_ELT(pairs, 1, Rf_allocVector(STRSXP, count / 2));
    for (R_xlen_t i = 0; i < count / 2 * 2; i++) {
        SET_STRING_ELT(VECTOR_ELT(pairs, i % 2), i / 2, Rf_mkCharCE(block, CE_UTF8));
        block += strlen(block) + 1;
    }
    UNPROTECT(1);
    return pairs;
}

SEXP new_text(const char *text) {
    return text == NULL ? R_NilValue : Rf_ScalarString(Rf_mkCharCE(text, CE_UTF8));
}

SEXP new_bytes(const char *bytes, size_t length) {
    SEXP copy = Rf_allocVector(RAWSXP, (R_xlen_t)length);
    if (length > 0)
        memcpy(RAW(copy), bytes, length);
    return copy;
}

SEXP describe_error(st_status status, const st_error *error) {
    const char *names[] = {"status", "code", "message", "http_status", "provider_code", "provider_description", ""};
    SEXP failure = PROTECT(Rf_mkNamed(VECSXP, names));
    SET_VECTOR_ELT(failure, 0, Rf_ScalarInteger(status));
    SET_VECTOR_ELT(failure, 1, new_text(st.st_error_code(error)));
    SET_VECTOR_ELT(failure, 2, new_text(st.st_error_message(error)));
    SET_VECTOR_ELT(failure, 3, Rf_ScalarInteger(st.st_error_http_status(error)));
    SET_VECTOR_ELT(failure, 4, new_text(st.st_error_provider_code(error)));
    SET_VECTOR_ELT(failure, 5, new_text(st.st_error_provider_description(error)));
    Rf_setAttrib(failure, R_ClassSymbol, PROTECT(Rf_mkString("stauth_failure")));
    UNPROTECT(2);
    return failure;
}

SEXP new_failure(st_status status, st_error *error) {
    SEXP failure = PROTECT(describe_error(status, error));
    st.st_error_free(error);
    UNPROTECT(1);
    return failure;
}

SEXP new_handle(R_CFinalizer_t finalize) {
    SEXP pointer = PROTECT(R_MakeExternalPtr(NULL, R_NilValue, R_NilValue));
    R_RegisterCFinalizerEx(pointer, finalize, FALSE);
    UNPROTECT(1);
    return pointer;
}

void *handle_of(SEXP pointer) {
    return TYPEOF(pointer) == EXTPTRSXP ? R_ExternalPtrAddr(pointer) : NULL;
}
