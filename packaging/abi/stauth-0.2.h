
uint32_t st_version_number(void);
const char *st_version_string(void);
typedef int32_t st_status;
enum {
    ST_OK = 0,
    ST_INVALID_ARGUMENT = 1,
    ST_CONFIGURATION_ERROR = 2,
    ST_NETWORK_ERROR = 3,
    ST_PROVIDER_ERROR = 4,
    ST_AUTHORIZATION_DENIED = 5,
    ST_TOKEN_INVALID = 6,
    ST_LOGIN_INVALID = 7,
    ST_REQUEST_REFUSED = 8,
    ST_LIMIT_EXCEEDED = 9,
    ST_NO_REQUEST = 10,
    ST_CRYPTOGRAPHY_ERROR = 11,
    ST_INTERNAL_ERROR = 12
};
const char *st_status_name(st_status status);
typedef struct st_error st_error;
st_status st_error_status(const st_error *error);
const char *st_error_code(const st_error *error);
const char *st_error_provider_code(const st_error *error);
const char *st_error_provider_description(const st_error *error);
const char *st_error_message(const st_error *error);
int32_t st_error_http_status(const st_error *error);
void st_error_free(st_error *error);
typedef struct st_config st_config;
st_status st_config_new(st_config **out, st_error **error);
st_status st_config_load_file(st_config *config, const char *path, st_error **error);
st_status st_config_load_toml(st_config *config, const char *toml, size_t length, st_error **error);
st_status st_config_set(st_config *config, const char *key, const char *value, st_error **error);
typedef void (*st_release)(void *user_data);
typedef int64_t (*st_clock)(void *user_data);
st_status st_config_set_clock(st_config *config, st_clock clock, void *user_data, st_release release,
                                     st_error **error);
typedef int32_t (*st_random)(uint8_t *bytes, size_t length, void *user_data);
st_status st_config_set_random(st_config *config, st_random random, void *user_data, st_release release,
                                      st_error **error);
enum { ST_LOG_INFO = 1, ST_LOG_WARNING = 2, ST_LOG_ERROR = 3 };
typedef void (*st_log)(int32_t level, const char *line, void *user_data);
st_status st_config_set_log(st_config *config, st_log log, void *user_data, st_release release,
                                   st_error **error);
st_status st_config_log_to_fd(st_config *config, int32_t fd, st_error **error);
typedef struct st_exchange st_exchange;
typedef st_status (*st_transport)(st_exchange *exchange, void *user_data);
st_status st_config_set_transport(st_config *config, st_transport transport, void *user_data, st_release release,
                                         st_error **error);
st_status st_config_set_event_loop(st_config *config, int32_t on, st_error **error);
typedef struct st_record st_record;
typedef st_status (*st_store_get)(const char *key, int64_t timeout_ms, st_record *record, void *user_data);
typedef st_status (*st_store_put)(const char *key, const uint8_t *bytes, size_t length, uint64_t version,
                                  uint64_t expected, int64_t lifetime, int64_t timeout_ms, int32_t *out_stored,
                                  void *user_data);
typedef st_status (*st_store_delete)(const char *key, int64_t timeout_ms, void *user_data);
st_status st_record_set(st_record *record, const uint8_t *bytes, size_t length, uint64_t version,
                               st_error **error);
st_status st_config_set_session_store(st_config *config, st_store_get get, st_store_put put,
                                             st_store_delete remove, void *user_data, st_release release,
                                             st_error **error);
void st_config_free(st_config *config);
const char *st_exchange_method(const st_exchange *exchange);
const char *st_exchange_url(const st_exchange *exchange);
const char *st_exchange_header_name(const st_exchange *exchange, size_t index);
const char *st_exchange_header_value(const st_exchange *exchange, size_t index);
st_status st_exchange_body(const st_exchange *exchange, const char **out_bytes, size_t *out_length,
                                  st_error **error);
int64_t st_exchange_timeout_ms(const st_exchange *exchange);
int64_t st_exchange_connect_timeout_ms(const st_exchange *exchange);
const char *st_exchange_proxy(const st_exchange *exchange);
const char *st_exchange_ca_file(const st_exchange *exchange);
int32_t st_exchange_allows_loopback(const st_exchange *exchange);
st_status st_exchange_add_header(st_exchange *exchange, const char *name, const char *value, st_error **error);
st_status st_exchange_respond(st_exchange *exchange, int32_t status, const char *body, size_t length,
                                     st_error **error);
