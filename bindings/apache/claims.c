/* The user's claims, for pages: REMOTE_USER, the environment, and headers for the servers behind this one.
   SPDX-License-Identifier: Apache-2.0 */
#include "mod_stauth.h"
#include <apr_lib.h>
#include <apr_strings.h>

APLOG_USE_MODULE(stauth);

/* No environment variable is longer in Linux, and no server takes longer headers. */
#define LONGEST_VARIABLE (100 * 1024)
#define LONGEST_HEADER (4 * 1024)

json_t *stauth_user_of(visit *visit) {
    const char *json = NULL;
    size_t length = 0;
    if (visit->user == NULL && st_request_user_json(visit->request, &json, &length, NULL) == ST_OK)
        visit->user = json_loadb(json, length, JSON_ALLOW_NUL, NULL);
    return visit->user;
}

const char *stauth_claim_text(apr_pool_t *pool, json_t *value) {
    if (value == NULL || json_is_null(value))
        return NULL;
    if (json_is_string(value)) /* one with a NUL is none: the rest would be lost */
        return strlen(json_string_value(value)) == json_string_length(value) ? json_string_value(value) : NULL;
    char *json = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *copy = json == NULL ? NULL : apr_pstrdup(pool, json);
    free(json);
    return copy;
}

/* "STAUTH_CLAIM_" and the claim's name, in capitals, with "_" for all but letters and digits. */
static char *variable_of(apr_pool_t *pool, const char *claim) {
    char *name = apr_pstrcat(pool, "STAUTH_CLAIM_", claim, NULL);
    for (char *each = name; *each != '\0'; each++)
        *each = apr_isalnum(*each) ? (char)apr_toupper(*each) : '_';
    return name;
}

/* The same for a header: "Stauth-Claim-Email" reaches CGI and WSGI as HTTP_STAUTH_CLAIM_EMAIL. */
static char *header_of(apr_pool_t *pool, const char *variable) {
    char *name = apr_pstrdup(pool, variable);
    for (char *each = name; *each != '\0'; each++)
        *each = *each == '_' ? '-' : (char)(each == name || each[-1] == '-' ? *each : apr_tolower(*each));
    return name;
}

static int fits_header(const char *value) {
    for (const char *each = value; *each != '\0'; each++)
        if (apr_iscntrl(*each))
            return 0;
    return strlen(value) <= LONGEST_HEADER;
}

/* All claims by their variables. Two claims with the same variable are left out: a page must not take one for the
   other. */
static apr_table_t *variables_of(request_rec *r, json_t *user) {
    apr_table_t *found = apr_table_make(r->pool, 16), *ambiguous = apr_table_make(r->pool, 1);
    const char *claim;
    json_t *value;
    json_object_foreach(user, claim, value) {
        const char *name = variable_of(r->pool, claim), *text = stauth_claim_text(r->pool, value);
        if (strcmp(claim, "is_logged_in") == 0 || strcmp(claim, "tokens") == 0 || text == NULL)
            continue;
        apr_table_setn(apr_table_get(found, name) == NULL ? found : ambiguous, name, text);
    }
    const apr_array_header_t *names = apr_table_elts(ambiguous);
    for (int i = 0; i < names->nelts; i++)
        apr_table_unset(found, APR_ARRAY_IDX(names, i, apr_table_entry_t).key);
    return found;
}

static void set_claims(request_rec *r, json_t *user, int to_environment, int to_headers) {
    const apr_array_header_t *variables = apr_table_elts(variables_of(r, user));
    for (int i = 0; i < variables->nelts; i++) {
        const apr_table_entry_t *variable = &APR_ARRAY_IDX(variables, i, apr_table_entry_t);
        if (to_environment && strlen(variable->val) <= LONGEST_VARIABLE)
            apr_table_set(r->subprocess_env, variable->key, variable->val);
        if (to_headers && fits_header(variable->val))
            apr_table_set(r->headers_in, header_of(r->pool, variable->key), variable->val);
    }
}

/* Where the place asks for it, and only for signed-in users. A page that is made of this depends on the user, and says
   so to caches: st_request_is_logged_in() takes care of that. */
static int pass_claims(request_rec *r) {
    place_settings *place = ap_get_module_config(r->per_dir_config, &stauth_module);
    visit *visit = stauth_visit_of(r);
    const char *type = ap_auth_type(r);
    int is_ours = type != NULL && ap_cstr_casecmp(type, "stauth") == 0;
    int to_environment = place->has_environment == -1 ? is_ours : place->has_environment;
    int to_headers = place->has_request_headers == 1;
    if (visit == NULL || !(to_environment || to_headers) || !st_request_is_logged_in(visit->request))
        return DECLINED;
    if (stauth_is_late(r, visit))
        return HTTP_INTERNAL_SERVER_ERROR;
    json_t *user = stauth_user_of(visit);
    const char *name = place->user_claim == NULL ? "sub" : place->user_claim;
    if (user == NULL)
        return HTTP_INTERNAL_SERVER_ERROR;
    if (r->user == NULL)
        r->user = apr_pstrdup(r->pool, stauth_claim_text(r->pool, json_object_get(user, name)));
    set_claims(r, user, to_environment, to_headers);
    return DECLINED;
}

void stauth_hook_claims(apr_pool_t *pool) {
    (void)pool;
    ap_hook_fixups(pass_claims, NULL, NULL, APR_HOOK_FIRST);
}
