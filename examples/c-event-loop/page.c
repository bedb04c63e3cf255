#include "page.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char top[] =
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\n"
    "<title>stauth on an event loop</title><style>:root { color-scheme: light dark; font: 17px/1.5 system-ui }\n"
    "body { max-width: 42rem; margin: 9vh auto; padding: 0 1.5rem; overflow-wrap: anywhere } form { margin: 1rem 0 }\n"
    "pre { padding: 1rem 1.2rem; border-radius: 8px; background: #8882; font-size: .85rem; white-space: pre-wrap }\n"
    "button { padding: .6rem 1.3rem; border: 0; border-radius: 8px; background: #2b5fd0; color: #fff; font: inherit }\n"
    "small { opacity: .65 }</style>\n";

/* Writes `text` between two pieces of HTML. What comes from outside enters the page only here, escaped. */
static void put(struct evbuffer *out, const char *before, const char *text, const char *after) {
    evbuffer_add_printf(out, "%s", before);
    for (; text != NULL && *text != '\0'; text++)
        evbuffer_add_printf(out, strchr("&<>\"'", *text) != NULL ? "&#%d;" : "%c", *text);
    evbuffer_add_printf(out, "%s", after);
}

static void write_user(struct evbuffer *out, json_t *user) {
    const char *name = json_string_value(json_object_get(user, "name"));
    put(out, "<h1>Welcome ", name != NULL ? name : json_string_value(json_object_get(user, "sub")), "</h1>\n");
    put(out, "<p>", json_string_value(json_object_get(user, "email")), "</p>\n");
    if (json_is_true(json_object_get(user, "is_logged_in"))) {
        char *claims = json_dumps(user, JSON_INDENT(2));
        put(out, "<pre>", claims, "</pre>\n<form method=post action=/logout><button>Log out</button></form>\n");
        free(claims);
    } else {
        put(out, "<form method=post><button name=login value=default>Log in</button></form>\n", "", "");
    }
}

void write_page(struct evbuffer *out, const struct page *page) {
    st_request *request = page->request;
    const char *text = "{}";
    st_request_user_json(request, &text, NULL, NULL);
    json_t *user = json_loads(text, JSON_ALLOW_NUL, NULL);
    if (strcmp(page->method, "POST") == 0 && strcmp(page->path, "/logout") == 0)
        st_request_logout(request, NULL);
    else if (page->login != NULL)
        st_request_login(request, page->login, NULL);
    else if (strcmp(page->path, "/login") == 0 && !json_is_true(json_object_get(user, "is_logged_in")))
        st_request_login(request, page->provider, NULL);
    put(out, top, "", "");
    if (st_request_error(request) != NULL)
        put(out, "<p>That did not work: <code>", st_error_code(st_request_error(request)), "</code></p>\n");
    write_user(out, user);
    put(out, "<small>This page is ", page->target, "</small>\n");
    json_decref(user);
}
