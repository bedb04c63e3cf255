#include "stauth_nif.h"
#include <string.h>

_Thread_local ErlNifEnv *current_env;

bool read_text(ErlNifEnv *env, ERL_NIF_TERM term, struct text *text) {
    *text = (struct text){NULL, 0};
    if (enif_is_identical(term, atom_undefined)) {
        return true;
    }
    ErlNifBinary binary;
    if (!enif_inspect_binary(env, term, &binary)) {
        return false;
    }
    text->bytes = enif_alloc(binary.size + 1);
    if (text->bytes == NULL) {
        return false;
    }
    memcpy(text->bytes, binary.data, binary.size);
    text->bytes[binary.size] = '\0';
    text->length = binary.size;
    return true;
}

void free_text(struct text *text) {
    if (text->bytes != NULL) {
        enif_free(text->bytes);
    }
    text->bytes = NULL;
}

bool has_nul(const struct text *text) {
    return text->bytes != NULL && memchr(text->bytes, '\0', text->length) != NULL;
}

ERL_NIF_TERM make_binary(ErlNifEnv *env, const char *bytes, size_t length) {
    ERL_NIF_TERM term;
    unsigned char *copy = enif_make_new_binary(env, length, &term);
    if (copy == NULL) {
        return enif_make_badarg(env);
    }
    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    return term;
}

ERL_NIF_TERM make_text(ErlNifEnv *env, const char *text) {
    return text == NULL ? atom_undefined : make_binary(env, text, strlen(text));
}

ERL_NIF_TERM make_bool(int32_t value) {
    return value == 1 ? atom_true : atom_false;
}

ERL_NIF_TERM make_ok(ErlNifEnv *env, ERL_NIF_TERM term) {
    return enif_make_tuple2(env, atom_ok, term);
}

ERL_NIF_TERM make_error(ErlNifEnv *env, const st_error *error) {
    return enif_make_tuple6(env, enif_make_int(env, st_error_status(error)), make_text(env, st_error_code(error)),
                            make_text(env, st_error_message(error)), enif_make_int(env, st_error_http_status(error)),
                            make_text(env, st_error_provider_code(error)),
                            make_text(env, st_error_provider_description(error)));
}

ERL_NIF_TERM make_failure(ErlNifEnv *env, st_error *error) {
    ERL_NIF_TERM term = make_error(env, error);
    st_error_free(error);
    return enif_make_tuple2(env, atom_error, term);
}

static ERL_NIF_TERM refuse(ErlNifEnv *env, const char *code, const char *message, int http_status) {
    ERL_NIF_TERM error =
        enif_make_tuple6(env, enif_make_int(env, ST_INVALID_ARGUMENT), make_text(env, code), make_text(env, message),
                         enif_make_int(env, http_status), atom_undefined, atom_undefined);
    return enif_make_tuple2(env, atom_error, error);
}

ERL_NIF_TERM refuse_nul(ErlNifEnv *env) {
    return refuse(env, "invalid_text", "text must not contain a NUL", 400);
}

ERL_NIF_TERM refuse_busy(ErlNifEnv *env) {
    return refuse(env, "out_of_sequence", "another process is in a call with this request", 500);
}

ERL_NIF_TERM make_outcome(ErlNifEnv *env, st_status status, st_error *error) {
    return status == ST_OK ? atom_ok : make_failure(env, error);
}

ERL_NIF_TERM make_action(ErlNifEnv *env, st_status status, st_action action, st_error *error) {
    return status == ST_OK ? make_ok(env, enif_make_int(env, action)) : make_failure(env, error);
}
