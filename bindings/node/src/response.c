#include "addon.h"
#include "call.h"

/* request_user(request): JSON; null if it is closed. */
napi_value request_user(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const char *json = NULL;
    size_t length = 0;
    if (st.st_request_user_json(call_handle(&call, 0), &json, &length, NULL) != ST_OK)
        return call_end(&call, value_null(env));
    return call_end(&call, value_text(env, json));
}

/* request_is_fresh(request, seconds): 1 or 0. */
napi_value request_is_fresh(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    int32_t is_fresh = st.st_request_is_fresh(call_handle(&call, 0), call_number(&call, 1));
    return call_end(&call, value_number(env, is_fresh));
}

/* request_access_token(request): [action, token, expiry, scope] */
napi_value request_access_token(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    st_action action = ST_RESPOND;
    const char *token = NULL, *scope = NULL;
    int64_t expiry = 0;
    napi_value found = NULL;
    if (call_check(&call,
                   st.st_request_access_token(call_handle(&call, 0), &action, &token, &expiry, &scope, &call.error))) {
        napi_create_array(env, &found);
        napi_set_element(env, found, 0, value_number(env, action));
        napi_set_element(env, found, 1, value_text(env, token));
        napi_set_element(env, found, 2, value_number(env, expiry));
        napi_set_element(env, found, 3, value_text(env, scope));
    }
    return call_end(&call, found);
}

/* request_wants_body(request): 1 or 0. */
napi_value request_wants_body(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    return call_end(&call, value_number(env, st.st_request_wants_body(call_handle(&call, 0))));
}

/* request_error(request): why its login was refused; null if it was not. */
napi_value request_error(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const st_error *error = st.st_request_error(call_handle(&call, 0));
    return call_end(&call, error == NULL ? value_null(env) : call_error(&call, error));
}

/* request_status(request): of the library's response; 0 without one, -1 if it is closed. */
napi_value request_status(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    return call_end(&call, value_number(env, st.st_request_response_status(call_handle(&call, 0))));
}

/* request_headers(request): "name NUL value NUL" for each. */
napi_value request_headers(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const char *block = NULL;
    size_t length = 0;
    bool is_good =
        call_check(&call, st.st_request_response_headers(call_handle(&call, 0), &block, &length, &call.error));
    return call_end(&call, is_good ? value_octets(env, block, length) : NULL);
}

/* request_content(request): the body of the library's response. */
napi_value request_content(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const char *body = NULL;
    size_t length = 0;
    napi_value content = NULL;
    if (call_check(&call, st.st_request_response_body(call_handle(&call, 0), &body, &length, &call.error)))
        napi_create_buffer_copy(env, length, body, NULL, &content);
    return call_end(&call, content);
}

napi_value request_free(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    st.st_request_free(call_handle(&call, 0));
    return call_end(&call, NULL);
}
