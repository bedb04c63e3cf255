#include "addon.h"
#include "call.h"
#include <stdlib.h>
#include <string.h>

/* The log function of an application, which lives as long as the library may call it. */
struct logger {
    napi_env env;
    napi_ref function;
};

static void log_event(int32_t level, const char *line, void *user_data) {
    struct logger *logger = user_data;
    napi_env env = logger->env;
    napi_handle_scope scope;
    napi_value function, nothing;
    if (napi_open_handle_scope(env, &scope) != napi_ok)
        return;
    if (napi_get_reference_value(env, logger->function, &function) == napi_ok &&
        napi_get_undefined(env, &nothing) == napi_ok) {
        napi_value arguments[] = {value_number(env, level), value_text(env, line)};
        if (napi_call_function(env, nothing, function, 2, arguments, NULL) == napi_pending_exception)
            napi_get_and_clear_last_exception(env, &nothing); /* the function itself reports its exceptions */
    }
    napi_close_handle_scope(env, scope);
}

static void release_logger(void *user_data) {
    struct logger *logger = user_data;
    napi_delete_reference(logger->env, logger->function);
    free(logger);
}

static bool set_log(struct call *call, st_config *config, size_t index) {
    struct logger *logger = malloc(sizeof *logger);
    if (logger == NULL || index >= call->count)
        return false;
    logger->env = call->env;
    if (napi_create_reference(call->env, call->arguments[index], 1, &logger->function) != napi_ok) {
        free(logger);
        return false;
    }
    return call_check(call, st.st_config_set_log(config, log_event, logger, release_logger, &call->error));
}

/* app_new(file, toml, keys, log): `keys` is "key NUL value NUL" for each. */
napi_value app_new(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const char *file = call_text(&call, 0);
    size_t toml_length, keys_length;
    const char *toml = call_buffer(&call, 1, &toml_length), *keys = call_buffer(&call, 2, &keys_length);
    st_config *config = NULL;
    st_app *app = NULL;
    bool is_good =
        !call.has_failed && call_check(&call, st.st_config_new(&config, &call.error)) &&
        call_check(&call, st.st_config_set_event_loop(config, 1, &call.error)) &&
        (file == NULL || call_check(&call, st.st_config_load_file(config, file, &call.error))) &&
        (toml_length == 0 || call_check(&call, st.st_config_load_toml(config, toml, toml_length, &call.error)));
    for (const char *key = keys; is_good && key < keys + keys_length;) {
        const char *value = key + strlen(key) + 1;
        is_good = call_check(&call, st.st_config_set(config, key, value, &call.error));
        key = value + strlen(value) + 1;
    }
    if (is_good && set_log(&call, config, 3))
        call_check(&call, st.st_app_new(config, &app, &call.error));
    st.st_config_free(config);
    return call_end(&call, value_handle(env, app));
}

/* app_paths(app): [login, logout, requires a login, callbacks...]; nulls if it is closed. */
napi_value app_paths(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const st_app *app = call_handle(&call, 0);
    napi_value found = NULL;
    napi_create_array(env, &found);
    napi_set_element(env, found, 0, value_text(env, st.st_app_login_path(app)));
    napi_set_element(env, found, 1, value_text(env, st.st_app_logout_path(app)));
    napi_set_element(env, found, 2, value_number(env, st.st_app_requires_login(app)));
    const char *path;
    for (uint32_t index = 0; (path = st.st_app_callback_path(app, index)) != NULL; index++)
        napi_set_element(env, found, index + 3, value_text(env, path));
    return call_end(&call, found);
}

/* app_end_sessions(app, selector): `selector` is JSON. */
napi_value app_end_sessions(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    const char *selector = call_text(&call, 1);
    if (!call.has_failed)
        call_check(&call, st.st_app_end_sessions(call_handle(&call, 0), selector, &call.error));
    return call_end(&call, NULL);
}

/* app_user_from_cookie(app, cookie): JSON. The buffer suffices without a session store. */
napi_value app_user_from_cookie(napi_env env, napi_callback_info info) {
    static _Thread_local char usual[64 * 1024];
    struct call call;
    call_begin(&call, env, info);
    const st_app *app = call_handle(&call, 0);
    size_t length, json_length = 0;
    const char *cookie = call_octets(&call, 1, &length);
    napi_value json = NULL;
    char *larger = NULL;
    st_status status = ST_OK;
    if (!call.has_failed)
        status = st.st_user_from_cookie(app, cookie, length, usual, sizeof usual, &json_length, &call.error);
    if (json_length > sizeof usual) {
        size_t capacity = json_length;
        st.st_error_free(call.error);
        call.error = NULL;
        larger = malloc(capacity); /* NULL is an error of the library's */
        status = st.st_user_from_cookie(app, cookie, length, larger, capacity, &json_length, &call.error);
    }
    if (call_check(&call, status))
        napi_create_string_utf8(env, larger == NULL ? usual : larger, json_length, &json);
    free(larger);
    return call_end(&call, json);
}

typedef st_status stats_function(const st_app *app, char *buffer, size_t capacity, size_t *length, st_error **error);

/* The numbers, however long they are. */
static napi_value stats(napi_env env, napi_callback_info info, stats_function *write) {
    struct call call;
    call_begin(&call, env, info);
    const st_app *app = call_handle(&call, 0);
    size_t capacity = 16 * 1024, length = 0;
    char *buffer = malloc(capacity);
    while (buffer != NULL && write(app, buffer, capacity, &length, NULL) == ST_LIMIT_EXCEEDED) {
        capacity = 2 * length; /* it may grow meanwhile */
        free(buffer);
        buffer = malloc(capacity);
    }
    napi_value text = NULL;
    if (call_check(&call, write(app, buffer, capacity, &length, &call.error)))
        napi_create_string_utf8(env, buffer, length, &text);
    free(buffer);
    return call_end(&call, text);
}

/* app_stats_json(app): JSON. */
napi_value app_stats_json(napi_env env, napi_callback_info info) {
    return stats(env, info, st.st_app_stats_json);
}

/* app_stats_prometheus(app): text. */
napi_value app_stats_prometheus(napi_env env, napi_callback_info info) {
    return stats(env, info, st.st_app_stats_prometheus);
}

napi_value app_free(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    st.st_app_free(call_handle(&call, 0));
    return call_end(&call, NULL);
}

/* gate_new(paths): `paths` is "path NUL" for each. */
napi_value gate_new(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    size_t length, count = 0;
    const char *block = call_buffer(&call, 0, &length);
    const char **paths = calloc(length + 1, sizeof *paths);
    for (const char *path = block; paths != NULL && path < block + length; path += strlen(path) + 1)
        paths[count++] = path;
    st_gate *gate = NULL;
    if (!call.has_failed)
        call_check(&call, st.st_gate_new(paths, count, &gate, &call.error));
    free(paths);
    return call_end(&call, value_handle(env, gate));
}

napi_value gate_free(napi_env env, napi_callback_info info) {
    struct call call;
    call_begin(&call, env, info);
    st.st_gate_free(call_handle(&call, 0));
    return call_end(&call, NULL);
}
