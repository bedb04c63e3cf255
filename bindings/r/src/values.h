/* Between R's values and C's. What R allocates may end a call by longjmp(): nothing of the library's is held then but
   what an external pointer frees, or an st_error, which only a lack of memory can lose. */
#ifndef STAUTH_R_VALUES_H
#define STAUTH_R_VALUES_H

#include "library.h"
#define R_NO_REMAP
#include <Rinternals.h>
#include <stdbool.h>

/* NULL for R's NULL. R's functions have checked that it is one text in UTF-8; no text of R's contains a NUL. */
const char *text_of(SEXP value);

/* "name NUL value NUL" for each, from two vectors; freed when the call ends. */
const char *block_of(SEXP names, SEXP values, size_t *length);

/* The same vectors of such a block, in a list. */
SEXP pairs_of(const char *block, size_t length);

SEXP new_text(const char *text);
SEXP new_bytes(const char *bytes, size_t length);

/* A list of class "stauth_failure", which R's functions raise as a condition. Frees the error. */
SEXP new_failure(st_status status, st_error *error);

/* The same of an error that is borrowed. */
SEXP describe_error(st_status status, const st_error *error);

/* An external pointer without an address yet; `finalize` frees what it gets. */
SEXP new_handle(R_CFinalizer_t finalize);

/* NULL, which the library refuses, if it was freed, or has been in another process. */
void *handle_of(SEXP pointer);

#endif
