/* What R calls, with how many arguments. */
#ifndef STAUTH_R_ENTRIES_H
#define STAUTH_R_ENTRIES_H

#define R_NO_REMAP
#include <Rinternals.h>

#define ENTRIES(X)                                                                                                     \
    X(stauth_load, 1)                                                                                                  \
    X(stauth_app_new, 6)                                                                                               \
    X(stauth_app_free, 1)                                                                                              \
    X(stauth_app_paths, 1)                                                                                             \
    X(stauth_app_requires_login, 1)                                                                                    \
    X(stauth_app_preload, 1)                                                                                           \
    X(stauth_app_user_from_cookie, 2)                                                                                  \
    X(stauth_app_stats, 2)                                                                                             \
    X(stauth_gate_new, 1)                                                                                              \
    X(stauth_request_new, 6)                                                                                           \
    X(stauth_request_new_preload, 1)                                                                                   \
    X(stauth_request_free, 1)                                                                                          \
    X(stauth_request_set_body, 2)                                                                                      \
    X(stauth_request_add_route, 2)                                                                                     \
    X(stauth_request_set, 3)                                                                                           \
    X(stauth_request_refuse, 2)                                                                                        \
    X(stauth_request_asks, 1)                                                                                          \
    X(stauth_request_login_may_block, 2)                                                                               \
    X(stauth_request_is_fresh, 2)                                                                                      \
    X(stauth_request_user, 1)                                                                                          \
    X(stauth_request_error, 1)                                                                                         \
    X(stauth_request_response, 1)                                                                                      \
    X(stauth_request_exchange, 1)                                                                                      \
    X(stauth_request_respond, 5)                                                                                       \
    X(stauth_step, 4)                                                                                                  \
    X(stauth_step_later, 6)                                                                                            \
    X(stauth_threads_end, 0)

SEXP stauth_load(SEXP path);
SEXP stauth_app_new(SEXP file, SEXP toml, SEXP keys, SEXP values, SEXP log, SEXP steps);
SEXP stauth_app_free(SEXP pointer);
SEXP stauth_app_paths(SEXP pointer);
SEXP stauth_app_requires_login(SEXP pointer);
SEXP stauth_app_preload(SEXP pointer);
SEXP stauth_app_user_from_cookie(SEXP pointer, SEXP cookie);
SEXP stauth_app_stats(SEXP pointer, SEXP as_text);
SEXP stauth_gate_new(SEXP open_paths);
SEXP stauth_request_new(SEXP app, SEXP method, SEXP target, SEXP names, SEXP values, SEXP address);
SEXP stauth_request_new_preload(SEXP app);
SEXP stauth_request_free(SEXP pointer);
SEXP stauth_request_set_body(SEXP pointer, SEXP body);
SEXP stauth_request_add_route(SEXP pointer, SEXP path);
SEXP stauth_request_set(SEXP pointer, SEXP key, SEXP value);
SEXP stauth_request_refuse(SEXP pointer, SEXP code);
SEXP stauth_request_asks(SEXP pointer);
SEXP stauth_request_login_may_block(SEXP pointer, SEXP provider);
SEXP stauth_request_is_fresh(SEXP pointer, SEXP seconds);
SEXP stauth_request_user(SEXP pointer);
SEXP stauth_request_error(SEXP pointer);
SEXP stauth_request_response(SEXP pointer);
SEXP stauth_request_exchange(SEXP pointer);
SEXP stauth_request_respond(SEXP pointer, SEXP status, SEXP names, SEXP values, SEXP body);
SEXP stauth_step(SEXP kind, SEXP request, SEXP text, SEXP gate);
SEXP stauth_step_later(SEXP kind, SEXP request, SEXP text, SEXP gate, SEXP callback, SEXP loop);
SEXP stauth_threads_end(void);

#endif
