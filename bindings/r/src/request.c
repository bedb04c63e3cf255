#include "entries.h"
#include "values.h"

static void free_request(SEXP pointer) {
    st.st_request_free(handle_of(pointer));
    R_ClearExternalPtr(pointer);
}

static SEXP outcome(st_status status, st_error *error) {
    return status == ST_OK ? R_NilValue : new_failure(status, error);
}

/* stauth_request_new(app, method, target, names, values, address): a request with its headers. */
SEXP stauth_request_new(SEXP app, SEXP method, SEXP target, SEXP names, SEXP values, SEXP address) {
    size_t length;
    const char *block = block_of(names, values, &length);
    SEXP pointer = PROTECT(new_handle(free_request));
    st_request *request = NULL;
    st_error *error = NULL;
    bool is_good = st.st_request_new(handle_of(app), text_of(method), text_of(target), &request, &error) == ST_OK &&
                   st.st_request_add_headers(request, block, length, &error) == ST_OK &&
                   st.st_request_set_client_address(request, text_of(address), &error) == ST_OK;
    R_SetExternalPtrAddr(pointer, request);
    SEXP result = pointer;
    if (!is_good) {
        free_request(pointer);
        result = new_failure(st.st_error_status(error), error);
    }
    UNPROTECT(1);
    return result;
}

/* Makes a request that belongs to no browser, for a preload in steps. */
SEXP stauth_request_new_preload(SEXP app) {
    SEXP pointer = PROTECT(new_handle(free_request));
    st_request *request = NULL;
    st_error *error = NULL;
    st_status status = st.st_request_new_preload(handle_of(app), &request, &error);
    R_SetExternalPtrAddr(pointer, request);
    SEXP result = status == ST_OK ? pointer : new_failure(status, error);
    UNPROTECT(1);
    return result;
}

SEXP stauth_request_free(SEXP pointer) {
    free_request(pointer);
    return R_NilValue;
}

SEXP stauth_request_set_body(SEXP pointer, SEXP body) {
    st_error *error = NULL;
    size_t length = (size_t)XLENGTH(body);
    st_status status = st.st_request_set_body(handle_of(pointer), (const char *)RAW(body), length, &error);
    return outcome(status, error);
}

/* stauth_request_add_route(request, path): `path` is bytes. */
SEXP stauth_request_add_route(SEXP pointer, SEXP path) {
    st_error *error = NULL;
    size_t length = (size_t)XLENGTH(path);
    st_status status = st.st_request_add_route(handle_of(pointer), (const char *)RAW(path), length, &error);
    return outcome(status, error);
}

SEXP stauth_request_set(SEXP pointer, SEXP key, SEXP value) {
    st_error *error = NULL;
    st_status status = st.st_request_set(handle_of(pointer), text_of(key), text_of(value), &error);
    return outcome(status, error);
}

SEXP stauth_request_refuse(SEXP pointer, SEXP code) {
    st_error *error = NULL;
    st_status status = st.st_request_refuse(handle_of(pointer), text_of(code), &error);
    return outcome(status, error);
}

/* stauth_request_asks(request): does it want its body, may it block, does it load a page? */
SEXP stauth_request_asks(SEXP pointer) {
    st_request *request = handle_of(pointer);
    SEXP answers = Rf_allocVector(LGLSXP, 3);
    LOGICAL(answers)[0] = st.st_request_wants_body(request) == 1;
    LOGICAL(answers)[1] = st.st_request_may_block(request) == 1;
    LOGICAL(answers)[2] = st.st_request_loads_page(request) == 1;
    return answers;
}

SEXP stauth_request_login_may_block(SEXP pointer, SEXP provider) {
    return Rf_ScalarLogical(st.st_request_login_may_block(handle_of(pointer), text_of(provider)) == 1);
}

SEXP stauth_request_is_fresh(SEXP pointer, SEXP seconds) {
    return Rf_ScalarLogical(st.st_request_is_fresh(handle_of(pointer), (int64_t)Rf_asReal(seconds)) == 1);
}

/* The user as JSON. */
SEXP stauth_request_user(SEXP pointer) {
    st_error *error = NULL;
    const char *json = NULL;
    st_status status = st.st_request_user_json(handle_of(pointer), &json, NULL, &error);
    return status == ST_OK ? new_text(json) : new_failure(status, error);
}

