#include "stauth_nif.h"
#include <string.h>
#include <unistd.h>

/* ---- Log ---- */

static const char *level_name(int32_t level) {
    return level == ST_LOG_INFO ? "info" : level == ST_LOG_ERROR ? "error" : "warning";
}

/* Sends {stauth_event, Level, Line} to the process of the log. */
static void send_event(int32_t level, const char *line, void *user_data) {
    ErlNifEnv *message_env = enif_alloc_env();
    if (message_env == NULL) {
        return;
    }
    ERL_NIF_TERM message =
        enif_make_tuple3(message_env, enif_make_atom(message_env, "stauth_event"),
                         enif_make_atom(message_env, level_name(level)), make_text(message_env, line));
    enif_send(current_env, user_data, message_env, message); /* nobody may be there any more */
    enif_free_env(message_env);
}

static void free_pid(void *user_data) {
    enif_free(user_data);
}

static st_status set_log(st_config *config, const ErlNifPid *process, st_error **error) {
    ErlNifPid *kept = enif_alloc(sizeof *kept);
    if (kept == NULL) {
        return ST_INTERNAL_ERROR;
    }
    *kept = *process;
    st_status status = st_config_set_log(config, send_event, kept, free_pid, error);
    if (status != ST_OK) {
        enif_free(kept);
    }
    return status;
}

/* ---- Making one ---- */

/* Sets [{Key, Value}]. *is_bad becomes true if it is something else, *has_nul_in_it if a text would end early. */
static st_status set_keys(ErlNifEnv *env, ERL_NIF_TERM list, st_config *config, bool *is_bad, bool *has_nul_in_it,
                          st_error **error) {
    ERL_NIF_TERM head;
    st_status status = ST_OK;
    while (status == ST_OK && enif_get_list_cell(env, list, &head, &list)) {
        const ERL_NIF_TERM *pair;
        int arity;
        struct text key = {NULL, 0}, value = {NULL, 0};
        *is_bad = !enif_get_tuple(env, head, &arity, &pair) || arity != 2 || !read_text(env, pair[0], &key) ||
                  !read_text(env, pair[1], &value) || key.bytes == NULL || value.bytes == NULL;
        *has_nul_in_it = has_nul(&key) || has_nul(&value);
        status = *is_bad || *has_nul_in_it ? ST_INVALID_ARGUMENT : st_config_set(config, key.bytes, value.bytes, error);
        free_text(&key);
        free_text(&value);
    }
    return status;
}

static ERL_NIF_TERM build(ErlNifEnv *env, const st_config *config) {
    struct app *app = enif_alloc_resource(app_type, sizeof *app);
    if (app == NULL) {
        return enif_make_badarg(env);
    }
    app->handle = NULL;
    st_error *error = NULL;
    st_status status = st_app_new(config, &app->handle, &error);
    ERL_NIF_TERM term = status == ST_OK ? make_ok(env, enif_make_resource(env, app)) : make_failure(env, error);
    enif_release_resource(app);
    return term;
}

/* The builder with all that was given; argv as in app_new(). */
static ERL_NIF_TERM configure(ErlNifEnv *env, st_config *config, const struct text *file, const struct text *toml,
                              const ERL_NIF_TERM argv[]) {
    st_error *error = NULL;
    st_status status = ST_OK;
    bool is_bad = false, has_nul_in_it = has_nul(file);
    ErlNifPid process;
    if (has_nul_in_it) {
        return refuse_nul(env);
    }
    if (file->bytes != NULL) {
        status = st_config_load_file(config, file->bytes, &error);
    }
    if (status == ST_OK && toml->bytes != NULL) {
        status = st_config_load_toml(config, toml->bytes, toml->length, &error);
    }
    if (status == ST_OK) {
        status = set_keys(env, argv[2], config, &is_bad, &has_nul_in_it, &error);
    }
    if (is_bad) {
        return enif_make_badarg(env);
    }
    if (has_nul_in_it) {
        return refuse_nul(env);
    }
    if (status == ST_OK && enif_get_local_pid(env, argv[3], &process)) {
        status = set_log(config, &process, &error);
    } else if (status == ST_OK && enif_is_identical(argv[3], enif_make_atom(env, "stderr"))) {
        status = st_config_log_to_fd(config, STDERR_FILENO, &error);
    }
    if (status == ST_OK) {
        status = st_config_set_event_loop(config, enif_is_identical(argv[4], atom_true), &error);
    }
    return status == ST_OK ? build(env, config) : make_failure(env, error);
}

NIF(app_new) {
    (void)argc;
    struct text file, toml = {NULL, 0};
    st_config *config = NULL;
    st_error *error = NULL;
    ERL_NIF_TERM term;
    current_env = env;
    if (!read_text(env, argv[0], &file) || !read_text(env, argv[1], &toml)) {
        term = enif_make_badarg(env);
    } else if (st_config_new(&config, &error) == ST_OK) {
        term = configure(env, config, &file, &toml, argv);
    } else {
        term = make_failure(env, error);
    }
    st_config_free(config);
    free_text(&file);
    free_text(&toml);
    current_env = NULL;
    return term;
}

/* ---- Using one ---- */

static st_app *app_of(ErlNifEnv *env, ERL_NIF_TERM term) {
    void *resource;
    return enif_get_resource(env, term, app_type, &resource) ? ((struct app *)resource)->handle : NULL;
}

