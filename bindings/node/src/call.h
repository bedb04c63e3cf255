/* A call from JavaScript: its arguments as C values, which end with it, and its result. */
#ifndef STAUTH_NODE_CALL_H
#define STAUTH_NODE_CALL_H

#define NAPI_VERSION 8
#include "library.h"
#include <node_api.h>
#include <stdbool.h>

#define MOST_ARGUMENTS 5

struct call {
    napi_env env;
    size_t count;
    napi_value arguments[MOST_ARGUMENTS];
    char *texts[MOST_ARGUMENTS];
    size_t text_count;
    bool has_failed; /* an exception is pending */
    st_error *error;
};

void call_begin(struct call *call, napi_env env, napi_callback_info info);

/* Frees what the call has copied, and gives the result, or nothing after a failure. */
napi_value call_end(struct call *call, napi_value result);

/* An argument. Text is NULL if it is null or undefined, and must not contain a NUL. */
char *call_text(struct call *call, size_t index);

/* The same for bytes in a string of Latin-1, with their number. */
char *call_octets(struct call *call, size_t index, size_t *length);
void *call_handle(struct call *call, size_t index);
int64_t call_number(struct call *call, size_t index);

/* A Buffer, borrowed from JavaScript. */
const char *call_buffer(struct call *call, size_t index, size_t *length);

/* Makes a failed status an exception. True if it is ST_OK and no other failure came before. */
bool call_check(struct call *call, st_status status);

/* Throws what `makeError`, given to load(), makes of an error of the library, or of the binding. */
void call_throw(struct call *call, int32_t status, const char *code, const char *message);
napi_value call_error(struct call *call, const st_error *error);
bool call_keep_error_maker(struct call *call, size_t index);

napi_value value_text(napi_env env, const char *text);
napi_value value_octets(napi_env env, const char *bytes, size_t length);
napi_value value_number(napi_env env, int64_t number);
napi_value value_handle(napi_env env, const void *handle);
napi_value value_null(napi_env env);

#endif
