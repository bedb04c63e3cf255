#include "stauth_nif.h"

/* What may wait for a provider goes to a dirty scheduler for I/O, the rest to one for computing. */
static ERL_NIF_TERM schedule(ErlNifEnv *env, bool may_block, const char *name,
                             ERL_NIF_TERM (*nif)(ErlNifEnv *, int, const ERL_NIF_TERM[]), int argc,
                             const ERL_NIF_TERM argv[]) {
    int flags = may_block ? ERL_NIF_DIRTY_JOB_IO_BOUND : ERL_NIF_DIRTY_JOB_CPU_BOUND;
    return enif_schedule_nif(env, name, flags, nif, argc, argv);
}

/* {ok, Action}. */
static NIF(begin_now) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    st_action action = ST_RESPOND;
    st_error *error = NULL;
    st_status status = st_request_begin(request->handle, &action, &error);
    give_back(request);
    return make_action(env, status, action, error);
}

NIF(request_begin) {
    struct request *request;
    ERL_NIF_TERM term;
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    bool may_block = st_request_may_block(request->handle) == 1;
    give_back(request);
    return schedule(env, may_block, "request_begin", begin_now, argc, argv);
}

/* ---- Logins and logouts ---- */

/* Sets [{Key, Value | undefined}], or removes them all. */
static st_status set_options(ErlNifEnv *env, st_request *request, ERL_NIF_TERM options, bool removes,
                             bool *has_nul_in_it, st_error **error) {
    ERL_NIF_TERM head;
    st_status status = ST_OK;
    while (status == ST_OK && enif_get_list_cell(env, options, &head, &options)) {
        const ERL_NIF_TERM *pair;
        int arity;
        struct text key = {NULL, 0}, value = {NULL, 0};
        bool is_pair = enif_get_tuple(env, head, &arity, &pair) && arity == 2 && read_text(env, pair[0], &key) &&
                       read_text(env, pair[1], &value);
        if (has_nul(&key) || (has_nul(&value) && !removes)) {
            *has_nul_in_it = true;
            status = ST_INVALID_ARGUMENT;
        } else if (is_pair) {
            status = st_request_set(request, key.bytes, removes ? NULL : value.bytes, removes ? NULL : error);
        }
        free_text(&key);
        free_text(&value);
    }
    return status;
}

/* Sets the options for a call, which uses them up. If one is refused, it removes the others. */
static ERL_NIF_TERM with_options(ErlNifEnv *env, st_request *request, ERL_NIF_TERM options, const char *provider,
                                 st_status (*call)(st_request *, const char *, st_error **)) {
    bool has_nul_in_it = false;
    st_error *error = NULL;
    st_status status = set_options(env, request, options, false, &has_nul_in_it, &error);
    if (status != ST_OK) {
        bool ignored = false;
        set_options(env, request, options, true, &ignored, NULL);
        return has_nul_in_it ? refuse_nul(env) : make_failure(env, error);
    }
    status = call(request, provider, &error);
    return make_outcome(env, status, error);
}

static st_status log_out(st_request *request, const char *provider, st_error **error) {
    (void)provider;
    return st_request_logout(request, error);
}

static NIF(login_now) {
    (void)argc;
    struct request *request;
    struct text provider;
    ERL_NIF_TERM term;
    if (!read_text(env, argv[1], &provider)) {
        return enif_make_badarg(env);
    }
    if (has_nul(&provider)) {
        term = refuse_nul(env);
    } else if (take_request(env, argv[0], &request, &term)) {
        term = with_options(env, request->handle, argv[2], provider.bytes, st_request_login);
        give_back(request);
    }
    free_text(&provider);
    return term;
}

NIF(request_login) {
    struct request *request;
    struct text provider;
    ERL_NIF_TERM term;
    if (!read_text(env, argv[1], &provider)) {
        return enif_make_badarg(env);
    }
    if (take_request(env, argv[0], &request, &term)) {
        bool may_block = st_request_login_may_block(request->handle, provider.bytes) == 1;
        give_back(request);
        term = schedule(env, may_block, "request_login", login_now, argc, argv);
    }
    free_text(&provider);
    return term;
}

NIF(request_logout) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    if (take_request(env, argv[0], &request, &term)) {
        term = with_options(env, request->handle, argv[1], NULL, log_out);
        give_back(request);
    }
    return term;
}

/* {ok, Action}. argv: the request, a gate or undefined, and a path or undefined. */
static NIF(require_login_now) {
    (void)argc;
    struct request *request;
    struct text path;
    void *gate = NULL;
    ERL_NIF_TERM term;
    bool has_gate = enif_get_resource(env, argv[1], gate_type, &gate);
    if ((!has_gate && !enif_is_identical(argv[1], atom_undefined)) || !read_text(env, argv[2], &path)) {
        return enif_make_badarg(env);
    }
    if (take_request(env, argv[0], &request, &term)) {
        st_action action = ST_RESPOND;
        st_error *error = NULL;
        st_gate *handle = has_gate ? ((struct gate *)gate)->handle : NULL;
        st_status status = st_request_require_login(request->handle, handle, path.bytes, path.length, &action, &error);
        give_back(request);
        term = make_action(env, status, action, error);
    }
    free_text(&path);
    return term;
}

NIF(request_require_login) {
    struct request *request;
    ERL_NIF_TERM term;
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    bool may_block = st_request_login_may_block(request->handle, NULL) == 1;
    give_back(request);
    return schedule(env, may_block, "request_require_login", require_login_now, argc, argv);
}

/* ---- Tokens ---- */

/* {ok, Action} or {ok, {Token, Expiry, Scope}}. */
NIF(request_access_token) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    st_action action = ST_PROCEED;
    const char *token = NULL, *scope = NULL;
    int64_t expiry = 0;
    st_error *error = NULL;
    st_status status = st_request_access_token(request->handle, &action, &token, &expiry, &scope, &error);
    if (status != ST_OK || token == NULL) {
        term = make_action(env, status, action, error);
    } else {
        ERL_NIF_TERM found =
            enif_make_tuple3(env, make_text(env, token), enif_make_int64(env, expiry), make_text(env, scope));
        term = make_ok(env, found);
    }
    give_back(request);
    return term;
}

NIF(request_refresh) {
    (void)argc;
    struct request *request;
    ERL_NIF_TERM term;
    if (!take_request(env, argv[0], &request, &term)) {
        return term;
    }
    st_action action = ST_PROCEED;
    st_error *error = NULL;
    st_status status = st_request_refresh(request->handle, &action, &error);
    give_back(request);
    return make_action(env, status, action, error);
}
