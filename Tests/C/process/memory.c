/* Secrets in memory: none of those that the library had is left once the application is freed. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"
#include "support/secrets.h"

#include <fcntl.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIFETIME = 300, DIRTY_STACK = 512 << 10 };

static struct provider provider;
static struct browser browser;
static struct visit visit;
static char toml[1024], callback[1024], cookies[JAR_SIZE * COOKIE_CAPACITY], user[16384], claims[256];
static int64_t now = TEST_TIME;

/* Calls of this program and of the library leave much on the stack. */
__attribute__((noinline)) static void clean_stack(void) {
    char stack[DIRTY_STACK];
    explicit_bzero(stack, sizeof stack);
}

/* The application keeps what a refresh gave for a minute, for requests that still come with the old cookie, and drops
   it at the first refresh after that: so what was remembered from `first` on may be there, and the nonce that the
   session has. */
static void allow_last_refresh(size_t first) {
    size_t nonce = first;
    for (size_t i = first; i < secret_count; i++)
        secrets[i].while_alive = ANY;
    while (nonce > 0 && strcmp(secrets[nonce - 1].name, "nonce") != 0)
        nonce--;
    CHECK(nonce > 0);
    if (nonce > 0)
        secrets[nonce - 1].while_alive = ANY;
}

static void forget_own_copies(void) {
    explicit_bzero(toml, sizeof toml);
    explicit_bzero(callback, sizeof callback);
    explicit_bzero(cookies, sizeof cookies);
    explicit_bzero(user, sizeof user);
    explicit_bzero(&visit, sizeof visit);
    explicit_bzero(&browser, sizeof browser);
    explicit_bzero(provider.nonce, sizeof provider.nonce);
    explicit_bzero(provider.code, sizeof provider.code);
    explicit_bzero(provider.access_token, sizeof provider.access_token);
    explicit_bzero(provider.refresh_token, sizeof provider.refresh_token);
    explicit_bzero(claims, sizeof claims);
    clean_stack();
}

/* The keys that cookies are sealed with: HKDF-SHA256 of the cookie secret, as Sources/Cookies/KeyRing.swift names them.
 */
static void remember_sealing_keys(const char *cookie_secret) {
    static const char *const purposes[] = {"session", "login", "tokens", "last seen", "changes", "proof", "device"};
    static const unsigned char no_salt[32];
    unsigned char extracted[32], key[32];
    char information[64];
    HMAC(EVP_sha256(), no_salt, sizeof no_salt, (const unsigned char *)cookie_secret, strlen(cookie_secret), extracted,
         NULL);
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        int length = snprintf(information, sizeof information, "stauth 1 %s\x01", purposes[i]);
        HMAC(EVP_sha256(), extracted, sizeof extracted, (const unsigned char *)information, (size_t)length, key, NULL);
        remember("sealing key", (const char *)key, sizeof key);
        secrets[secret_count - 1].while_alive = ANY;
    }
    explicit_bzero(extracted, sizeof extracted);
    explicit_bzero(key, sizeof key);
}

static int64_t moving_clock(void *user_data) {
    (void)user_data;
    return now;
}

/* Remembers what the library sends in confidence. */
static st_status watching_transport(st_exchange *exchange, void *user_data) {
    const char *body = NULL;
    size_t length = 0;
    if (strstr(st_exchange_url(exchange), "/token") != NULL) {
        CHECK_OK(st_exchange_body(exchange, &body, &length, &error));
        if (strstr(body, "code_verifier=") != NULL)
            remember_part("code verifier", body, "code_verifier=", "&");
        for (size_t i = 0; st_exchange_header_name(exchange, i) != NULL; i++)
            if (strcmp(st_exchange_header_name(exchange, i), "Authorization") == 0)
                remember_part("Basic credentials", st_exchange_header_value(exchange, i), "Basic ", "");
    }
    return provider_transport(exchange, user_data);
}

