/* The functions of stauth.h that this binding calls. They are found when the library is loaded, so that the addon
   starts without it, and can say what it looked for. */
#ifndef STAUTH_NODE_LIBRARY_H
#define STAUTH_NODE_LIBRARY_H

#include <stauth.h>

#define FUNCTIONS(X)                                                                                                   \
    X(st_version_number)                                                                                               \
    X(st_error_status)                                                                                                 \
    X(st_error_code)                                                                                                   \
    X(st_error_provider_code)                                                                                          \
    X(st_error_provider_description)                                                                                   \
    X(st_error_message)                                                                                                \
    X(st_error_http_status)                                                                                            \
    X(st_error_free)                                                                                                   \
    X(st_config_new)                                                                                                   \
    X(st_config_load_file)                                                                                             \
    X(st_config_load_toml)                                                                                             \
    X(st_config_set)                                                                                                   \
    X(st_config_set_log)                                                                                               \
    X(st_config_set_event_loop)                                                                                        \
    X(st_config_free)                                                                                                  \
    X(st_exchange_method)                                                                                              \
    X(st_exchange_url)                                                                                                 \
    X(st_exchange_header_name)                                                                                         \
    X(st_exchange_header_value)                                                                                        \
    X(st_exchange_body)                                                                                                \
    X(st_exchange_timeout_ms)                                                                                          \
    X(st_exchange_connect_timeout_ms)                                                                                  \
    X(st_exchange_proxy)                                                                                               \
    X(st_exchange_ca_file)                                                                                             \
    X(st_exchange_allows_loopback)                                                                                     \
    X(st_exchange_add_header)                                                                                          \
    X(st_exchange_respond)                                                                                             \
    X(st_app_new)                                                                                                      \
    X(st_app_end_sessions)                                                                                             \
    X(st_app_login_path)                                                                                               \
    X(st_app_logout_path)                                                                                              \
    X(st_app_callback_path)                                                                                            \
    X(st_app_requires_login)                                                                                           \
    X(st_user_from_cookie)                                                                                             \
    X(st_app_stats_json)                                                                                               \
    X(st_app_stats_prometheus)                                                                                         \
    X(st_app_free)                                                                                                     \
    X(st_gate_new)                                                                                                     \
    X(st_gate_free)                                                                                                    \
    X(st_request_new)                                                                                                  \
    X(st_request_add_headers)                                                                                          \
    X(st_request_set_body)                                                                                             \
    X(st_request_set_client_address)                                                                                   \
    X(st_request_add_route)                                                                                            \
    X(st_request_begin)                                                                                                \
    X(st_request_exchange)                                                                                             \
    X(st_request_resume)                                                                                               \
    X(st_request_new_preload)                                                                                          \
    X(st_request_set)                                                                                                  \
    X(st_request_login)                                                                                                \
    X(st_request_require_login)                                                                                        \
    X(st_request_logout)                                                                                               \
    X(st_request_refuse)                                                                                               \
    X(st_request_user_json)                                                                                            \
    X(st_request_is_fresh)                                                                                             \
    X(st_request_access_token)                                                                                         \
    X(st_request_refresh)                                                                                              \
    X(st_request_wants_body)                                                                                           \
    X(st_request_error)                                                                                                \
    X(st_request_response_status)                                                                                      \
    X(st_request_response_headers)                                                                                     \
    X(st_request_response_body)                                                                                        \
    X(st_request_free)

struct library {
#define MEMBER(name) __typeof__(&name) name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

/* Filled in once, before anything else is called. */
extern struct library st;

/* Returns NULL, or why the file cannot be used; the text lives until the next call. */
const char *library_load(const char *path);

#endif
