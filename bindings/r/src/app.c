#include "entries.h"
#include "values.h"
#include <R.h>

/* NULL, or why the file cannot be used. */
SEXP stauth_load(SEXP path) {
    return new_text(library_load(text_of(path)));
}

static void free_app(SEXP pointer) {
    st.st_app_free(handle_of(pointer));
    R_ClearExternalPtr(pointer);
}

static bool fill(st_config *config, SEXP file, SEXP toml, SEXP keys, SEXP values, st_error **error) {
    if (file != R_NilValue && st.st_config_load_file(config, text_of(file), error) != ST_OK)
        return false;
    if (toml != R_NilValue) {
        SEXP text = STRING_ELT(toml, 0);
        if (st.st_config_load_toml(config, CHAR(text), (size_t)LENGTH(text), error) != ST_OK)
            return false;
    }
    for (R_xlen_t i = 0; i < XLENGTH(keys); i++)
        if (st.st_config_set(config, CHAR(STRING_ELT(keys, i)), CHAR(STRING_ELT(values, i)), error) != ST_OK)
            return false;
    return true;
}

/* stauth_app_new(file, toml, keys, values, log, steps): `log` is a file descriptor; with `steps`, R sends the requests
   to providers. */
SEXP stauth_app_new(SEXP file, SEXP toml, SEXP keys, SEXP values, SEXP log, SEXP steps) {
    SEXP pointer = PROTECT(new_handle(free_app));
    st_config *config = NULL;
    st_error *error = NULL;
    st_app *app = NULL;
    bool is_good = st.st_config_new(&config, &error) == ST_OK && fill(config, file, toml, keys, values, &error) &&
                   st.st_config_log_to_fd(config, Rf_asInteger(log), &error) == ST_OK &&
                   st.st_config_set_event_loop(config, Rf_asLogical(steps) == TRUE, &error) == ST_OK &&
                   st.st_app_new(config, &app, &error) == ST_OK;
    st.st_config_free(config);
    R_SetExternalPtrAddr(pointer, app);
    SEXP result = is_good ? pointer : new_failure(st.st_error_status(error), error);
    UNPROTECT(1);
    return result;
}

SEXP stauth_app_free(SEXP pointer) {
    free_app(pointer);
    return R_NilValue;
}

/* The login path, the logout path, and the callback paths; NULL if it is closed. */
SEXP stauth_app_paths(SEXP pointer) {
    const st_app *app = handle_of(pointer);
    R_xlen_t count = 2;
    if (st.st_app_login_path(app) == NULL)
        return R_NilValue;
    while (st.st_app_callback_path(app, (size_t)count - 2) != NULL)
        count++;
    SEXP paths = PROTECT(Rf_allocVector(STRSXP, count));
    SET_STRING_ELT(paths, 0, Rf_mkCharCE(st.st_app_login_path(app), CE_UTF8));
    SET_STRING_ELT(paths, 1, Rf_mkCharCE(st.st_app_logout_path(app), CE_UTF8));
    for (R_xlen_t i = 2; i < count; i++)
        SET_STRING_ELT(paths, i, Rf_mkCharCE(st.st_app_callback_path(app, (size_t)i - 2), CE_UTF8));
    UNPROTECT(1);
    return paths;
}

SEXP stauth_app_requires_login(SEXP pointer) {
    return Rf_ScalarLogical(st.st_app_requires_login(handle_of(pointer)) == 1);
}

SEXP stauth_app_preload(SEXP pointer) {
    st_error *error = NULL;
    st_status status = st.st_app_preload(handle_of(pointer), &error);
    return status == ST_OK ? R_NilValue : new_failure(status, error);
}

/* What an application is asked. */
struct question {
    const st_app *app;
    const char *cookie; /* NULL: for its numbers */
    size_t length;
    bool is_text;
};

static st_status answer(const struct question *asked, char *buffer, size_t capacity, size_t *length, st_error **error) {
    if (asked->cookie != NULL)
        return st.st_user_from_cookie(asked->app, asked->cookie, asked->length, buffer, capacity, length, error);
    return asked->is_text ? st.st_app_stats_prometheus(asked->app, buffer, capacity, length, error)
                          : st.st_app_stats_json(asked->app, buffer, capacity, length, error);
}

/* The answer, however long it is. */
static SEXP answer_to(const struct question *asked) {
    size_t capacity = 16 * 1024;
    for (;;) {
        size_t length = 0;
        st_error *error = NULL;
        char *buffer = R_alloc(capacity + 1, 1);
        st_status status = answer(asked, buffer, capacity, &length, &error);
        if (status == ST_OK) {
            buffer[length] = '\0';
            return new_text(buffer);
        }
        if (length <= capacity)
            return new_failure(status, error);
        st.st_error_free(error);
        capacity = 2 * length; /* it may grow meanwhile */
    }
}

/* Who sent this Cookie header? As JSON. */
SEXP stauth_app_user_from_cookie(SEXP pointer, SEXP cookie) {
    SEXP value = STRING_ELT(cookie, 0);
    return answer_to(&(struct question){handle_of(pointer), CHAR(value), (size_t)LENGTH(value), false});
}

/* stauth_app_stats(app, as_text): JSON, or text for Prometheus. */
SEXP stauth_app_stats(SEXP pointer, SEXP as_text) {
    return answer_to(&(struct question){handle_of(pointer), NULL, 0, Rf_asLogical(as_text) == TRUE});
}

static void free_gate(SEXP pointer) {
    st.st_gate_free(handle_of(pointer));
    R_ClearExternalPtr(pointer);
}

SEXP stauth_gate_new(SEXP open_paths) {
    SEXP pointer = PROTECT(new_handle(free_gate));
    size_t count = (size_t)XLENGTH(open_paths);
    const char **paths = (const char **)R_alloc(count + 1, sizeof *paths);
    for (size_t i = 0; i < count; i++)
        paths[i] = CHAR(STRING_ELT(open_paths, (R_xlen_t)i));
    st_gate *gate = NULL;
    st_error *error = NULL;
    st_status status = st.st_gate_new(paths, count, &gate, &error);
    R_SetExternalPtrAddr(pointer, gate);
    SEXP result = status == ST_OK ? pointer : new_failure(status, error);
    UNPROTECT(1);
    return result;
}
