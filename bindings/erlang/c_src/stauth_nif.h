/* The NIFs of stauth_nif.erl. Each is one call of libstauth.so.0, or a few that belong together.
 *
 * What may wait for a provider runs on a dirty scheduler for I/O, and what may wait for a session store, or takes
 * longer than a term takes to copy, on one for computing: slow providers keep no other request waiting, and nothing
 * keeps a normal scheduler. A request is one thread's at a time; a second process gets an error instead of waiting for
 * a lock. */
#ifndef STAUTH_NIF_H
#define STAUTH_NIF_H

#include <erl_nif.h>
#include <stauth.h>
#include <stdbool.h>

/* How every NIF looks. */
#define NIF(name) ERL_NIF_TERM name(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])

/* The atoms "ok", "error", "undefined", "true", "false". */
extern ERL_NIF_TERM atom_ok, atom_error, atom_undefined, atom_true, atom_false;

/* An st_app or an st_gate, which any number of threads may use. */
struct app {
    st_app *handle;
};
struct gate {
    st_gate *handle;
};

/* An st_request, and the lock of the thread that uses it. */
struct request {
    st_request *handle;
    ErlNifMutex *lock;
};

extern ErlNifResourceType *app_type, *gate_type, *request_type;

/* Makes the types of resources; false if that fails. */
bool open_types(ErlNifEnv *env);

/* The environment of the NIF that this thread runs, for messages that callbacks send. */
extern _Thread_local ErlNifEnv *current_env;

/* ---- Terms ---- */

/* Text of a binary, with a NUL at its end. `bytes` is NULL for the atom undefined. */
struct text {
    char *bytes;
    size_t length;
};

/* Reads a binary, or undefined; false if the term is neither or memory runs out. The caller frees it. */
bool read_text(ErlNifEnv *env, ERL_NIF_TERM term, struct text *text);
void free_text(struct text *text);

/* Whether text would end before its end. */
bool has_nul(const struct text *text);

ERL_NIF_TERM make_binary(ErlNifEnv *env, const char *bytes, size_t length);
ERL_NIF_TERM make_text(ErlNifEnv *env, const char *text); /* undefined for NULL */
ERL_NIF_TERM make_bool(int32_t value);

/* {ok, Term}. */
ERL_NIF_TERM make_ok(ErlNifEnv *env, ERL_NIF_TERM term);

/* {error, {Status, Code, Message, HttpStatus, ProviderCode, ProviderDescription}} of an error, which it frees. */
ERL_NIF_TERM make_failure(ErlNifEnv *env, st_error *error);
ERL_NIF_TERM make_error(ErlNifEnv *env, const st_error *error);

/* The same for what this binding refuses itself. */
ERL_NIF_TERM refuse_nul(ErlNifEnv *env);
ERL_NIF_TERM refuse_busy(ErlNifEnv *env);

/* ok, or a failure. */
ERL_NIF_TERM make_outcome(ErlNifEnv *env, st_status status, st_error *error);

/* {ok, Action}, or a failure. */
ERL_NIF_TERM make_action(ErlNifEnv *env, st_status status, st_action action, st_error *error);

/* ---- Requests ---- */

/* Takes the request for this thread. False if the term is none, or another thread has it; then *out_term is what the
 * NIF returns. */
bool take_request(ErlNifEnv *env, ERL_NIF_TERM term, struct request **out, ERL_NIF_TERM *out_term);
void give_back(struct request *request);

/* A resource for a new handle; frees the handle if that fails. */
ERL_NIF_TERM make_request(ErlNifEnv *env, st_request *handle);

/* ---- NIFs, as stauth_nif.erl describes them ---- */

NIF(app_new);
NIF(app_preload);
NIF(app_paths);
NIF(app_user);
NIF(app_stats);
NIF(app_close);
NIF(gate_new);
NIF(request_new);
NIF(request_new_preload);
NIF(request_set_body);
NIF(request_begin);
NIF(request_user);
NIF(request_claim);
NIF(request_is_fresh);
NIF(request_login);
NIF(request_logout);
NIF(request_require_login);
NIF(request_access_token);
NIF(request_refresh);
NIF(request_refuse);
NIF(request_error);
NIF(request_response);
NIF(request_close);
NIF(request_exchange);
NIF(request_respond);
NIF(request_resume);
NIF(version);

#endif
