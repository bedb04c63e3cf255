#include "calls.h"

#include <stauth.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 6, LONGEST_TEXT = 64 };

/* What is left of the input. */
struct input {
    const uint8_t *bytes;
    size_t length;
};

static void *handles[SLOTS]; /* of any kind; freed ones stay */
static char buffer[4096], text_of_input[LONGEST_TEXT + 1];
static const char *texts[] = {
    NULL,
    "",
    "GET",
    "POST",
    "/",
    "/auth/login",
    "/oauth2callback?code=x&state=y",
    "/auth/logout",
    "Cookie",
    "max_age",
    "return_to",
    "provider",
    "auth.cookie_secret",
    "auth.redirect_uri",
    "{\"all\":true}",
    "{\"sub\":\"x\"}",
    "[auth]\nredirect_uri = \"https://app.example/oauth2callback\"\ncookie_secret = \"k8VxTzq4NfWm2RbYcJ7sLhPd\"\n"
    "client_id = \"client\"\nclient_secret = \"a secret of the client\"\n"
    "server_metadata_url = \"https://provider.example/.well-known/openid-configuration\"\n",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static uint8_t next(struct input *input) {
    if (input->length == 0)
        return 0;
    input->length--;
    return *input->bytes++;
}

/* One of the constant texts, or some of the input. */
static const char *next_text(struct input *input) {
    size_t choice = next(input);
    if (choice < 2 * TEXTS)
        return texts[choice % TEXTS];
    size_t length = choice % LONGEST_TEXT < input->length ? choice % LONGEST_TEXT : input->length;
    memcpy(text_of_input, input->bytes, length);
    text_of_input[length] = '\0';
    input->bytes += length;
    input->length -= length;
    return text_of_input;
}

/* A handle that was made, of whatever kind, or an address that never was one. */
static void *next_handle(struct input *input) {
    uint8_t choice = next(input);
    return choice < 240 ? handles[choice % SLOTS] : choice < 250 ? NULL : (void *)(uintptr_t)(choice * 0x1000001ull);
}

/* As long as the text is, nothing, or more than there can be. */
static size_t next_length(struct input *input, const char *text) {
    static const size_t impossible[] = {0, SIZE_MAX, SIZE_MAX / 2, (size_t)1 << 62};
    uint8_t choice = next(input);
    return choice < 200 || text == NULL ? (text == NULL ? 0 : strlen(text)) : impossible[choice % 4];
}

static st_status unreachable(st_exchange *exchange, void *user_data) {
    st_error *error = NULL;
    (void)user_data;
    st_exchange_respond(exchange, 200, "{}", 2, &error);
    st_error_free(error);
    return ST_OK;
}

/* Whatever it is: the functions for the other kinds do nothing. */
static void free_handle(void *handle) {
    st_config_free(handle);
    st_request_free(handle);
    st_app_free(handle);
    st_gate_free(handle);
}

static void make(struct input *input, uint8_t call, st_error **error) {
    void **slot = &handles[next(input) % SLOTS];
    const char *first, *second;
    free_handle(*slot);
    switch (call) {
    case 0:
        st_config_new((st_config **)slot, error);
        break;
    case 1:
        st_app_new(next_handle(input), (st_app **)slot, error);
        break;
    case 2:
        first = next_text(input), second = texts[next(input) % TEXTS];
        st_request_new(next_handle(input), second, first, (st_request **)slot, error);
        break;
    case 3:
        st_request_new_preload(next_handle(input), (st_request **)slot, error);
        break;
    case 4:
        first = next_text(input);
        st_gate_new(&first, 1, (st_gate **)slot, error);
        break;
    default:
        *slot = st_request_exchange(next_handle(input));
        break;
    }
}

static void configure(struct input *input, uint8_t call, st_error **error) {
    void *handle = next_handle(input);
    const char *first = next_text(input), *second = texts[next(input) % TEXTS];
    switch (call) {
    case 6:
        st_config_load_toml(handle, first, next_length(input, first), error);
        break;
    case 7:
        st_config_set(handle, second, first, error);
        break;
    case 8:
        st_config_set_transport(handle, unreachable, NULL, NULL, error);
        break;
    case 9:
        st_config_set_event_loop(handle, next(input), error);
        break;
    case 10:
        st_config_log_to_fd(handle, -1, error);
        break;
    case 11:
        st_app_preload(handle, error);
        break;
    case 12:
        st_app_end_sessions(handle, first, error);
        break;
    default:
        st_config_set_session_store(handle, NULL, NULL, NULL, NULL, NULL, error);
        break;
    }
}

static void read_app(struct input *input, uint8_t call, st_error **error) {
    void *handle = next_handle(input);
    const char *first = next_text(input);
    size_t length = next_length(input, first), capacity = next(input) % 2 ? sizeof buffer : 0, written = 0;
    switch (call) {
    case 14:
        st_user_from_cookie(handle, first, length, buffer, capacity, &written, error);
        break;
    case 15:
        st_app_stats_json(handle, buffer, capacity, &written, error);
        break;
    case 16:
        st_app_stats_prometheus(handle, buffer, capacity, &written, error);
        break;
    case 17:
        st_app_callback_path(handle, length);
        break;
    default:
        st_app_login_path(handle), st_app_logout_path(handle), st_app_requires_login(handle);
        break;
    }
}

static void prepare_request(struct input *input, uint8_t call, st_error **error) {
    void *handle = next_handle(input);
    const char *first = next_text(input), *second = texts[next(input) % TEXTS];
    switch (call) {
    case 19:
        st_request_add_header(handle, second, first, error);
        break;
    case 20:
        st_request_add_headers(handle, first, next_length(input, first), error);
        break;
    case 21:
        st_request_set_body(handle, first, next_length(input, first), error);
        break;
    case 22:
        st_request_set_client_address(handle, first, error);
        break;
    case 23:
        st_request_add_route(handle, first, next_length(input, first), error);
        break;
    default:
        st_request_set(handle, second, first, error);
        break;
    }
}

static void use_request(struct input *input, uint8_t call, st_error **error) {
    void *handle = next_handle(input);
    const char *first = next_text(input), *out = NULL;
    st_action action;
    size_t length;
    int64_t expiry;
    switch (call) {
    case 25:
        st_request_begin(handle, &action, error);
        break;
    case 26:
        st_request_resume(handle, &action, error);
        break;
    case 27:
        st_request_login(handle, first, error);
        break;
    case 28:
        st_request_require_login(handle, next_handle(input), first, next_length(input, first), &action, error);
        break;
    case 29:
        st_request_logout(handle, error);
        break;
    case 30:
        st_request_refuse(handle, first, error);
        break;
    case 31:
        st_request_user_json(handle, &out, &length, error);
        break;
    case 32:
        st_request_response_header(handle, next(input), &out, &first, error);
        break;
    case 33:
        st_request_response_body(handle, &out, &length, error);
        break;
    case 34:
        st_request_access_token(handle, &action, &out, &expiry, &first, error);
        break;
    case 35:
        st_request_refresh(handle, &action, error);
        break;
    case 36:
        st_exchange_add_header(handle, "Content-Type", first, error);
        break;
    case 37:
        st_exchange_respond(handle, next(input) * 4, first, next_length(input, first), error);
        break;
    case 38:
        st_exchange_body(handle, &out, &length, error);
        break;
    default:
        st_request_error(handle), st_request_is_logged_in(handle), st_request_response_status(handle);
        break;
    }
}

static void use_native(struct input *input, uint8_t call, st_error **error) {
    void *handle = next_handle(input), **slot = &handles[next(input) % SLOTS];
    const char *first = next_text(input), *out = NULL;
    st_action action;
    size_t length;
    switch (call) {
    case 48:
        free_handle(*slot);
        st_native_new(handle, first, next_length(input, first), (st_request **)slot, error);
        break;
    case 49:
        st_native_login(handle, first, &action, error);
        break;
    case 50:
        st_native_callback(handle, first, texts[next(input) % TEXTS], &action, error);
        break;
    case 51:
        st_native_device_login(handle, first, &action, error);
        break;
    case 52:
        st_native_poll(handle, &action, error);
        break;
    case 53:
        st_native_session(handle, &out, &length, error);
        break;
    default:
        st_native_url(handle), st_native_user_code(handle), st_native_verification_uri(handle);
        st_native_is_pending(handle), st_native_wait_ms(handle), st_native_expires_in(handle);
        break;
    }
}

/* A handle of any kind to a function that frees one kind. */
static void release(struct input *input, uint8_t call) {
    void *handle = next_handle(input);
    switch (call % 5) {
    case 0:
        st_config_free(handle);
        break;
    case 1:
        st_app_free(handle);
        break;
    case 2:
        st_request_free(handle);
        break;
    case 3:
        st_gate_free(handle);
        break;
    default:
        st_error_free(handle);
        break;
    }
}

static void call_one(struct input *input) {
    uint8_t call = next(input) % 55;
    st_error *error = NULL, **wanted = next(input) % 8 == 0 ? NULL : &error;
    if (call < 6)
        make(input, call, wanted);
    else if (call < 14)
        configure(input, call, wanted);
    else if (call < 19)
        read_app(input, call, wanted);
    else if (call < 25)
        prepare_request(input, call, wanted);
    else if (call < 43)
        use_request(input, call, wanted);
    else if (call < 48)
        release(input, call);
    else
        use_native(input, call, wanted);
    if (error != NULL && (st_error_message(error) == NULL || st_error_code(error) == NULL))
        abort();
    st_error_free(error);
}

int fuzz_calls(const uint8_t *bytes, size_t length) {
    struct input input = {bytes, length < 2048 ? length : 2048};
    while (input.length > 0)
        call_one(&input);
    for (size_t i = 0; i < SLOTS; i++) {
        free_handle(handles[i]);
        handles[i] = NULL;
    }
    return 0;
}
