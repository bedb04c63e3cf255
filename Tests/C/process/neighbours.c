/* A host that uses OpenSSL and libcurl itself, around the library and in between: its own transfers and errors stay its
   own, and the library's logins work. Argument: another libcurl to load first, for all of the process to use. */
#include "support/browser.h"
#include "support/check.h"
#include "support/http_provider.h"

#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

enum { ROUNDS = 10, GLOBAL_DEFAULT = 3, OPTION_URL = 10002, OPTION_WRITE_FUNCTION = 20011, RESPONSE_CODE = 0x200002 };

static struct provider provider;
static struct http_provider server;

/* Of whichever libcurl the host has. */
static struct {
    int (*global_init)(long);
    void (*global_cleanup)(void);
    void *(*easy_init)(void);
    int (*easy_setopt)(void *, int, ...);
    int (*easy_perform)(void *);
    int (*easy_getinfo)(void *, int, ...);
    void (*easy_cleanup)(void *);
} curl;

static void find(void *library, const char *name, void *out) {
    void *symbol = dlsym(library, name);
    CHECK(symbol != NULL);
    memcpy(out, &symbol, sizeof symbol);
}

static void load_curl(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    CHECK(library != NULL);
    find(library, "curl_global_init", &curl.global_init);
    find(library, "curl_global_cleanup", &curl.global_cleanup);
    find(library, "curl_easy_init", &curl.easy_init);
    find(library, "curl_easy_setopt", &curl.easy_setopt);
    find(library, "curl_easy_perform", &curl.easy_perform);
    find(library, "curl_easy_getinfo", &curl.easy_getinfo);
    find(library, "curl_easy_cleanup", &curl.easy_cleanup);
}

static size_t take(char *data, size_t size, size_t count, void *nobody) {
    (void)data;
    (void)nobody;
    return size * count;
}

static void transfer(void *handle) {
    long status = 0;
    char url[128] = "";
    strcat(strcat(url, server.origin), "/keys");
    CHECK(curl.easy_setopt(handle, OPTION_URL, url) == 0);
    CHECK(curl.easy_setopt(handle, OPTION_WRITE_FUNCTION, take) == 0);
    CHECK(curl.easy_perform(handle) == 0 && curl.easy_getinfo(handle, RESPONSE_CODE, &status) == 0);
    CHECK(status == 200);
}

static void log_in(void) {
    struct browser browser = {0};
    struct visit visit;
    st_app *app = make_http_app(&server);
    browser_login(&browser, app, &provider, &visit);
    CHECK(visit.status == 302);
    CHECK_TEXT(visit.error_code, "");
    st_app_free(app);
}

/* The host has failed at something before, and did not look why. */
static void fail_in_openssl(void) {
    for (int i = 0; i < 20; i++)
        CHECK(EVP_MD_fetch(NULL, "no such hash", NULL) == NULL);
    CHECK(ERR_peek_error() != 0);
}

int main(int count, char **arguments) {
    CHECK(count == 2);
    if (count != 2)
        return check_summary();
    load_curl(arguments[1]);
    provider_start(&provider);
    http_provider_start(&server, &provider);
    for (int round = 0; round < ROUNDS; round++) {
        CHECK(curl.global_init(GLOBAL_DEFAULT) == 0);
        void *handle = curl.easy_init();
        transfer(handle);
        fail_in_openssl();
        log_in();
        transfer(handle); /* on the connection state of before */
        curl.easy_cleanup(handle);
        curl.global_cleanup();
        fail_in_openssl();
        log_in();
    }
    ERR_clear_error();
    http_provider_stop(&server);
    provider_stop(&provider);
    return check_summary();
}
