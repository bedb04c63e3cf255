/* AuthType stauth, and Require stauth-claim.
   SPDX-License-Identifier: Apache-2.0 */
#include "mod_stauth.h"
#include <apr_strings.h>
#include <mod_auth.h>

APLOG_USE_MODULE(stauth);

/* Who is this? Only called where a Require asks for a user. */
static int authenticate(request_rec *r) {
    const char *type = ap_auth_type(r);
    place_settings *place = ap_get_module_config(r->per_dir_config, &stauth_module);
    visit *visit = stauth_visit_of(r);
    st_action action = ST_RESPOND;
    st_error *error = NULL;
    if (type == NULL || ap_cstr_casecmp(type, "stauth") != 0)
        return DECLINED;
    if (visit == NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "AuthType stauth needs StauthSecrets in this server");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    if (!st_request_is_logged_in(visit->request)) {
        if (st_request_require_login(visit->request, NULL, NULL, 0, &action, &error) != ST_OK)
            return stauth_refuse(r, visit, error);
        /* It lets a CORS preflight pass, which has no user; this server says with <LimitExcept> which methods do. */
        return action == ST_PROCEED ? HTTP_UNAUTHORIZED : stauth_respond(r, visit);
    }
    if (stauth_is_late(r, visit))
        return HTTP_INTERNAL_SERVER_ERROR;
    const char *claim = place->user_claim == NULL ? "sub" : place->user_claim;
    const char *name = stauth_claim_text(r->pool, json_object_get(stauth_user_of(visit), claim));
    if (name == NULL || *name == '\0') {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, "the user has no claim \"%s\" (StauthUserClaim)", claim);
        return HTTP_FORBIDDEN;
    }
    r->user = apr_pstrdup(r->pool, name);
    r->ap_auth_type = apr_pstrdup(r->pool, type);
    return OK;
}

/* A name, and the values of which one is enough. */
typedef struct {
    const char *name;
    const char *value;
} wanted_claim;

/* "name value...", or "name:value...". A name with a colon is written the first way, with one value. */
static const char *parse_require(cmd_parms *command, const char *line, const void **parsed) {
    apr_array_header_t *words = apr_array_make(command->pool, 2, sizeof(const char *));
    apr_array_header_t *wanted = apr_array_make(command->pool, 1, sizeof(wanted_claim));
    while (*line != '\0')
        APR_ARRAY_PUSH(words, const char *) = ap_getword_conf(command->pool, &line);
    const char **word = (const char **)words->elts;
    int has_name =
        words->nelts > 1 && (strchr(word[0], ':') == NULL || (words->nelts == 2 && strchr(word[1], ':') == NULL));
    for (int i = has_name ? 1 : 0; i < words->nelts; i++) {
        const char *colon = strchr(word[i], ':');
        if (!has_name && (colon == NULL || colon == word[i]))
            return "Require stauth-claim needs a name and a value: \"groups admin\" or \"groups:admin\"";
        wanted_claim *claim = apr_array_push(wanted);
        claim->name = has_name ? word[0] : apr_pstrmemdup(command->pool, word[i], (apr_size_t)(colon - word[i]));
        claim->value = has_name ? word[i] : colon + 1;
    }
    if (wanted->nelts == 0)
        return "Require stauth-claim needs a name and a value: \"groups admin\" or \"groups:admin\"";
    *parsed = wanted;
    return NULL;
}

static int is_value(apr_pool_t *pool, json_t *found, const char *wanted) {
    const char *text = stauth_claim_text(pool, found);
    return text != NULL && strcmp(text, wanted) == 0;
}

/* The claim itself, or one of its elements if it is an array. */
static int has_value(apr_pool_t *pool, json_t *claim, const char *wanted) {
    size_t index;
    json_t *element;
    json_array_foreach(claim, index, element) {
        if (is_value(pool, element, wanted))
            return 1;
    }
    return !json_is_array(claim) && is_value(pool, claim, wanted);
}

static authz_status check_claim(request_rec *r, const char *line, const void *parsed) {
    const apr_array_header_t *wanted = parsed;
    visit *visit = stauth_visit_of(r);
    (void)line;
    if (r->user == NULL)
        return AUTHZ_DENIED_NO_USER;
    if (visit == NULL || !st_request_is_logged_in(visit->request)) /* of another AuthType */
        return AUTHZ_DENIED;
    for (int i = 0; i < wanted->nelts; i++) {
        const wanted_claim *claim = &APR_ARRAY_IDX(wanted, i, wanted_claim);
        if (has_value(r->pool, json_object_get(stauth_user_of(visit), claim->name), claim->value))
            return AUTHZ_GRANTED;
    }
    return AUTHZ_DENIED;
}

static const authz_provider claim_provider = {check_claim, parse_require};

void stauth_hook_authorization(apr_pool_t *pool) {
    ap_hook_check_authn(authenticate, NULL, NULL, APR_HOOK_MIDDLE, AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(pool, AUTHZ_PROVIDER_GROUP, "stauth-claim", AUTHZ_PROVIDER_VERSION, &claim_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
}
