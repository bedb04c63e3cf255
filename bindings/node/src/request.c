#include "addon.h"
#include "call.h"
#include <string.h>

/* request_new(app, method, target, headers, address): `target` and `headers` are bytes; headers "name NUL value NUL".
 */
napi_value request_new(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const st_app *app = call_handle(&call, 0);
    size_t target_length, length;
    const char *method = call_text(&call, 1), *target = call_octets(&call, 2, &target_length);
    const char *headers = call_octets(&call, 3, &length), *address = call_text(&call, 4);
    if (target != NULL && strlen(target) != target_length)
        call_throw(&call, ST_INVALID_ARGUMENT, "invalid_text", "the target must not contain a NUL");
    st_request *request = NULL;
    bool is_good = !call.has_failed &&
                   call_check(&call, st.st_request_new(app, method, target, &request, &call.error)) &&
                   call_check(&call, st.st_request_add_headers(request, headers, length, &call.error)) &&
                   call_check(&call, st.st_request_set_client_address(request, address, &call.error));
    if (!is_good)
        st.st_request_free(request);
    return call_end(&call, value_handle(env, request));
}

napi_value request_new_preload(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    st_request *request = NULL;
    call_check(&call, st.st_request_new_preload(call_handle(&call, 0), &request, &call.error));
    return call_end(&call, value_handle(env, request));
}

/* request_set_body(request, buffer) */
napi_value request_set_body(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    size_t length;
    const char *body = call_buffer(&call, 1, &length);
    if (!call.has_failed)
        call_check(&call, st.st_request_set_body(call_handle(&call, 0), body, length, &call.error));
    return call_end(&call, NULL);
}

/* request_add_route(request, path): `path` is bytes. */
napi_value request_add_route(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    size_t length;
    const char *path = call_octets(&call, 1, &length);
    if (!call.has_failed)
        call_check(&call, st.st_request_add_route(call_handle(&call, 0), path, length, &call.error));
    return call_end(&call, NULL);
}

/* The functions with no arguments but the request, and an action for a result. */
typedef st_status (*step)(st_request *, st_action *, st_error **);

static napi_value take_step(napi_env env, napi_callback_info info, step function) {
    struct call call;
    call_begin(&call, env, info);
    st_action action = ST_RESPOND;
    call_check(&call, function(call_handle(&call, 0), &action, &call.error));
    return call_end(&call, value_number(env, action));
}

napi_value request_begin(napi_env env, napi_callback_info info) {
    return take_step(env, info, st.st_request_begin);
}

napi_value request_resume(napi_env env, napi_callback_info info) {
    return take_step(env, info, st.st_request_resume);
}

napi_value request_refresh(napi_env env, napi_callback_info info) {
    return take_step(env, info, st.st_request_refresh);
}

/* request_set(request, key, value) */
napi_value request_set(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const char *key = call_text(&call, 1), *value = call_text(&call, 2);
    if (!call.has_failed)
        call_check(&call, st.st_request_set(call_handle(&call, 0), key, value, &call.error));
    return call_end(&call, NULL);
}

/* request_login(request, provider) */
napi_value request_login(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const char *provider = call_text(&call, 1);
    if (!call.has_failed)
        call_check(&call, st.st_request_login(call_handle(&call, 0), provider, &call.error));
    return call_end(&call, NULL);
}

/* request_require_login(request, gate, path): the action. `path` is bytes; null for any. */
napi_value request_require_login(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    st_action action = ST_RESPOND;
    size_t length;
    const char *path = call_octets(&call, 2, &length);
    if (!call.has_failed)
        call_check(&call, st.st_request_require_login(call_handle(&call, 0), call_handle(&call, 1), path, length,
                                                      &action, &call.error));
    return call_end(&call, value_number(env, action));
}

napi_value request_logout(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    call_check(&call, st.st_request_logout(call_handle(&call, 0), &call.error));
    return call_end(&call, NULL);
}

/* request_refuse(request, code) */
napi_value request_refuse(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const char *code = call_text(&call, 1);
    if (!call.has_failed)
        call_check(&call, st.st_request_refuse(call_handle(&call, 0), code, &call.error));
    return call_end(&call, NULL);
}
