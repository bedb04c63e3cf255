#include "call.h"
#include <stdlib.h>
#include <string.h>

void call_begin(struct call *call, napi_env env, napi_callback_info info) {
    *call = (struct call){.env = env, .count = MOST_ARGUMENTS};
    if (napi_get_cb_info(env, info, &call->count, call->arguments, NULL, NULL) != napi_ok)
        call->count = 0;
}

napi_value call_end(struct call *call, napi_value result) {
    while (call->text_count > 0)
        free(call->texts[--call->text_count]);
    return call->has_failed ? NULL : result;
}

static bool is_given(struct call *call, size_t index) {
    napi_valuetype type = napi_undefined;
    if (index < call->count)
        napi_typeof(call->env, call->arguments[index], &type);
    return type != napi_undefined && type != napi_null;
}

typedef napi_status (*string_getter)(napi_env, napi_value, char *, size_t, size_t *);

/* Copies a string, with a NUL after it. */
static char *copied(struct call *call, size_t index, size_t *length, string_getter get) {
    if (call->has_failed || !is_given(call, index))
        return NULL;
    napi_value value = call->arguments[index];
    if (get(call->env, value, NULL, 0, length) != napi_ok) {
        call_throw(call, ST_INVALID_ARGUMENT, "invalid_argument", "an argument must be text");
        return NULL;
    }
    char *text = malloc(*length + 1);
    if (text == NULL || get(call->env, value, text, *length + 1, length) != napi_ok) {
        free(text);
        call_throw(call, ST_INTERNAL_ERROR, "internal_error", "out of memory");
        return NULL;
    }
    return call->texts[call->text_count++] = text;
}

char *call_text(struct call *call, size_t index) {
    size_t length = 0;
    char *text = copied(call, index, &length, napi_get_value_string_utf8);
    if (text != NULL && strlen(text) != length) {
        call_throw(call, ST_INVALID_ARGUMENT, "invalid_text", "text must not contain a NUL");
        return NULL;
    }
    return text;
}

char *call_octets(struct call *call, size_t index, size_t *length) {
    *length = 0;
    return copied(call, index, length, napi_get_value_string_latin1);
}

void *call_handle(struct call *call, size_t index) {
    uint64_t number = 0;
    bool is_exact = false;
    if (index >= call->count ||
        napi_get_value_bigint_uint64(call->env, call->arguments[index], &number, &is_exact) != napi_ok || !is_exact)
        return NULL; /* which the library refuses */
    return (void *)(uintptr_t)number;
}

int64_t call_number(struct call *call, size_t index) {
    int64_t number = 0;
    if (index < call->count)
        napi_get_value_int64(call->env, call->arguments[index], &number);
    return number;
}

const char *call_buffer(struct call *call, size_t index, size_t *length) {
    void *bytes = NULL;
    *length = 0;
    if (index >= call->count || napi_get_buffer_info(call->env, call->arguments[index], &bytes, length) != napi_ok)
        call_throw(call, ST_INVALID_ARGUMENT, "invalid_argument", "an argument must be a Buffer");
    return bytes == NULL ? "" : bytes;
}

bool call_check(struct call *call, st_status status) {
    if (status != ST_OK && !call->has_failed) {
        napi_value error = call_error(call, call->error);
        call->has_failed = true;
        if (error != NULL) /* otherwise an exception is pending already */
            napi_throw(call->env, error);
    }
    st.st_error_free(call->error);
    call->error = NULL;
    return status == ST_OK && !call->has_failed;
}

bool call_keep_error_maker(struct call *call, size_t index) {
    napi_ref *reference = malloc(sizeof *reference);
    return reference != NULL && napi_create_reference(call->env, call->arguments[index], 1, reference) == napi_ok &&
           napi_set_instance_data(call->env, reference, NULL, NULL) == napi_ok;
}

static napi_value make_error(struct call *call, size_t count, napi_value *arguments) {
    napi_value maker, nothing, error = NULL;
    napi_ref *reference = NULL;
    if (napi_get_instance_data(call->env, (void **)&reference) == napi_ok && reference != NULL &&
        napi_get_reference_value(call->env, *reference, &maker) == napi_ok &&
        napi_get_undefined(call->env, &nothing) == napi_ok)
        napi_call_function(call->env, nothing, maker, count, arguments, &error);
    return error;
}

napi_value call_error(struct call *call, const st_error *error) {
    napi_env env = call->env;
    napi_value said[] = {
        value_number(env, st.st_error_status(error)),      value_text(env, st.st_error_code(error)),
        value_text(env, st.st_error_message(error)),       value_number(env, st.st_error_http_status(error)),
        value_text(env, st.st_error_provider_code(error)), value_text(env, st.st_error_provider_description(error)),
    };
    return make_error(call, sizeof said / sizeof *said, said);
}

void call_throw(struct call *call, int32_t status, const char *code, const char *message) {
    if (call->has_failed)
        return;
    napi_env env = call->env;
    napi_value said[] = {value_number(env, status), value_text(env, code), value_text(env, message),
                         value_number(env, status == ST_INVALID_ARGUMENT ? 400 : 500)};
    napi_value error = make_error(call, sizeof said / sizeof *said, said);
    call->has_failed = true;
    if (error != NULL)
        napi_throw(env, error);
}

napi_value value_text(napi_env env, const char *text) {
    napi_value value = NULL;
    if (text == NULL)
        return value_null(env);
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    return value;
}

napi_value value_octets(napi_env env, const char *bytes, size_t length) {
    napi_value value = NULL;
    napi_create_string_latin1(env, bytes, length, &value);
    return value;
}

napi_value value_number(napi_env env, int64_t number) {
    napi_value value = NULL;
    napi_create_int64(env, number, &value);
    return value;
}

napi_value value_handle(napi_env env, const void *handle) {
    napi_value value = NULL;
    napi_create_bigint_uint64(env, (uint64_t)(uintptr_t)handle, &value);
    return value;
}

napi_value value_null(napi_env env) {
    napi_value value = NULL;
    napi_get_null(env, &value);
    return value;
}
