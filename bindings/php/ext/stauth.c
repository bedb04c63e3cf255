/* The module: its life, its log, and errors. PHP code in ../src makes objects of its functions. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php_stauth.h"

#include <ext/standard/info.h>
#include <main/fopen_wrappers.h>
#include <main/php_syslog.h>
#include <string.h>

ZEND_DECLARE_MODULE_GLOBALS(stauth)

#if defined(ZTS) && defined(COMPILE_DL_STAUTH)
ZEND_TSRMLS_CACHE_DEFINE()
#endif

zend_long stauth_opened(void *handle, stauth_free end) {
    zval entry;
    ZVAL_PTR(&entry, (void *)end);
    zend_hash_index_update(&STAUTH_G(open), (zend_ulong)(uintptr_t)handle, &entry);
    return NUMBER(handle);
}

void stauth_close(zend_long number) {
    zval *entry = zend_hash_index_find(&STAUTH_G(open), (zend_ulong)number);
    if (entry == NULL)
        return; /* of an application that others share, or no handle */
    ((stauth_free)Z_PTR_P(entry))(HANDLE(void, number));
    zend_hash_index_del(&STAUTH_G(open), (zend_ulong)number);
}

/* Stores an error of the caller's. */
static void refuse(const char *code, const char *message, zend_long http_status, zval *out_error) {
    zval parts;
    array_init(&parts);
    add_next_index_long(&parts, ST_INVALID_ARGUMENT);
    add_next_index_string(&parts, code);
    add_next_index_string(&parts, message);
    add_next_index_long(&parts, http_status);
    add_next_index_null(&parts);
    add_next_index_null(&parts);
    ZEND_TRY_ASSIGN_REF_TMP(out_error, &parts);
}

bool stauth_is_text(const zend_string *text, zval *out_error) {
    if (text == NULL || strlen(ZSTR_VAL(text)) == ZSTR_LEN(text))
        return true;
    refuse("invalid_text", "text must not contain a NUL", 400, out_error);
    return false;
}

bool stauth_is_path(const zend_string *path, zval *out_error) {
    if (!stauth_is_text(path, out_error))
        return false;
    if (path == NULL || php_check_open_basedir_ex(ZSTR_VAL(path), 0) == 0)
        return true;
    refuse("invalid_argument", "PHP's open_basedir does not allow this secrets.toml", 500, out_error);
    return false;
}

bool stauth_are_texts(HashTable *list, zval *out_error) {
    zend_string *key;
    zval *value;
    ZEND_HASH_FOREACH_STR_KEY_VAL(list, key, value) {
        if (!stauth_is_text(key, out_error))
            return false;
        if (Z_TYPE_P(value) == IS_STRING && !stauth_is_text(Z_STR_P(value), out_error))
            return false;
    }
    ZEND_HASH_FOREACH_END();
    return true;
}

static void add_text(zval *list, const char *text) {
    if (text == NULL)
        add_next_index_null(list);
    else
        add_next_index_string(list, text);
}

void stauth_describe(st_status status, const st_error *error, zval *out) {
    array_init(out);
    add_next_index_long(out, status);
    add_text(out, st_error_code(error));
    add_text(out, st_error_message(error));
    add_next_index_long(out, st_error_http_status(error));
    add_text(out, st_error_provider_code(error));
    add_text(out, st_error_provider_description(error));
}

bool stauth_check(st_status status, st_error *error, zval *out_error) {
    zval parts;
    ZVAL_NULL(&parts);
    if (status != ST_OK)
        stauth_describe(status, error, &parts);
    st_error_free(error);
    ZEND_TRY_ASSIGN_REF_TMP(out_error, &parts);
    return status == ST_OK;
}

/* In C, because applications outlive the request whose PHP code made them. */
static void log_event(int32_t level, const char *line, void *user_data) {
    static const char *const names[] = {"warning", "info", "warning", "error"};
    static const int severities[] = {LOG_WARNING, LOG_INFO, LOG_WARNING, LOG_ERR};
    int32_t known = level >= ST_LOG_INFO && level <= ST_LOG_ERROR ? level : 0;
    char *text;
    (void)user_data;
    if (level < STAUTH_G(least_level))
        return;
    spprintf(&text, 0, "stauth: level=%s %s", names[known], line);
    php_log_err_with_severity(text, severities[known]);
    efree(text);
}

st_status stauth_log_events(st_config *config, st_error **error) {
    return st_config_set_log(config, log_event, NULL, NULL, error);
}

static int32_t level_of_environment(void) {
    const char *name = getenv("STAUTH_LOG");
    if (name != NULL && strcmp(name, "info") == 0)
        return ST_LOG_INFO;
    return name != NULL && strcmp(name, "error") == 0 ? ST_LOG_ERROR : ST_LOG_WARNING;
}

static PHP_GINIT_FUNCTION(stauth) {
#if defined(COMPILE_DL_STAUTH) && defined(ZTS)
    ZEND_TSRMLS_CACHE_UPDATE();
#endif
    memset(stauth_globals, 0, sizeof *stauth_globals);
    stauth_globals->least_level = level_of_environment();
}

static PHP_MINIT_FUNCTION(stauth) {
    (void)type;
    (void)module_number;
    if (st_version_number() / 100 == ST_VERSION_NUMBER / 100)
        return stauth_register_class();
    zend_error(E_CORE_WARNING, "stauth: libstauth.so.0 is version %s, and %s is needed", st_version_string(),
               ST_VERSION_STRING);
    return FAILURE;
}

static PHP_RINIT_FUNCTION(stauth) {
    (void)type;
    (void)module_number;
    zend_hash_init(&STAUTH_G(open), 8, NULL, NULL, 0);
    return SUCCESS;
}

static PHP_RSHUTDOWN_FUNCTION(stauth) {
    zend_ulong number;
    zval *entry;
    (void)type;
    (void)module_number;
    ZEND_HASH_FOREACH_NUM_KEY_VAL(&STAUTH_G(open), number, entry) {
        ((stauth_free)Z_PTR_P(entry))(HANDLE(void, number));
    }
    ZEND_HASH_FOREACH_END();
    zend_hash_destroy(&STAUTH_G(open));
    return SUCCESS;
}

static PHP_MINFO_FUNCTION(stauth) {
    (void)zend_module;
    php_info_print_table_start();
    php_info_print_table_row(2, "stauth", "enabled");
    php_info_print_table_row(2, "libstauth.so.0", st_version_string());
    php_info_print_table_end();
}

zend_module_entry stauth_module_entry = {
    STANDARD_MODULE_HEADER,
    "stauth",
    NULL,
    PHP_MINIT(stauth),
    NULL,
    PHP_RINIT(stauth),
    PHP_RSHUTDOWN(stauth),
    PHP_MINFO(stauth),
    PHP_STAUTH_VERSION,
    PHP_MODULE_GLOBALS(stauth),
    PHP_GINIT(stauth),
    NULL,
    NULL,
    STANDARD_MODULE_PROPERTIES_EX,
};

#ifdef COMPILE_DL_STAUTH
ZEND_GET_MODULE(stauth)
#endif
