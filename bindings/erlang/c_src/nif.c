#define _GNU_SOURCE
#include "stauth_nif.h"
#include <dlfcn.h>

ERL_NIF_TERM atom_ok, atom_error, atom_undefined, atom_true, atom_false;

static ErlNifFunc functions[] = {
    {"version", 0, version, 0},
    {"app_new", 5, app_new, ERL_NIF_DIRTY_JOB_IO_BOUND},
    {"app_preload", 1, app_preload, ERL_NIF_DIRTY_JOB_IO_BOUND},
    {"app_paths", 1, app_paths, 0},
    {"app_user", 2, app_user, ERL_NIF_DIRTY_JOB_CPU_BOUND},
    {"app_stats", 2, app_stats, ERL_NIF_DIRTY_JOB_CPU_BOUND},
    {"app_close", 1, app_close, 0},
    {"gate_new", 1, gate_new, 0},
    {"request_new", 6, request_new, 0},
    {"request_new_preload", 1, request_new_preload, 0},
    {"request_set_body", 2, request_set_body, 0},
    {"request_begin", 1, request_begin, 0},
    {"request_user", 1, request_user, 0},
    {"request_claim", 2, request_claim, 0},
    {"request_is_fresh", 2, request_is_fresh, 0},
    {"request_login", 3, request_login, 0},
    {"request_logout", 2, request_logout, ERL_NIF_DIRTY_JOB_CPU_BOUND},
    {"request_require_login", 3, request_require_login, 0},
    {"request_access_token", 1, request_access_token, ERL_NIF_DIRTY_JOB_IO_BOUND},
    {"request_refresh", 1, request_refresh, ERL_NIF_DIRTY_JOB_IO_BOUND},
    {"request_refuse", 2, request_refuse, 0},
    {"request_error", 1, request_error, 0},
    {"request_response", 1, request_response, 0},
    {"request_close", 1, request_close, 0},
    {"request_exchange", 1, request_exchange, 0},
    {"request_respond", 4, request_respond, 0},
    {"request_resume", 1, request_resume, ERL_NIF_DIRTY_JOB_CPU_BOUND},
};

static int load(ErlNifEnv *env, void **private_data, ERL_NIF_TERM info) {
    (void)private_data;
    (void)info;
    atom_ok = enif_make_atom(env, "ok");
    atom_error = enif_make_atom(env, "error");
    atom_undefined = enif_make_atom(env, "undefined");
    atom_true = enif_make_atom(env, "true");
    atom_false = enif_make_atom(env, "false");
    /* Neither this file nor the library may be unloaded with the module's code: threads may still be in them. */
    Dl_info self;
    if (dladdr((const void *)functions, &self) == 0 || dlopen(self.dli_fname, RTLD_NOW | RTLD_NODELETE) == NULL) {
        return 1;
    }
    return open_types(env) ? 0 : 1;
}

static int upgrade(ErlNifEnv *env, void **private_data, void **old_private_data, ERL_NIF_TERM info) {
    (void)old_private_data;
    return load(env, private_data, info);
}

NIF(version) {
    (void)argc;
    (void)argv;
    ERL_NIF_TERM loaded = enif_make_uint(env, st_version_number());
    return enif_make_tuple2(env, loaded, enif_make_uint(env, ST_VERSION_NUMBER));
}

ERL_NIF_INIT(stauth_nif, functions, load, NULL, upgrade, NULL)
