/* What JavaScript calls; lib/native.d.ts says with which arguments. */
#ifndef STAUTH_NODE_ADDON_H
#define STAUTH_NODE_ADDON_H

#include <node_api.h>

#define EXPORTS(X)                                                                                                     \
    X(load)                                                                                                            \
    X(app_new)                                                                                                         \
    X(app_paths)                                                                                                       \
    X(app_end_sessions)                                                                                                \
    X(app_user_from_cookie)                                                                                            \
    X(app_stats_json)                                                                                                  \
    X(app_stats_prometheus)                                                                                            \
    X(app_free)                                                                                                        \
    X(gate_new)                                                                                                        \
    X(gate_free)                                                                                                       \
    X(exchange_respond)                                                                                                \
    X(request_new)                                                                                                     \
    X(request_new_preload)                                                                                             \
    X(request_set_body)                                                                                                \
    X(request_add_route)                                                                                               \
    X(request_begin)                                                                                                   \
    X(request_exchange)                                                                                                \
    X(request_resume)                                                                                                  \
    X(request_set)                                                                                                     \
    X(request_login)                                                                                                   \
    X(request_require_login)                                                                                           \
    X(request_logout)                                                                                                  \
    X(request_refuse)                                                                                                  \
    X(request_user)                                                                                                    \
    X(request_is_fresh)                                                                                                \
    X(request_access_token)                                                                                            \
    X(request_refresh)                                                                                                 \
    X(request_wants_body)                                                                                              \
    X(request_error)                                                                                                   \
    X(request_status)                                                                                                  \
    X(request_headers)                                                                                                 \
    X(request_content)                                                                                                 \
    X(request_free)

#define DECLARE(name) napi_value name(napi_env env, napi_callback_info info);
EXPORTS(DECLARE)
#undef DECLARE

#endif