NIF(app_preload) {
    (void)argc;
    st_error *error = NULL;
    current_env = env;
    st_status status = st_app_preload(app_of(env, argv[0]), &error);
    current_env = NULL;
    return make_outcome(env, status, error);
}

/* {LoginPath, LogoutPath, CallbackPaths, RequiresLogin}. */
NIF(app_paths) {
    (void)argc;
    st_app *app = app_of(env, argv[0]);
    ERL_NIF_TERM callbacks = enif_make_list(env, 0);
    const char *path;
    for (size_t index = 0; (path = st_app_callback_path(app, index)) != NULL; index++) {
        callbacks = enif_make_list_cell(env, make_text(env, path), callbacks);
    }
    return enif_make_tuple4(env, make_text(env, st_app_login_path(app)), make_text(env, st_app_logout_path(app)),
                            callbacks, make_bool(st_app_requires_login(app)));
}

/* One of the functions that write to a buffer. */
typedef st_status (*writer)(const st_app *app, const ErlNifBinary *given, char *buffer, size_t capacity,
                            size_t *out_length, st_error **error);

static st_status write_user(const st_app *app, const ErlNifBinary *given, char *buffer, size_t capacity,
                            size_t *out_length, st_error **error) {
    return st_user_from_cookie(app, (const char *)given->data, given->size, buffer, capacity, out_length, error);
}

static st_status write_json(const st_app *app, const ErlNifBinary *given, char *buffer, size_t capacity,
                            size_t *out_length, st_error **error) {
    (void)given;
    return st_app_stats_json(app, buffer, capacity, out_length, error);
}

static st_status write_prometheus(const st_app *app, const ErlNifBinary *given, char *buffer, size_t capacity,
                                  size_t *out_length, st_error **error) {
    (void)given;
    return st_app_stats_prometheus(app, buffer, capacity, out_length, error);
}

/* {ok, Text}, with a buffer that grows. */
static ERL_NIF_TERM written(ErlNifEnv *env, const st_app *app, const ErlNifBinary *given, writer write) {
    size_t capacity = 64 * 1024, length = 0;
    for (;;) {
        char *buffer = enif_alloc(capacity);
        if (buffer == NULL) {
            return enif_make_badarg(env);
        }
        st_error *error = NULL;
        length = 0;
        current_env = env;
        st_status status = write(app, given, buffer, capacity, &length, &error);
        current_env = NULL;
        bool is_larger = status != ST_OK && length > capacity;
        ERL_NIF_TERM term = atom_undefined;
        if (is_larger) {
            st_error_free(error);
        } else {
            term = status == ST_OK ? make_ok(env, make_binary(env, buffer, length)) : make_failure(env, error);
        }
        enif_free(buffer);
        if (!is_larger) {
            return term;
        }
        capacity = 2 * length; /* it may grow meanwhile */
    }
}

NIF(app_user) {
    (void)argc;
    ErlNifBinary cookie;
    if (!enif_inspect_binary(env, argv[1], &cookie)) {
        return enif_make_badarg(env);
    }
    return written(env, app_of(env, argv[0]), &cookie, write_user);
}

NIF(app_stats) {
    (void)argc;
    bool is_json = enif_is_identical(argv[1], enif_make_atom(env, "json"));
    return written(env, app_of(env, argv[0]), NULL, is_json ? write_json : write_prometheus);
}

/* Requests keep it as long as they need it. */
NIF(app_close) {
    (void)argc;
    current_env = env;
    st_app_free(app_of(env, argv[0]));
    current_env = NULL;
    return atom_ok;
}

/* ---- Gates ---- */

enum { MOST_PATHS = 1000 };

/* Reads a list of binaries; the number of them, or -1. */
static int read_paths(ErlNifEnv *env, ERL_NIF_TERM list, struct text texts[], const char *paths[]) {
    ERL_NIF_TERM head;
    int count = 0;
    while (enif_get_list_cell(env, list, &head, &list)) {
        if (count > MOST_PATHS || !read_text(env, head, &texts[count])) {
            return -1;
        }
        paths[count] = texts[count].bytes;
        count++;
    }
    return count;
}

NIF(gate_new) {
    (void)argc;
    struct text texts[MOST_PATHS + 1] = {{NULL, 0}};
    const char *paths[MOST_PATHS + 1];
    struct gate *gate = enif_alloc_resource(gate_type, sizeof *gate);
    if (gate == NULL) {
        return enif_make_badarg(env);
    }
    gate->handle = NULL;
    ERL_NIF_TERM term;
    int count = read_paths(env, argv[0], texts, paths);
    bool has_nul_in_it = false;
    for (int index = 0; index < count; index++) {
        has_nul_in_it = has_nul_in_it || has_nul(&texts[index]);
    }
    if (count < 0) {
        term = enif_make_badarg(env);
    } else if (has_nul_in_it) {
        term = refuse_nul(env);
    } else {
        st_error *error = NULL;
        st_status status = st_gate_new(paths, (size_t)count, &gate->handle, &error);
        term = status == ST_OK ? make_ok(env, enif_make_resource(env, gate)) : make_failure(env, error);
    }
    for (int index = 0; index <= MOST_PATHS; index++) {
        free_text(&texts[index]);
    }
    enif_release_resource(gate);
    return term;
}
