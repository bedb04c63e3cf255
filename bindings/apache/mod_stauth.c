/* mod_stauth: "Sign in with ..." for Apache. This file has the configuration.
   SPDX-License-Identifier: Apache-2.0 */
#include "mod_stauth.h"
#include <apr_strings.h>

static void write_event(int32_t level, const char *line, void *server) {
    int levels[] = {[ST_LOG_INFO] = APLOG_INFO, [ST_LOG_WARNING] = APLOG_WARNING, [ST_LOG_ERROR] = APLOG_ERR};
    int known = level >= ST_LOG_INFO && level <= ST_LOG_ERROR;
    ap_log_error(APLOG_MARK, known ? levels[level] : APLOG_WARNING, 0, server, "%s", line);
}

static apr_status_t free_app(void *app) {
    st_app_free(app);
    return APR_SUCCESS;
}

static int fail_to_start(server_rec *server, const char *secrets, st_error *error) {
    const char *message = error == NULL ? "out of memory" : st_error_message(error);
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, server, "StauthSecrets %s:", secrets);
    for (const char *end; message != NULL && *message != '\0'; message = *end == '\0' ? end : end + 1) {
        end = strchr(message, '\n') != NULL ? strchr(message, '\n') : message + strlen(message);
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, server, "  %.*s", (int)(end - message), message);
    }
    st_error_free(error);
    return HTTP_INTERNAL_SERVER_ERROR;
}

static int make_app(apr_pool_t *pool, server_rec *server, server_settings *settings) {
    st_config *config = NULL;
    st_error *error = NULL;
    if (st_version_number() / 100 != ST_VERSION_NUMBER / 100) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, server, "libstauth.so.0 has version %s, not %s",
                     st_version_string(), ST_VERSION_STRING);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    if (st_config_new(&config, &error) != ST_OK || st_config_load_file(config, settings->secrets, &error) != ST_OK ||
        st_config_set_log(config, write_event, server, NULL, &error) != ST_OK ||
        st_app_new(config, &settings->app, &error) != ST_OK) {
        st_config_free(config);
        return fail_to_start(server, settings->secrets, error);
    }
    st_config_free(config);
    apr_pool_cleanup_register(pool, settings->app, free_app, apr_pool_cleanup_null);
    return OK;
}

/* Before the children are forked, while the files are readable. `apache2 -t` calls this, too. Virtual hosts with the
   same file share what it says. */
static int make_apps(apr_pool_t *pool, apr_pool_t *log_pool, apr_pool_t *temporary, server_rec *main_server) {
    apr_hash_t *made = apr_hash_make(temporary);
    (void)log_pool;
    for (server_rec *server = main_server; server != NULL; server = server->next) {
        server_settings *settings = ap_get_module_config(server->module_config, &stauth_module);
        if (settings->secrets == NULL)
            continue;
        server_settings *same = apr_hash_get(made, settings->secrets, APR_HASH_KEY_STRING);
        if (same == NULL && make_app(pool, server, settings) != OK)
            return HTTP_INTERNAL_SERVER_ERROR;
        settings->app = same != NULL ? same->app : settings->app;
        apr_hash_set(made, settings->secrets, APR_HASH_KEY_STRING, settings);
    }
    return OK;
}

static void *new_server_settings(apr_pool_t *pool, server_rec *server) {
    (void)server;
    return apr_pcalloc(pool, sizeof(server_settings));
}

static void *merge_server_settings(apr_pool_t *pool, void *base_settings, void *more_settings) {
    server_settings *base = base_settings, *more = more_settings, *merged = apr_pcalloc(pool, sizeof *merged);
    merged->secrets = more->secrets != NULL ? more->secrets : base->secrets;
    return merged;
}

static void *new_place_settings(apr_pool_t *pool, char *place) {
    place_settings *settings = apr_pcalloc(pool, sizeof *settings);
    (void)place;
    settings->has_environment = settings->has_request_headers = -1;
    return settings;
}

static void *merge_place_settings(apr_pool_t *pool, void *base_settings, void *more_settings) {
    place_settings *base = base_settings, *more = more_settings, *merged = apr_pcalloc(pool, sizeof *merged);
    merged->user_claim = more->user_claim != NULL ? more->user_claim : base->user_claim;
    merged->has_environment = more->has_environment != -1 ? more->has_environment : base->has_environment;
    merged->has_request_headers =
        more->has_request_headers != -1 ? more->has_request_headers : base->has_request_headers;
    return merged;
}

static const char *set_secrets(cmd_parms *command, void *place, const char *path) {
    server_settings *settings = ap_get_module_config(command->server->module_config, &stauth_module);
    const char *wrong = ap_check_cmd_context(command, NOT_IN_DIR_CONTEXT);
    (void)place;
    settings->secrets = ap_server_root_relative(command->pool, path);
    return settings->secrets == NULL ? "StauthSecrets names no file" : wrong;
}

static const command_rec commands[] = {
    AP_INIT_TAKE1("StauthSecrets", set_secrets, NULL, RSRC_CONF, "the secrets.toml of this server"),
    AP_INIT_TAKE1("StauthUserClaim", ap_set_string_slot, (void *)APR_OFFSETOF(place_settings, user_claim),
                  RSRC_CONF | ACCESS_CONF, "the claim that becomes REMOTE_USER; \"sub\" by default"),
    AP_INIT_FLAG("StauthEnvironment", ap_set_flag_slot, (void *)APR_OFFSETOF(place_settings, has_environment),
                 RSRC_CONF | ACCESS_CONF, "whether pages get STAUTH_CLAIM_...; by default with AuthType stauth"),
    AP_INIT_FLAG("StauthRequestHeaders", ap_set_flag_slot, (void *)APR_OFFSETOF(place_settings, has_request_headers),
                 RSRC_CONF | ACCESS_CONF, "whether servers behind get the headers Stauth-Claim-...; off by default"),
    {NULL, {NULL}, NULL, 0, RAW_ARGS, NULL}};

static void register_hooks(apr_pool_t *pool) {
    ap_hook_check_config(make_apps, NULL, NULL, APR_HOOK_MIDDLE);
    stauth_hook_visits(pool);
    stauth_hook_authorization(pool);
    stauth_hook_claims(pool);
    stauth_hook_handlers(pool);
}

AP_DECLARE_MODULE(stauth) = {STANDARD20_MODULE_STUFF, new_place_settings, merge_place_settings, new_server_settings,
                             merge_server_settings,   commands,           register_hooks,       AP_MODULE_FLAG_NONE};