/* The cookie secret comes from a file, the client secret from the settings. */
static st_app *make_watched_app(const char *path) {
    char cookie_secret[65], client_secret[49];
    st_config *config = NULL;
    st_app *app = NULL;
    make_secret("cookie secret", cookie_secret, 64);
    make_secret("client secret", client_secret, 48);
    secrets[0].while_alive = secrets[1].while_alive = 1;
    remember_sealing_keys(cookie_secret);
    int file = open(path, O_WRONLY | O_TRUNC);
    CHECK(file >= 0 && write(file, cookie_secret, 64) == 64 && close(file) == 0);
    snprintf(toml, sizeof toml,
             "[auth]\nredirect_uri = \"https://app.example/oauth2callback\"\nexpose_tokens = [\"id\", \"access\"]\n"
             "client_id = \"client\"\nclient_secret = \"%s\"\ncookie_secret = { file = \"%s\" }\n"
             "server_metadata_url = \"https://provider.example/.well-known/openid-configuration\"\n",
             client_secret, path);
    explicit_bzero(cookie_secret, sizeof cookie_secret);
    explicit_bzero(client_secret, sizeof client_secret);
    CHECK_OK(st_config_new(&config, &error));
    CHECK_OK(st_config_load_toml(config, toml, strlen(toml), &error));
    CHECK_OK(st_config_set_clock(config, moving_clock, NULL, NULL, &error));
    CHECK_OK(st_config_set_transport(config, watching_transport, &provider, NULL, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

static void remember_cookies(void) {
    for (size_t i = 0; i < JAR_SIZE; i++)
        if (browser.cookies[i][0] != '\0')
            remember_part("cookie", browser.cookies[i], "=", "");
}

/* What the next tokens are, and a claim of the user's. */
static void make_tokens(void) {
    char claim[49];
    make_secret("access token", provider.access_token, 48);
    make_secret("refresh token", provider.refresh_token, 48);
    make_secret("claim", claim, 48);
    snprintf(claims, sizeof claims, ",\"name\":\"%s\"", claim);
    explicit_bzero(claim, sizeof claim);
    provider.more_claims = claims;
    provider.expires_in = LIFETIME;
}

static void log_in(st_app *app) {
    make_secret("code", provider.code, 48);
    make_tokens();
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    CHECK(visit.status == 302);
    remember_part("state", visit.location, "state=", "&");
    remember_part("nonce", visit.location, "nonce=", "&");
    remember_cookies();
    make_callback(visit.location, &provider, callback, sizeof callback);
    browser_visit(&browser, app, "GET", callback, &visit);
    CHECK_TEXT(visit.error_code, "");
    CHECK(visit.status == 302);
    remember_cookies();
}

/* What a host does with a session. */
static void use_session(st_app *app) {
    size_t length = browser_cookie_header(&browser, cookies, sizeof cookies), written = 0;
    CHECK_OK(st_user_from_cookie(app, cookies, length, user, sizeof user - 1, &written, &error));
    CHECK_CONTAINS(user, "\"access\":\"");
    /* Its signature: a refreshed ID token may have the same claims. */
    const char *token = strstr(user, "\"id\":\""), *claims_part = token == NULL ? NULL : strchr(token, '.');
    CHECK(claims_part != NULL);
    if (claims_part != NULL)
        remember_part("ID token", claims_part + 1, ".", "\"");
    browser_visit(&browser, app, "GET", "/page", &visit);
    CHECK(visit.action == ST_PROCEED);
}

/* The library redeems the refresh token, and gets others. */
static void refresh_tokens(st_app *app, int64_t later) {
    st_action action = ST_RESPOND;
    const char *token = NULL;
    int before = provider.requests;
    now += later;
    make_tokens();
    st_request *request = browser_request(&browser, app, "GET", "/page");
    CHECK_OK(st_request_begin(request, &action, &error));
    CHECK_OK(st_request_refresh(request, &action, &error));
    CHECK(action == ST_PROCEED && provider.requests > before);
    CHECK_OK(st_request_access_token(request, &action, &token, NULL, NULL, &error));
    CHECK_TEXT(token, provider.access_token);
    browser_receive(&browser, request, &visit);
    st_request_free(request);
    remember_cookies();
}

/* A login that fails has secrets too. */
static void fail_to_log_in(st_app *app) {
    provider.mood = FORGED_SIGNATURE;
    browser_visit(&browser, app, "GET", "/auth/login", &visit);
    make_callback(visit.location, &provider, callback, sizeof callback);
    browser_visit(&browser, app, "GET", callback, &visit);
    CHECK_TEXT(visit.error_code, "id_token_signature_invalid");
}

int main(void) {
    char path[] = "/tmp/stauth-memory-XXXXXX";
    setvbuf(stdout, NULL, _IONBF, 0);
    close(mkstemp(path));
    provider_start(&provider);
    st_app *app = make_watched_app(path);
    for (int login = 0; login < 2; login++) {
        log_in(app);
        use_session(app);
    }
    refresh_tokens(app, 60);
    size_t before_last_refresh = secret_count;
    refresh_tokens(app, 61);
    allow_last_refresh(before_last_refresh);
    browser_visit(&browser, app, "POST", "/auth/logout", &visit);
    fail_to_log_in(app);

    forget_own_copies();
    printf("while the application lives:\n");
    scan();
    /* It has what it needs, once, and nothing of its users. */
    for (size_t i = 0; i < secret_count; i++)
        CHECK(secrets[i].while_alive == ANY || secrets[i].found == secrets[i].while_alive);
    st_app_free(app);
    clean_stack();
    printf("after st_app_free():\n");
    scan();
    for (size_t i = 0; i < secret_count; i++)
        CHECK(secrets[i].found == 0);
    provider_stop(&provider);
    unlink(path);
    return check_summary();
}