typedef struct st_app st_app;
st_status st_app_new(const st_config *config, st_app **out, st_error **error);
st_status st_app_shared(const st_config *config, const char *path, st_app **out, st_error **error);
st_status st_app_preload(st_app *app, st_error **error);
st_status st_app_end_sessions(st_app *app, const char *selector, st_error **error);
const char *st_app_login_path(const st_app *app);
const char *st_app_logout_path(const st_app *app);
const char *st_app_callback_path(const st_app *app, size_t index);
int32_t st_app_requires_login(const st_app *app);
st_status st_user_from_cookie(const st_app *app, const char *cookie, size_t length, char *buffer,
                                     size_t capacity, size_t *out_length, st_error **error);
st_status st_app_stats_json(const st_app *app, char *buffer, size_t capacity, size_t *out_length,
                                   st_error **error);
st_status st_app_stats_prometheus(const st_app *app, char *buffer, size_t capacity, size_t *out_length,
                                         st_error **error);
void st_app_free(st_app *app);
typedef struct st_gate st_gate;
st_status st_gate_new(const char *const *open_paths, size_t count, st_gate **out, st_error **error);
void st_gate_free(st_gate *gate);
typedef struct st_request st_request;
st_status st_request_new(const st_app *app, const char *method, const char *target, st_request **out,
                                st_error **error);
st_status st_request_add_header(st_request *request, const char *name, const char *value, st_error **error);
st_status st_request_add_headers(st_request *request, const char *block, size_t length, st_error **error);
st_status st_request_set_body(st_request *request, const char *body, size_t length, st_error **error);
st_status st_request_set_client_address(st_request *request, const char *address, st_error **error);
st_status st_request_add_route(st_request *request, const char *path, size_t length, st_error **error);
typedef int32_t st_action;
enum {
    ST_PROCEED = 0,
    ST_RESPOND = 1,
    ST_WAIT = 2
};
st_status st_request_begin(st_request *request, st_action *out_action, st_error **error);
st_exchange *st_request_exchange(st_request *request);
st_status st_request_resume(st_request *request, st_action *out_action, st_error **error);
st_status st_request_new_preload(const st_app *app, st_request **out, st_error **error);
st_status st_request_set(st_request *request, const char *key, const char *value, st_error **error);
st_status st_request_login(st_request *request, const char *provider, st_error **error);
st_status st_request_require_login(st_request *request, const st_gate *gate, const char *path, size_t length,
                                          st_action *out_action, st_error **error);
st_status st_request_logout(st_request *request, st_error **error);
st_status st_request_refuse(st_request *request, const char *code, st_error **error);
st_status st_request_user_json(st_request *request, const char **out_json, size_t *out_length, st_error **error);
int32_t st_request_is_logged_in(st_request *request);
int32_t st_request_is_fresh(st_request *request, int64_t seconds);
st_status st_request_claim(st_request *request, const char *name, const char **out_value, size_t *out_length,
                                  st_error **error);
st_status st_request_access_token(st_request *request, st_action *out_action, const char **out_token,
                                         int64_t *out_expiry, const char **out_scope, st_error **error);
st_status st_request_refresh(st_request *request, st_action *out_action, st_error **error);
int32_t st_request_may_block(const st_request *request);
int32_t st_request_login_may_block(const st_request *request, const char *provider);
int32_t st_request_logout_may_block(const st_request *request);
int32_t st_request_loads_page(const st_request *request);
int32_t st_request_wants_body(const st_request *request);
const st_error *st_request_error(const st_request *request);
int32_t st_request_response_status(const st_request *request);
size_t st_request_response_header_count(const st_request *request);
st_status st_request_response_header(const st_request *request, size_t index, const char **out_name,
                                            const char **out_value, st_error **error);
st_status st_request_response_headers(const st_request *request, const char **out_block, size_t *out_length,
                                             st_error **error);
st_status st_request_response_body(const st_request *request, const char **out_body, size_t *out_length,
                                          st_error **error);
void st_request_free(st_request *request);
st_status st_request_bind(st_request *request, st_error **error);
void st_request_unbind(void);
st_status st_login(const char *provider);
st_status st_logout(void);
const char *st_user_json(void);
