#include "stauth_nif.h"
#include <string.h>

/* ---- Making one ---- */

struct new_request {
    struct text method, target, block, address;
};

/* Makes a request, with its headers, the browser's address and the paths [Binary] that the program may route by. */
static st_status make(ErlNifEnv *env, st_app *app, const struct new_request *given, ERL_NIF_TERM routes,
                      st_request **out, st_error **error) {
    ERL_NIF_TERM head;
    ErlNifBinary route;
    st_status status = st_request_new(app, given->method.bytes, given->target.bytes, out, error);
    if (status == ST_OK) {
        status = st_request_add_headers(*out, given->block.bytes, given->block.length, error);
    }
    if (status == ST_OK) {
        status = st_request_set_client_address(*out, given->address.bytes, error);
    }
    while (status == ST_OK && enif_get_list_cell(env, routes, &head, &routes) &&
           enif_inspect_binary(env, head, &route)) {
        status = st_request_add_route(*out, (const char *)route.data, route.size, error);
    }
    return status;
}

/* {ok, {Request, WantsBody}}. */
static ERL_NIF_TERM made(ErlNifEnv *env, st_request *request) {
    ERL_NIF_TERM wants_body = make_bool(st_request_wants_body(request));
    return make_ok(env, enif_make_tuple2(env, make_request(env, request), wants_body));
}

NIF(request_new) {
    (void)argc;
    void *app;
    struct new_request given = {0};
    ERL_NIF_TERM term;
    if (!enif_get_resource(env, argv[0], app_type, &app) || !read_text(env, argv[1], &given.method) ||
        !read_text(env, argv[2], &given.target) || !read_text(env, argv[3], &given.block) ||
        !read_text(env, argv[4], &given.address)) {
        term = enif_make_badarg(env);
    } else if (has_nul(&given.method) || has_nul(&given.target) || has_nul(&given.address)) {
        term = refuse_nul(env);
    } else {
        st_request *request = NULL;
        st_error *error = NULL;
        current_env = env;
        if (make(env, ((struct app *)app)->handle, &given, argv[5], &request, &error) == ST_OK) {
            term = made(env, request);
        } else {
            st_request_free(request);
            term = make_failure(env, error);
        }
        current_env = NULL;
    }
    free_text(&given.method);
    free_text(&given.target);
    free_text(&given.block);
    free_text(&given.address);
    return term;
}

NIF(request_new_preload) {
    (void)argc;
    void *app;
    if (!enif_get_resource(env, argv[0], app_type, &app)) {
        return enif_make_badarg(env);
    }
    st_request *request = NULL;
    st_error *error = NULL;
    st_status status = st_request_new_preload(((struct app *)app)->handle, &request, &error);
    return status == ST_OK ? made(env, request) : make_failure(env, error);
}

NIF(request_set_body) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    ErlNifBinary body;
    if (!enif_inspect_binary(env, argv[1], &body)) {
        return enif_make_badarg(env);
    }
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    st_error *error = NULL;
    st_status status = st_request_set_body(request->handle, (const char *)body.data, body.size, &error);
    give_back(request);
    return make_outcome(env, status, error);
}

/* ---- Who sent it ---- */

NIF(request_user) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    const char *json = NULL;
    size_t length = 0;
    st_error *error = NULL;
    st_status status = st_request_user_json(request->handle, &json, &length, &error);
    term = status == ST_OK ? make_ok(env, make_binary(env, json, length)) : make_failure(env, error);
    give_back(request);
    return term;
}

/* {ok, Value | undefined}. */
NIF(request_claim) {
    (void)argc;
    struct request *request;
    struct text name;
    ERL_NIF_TERM term;
    if (!read_text(env, argv[1], &name)) {
        return enif_make_badarg(env);
    }
    if (has_nul(&name)) {
        term = refuse_nul(env);
    } else if (take_request(env, argv[0], &request, &term)) {
        const char *value = NULL;
        size_t length = 0;
        st_error *error = NULL;
        st_status status = st_request_claim(request->handle, name.bytes, &value, &length, &error);
        ERL_NIF_TERM found = value == NULL ? atom_undefined : make_binary(env, value, length);
        term = status == ST_OK ? make_ok(env, found) : make_failure(env, error);
        give_back(request);
    }
    free_text(&name);
    return term;
}

NIF(request_is_fresh) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    ErlNifSInt64 seconds;
    if (!enif_get_int64(env, argv[1], &seconds)) {
        return enif_make_badarg(env);
    }
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    term = make_ok(env, make_bool(st_request_is_fresh(request->handle, seconds)));
    give_back(request);
    return term;
}

/* ---- The response ---- */

NIF(request_refuse) {
    (void)argc;
    struct request *request;
    struct text code;
    ERL_NIF_TERM term;
    if (!read_text(env, argv[1], &code)) {
        return enif_make_badarg(env);
    }
    if (has_nul(&code)) {
        term = refuse_nul(env);
    } else if (take_request(env, argv[0], &request, &term)) {
        st_error *error = NULL;
        st_status status = st_request_refuse(request->handle, code.bytes, &error);
        give_back(request);
        term = make_outcome(env, status, error);
    }
    free_text(&code);
    return term;
}

/* {ok, Error | undefined}. */
NIF(request_error) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    const st_error *error = st_request_error(request->handle);
    term = make_ok(env, error == NULL ? atom_undefined : make_error(env, error));
    give_back(request);
    return term;
}

/* [{Name, Value}] of "name NUL value NUL". */
static ERL_NIF_TERM make_headers(ErlNifEnv *env, const char *block, size_t length) {
    ERL_NIF_TERM list = enif_make_list(env, 0), headers;
    const char *end = block + length;
    while (block < end) {
        const char *name = block, *value = name + strlen(name) + 1;
        ERL_NIF_TERM pair = enif_make_tuple2(env, make_text(env, name), make_text(env, value));
        list = enif_make_list_cell(env, pair, list);
        block = value + strlen(value) + 1;
    }
    return enif_make_reverse_list(env, list, &headers) ? headers : list;
}

/* {ok, {Status, Headers, Body}}; the status is 0 if the program's page is the response. */
NIF(request_response) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    const char *block = NULL, *body = NULL;
    size_t block_length = 0, body_length = 0;
    st_error *error = NULL;
    st_status status = st_request_response_headers(request->handle, &block, &block_length, &error);
    if (status == ST_OK) {
        status = st_request_response_body(request->handle, &body, &body_length, &error);
    }
    if (status == ST_OK) {
        ERL_NIF_TERM code = enif_make_int(env, st_request_response_status(request->handle));
        ERL_NIF_TERM headers = make_headers(env, block, block_length);
        term = make_ok(env, enif_make_tuple3(env, code, headers, make_binary(env, body, body_length)));
    } else {
        term = make_failure(env, error);
    }
    give_back(request);
    return term;
}

/* Ends it, whatever other processes do: "those calls complete, and later calls are refused." */
NIF(request_close) {
    (void)argc;
    void *resource;
    if (!enif_get_resource(env, argv[0], request_type, &resource)) {
        return enif_make_badarg(env);
    }
    current_env = env;
    st_request_free(((struct request *)resource)->handle);
    current_env = NULL;
    return atom_ok;
}
