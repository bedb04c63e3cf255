/* Methods about a request: who sent it, and the response. */
#include "methods.h"

/* requestRefuse(int $request, string $code, &$error): void */
ZEND_METHOD(Stauth_Extension, requestRefuse) {
    STAUTH_HANDLE_TEXT_AND_ERROR(request, code);
    if (!stauth_is_text(code, out_error))
        return;
    st_error *error = NULL;
    st_status status = st_request_refuse(HANDLE(st_request, request), ZSTR_VAL(code), &error);
    stauth_check(status, error, out_error);
}

/* requestUserJson(int $request): string */
ZEND_METHOD(Stauth_Extension, requestUserJson) {
    STAUTH_HANDLE_ONLY(request);
    const char *json = NULL;
    size_t length = 0;
    if (st_request_user_json(HANDLE(st_request, request), &json, &length, NULL) != ST_OK)
        RETURN_STRING("{\"is_logged_in\":false}");
    RETURN_STRINGL(json, length);
}

/* requestIsFresh(int $request, int $seconds): bool */
ZEND_METHOD(Stauth_Extension, requestIsFresh) {
    zend_long request, seconds;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_LONG(request)
    Z_PARAM_LONG(seconds)
    ZEND_PARSE_PARAMETERS_END();
    RETURN_BOOL(st_request_is_fresh(HANDLE(st_request, request), seconds) == 1);
}

/* requestAccessToken(int $request, &$error): array, the action, the token, its expiry and its scope */
ZEND_METHOD(Stauth_Extension, requestAccessToken) {
    STAUTH_HANDLE_AND_ERROR(request);
    st_action action = ST_PROCEED;
    const char *token = NULL, *scope = NULL;
    int64_t expiry = 0;
    st_error *error = NULL;
    st_status status = st_request_access_token(HANDLE(st_request, request), &action, &token, &expiry, &scope, &error);
    array_init(return_value);
    if (!stauth_check(status, error, out_error))
        return;
    add_next_index_long(return_value, action);
    add_next_index_string(return_value, token == NULL ? "" : token);
    add_next_index_long(return_value, expiry);
    add_next_index_string(return_value, scope == NULL ? "" : scope);
}

/* requestRefresh(int $request, &$error): int, the action */
ZEND_METHOD(Stauth_Extension, requestRefresh) {
    STAUTH_HANDLE_AND_ERROR(request);
    st_action action = ST_PROCEED;
    st_error *error = NULL;
    st_status status = st_request_refresh(HANDLE(st_request, request), &action, &error);
    stauth_check(status, error, out_error);
    RETURN_LONG(action);
}

/* requestError(int $request): ?array, why this request's login was refused */
ZEND_METHOD(Stauth_Extension, requestError) {
    STAUTH_HANDLE_ONLY(request);
    const st_error *error = st_request_error(HANDLE(st_request, request));
    if (error == NULL)
        RETURN_NULL();
    stauth_describe(st_error_status(error), error, return_value);
}

/* requestStatus(int $request): int */
ZEND_METHOD(Stauth_Extension, requestStatus) {
    STAUTH_HANDLE_ONLY(request);
    RETURN_LONG(st_request_response_status(HANDLE(st_request, request)));
}

/* requestHeaders(int $request, &$error): string, "name NUL value NUL" for each */
ZEND_METHOD(Stauth_Extension, requestHeaders) {
    STAUTH_HANDLE_AND_ERROR(request);
    const char *block = NULL;
    size_t length = 0;
    st_error *error = NULL;
    st_status status = st_request_response_headers(HANDLE(st_request, request), &block, &length, &error);
    if (!stauth_check(status, error, out_error))
        RETURN_EMPTY_STRING();
    RETURN_STRINGL(block, length);
}

/* requestBody(int $request, &$error): string */
ZEND_METHOD(Stauth_Extension, requestBody) {
    STAUTH_HANDLE_AND_ERROR(request);
    const char *body = NULL;
    size_t length = 0;
    st_error *error = NULL;
    st_status status = st_request_response_body(HANDLE(st_request, request), &body, &length, &error);
    if (!stauth_check(status, error, out_error))
        RETURN_EMPTY_STRING();
    RETURN_STRINGL(body, length);
}
