/* Places of the site that log in, log out, and say who the user is: SetHandler stauth-login and its like.
   SPDX-License-Identifier: Apache-2.0 */
#include "mod_stauth.h"
#include <apr_strings.h>
#include <util_script.h>

APLOG_USE_MODULE(stauth);

/* A redirect to the provider that the query names, "?provider=google", or to the default one. It comes back here, which
   is then the start page unless the query says where to go: "&return_to=/page". */
static int log_in(request_rec *r, visit *visit) {
    apr_table_t *query = NULL;
    st_error *error = NULL;
    ap_args_to_table(r, &query);
    const char *provider = apr_table_get(query, "provider"), *return_to = apr_table_get(query, "return_to");
    if (st_request_set(visit->request, "return_to", return_to, &error) != ST_OK ||
        st_request_login(visit->request, provider, &error) != ST_OK)
        return stauth_refuse(r, visit, error);
    return stauth_respond(r, visit);
}

/* The end of the session, for a form of this site. */
static int log_out(request_rec *r, visit *visit) {
    st_error *error = NULL;
    if (r->method_number != M_POST) {
        ap_allow_standard_methods(r, REPLACE_ALLOW, M_POST, -1);
        return HTTP_METHOD_NOT_ALLOWED;
    }
    if (st_request_logout(visit->request, &error) != ST_OK)
        return stauth_refuse(r, visit, error);
    return stauth_respond(r, visit);
}

/* The user as JSON. */
static int show_user(request_rec *r, visit *visit) {
    const char *json = NULL;
    size_t length = 0;
    st_error *error = NULL;
    if (st_request_user_json(visit->request, &json, &length, &error) != ST_OK)
        return stauth_refuse(r, visit, error);
    ap_set_content_type(r, "application/json");
    ap_rwrite(json, (int)length, r);
    return OK;
}

static int handle(request_rec *r) {
    static const struct {
        const char *name;
        int (*handle)(request_rec *, visit *);
    } table[] = {{"stauth-login", log_in}, {"stauth-logout", log_out}, {"stauth-user", show_user}};
    visit *visit = stauth_visit_of(r);
    for (size_t i = 0; r->handler != NULL && i < sizeof table / sizeof *table; i++) {
        if (strcmp(r->handler, table[i].name) != 0)
            continue;
        if (visit != NULL)
            return table[i].handle(r, visit);
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "SetHandler %s needs StauthSecrets in this server", r->handler);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return DECLINED;
}

void stauth_hook_handlers(apr_pool_t *pool) {
    (void)pool;
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_MIDDLE);
}
