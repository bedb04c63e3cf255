/* Methods about a request, up to the response. */
#include "methods.h"

static void free_request(void *handle) {
    st_request_free(handle);
}

/* requestNew(int $app, string $method, string $target, string $headers, ?string $address, &$error): int */
ZEND_METHOD(Stauth_Extension, requestNew) {
    zend_long app;
    zend_string *method, *target, *headers, *address;
    zval *out_error;
    ZEND_PARSE_PARAMETERS_START(6, 6)
    Z_PARAM_LONG(app)
    Z_PARAM_STR(method)
    Z_PARAM_STR(target)
    Z_PARAM_STR(headers)
    Z_PARAM_STR_OR_NULL(address)
    Z_PARAM_ZVAL(out_error)
    ZEND_PARSE_PARAMETERS_END();
    if (!stauth_is_text(method, out_error) || !stauth_is_text(target, out_error) || !stauth_is_text(address, out_error))
        RETURN_LONG(0);
    st_request *request = NULL;
    st_error *error = NULL;
    st_status status = st_request_new(HANDLE(st_app, app), ZSTR_VAL(method), ZSTR_VAL(target), &request, &error);
    if (status == ST_OK)
        status = st_request_add_headers(request, ZSTR_VAL(headers), ZSTR_LEN(headers), &error);
    if (status == ST_OK && address != NULL)
        status = st_request_set_client_address(request, ZSTR_VAL(address), &error);
    if (stauth_check(status, error, out_error))
        RETURN_LONG(stauth_opened(request, free_request));
    st_request_free(request);
    RETURN_LONG(0);
}

/* requestSetBody(int $request, string $body, &$error): void */
ZEND_METHOD(Stauth_Extension, requestSetBody) {
    STAUTH_HANDLE_TEXT_AND_ERROR(request, body);
    st_error *error = NULL;
    st_status status = st_request_set_body(HANDLE(st_request, request), ZSTR_VAL(body), ZSTR_LEN(body), &error);
    stauth_check(status, error, out_error);
}

/* requestAddRoute(int $request, string $path, &$error): void */
ZEND_METHOD(Stauth_Extension, requestAddRoute) {
    STAUTH_HANDLE_TEXT_AND_ERROR(request, path);
    st_error *error = NULL;
    st_status status = st_request_add_route(HANDLE(st_request, request), ZSTR_VAL(path), ZSTR_LEN(path), &error);
    stauth_check(status, error, out_error);
}

/* requestWantsBody(int $request): bool */
ZEND_METHOD(Stauth_Extension, requestWantsBody) {
    STAUTH_HANDLE_ONLY(request);
    RETURN_BOOL(st_request_wants_body(HANDLE(st_request, request)) == 1);
}

/* requestBegin(int $request, &$error): int, the action */
ZEND_METHOD(Stauth_Extension, requestBegin) {
    STAUTH_HANDLE_AND_ERROR(request);
    st_action action = ST_RESPOND;
    st_error *error = NULL;
    st_status status = st_request_begin(HANDLE(st_request, request), &action, &error);
    stauth_check(status, error, out_error);
    RETURN_LONG(action);
}

/* requestResume(int $request, &$error): int, the action */
ZEND_METHOD(Stauth_Extension, requestResume) {
    STAUTH_HANDLE_AND_ERROR(request);
    st_action action = ST_RESPOND;
    st_error *error = NULL;
    st_status status = st_request_resume(HANDLE(st_request, request), &action, &error);
    stauth_check(status, error, out_error);
    RETURN_LONG(action);
}

/* requestExchange(int $request): ?array, URL and body of what a provider is asked; null if nothing is */
ZEND_METHOD(Stauth_Extension, requestExchange) {
    STAUTH_HANDLE_ONLY(request);
    st_exchange *exchange = st_request_exchange(HANDLE(st_request, request));
    const char *body = NULL;
    size_t length = 0;
    if (exchange == NULL || st_exchange_body(exchange, &body, &length, NULL) != ST_OK)
        RETURN_NULL();
    array_init(return_value);
    add_next_index_string(return_value, st_exchange_url(exchange));
    add_next_index_stringl(return_value, body, length);
}