/* Why its login was refused, as a failure; NULL if it was not. */
SEXP stauth_request_error(SEXP pointer) {
    const st_error *error = st.st_request_error(handle_of(pointer));
    return error == NULL ? R_NilValue : describe_error(st.st_error_status(error), error);
}

/* list(status, headers, body) of the library's response; of a status 0, only the headers count. */
SEXP stauth_request_response(SEXP pointer) {
    st_request *request = handle_of(pointer);
    st_error *error = NULL;
    const char *block = NULL, *body = NULL;
    size_t block_length = 0, length = 0;
    st_status status = st.st_request_response_headers(request, &block, &block_length, &error);
    if (status == ST_OK)
        status = st.st_request_response_body(request, &body, &length, &error);
    if (status != ST_OK)
        return new_failure(status, error);
    SEXP response = PROTECT(Rf_allocVector(VECSXP, 3));
    SET_VECTOR_ELT(response, 0, Rf_ScalarInteger(st.st_request_response_status(request)));
    SET_VECTOR_ELT(response, 1, pairs_of(block, block_length));
    SET_VECTOR_ELT(response, 2, new_bytes(body, length));
    UNPROTECT(1);
    return response;
}

/* The request to a provider that it waits for: list(method, url, headers, body, timeout in milliseconds, connect
   timeout, proxy, CA file, allows loopback); NULL if it waits for none. */
SEXP stauth_request_exchange(SEXP pointer) {
    const st_exchange *exchange = st.st_request_exchange(handle_of(pointer));
    if (exchange == NULL)
        return R_NilValue;
    const char *fields[] = {"method", "url",     "headers",         "body", "timeout_ms", "connect_timeout_ms",
                            "proxy",  "ca_file", "allows_loopback", ""};
    SEXP found = PROTECT(Rf_mkNamed(VECSXP, fields));
    SET_VECTOR_ELT(found, 0, new_text(st.st_exchange_method(exchange)));
    SET_VECTOR_ELT(found, 1, new_text(st.st_exchange_url(exchange)));
    R_xlen_t count = 0;
    while (st.st_exchange_header_name(exchange, (size_t)count) != NULL)
        count++;
    SEXP headers = Rf_allocVector(STRSXP, count), names = PROTECT(Rf_allocVector(STRSXP, count));
    SET_VECTOR_ELT(found, 2, headers);
    for (R_xlen_t i = 0; i < count; i++) {
        SET_STRING_ELT(headers, i, Rf_mkCharCE(st.st_exchange_header_value(exchange, (size_t)i), CE_UTF8));
        SET_STRING_ELT(names, i, Rf_mkCharCE(st.st_exchange_header_name(exchange, (size_t)i), CE_UTF8));
    }
    Rf_setAttrib(headers, R_NamesSymbol, names);
    const char *body = NULL;
    size_t length = 0;
    st.st_exchange_body(exchange, &body, &length, NULL);
    SET_VECTOR_ELT(found, 3, new_bytes(body, length));
    SET_VECTOR_ELT(found, 4, Rf_ScalarReal((double)st.st_exchange_timeout_ms(exchange)));
    SET_VECTOR_ELT(found, 5, Rf_ScalarReal((double)st.st_exchange_connect_timeout_ms(exchange)));
    SET_VECTOR_ELT(found, 6, new_text(st.st_exchange_proxy(exchange)));
    SET_VECTOR_ELT(found, 7, new_text(st.st_exchange_ca_file(exchange)));
    SET_VECTOR_ELT(found, 8, Rf_ScalarLogical(st.st_exchange_allows_loopback(exchange) == 1));
    UNPROTECT(2);
    return found;
}

/* stauth_request_respond(request, status, names, values, body): what the provider answered. */
SEXP stauth_request_respond(SEXP pointer, SEXP number, SEXP names, SEXP values, SEXP body) {
    st_exchange *exchange = st.st_request_exchange(handle_of(pointer));
    st_error *error = NULL;
    for (R_xlen_t i = 0; i < XLENGTH(names); i++) /* one that is too long is no header that the library uses */
        st.st_exchange_add_header(exchange, CHAR(STRING_ELT(names, i)), CHAR(STRING_ELT(values, i)), NULL);
    st_status status =
        st.st_exchange_respond(exchange, Rf_asInteger(number), (const char *)RAW(body), (size_t)XLENGTH(body), &error);
    return outcome(status, error);
}
