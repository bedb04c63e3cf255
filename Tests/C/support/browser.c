#include "browser.h"
#include "check.h"

#include <stdio.h>
#include <string.h>

static void copy(char *out, size_t capacity, const char *text, size_t length) {
    size_t kept = length < capacity ? length : capacity - 1;
    memcpy(out, text, kept);
    out[kept] = '\0';
}

size_t browser_cookie_header(const struct browser *browser, char *out, size_t capacity) {
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < JAR_SIZE; i++)
        if (browser->cookies[i][0] != '\0' && length < capacity)
            length +=
                (size_t)snprintf(out + length, capacity - length, "%s%s", length == 0 ? "" : "; ", browser->cookies[i]);
    return length;
}

/* One Set-Cookie header: Max-Age=0 removes the cookie, any other replaces or adds it. */
static void store_cookie(struct browser *browser, const char *header) {
    size_t name_length = strcspn(header, "=") + 1;
    char *place = NULL;
    for (size_t i = 0; i < JAR_SIZE; i++) {
        if (strncmp(browser->cookies[i], header, name_length) == 0)
            browser->cookies[i][0] = '\0';
        if (place == NULL && browser->cookies[i][0] == '\0')
            place = browser->cookies[i];
    }
    if (strstr(header, "Max-Age=0") != NULL)
        return;
    CHECK(place != NULL);
    if (place != NULL)
        copy(place, COOKIE_CAPACITY, header, strcspn(header, ";"));
}

st_request *browser_request(const struct browser *browser, st_app *app, const char *method, const char *target) {
    st_request *request = NULL;
    char cookies[JAR_SIZE * COOKIE_CAPACITY];
    CHECK_OK(st_request_new(app, method, target, &request, &error));
    if (browser_cookie_header(browser, cookies, sizeof cookies) > 0)
        CHECK_OK(st_request_add_header(request, "Cookie", cookies, &error));
    CHECK_OK(st_request_add_header(request, "Sec-Fetch-Site", "same-origin", &error));
    return request;
}

void browser_receive(struct browser *browser, st_request *request, struct visit *out) {
    const char *name = NULL, *value = NULL, *body = NULL;
    size_t length = 0;
    out->status = st_request_response_status(request);
    for (size_t i = 0; i < st_request_response_header_count(request); i++) {
        CHECK_OK(st_request_response_header(request, i, &name, &value, &error));
        if (strcmp(name, "Set-Cookie") == 0)
            store_cookie(browser, value);
        else if (strcmp(name, "Location") == 0)
            copy(out->location, sizeof out->location, value, strlen(value));
    }
    CHECK_OK(st_request_response_body(request, &body, &length, &error));
    copy(out->body, sizeof out->body, body, length);
    const st_error *refusal = st_request_error(request);
    if (refusal != NULL)
        copy(out->error_code, sizeof out->error_code, st_error_code(refusal), strlen(st_error_code(refusal)));
}

void browser_visit(struct browser *browser, st_app *app, const char *method, const char *target, struct visit *out) {
    memset(out, 0, sizeof *out);
    st_request *request = browser_request(browser, app, method, target);
    CHECK_OK(st_request_begin(request, &out->action, &error));
    browser_receive(browser, request, out);
    st_request_free(request);
}

/* One parameter of a URL. State and nonce are base64url: nothing in them is percent-encoded. */
static void find_parameter(const char *url, const char *name, char *out, size_t capacity) {
    const char *found = strstr(url, name);
    CHECK(found != NULL);
    found = found == NULL ? "" : found + strlen(name);
    copy(out, capacity, found, strcspn(found, "&"));
}

void make_callback(const char *location, struct provider *provider, char *out, size_t capacity) {
    char state[256];
    find_parameter(location, "state=", state, sizeof state);
    find_parameter(location, "nonce=", provider->nonce, sizeof provider->nonce);
    snprintf(out, capacity, "/oauth2callback?code=%s&state=%s", provider->code, state);
}

void browser_login(struct browser *browser, st_app *app, struct provider *provider, struct visit *out) {
    char callback[512];
    browser_visit(browser, app, "GET", "/auth/login?return_to=/report%3Fid%3D3", out);
    CHECK(out->action == ST_RESPOND && out->status == 302);
    make_callback(out->location, provider, callback, sizeof callback);
    browser_visit(browser, app, "GET", callback, out);
}
