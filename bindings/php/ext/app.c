/* Methods about an application and a gate: each is a function of stauth.h, or a few that belong together. */
#include "methods.h"

static void free_app(void *handle) {
    st_app_free(handle);
}

static void free_gate(void *handle) {
    st_gate_free(handle);
}

ZEND_METHOD(Stauth_Extension, version) {
    ZEND_PARSE_PARAMETERS_NONE();
    RETURN_LONG(st_version_number());
}

static st_status set_all(st_config *config, HashTable *settings, st_error **error) {
    zend_string *key;
    zval *value;
    st_status status = ST_OK;
    ZEND_HASH_FOREACH_STR_KEY_VAL(settings, key, value) {
        if (key == NULL || Z_TYPE_P(value) != IS_STRING)
            continue; /* the caller has made all of them text */
        status = st_config_set(config, ZSTR_VAL(key), Z_STRVAL_P(value), error);
        if (status != ST_OK)
            break;
    }
    ZEND_HASH_FOREACH_END();
    return status;
}

/* `steps`: PHP code answers what providers are asked. */
static st_status make_app(const zend_string *secrets, const zend_string *toml, HashTable *settings, bool steps,
                          st_app **out, st_error **error) {
    st_config *config = NULL;
    st_status status = st_config_new(&config, error);
    if (status == ST_OK && secrets != NULL)
        status = st_config_load_file(config, ZSTR_VAL(secrets), error);
    if (status == ST_OK && toml != NULL)
        status = st_config_load_toml(config, ZSTR_VAL(toml), ZSTR_LEN(toml), error);
    if (status == ST_OK)
        status = set_all(config, settings, error);
    if (status == ST_OK)
        status = stauth_log_events(config, error);
    if (status == ST_OK && steps)
        status = st_config_set_event_loop(config, 1, error);
    if (status == ST_OK)
        status = st_app_new(config, out, error);
    st_config_free(config);
    return status;
}

/* appNew(?string $secrets, ?string $toml, array $settings, bool $steps, &$error): int */
ZEND_METHOD(Stauth_Extension, appNew) {
    zend_string *secrets, *toml;
    HashTable *settings;
    bool steps;
    zval *out_error;
    ZEND_PARSE_PARAMETERS_START(5, 5)
    Z_PARAM_STR_OR_NULL(secrets)
    Z_PARAM_STR_OR_NULL(toml)
    Z_PARAM_ARRAY_HT(settings)
    Z_PARAM_BOOL(steps)
    Z_PARAM_ZVAL(out_error)
    ZEND_PARSE_PARAMETERS_END();
    if (!stauth_is_path(secrets, out_error) || !stauth_are_texts(settings, out_error))
        RETURN_LONG(0);

    st_error *error = NULL;
    st_app *app = NULL;
    st_status status = make_app(secrets, toml, settings, steps, &app, &error);
    stauth_check(status, error, out_error);
    RETURN_LONG(app == NULL ? 0 : stauth_opened(app, free_app));
}

/* appShared(string $secrets, &$error): int. Of the application that the process keeps for the file. */
ZEND_METHOD(Stauth_Extension, appShared) {
    zend_string *secrets;
    zval *out_error;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_STR(secrets)
    Z_PARAM_ZVAL(out_error)
    ZEND_PARSE_PARAMETERS_END();
    if (!stauth_is_path(secrets, out_error))
        RETURN_LONG(0);

    char *absolute = expand_filepath(ZSTR_VAL(secrets), NULL);
    st_config *config = NULL;
    st_app *app = NULL;
    st_error *error = NULL;
    st_status status = st_config_new(&config, &error);
    if (status == ST_OK)
        status = stauth_log_events(config, &error);
    if (status == ST_OK)
        status = st_app_shared(config, absolute == NULL ? ZSTR_VAL(secrets) : absolute, &app, &error);
    st_config_free(config);
    if (absolute != NULL)
        efree(absolute);
    stauth_check(status, error, out_error);
    RETURN_LONG(app == NULL ? 0 : stauth_opened(app, free_app));
}

/* appFree(int $app): void. One that the process keeps stays. */
ZEND_METHOD(Stauth_Extension, appFree) {
    STAUTH_HANDLE_ONLY(app);
    stauth_close(app);
}

/* appPreload(int $app, &$error): void */
ZEND_METHOD(Stauth_Extension, appPreload) {
    STAUTH_HANDLE_AND_ERROR(app);
    st_error *error = NULL;
    st_status status = st_app_preload(HANDLE(st_app, app), &error);
    stauth_check(status, error, out_error);
}

