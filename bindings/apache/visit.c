/* A visit: the library's part of one request, from the first hook to the response.
   SPDX-License-Identifier: Apache-2.0 */
#include "mod_stauth.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <util_filter.h>

APLOG_USE_MODULE(stauth);

#define LONGEST_BODY (64 * 1024)

static const char filter_name[] = "STAUTH";

visit *stauth_visit_of(request_rec *r) {
    for (request_rec *each = r; each != NULL; each = each->main != NULL ? each->main : each->prev) {
        visit *found = ap_get_module_config(each->request_config, &stauth_module);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static apr_status_t end(void *data) {
    visit *visit = data;
    json_decref(visit->user);
    st_request_free(visit->request);
    return APR_SUCCESS;
}

/* Path and query as the browser sent them, also if it sent a whole URL. */
static const char *target_of(request_rec *r) {
    if (r->unparsed_uri != NULL && r->unparsed_uri[0] == '/')
        return r->unparsed_uri;
    const char *path = r->parsed_uri.path == NULL ? "/" : r->parsed_uri.path;
    return r->parsed_uri.query == NULL ? path : apr_pstrcat(r->pool, path, "?", r->parsed_uri.query, NULL);
}

struct addition {
    apr_pool_t *pool;
    st_request *request;
    st_error *error;
};

/* Apache joins several Cookie headers with ", ", which does not separate cookies: where a cookie can begin after it, it
   becomes "; ". */
static const char *separated(apr_pool_t *pool, const char *cookies) {
    char *copy = apr_pstrdup(pool, cookies);
    for (char *each = copy; (each = strstr(each, ", ")) != NULL; each += 2)
        if (each[2 + strcspn(each + 2, "=;, \t\"")] == '=')
            *each = ';';
    return copy;
}

static int add_header(void *data, const char *name, const char *value) {
    struct addition *addition = data;
    if (ap_cstr_casecmp(name, "Cookie") == 0)
        value = separated(addition->pool, value);
    return st_request_add_header(addition->request, name, value, &addition->error) == ST_OK;
}

static st_status add_headers(request_rec *r, st_request *request, st_error **error) {
    struct addition addition = {r->pool, request, NULL};
    const char *id = apr_table_get(r->subprocess_env, "UNIQUE_ID"); /* of mod_unique_id */
    apr_table_do(add_header, &addition, r->headers_in, NULL);
    if (addition.error == NULL && id != NULL && apr_table_get(r->headers_in, "X-Request-Id") == NULL)
        add_header(&addition, "X-Request-Id", id);
    *error = addition.error;
    return addition.error == NULL ? ST_OK : st_error_status(addition.error);
}

/* At most what the library accepts; one byte more makes it refuse the body. */
static st_status add_body(request_rec *r, st_request *request, st_error **error) {
    apr_size_t length = 0;
    long count = 0;
    if (!st_request_wants_body(request))
        return ST_OK;
    char *body = apr_palloc(r->pool, LONGEST_BODY + 1);
    if (ap_setup_client_block(r, REQUEST_CHUNKED_DECHUNK) == OK && ap_should_client_block(r))
        while (length <= LONGEST_BODY && (count = ap_get_client_block(r, body + length, LONGEST_BODY + 1 - length)) > 0)
            length += (apr_size_t)count;
    return count < 0 ? ST_OK : st_request_set_body(request, body, length, error); /* an empty one is refused later */
}

/* The library's pages pass the filters that the server is configured with, such as those of mod_headers. */
static void send_response(request_rec *r, visit *visit) {
    const char *body = "";
    size_t length = 0;
    if (!visit->has_filters)
        ap_run_insert_filter(r);
    st_request_response_body(visit->request, &body, &length, NULL);
    r->status = st_request_response_status(visit->request);
    ap_rwrite(body, (int)length, r);
}

int stauth_respond(request_rec *r, visit *visit) {
    if (r->main != NULL)
        return HTTP_UNAUTHORIZED; /* part of a page is no place for a response */
    send_response(r, visit);
    return DONE;
}

int stauth_refuse(request_rec *r, visit *visit, st_error *error) {
    int status = st_error_http_status(error);
    ap_log_rerror(APLOG_MARK, status == HTTP_INTERNAL_SERVER_ERROR ? APLOG_ERR : APLOG_WARNING, 0, r, "%s: %s",
                  error == NULL ? "internal_error" : st_error_code(error),
                  error == NULL ? "no details" : st_error_message(error));
    st_status refused = st_request_refuse(visit->request, error == NULL ? "" : st_error_code(error), NULL);
    st_error_free(error);
    return refused == ST_OK ? stauth_respond(r, visit) : status;
}

static int says_user(const visit *visit) {
    const char *name, *value;
    for (size_t i = 0; st_request_response_header(visit->request, i, &name, &value, NULL) == ST_OK; i++)
        if (ap_cstr_casecmp(name, "Vary") == 0)
            return 1;
    return 0;
}

int stauth_is_late(request_rec *r, visit *visit) {
    if (r->main == NULL || !visit->has_headers || visit->says_user || !says_user(visit))
        return 0;
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                  "%s depends on the user, but the page that includes it does not: let "
                  "\"AuthType stauth\" apply to that, too",
                  r->uri);
    return 1;
}

/* Adds the library's headers to whatever response it is. They stay if the server makes an error page of it. */
static void add_response_headers(request_rec *r, visit *visit) {
    const char *name, *value;
    for (size_t i = 0; st_request_response_header(visit->request, i, &name, &value, NULL) == ST_OK; i++) {
        if (ap_cstr_casecmp(name, "Content-Type") == 0)
            ap_set_content_type(r, apr_pstrdup(r->pool, value));
        else
            apr_table_add(r->err_headers_out, name, value);
    }
    visit->has_headers = 1;
    visit->says_user = says_user(visit);
}

static apr_status_t filter_response(ap_filter_t *filter, apr_bucket_brigade *brigade) {
    visit *visit = stauth_visit_of(filter->r);
    if (visit != NULL && !visit->has_headers)
        add_response_headers(filter->r, visit);
    ap_remove_output_filter(filter);
    return ap_pass_brigade(filter->next, brigade);
}

static void insert_filter(request_rec *r) {
    visit *visit = stauth_visit_of(r);
    if (r->main != NULL || visit == NULL)
        return;
    visit->has_filters = 1;
    if (!visit->has_headers)
        ap_add_output_filter(filter_name, NULL, r, r->connection);
}

/* Whatever claims to be from us, also as the servers behind would read it: a dot is an underscore to PHP. */
static int is_ours(const char *name) {
    static const char prefix[] = "stauth-claim";
    for (size_t i = 0; i < sizeof prefix - 1; i++)
        if (name[i] == '\0' || (apr_isalnum(name[i]) ? apr_tolower(name[i]) : '-') != prefix[i])
            return 0;
    return 1;
}

static int remove_forged_headers(request_rec *r) {
    const apr_array_header_t *headers = apr_table_elts(r->headers_in);
    const apr_table_entry_t *entries = (const apr_table_entry_t *)headers->elts;
    apr_array_header_t *forged = apr_array_make(r->pool, 0, sizeof(const char *));
    for (int i = 0; i < headers->nelts; i++)
        if (entries[i].key != NULL && is_ours(entries[i].key))
            APR_ARRAY_PUSH(forged, const char *) = entries[i].key;
    for (int i = 0; i < forged->nelts; i++)
        apr_table_unset(r->headers_in, APR_ARRAY_IDX(forged, i, const char *));
    return DECLINED;
}

static visit *new_visit(request_rec *r, st_request *request) {
    visit *made = apr_pcalloc(r->pool, sizeof *made);
    made->request = request;
    ap_set_module_config(r->request_config, &stauth_module, made);
    apr_pool_cleanup_register(r->pool, made, end, apr_pool_cleanup_null);
    return made;
}

/* Before anything else looks at the path: the library's own paths are answered here, wherever the site has its files.
 */
static int begin(request_rec *r, int is_lookup) {
    server_settings *settings = ap_get_module_config(r->server->module_config, &stauth_module);
    st_request *request = NULL;
    st_error *error = NULL;
    st_action action = ST_RESPOND;
    if (is_lookup || settings->app == NULL || stauth_visit_of(r) != NULL || target_of(r)[0] != '/')
        return DECLINED;
    if (st_request_new(settings->app, r->method, target_of(r), &request, &error) != ST_OK) {
        st_request_new(settings->app, "GET", "/", &request, NULL); /* for the page of the error */
        return stauth_refuse(r, new_visit(r, request), error);
    }
    visit *visit = new_visit(r, request);
    st_request_set_client_address(request, r->useragent_ip, NULL);
    if (add_headers(r, request, &error) != ST_OK || add_body(r, request, &error) != ST_OK ||
        st_request_begin(request, &action, &error) != ST_OK)
        return stauth_refuse(r, visit, error);
    return action == ST_PROCEED ? DECLINED : stauth_respond(r, visit);
}

/* With require_login in the settings, the path that the server has made of the target is judged as well. Hooks
   about access come later: "Satisfy Any" can leave them out. */
static int judge(request_rec *r) {
    visit *visit = stauth_visit_of(r);
    server_settings *settings = ap_get_module_config(r->server->module_config, &stauth_module);
    st_error *error = NULL;
    st_action action = ST_RESPOND;
    if (visit == NULL || r->uri == NULL || !st_app_requires_login(settings->app))
        return DECLINED;
    st_gate *every_path_of_the_settings = NULL;
    if (st_request_require_login(visit->request, every_path_of_the_settings, r->uri, strlen(r->uri), &action, &error) !=
        ST_OK)
        return stauth_refuse(r, visit, error);
    if (stauth_is_late(r, visit))
        return HTTP_INTERNAL_SERVER_ERROR;
    return action == ST_PROCEED ? DECLINED : stauth_respond(r, visit);
}

void stauth_hook_visits(apr_pool_t *pool) {
    (void)pool;
    ap_register_output_filter(filter_name, filter_response, NULL, AP_FTYPE_CONTENT_SET);
    ap_hook_post_read_request(remove_forged_headers, NULL, NULL, APR_HOOK_FIRST);
    static const char *const later[] = {"mod_cache.c", NULL}; /* nobody gets another's page from a cache */
    ap_hook_quick_handler(begin, NULL, later, APR_HOOK_FIRST);
    ap_hook_post_perdir_config(judge, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_insert_filter(insert_filter, NULL, NULL, APR_HOOK_LAST);
    ap_hook_insert_error_filter(insert_filter, NULL, NULL, APR_HOOK_LAST);
}
