#include "stauth_nif.h"

/* [{Name, Value}]. */
static ERL_NIF_TERM make_headers(ErlNifEnv *env, const st_exchange *exchange) {
    ERL_NIF_TERM list = enif_make_list(env, 0);
    const char *name;
    for (size_t index = 0; (name = st_exchange_header_name(exchange, index)) != NULL; index++) {
        ERL_NIF_TERM value = make_text(env, st_exchange_header_value(exchange, index));
        list = enif_make_list_cell(env, enif_make_tuple2(env, make_text(env, name), value), list);
    }
    return list;
}

static void put(ErlNifEnv *env, ERL_NIF_TERM *map, const char *key, ERL_NIF_TERM value) {
    enif_make_map_put(env, *map, enif_make_atom(env, key), value, map);
}

/* A map of what the exchange carries; undefined if the request waits for none. */
NIF(request_exchange) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term = atom_undefined;
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    st_exchange *exchange = st_request_exchange(request->handle);
    if (exchange != NULL) {
        const char *body = NULL;
        size_t length = 0;
        st_exchange_body(exchange, &body, &length, NULL);
        term = enif_make_new_map(env);
        put(env, &term, "method", make_text(env, st_exchange_method(exchange)));
        put(env, &term, "url", make_text(env, st_exchange_url(exchange)));
        put(env, &term, "headers", make_headers(env, exchange));
        put(env, &term, "body", make_binary(env, body, length));
        put(env, &term, "timeout", enif_make_int64(env, st_exchange_timeout_ms(exchange)));
        put(env, &term, "connect_timeout", enif_make_int64(env, st_exchange_connect_timeout_ms(exchange)));
        put(env, &term, "proxy", make_text(env, st_exchange_proxy(exchange)));
        put(env, &term, "ca_file", make_text(env, st_exchange_ca_file(exchange)));
        put(env, &term, "allows_loopback", make_bool(st_exchange_allows_loopback(exchange)));
    }
    give_back(request);
    return exchange == NULL ? atom_undefined : term;
}

/* Adds [{Name, Value}] of a reply. */
static st_status add_headers(ErlNifEnv *env, st_exchange *exchange, ERL_NIF_TERM list, bool *has_nul_in_it,
                             st_error **error) {
    ERL_NIF_TERM head;
    st_status status = ST_OK;
    while (status == ST_OK && enif_get_list_cell(env, list, &head, &list)) {
        const ERL_NIF_TERM *pair;
        int arity;
        struct text name = {NULL, 0}, value = {NULL, 0};
        bool is_pair = enif_get_tuple(env, head, &arity, &pair) && arity == 2 && read_text(env, pair[0], &name) &&
                       read_text(env, pair[1], &value);
        *has_nul_in_it = has_nul(&name) || has_nul(&value);
        status = *has_nul_in_it ? ST_INVALID_ARGUMENT : ST_OK;
        if (status == ST_OK && is_pair) {
            status = st_exchange_add_header(exchange, name.bytes, value.bytes, error);
        }
        free_text(&name);
        free_text(&value);
    }
    return status;
}

/* Reports a reply: its status, [{Name, Value}], and its body. */
NIF(request_respond) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    ErlNifBinary body;
    int code;
    if (!enif_get_int(env, argv[1], &code) || !enif_is_list(env, argv[2]) ||
        !enif_inspect_binary(env, argv[3], &body)) {
        return enif_make_badarg(env);
    }
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    st_exchange *exchange = st_request_exchange(request->handle);
    st_error *error = NULL;
    bool has_nul_in_it = false;
    st_status status = add_headers(env, exchange, argv[2], &has_nul_in_it, &error);
    if (status == ST_OK) {
        status = st_exchange_respond(exchange, code, (const char *)body.data, body.size, &error);
    }
    give_back(request);
    return has_nul_in_it ? refuse_nul(env) : make_outcome(env, status, error);
}

/* {ok, Action}. */
NIF(request_resume) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    st_action action = ST_RESPOND;
    st_error *error = NULL;
    st_status status = st_request_resume(request->handle, &action, &error);
    give_back(request);
    return make_action(env, status, action, error);
}