/* appPaths(int $app): ?array. The login's path, the logout's, whether a login is required, and the callback paths. */
ZEND_METHOD(Stauth_Extension, appPaths) {
    STAUTH_HANDLE_ONLY(number);
    const st_app *app = HANDLE(const st_app, number);
    const char *path = st_app_login_path(app);
    if (path == NULL)
        RETURN_NULL();
    array_init(return_value);
    add_next_index_string(return_value, path);
    add_next_index_string(return_value, st_app_logout_path(app));
    add_next_index_bool(return_value, st_app_requires_login(app) == 1);
    for (size_t index = 0; (path = st_app_callback_path(app, index)) != NULL; index++)
        add_next_index_string(return_value, path);
}

/* appStats(int $app, bool $isPrometheus, &$error): string */
ZEND_METHOD(Stauth_Extension, appStats) {
    zend_long app;
    bool is_prometheus;
    zval *out_error;
    ZEND_PARSE_PARAMETERS_START(3, 3)
    Z_PARAM_LONG(app)
    Z_PARAM_BOOL(is_prometheus)
    Z_PARAM_ZVAL(out_error)
    ZEND_PARSE_PARAMETERS_END();
    size_t capacity = 16 * 1024;
    for (;;) {
        st_error *error = NULL;
        size_t length = 0;
        zend_string *text = zend_string_alloc(capacity, 0);
        st_status status = (is_prometheus ? st_app_stats_prometheus : st_app_stats_json)(
            HANDLE(st_app, app), ZSTR_VAL(text), capacity, &length, &error);
        if (status == ST_OK) {
            stauth_check(status, error, out_error);
            text = zend_string_truncate(text, length, 0);
            ZSTR_VAL(text)[length] = '\0';
            RETURN_STR(text);
        }
        zend_string_release(text);
        if (length <= capacity) {
            stauth_check(status, error, out_error);
            RETURN_EMPTY_STRING();
        }
        st_error_free(error);
        capacity = 2 * length; /* it may grow meanwhile */
    }
}

/* userFromCookie(int $app, string $cookie, &$error): string */
ZEND_METHOD(Stauth_Extension, userFromCookie) {
    zend_long app;
    zend_string *cookie;
    zval *out_error;
    ZEND_PARSE_PARAMETERS_START(3, 3)
    Z_PARAM_LONG(app)
    Z_PARAM_STR(cookie)
    Z_PARAM_ZVAL(out_error)
    ZEND_PARSE_PARAMETERS_END();
    static const size_t usual = 4 * 1024, longest = 64 * 1024;
    char buffer[4 * 1024], *text = buffer;
    size_t length = 0;
    st_error *error = NULL;
    st_status status =
        st_user_from_cookie(HANDLE(st_app, app), ZSTR_VAL(cookie), ZSTR_LEN(cookie), text, usual, &length, &error);
    if (status == ST_LIMIT_EXCEEDED && length > usual) {
        st_error_free(error);
        error = NULL;
        size_t capacity = length > longest ? length : longest;
        text = emalloc(capacity);
        status = st_user_from_cookie(HANDLE(st_app, app), ZSTR_VAL(cookie), ZSTR_LEN(cookie), text, capacity, &length,
                                     &error);
    }
    if (stauth_check(status, error, out_error))
        RETVAL_STRINGL(text, length);
    else
        RETVAL_EMPTY_STRING();
    if (text != buffer)
        efree(text);
}

/* gateNew(array $paths, &$error): int */
ZEND_METHOD(Stauth_Extension, gateNew) {
    HashTable *paths;
    zval *out_error, *path;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_ARRAY_HT(paths)
    Z_PARAM_ZVAL(out_error)
    ZEND_PARSE_PARAMETERS_END();
    if (!stauth_are_texts(paths, out_error))
        RETURN_LONG(0);
    const char **texts = safe_emalloc(zend_hash_num_elements(paths) + 1, sizeof *texts, 0);
    size_t count = 0;
    ZEND_HASH_FOREACH_VAL(paths, path) {
        texts[count++] = Z_TYPE_P(path) == IS_STRING ? Z_STRVAL_P(path) : NULL;
    }
    ZEND_HASH_FOREACH_END();
    st_error *error = NULL;
    st_gate *gate = NULL;
    st_status status = st_gate_new(texts, count, &gate, &error);
    efree(texts);
    stauth_check(status, error, out_error);
    RETURN_LONG(gate == NULL ? 0 : stauth_opened(gate, free_gate));
}

/* gateFree(int $gate): void */
ZEND_METHOD(Stauth_Extension, gateFree) {
    STAUTH_HANDLE_ONLY(gate);
    stauth_close(gate);
}
