#include "addon.h"
#include "call.h"
#include <string.h>

static napi_value headers_of(napi_env env, const st_exchange *exchange) {
    napi_value headers = NULL;
    napi_create_array(env, &headers);
    const char *name;
    for (uint32_t index = 0; (name = st.st_exchange_header_name(exchange, index)) != NULL; index++) {
        const char *value = st.st_exchange_header_value(exchange, index);
        napi_set_element(env, headers, 2 * index, value_text(env, name));
        napi_set_element(env, headers, 2 * index + 1, value_octets(env, value, strlen(value)));
    }
    return headers;
}

static napi_value body_of(struct call *call, const st_exchange *exchange) {
    napi_value body = NULL;
    const char *bytes = NULL;
    size_t length = 0;
    if (call_check(call, st.st_exchange_body(exchange, &bytes, &length, &call->error)))
        napi_create_buffer_copy(call->env, length, bytes, NULL, &body);
    return body;
}

/* request_exchange(request): what to send to a provider, and how; null if it waits for nothing. */
napi_value request_exchange(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const st_exchange *exchange = st.st_request_exchange(call_handle(&call, 0));
    if (exchange == NULL)
        return call_end(&call, value_null(env));
    napi_value found = NULL;
    napi_create_object(env, &found);
    napi_set_named_property(env, found, "handle", value_handle(env, exchange));
    napi_set_named_property(env, found, "method", value_text(env, st.st_exchange_method(exchange)));
    napi_set_named_property(env, found, "url", value_text(env, st.st_exchange_url(exchange)));
    napi_set_named_property(env, found, "headers", headers_of(env, exchange));
    napi_set_named_property(env, found, "body", body_of(&call, exchange));
    napi_set_named_property(env, found, "timeout", value_number(env, st.st_exchange_timeout_ms(exchange)));
    napi_set_named_property(env, found, "connectTimeout",
                            value_number(env, st.st_exchange_connect_timeout_ms(exchange)));
    napi_set_named_property(env, found, "proxy", value_text(env, st.st_exchange_proxy(exchange)));
    napi_set_named_property(env, found, "caFile", value_text(env, st.st_exchange_ca_file(exchange)));
    napi_value allows_loopback = NULL;
    napi_get_boolean(env, st.st_exchange_allows_loopback(exchange) == 1, &allows_loopback);
    napi_set_named_property(env, found, "allowsLoopback", allows_loopback);
    return call_end(&call, found);
}

/* exchange_respond(exchange, status, headers, body): `headers` is "name NUL value NUL" for each. */
napi_value exchange_respond(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    st_exchange *exchange = call_handle(&call, 0);
    int32_t status = (int32_t)call_number(&call, 1);
    size_t headers_length, length;
    const char *headers = call_octets(&call, 2, &headers_length), *body = call_buffer(&call, 3, &length);
    for (const char *name = headers; name != NULL && name < headers + headers_length;) {
        const char *value = name + strlen(name) + 1;
        st.st_exchange_add_header(exchange, name, value, NULL); /* one that is too long is no header that it uses */
        name = value + strlen(value) + 1;
    }
    if (!call.has_failed)
        call_check(&call, st.st_exchange_respond(exchange, status, body, length, &call.error));
    return call_end(&call, NULL);
}
