#include "stauth_nif.h"

ErlNifResourceType *app_type, *gate_type, *request_type;

static void end_app(ErlNifEnv *env, void *resource) {
    current_env = env;
    st_app_free(((struct app *)resource)->handle);
    current_env = NULL;
}

static void end_gate(ErlNifEnv *env, void *resource) {
    (void)env;
    st_gate_free(((struct gate *)resource)->handle);
}

/* No thread is in a call with it: its NIF would hold on to the resource. */
static void end_request(ErlNifEnv *env, void *resource) {
    struct request *request = resource;
    current_env = env;
    st_request_free(request->handle);
    current_env = NULL;
    if (request->lock != NULL) {
        enif_mutex_destroy(request->lock);
    }
}

bool open_types(ErlNifEnv *env) {
    const ErlNifResourceFlags flags = ERL_NIF_RT_CREATE | ERL_NIF_RT_TAKEOVER;
    app_type = enif_open_resource_type(env, NULL, "stauth_app", end_app, flags, NULL);
    gate_type = enif_open_resource_type(env, NULL, "stauth_gate", end_gate, flags, NULL);
    request_type = enif_open_resource_type(env, NULL, "stauth_request", end_request, flags, NULL);
    return app_type != NULL && gate_type != NULL && request_type != NULL;
}

bool take_request(ErlNifEnv *env, ERL_NIF_TERM term, struct request **out, ERL_NIF_TERM *out_term) {
    void *resource;
    if (!enif_get_resource(env, term, request_type, &resource)) {
        *out_term = enif_make_badarg(env);
        return false;
    }
    struct request *request = resource;
    if (enif_mutex_trylock(request->lock) != 0) {
        *out_term = refuse_busy(env);
        return false;
    }
    current_env = env;
    *out = request;
    return true;
}

void give_back(struct request *request) {
    current_env = NULL;
    enif_mutex_unlock(request->lock);
}

ERL_NIF_TERM make_request(ErlNifEnv *env, st_request *handle) {
    struct request *request = enif_alloc_resource(request_type, sizeof *request);
    if (request == NULL) {
        st_request_free(handle);
        return enif_make_badarg(env);
    }
    request->handle = handle;
    request->lock = enif_mutex_create((char *)"stauth_request");
    ERL_NIF_TERM term = request->lock == NULL ? enif_make_badarg(env) : enif_make_resource(env, request);
    enif_release_resource(request); /* the term keeps it */
    return term;
}
