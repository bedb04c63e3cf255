/* A browser with a cookie jar, that makes requests to an application. */
#ifndef BROWSER_H
#define BROWSER_H

#include "provider.h"

#include <stdbool.h>
#include <stddef.h>

enum { JAR_SIZE = 16, COOKIE_CAPACITY = 4200 };

struct browser {
    char cookies[JAR_SIZE][COOKIE_CAPACITY]; /* "name=value"; empty where there is none */
};

/* What came back of one request. */
struct visit {
    st_action action;
    int32_t status;
    char location[4096];
    char error_code[64]; /* st_request_error()'s; empty if there is none */
    char body[16384];
};

/* The Cookie header of the jar; returns its length. */
size_t browser_cookie_header(const struct browser *browser, char *out, size_t capacity);

/* A new request, not begun, with the browser's cookies and those headers that a browser of the same site sends. */
st_request *browser_request(const struct browser *browser, st_app *app, const char *method, const char *target);

/* Takes the status, the headers and the body out of a request, cookies into the jar. */
void browser_receive(struct browser *browser, st_request *request, struct visit *out);

/* A whole request: new, begin, receive, free. */
void browser_visit(struct browser *browser, st_app *app, const char *method, const char *target, struct visit *out);

/* Starts a login and comes back with a code; `out` holds the answer to the callback. */
void browser_login(struct browser *browser, st_app *app, struct provider *provider, struct visit *out);

/* The callback for the authorization request in `location`; tells the provider the nonce. */
void make_callback(const char *location, struct provider *provider, char *out, size_t capacity);

#endif
