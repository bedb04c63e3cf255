/*
 * toml++ for Swift: a parsed document, flattened into an array of nodes.
 */
#ifndef CTOML_H
#define CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__clang__)
#pragma clang assume_nonnull begin
#else
#define _Nullable
#endif

typedef enum {
    CTOML_TABLE,
    CTOML_ARRAY,
    CTOML_TEXT,
    CTOML_INTEGER,
    CTOML_NUMBER,
    CTOML_BOOLEAN,
    CTOML_TIME /* a date, a time of day, or both; nothing asks which */
} ctoml_type;

/* One value. A table or an array is followed by its `child_count` children, each with its contents. */
typedef struct {
    ctoml_type type;
    uint32_t line, column; /* from 1; of the key, or in an array of the value */
    const char *_Nullable key;
    size_t key_length; /* NULL and 0 in an array */
    const char *_Nullable text;
    size_t text_length; /* CTOML_TEXT; may hold NUL */
    int64_t integer;    /* CTOML_INTEGER */
    double number;      /* CTOML_NUMBER */
    bool boolean;       /* CTOML_BOOLEAN */
    size_t child_count; /* CTOML_TABLE, CTOML_ARRAY */
} ctoml_node;

typedef struct {
    uint32_t line, column;
    /* In toml++'s words, which quote the document and may thus contain a secret: inspect this, but never show it. */
    char description[256];
} ctoml_error;

typedef struct ctoml_document ctoml_document;

/* Parses `length` bytes; on failure returns NULL and fills `error`. Neither toml++ nor this recurses deeper than the
   document's nesting, which the caller bounds for keys ("a.b.c") and the build for values ("[[[1]]]"). */
ctoml_document *_Nullable ctoml_parse(const char *bytes, size_t length, ctoml_error *error);

/* The document's nodes, at least one: the root table. They live as long as the document. */
const ctoml_node *ctoml_nodes(const ctoml_document *document, size_t *out_count);

void ctoml_free(ctoml_document *_Nullable document);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif

#endif