/* requestRespond(int $request, int $status, string $type, string $body, &$error): void, what the provider answered */
ZEND_METHOD(Stauth_Extension, requestRespond) {
    zend_long request, code;
    zend_string *type, *body;
    zval *out_error;
    ZEND_PARSE_PARAMETERS_START(5, 5)
    Z_PARAM_LONG(request)
    Z_PARAM_LONG(code)
    Z_PARAM_STR(type)
    Z_PARAM_STR(body)
    Z_PARAM_ZVAL(out_error)
    ZEND_PARSE_PARAMETERS_END();
    if (!stauth_is_text(type, out_error))
        return;
    st_exchange *exchange = st_request_exchange(HANDLE(st_request, request));
    st_error *error = NULL;
    st_status status = st_exchange_add_header(exchange, "Content-Type", ZSTR_VAL(type), &error);
    if (status == ST_OK)
        status = st_exchange_respond(exchange, (int32_t)code, ZSTR_VAL(body), ZSTR_LEN(body), &error);
    stauth_check(status, error, out_error);
}

/* Sets options of the next call, which uses them up. If one is refused, none is left. */
static st_status set_options(st_request *request, HashTable *options, st_error **error) {
    zend_string *key;
    zval *value;
    st_status status = ST_OK;
    ZEND_HASH_FOREACH_STR_KEY_VAL(options, key, value) {
        if (key == NULL || Z_TYPE_P(value) != IS_STRING || status != ST_OK)
            continue; /* the caller has made all of them text */
        status = st_request_set(request, ZSTR_VAL(key), Z_STRVAL_P(value), error);
    }
    ZEND_HASH_FOREACH_END();
    if (status == ST_OK)
        return status;
    ZEND_HASH_FOREACH_STR_KEY(options, key) {
        if (key != NULL)
            st_request_set(request, ZSTR_VAL(key), NULL, NULL);
    }
    ZEND_HASH_FOREACH_END();
    return status;
}

/* requestLogin(int $request, ?string $provider, array $options, &$error): void */
ZEND_METHOD(Stauth_Extension, requestLogin) {
    zend_long number;
    zend_string *provider;
    HashTable *options;
    zval *out_error;
    ZEND_PARSE_PARAMETERS_START(4, 4)
    Z_PARAM_LONG(number)
    Z_PARAM_STR_OR_NULL(provider)
    Z_PARAM_ARRAY_HT(options)
    Z_PARAM_ZVAL(out_error)
    ZEND_PARSE_PARAMETERS_END();
    if (!stauth_is_text(provider, out_error) || !stauth_are_texts(options, out_error))
        return;
    st_request *request = HANDLE(st_request, number);
    st_error *error = NULL;
    st_status status = set_options(request, options, &error);
    if (status == ST_OK)
        status = st_request_login(request, provider == NULL ? NULL : ZSTR_VAL(provider), &error);
    stauth_check(status, error, out_error);
}

/* requestLogout(int $request, bool $isLocal, &$error): void */
ZEND_METHOD(Stauth_Extension, requestLogout) {
    zend_long number;
    bool is_local;
    zval *out_error;
    ZEND_PARSE_PARAMETERS_START(3, 3)
    Z_PARAM_LONG(number)
    Z_PARAM_BOOL(is_local)
    Z_PARAM_ZVAL(out_error)
    ZEND_PARSE_PARAMETERS_END();
    st_request *request = HANDLE(st_request, number);
    st_error *error = NULL;
    st_status status = is_local ? st_request_set(request, "logout", "local", &error) : ST_OK;
    if (status == ST_OK)
        status = st_request_logout(request, &error);
    stauth_check(status, error, out_error);
}

/* requestRequireLogin(int $request, ?int $gate, ?string $path, &$error): int, the action */
ZEND_METHOD(Stauth_Extension, requestRequireLogin) {
    zend_long request, gate;
    bool is_gate_null;
    zend_string *path;
    zval *out_error;
    ZEND_PARSE_PARAMETERS_START(4, 4)
    Z_PARAM_LONG(request)
    Z_PARAM_LONG_OR_NULL(gate, is_gate_null)
    Z_PARAM_STR_OR_NULL(path)
    Z_PARAM_ZVAL(out_error)
    ZEND_PARSE_PARAMETERS_END();
    st_action action = ST_RESPOND;
    st_error *error = NULL;
    st_status status = st_request_require_login(
        HANDLE(st_request, request), is_gate_null ? NULL : HANDLE(const st_gate, gate),
        path == NULL ? NULL : ZSTR_VAL(path), path == NULL ? 0 : ZSTR_LEN(path), &action, &error);
    stauth_check(status, error, out_error);
    RETURN_LONG(action);
}

/* requestFree(int $request): void */
ZEND_METHOD(Stauth_Extension, requestFree) {
    STAUTH_HANDLE_ONLY(request);
    stauth_close(request);
}
