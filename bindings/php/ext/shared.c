/* Applications that a process keeps between PHP's requests, one for each secrets.toml. */
#include "methods.h"

#include <sys/stat.h>

/* What tells one version of a file from another. */
typedef struct {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified, changed;
} version;

typedef struct {
    st_app *app;
    version version;
} shared_app;

/* All zero if there is no such file. */
static void read_version(const char *path, version *out) {
    struct stat found;
    memset(out, 0, sizeof *out);
    if (stat(path, &found) != 0)
        return;
    out->device = found.st_dev;
    out->inode = found.st_ino;
    out->size = found.st_size;
    out->modified = found.st_mtim;
    out->changed = found.st_ctim;
}

void stauth_free_shared(zval *entry) {
    shared_app *shared = Z_PTR_P(entry);
    st_app_free(shared->app);
    free(shared);
}

/* The application in use stays until there is another: a mistake in the file closes no site. */
static void renew(shared_app *shared, const stauth_source *source, const version *found) {
    st_app *app = NULL;
    st_error *error = NULL;
    shared->version = *found; /* a mistake is reported once */
    if (stauth_make_app(source, &app, &error) == ST_OK) {
        st_app_free(shared->app);
        shared->app = app;
    } else {
        const char *message = st_error_message(error);
        char *text;
        spprintf(&text, 0, "stauth: the settings before the last change stay in force: %s", message ? message : "");
        php_log_err(text);
        efree(text);
    }
    st_error_free(error);
}

static shared_app *keep(const zend_string *path, st_app *app, const version *found) {
    shared_app *shared = pemalloc(sizeof *shared, 1);
    shared->app = app;
    shared->version = *found;
    zend_hash_str_update_ptr(&STAUTH_G(apps), ZSTR_VAL(path), ZSTR_LEN(path), shared);
    return shared;
}

/* appShared(string $secrets, &$error): int. An application that no appFree() ends. */
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
    zend_string *path = absolute == NULL ? zend_string_copy(secrets) : zend_string_init(absolute, strlen(absolute), 0);
    if (absolute != NULL)
        efree(absolute);
    stauth_source source = {.secrets = path};
    version found;
    read_version(ZSTR_VAL(path), &found);
    shared_app *shared = zend_hash_find_ptr(&STAUTH_G(apps), path);
    st_error *error = NULL;
    st_status status = ST_OK;
    if (shared == NULL) {
        st_app *app = NULL;
        status = stauth_make_app(&source, &app, &error);
        if (status == ST_OK)
            shared = keep(path, app, &found);
    } else if (memcmp(&found, &shared->version, sizeof found) != 0) {
        renew(shared, &source, &found);
    }
    zend_string_release(path);
    stauth_check(status, error, out_error);
    RETURN_LONG(shared == NULL ? 0 : NUMBER(shared->app));
}
