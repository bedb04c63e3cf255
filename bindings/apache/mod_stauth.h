/* mod_stauth: what its files share.
   SPDX-License-Identifier: Apache-2.0 */
#ifndef MOD_STAUTH_H
#define MOD_STAUTH_H

#include <httpd.h>
/* It comes before all others of Apache's. */
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <jansson.h>
#include <stauth.h>

/* The only name that others see. */
extern __attribute__((visibility("default"))) module stauth_module;

/* Of a server, a virtual host or not. */
typedef struct {
    const char *secrets; /* StauthSecrets */
    st_app *app;         /* made before the children are forked; NULL without secrets */
} server_settings;

/* Of a place in the configuration, such as <Location>. */
typedef struct {
    const char *user_claim;  /* StauthUserClaim */
    int has_environment;     /* StauthEnvironment: -1 if not set */
    int has_request_headers; /* StauthRequestHeaders: -1 if not set */
} place_settings;

/* One request from a browser. Redirects inside of the server and subrequests belong to it. */
typedef struct {
    st_request *request;
    json_t *user;    /* parsed when it is first asked for */
    int has_filters; /* the response passes the filters of the configuration */
    int has_headers; /* it has the library's headers */
    int says_user;   /* one of them says that it depends on the user */
} visit;

/* The visit that a request belongs to; NULL without StauthSecrets. */
visit *stauth_visit_of(request_rec *r);

/* The claims, as of st_request_user_json(); NULL if they cannot be read. */
json_t *stauth_user_of(visit *visit);

/* A claim as one line of text; NULL if there is none. */
const char *stauth_claim_text(apr_pool_t *pool, json_t *value);

/* Sends the library's response, and gives what the hook returns then. */
int stauth_respond(request_rec *r, visit *visit);

/* Whether a part of a page depends on the user, but the page has begun without saying so: a cache would give it to
   others. Logs it. */
int stauth_is_late(request_rec *r, visit *visit);

/* Logs an error, frees it, and sends the library's page for it. */
int stauth_refuse(request_rec *r, visit *visit, st_error *error);

/* Begins a visit for each request, and adds the library's headers to its response. visit.c */
void stauth_hook_visits(apr_pool_t *pool);

/* AuthType stauth, Require stauth-claim, and what pages learn of the user. authorization.c and claims.c */
void stauth_hook_authorization(apr_pool_t *pool);
void stauth_hook_claims(apr_pool_t *pool);

/* SetHandler stauth-login, stauth-logout and stauth-user. handlers.c */
void stauth_hook_handlers(apr_pool_t *pool);

#endif
