/* Secrets in memory: none of those that the library had is left once the application is freed. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MASK = 0x5a, MOST_SECRETS = 64, LONGEST_SECRET = 48, CHUNK = 1 << 20, DIRTY_STACK = 512 << 10 };

/* What to look for. It is kept masked, and what is looked through is masked before it is compared, so that this program
   never has a copy of its own. */
struct secret {
    const char *name;
    unsigned char masked[LONGEST_SECRET];
    size_t length;
    int found;
    bool is_configured;
};

static struct secret secrets[MOST_SECRETS];
static size_t secret_count;
static struct provider provider;
static struct browser browser;
static struct visit visit;
static char toml[1024], callback[1024], cookies[JAR_SIZE * COOKIE_CAPACITY], user[16384];
static unsigned char *window; /* shared memory, which is not looked through */

/* Takes a part from the middle of longer ones, where encodings and cookies have no constant text. */
static void remember(const char *name, const char *text, size_t length) {
    size_t kept = length < LONGEST_SECRET ? length : LONGEST_SECRET, start = (length - kept) / 2;
    CHECK(length >= 16 && secret_count < MOST_SECRETS);
    if (length < 16 || secret_count == MOST_SECRETS)
        return;
    struct secret *secret = &secrets[secret_count++];
    *secret = (struct secret){.name = name, .length = kept};
    for (size_t i = 0; i < kept; i++)
        secret->masked[i] = (unsigned char)text[start + i] ^ MASK;
}

/* The text between `before` and one of `ends`. */
static void remember_part(const char *name, const char *text, const char *before, const char *ends) {
    const char *found = strstr(text, before);
    CHECK(found != NULL);
    if (found != NULL)
        remember(name, found + strlen(before), strcspn(found + strlen(before), ends));
}

/* Calls of this program and of the library leave much on the stack. */
__attribute__((noinline)) static void clean_stack(void) {
    char stack[DIRTY_STACK];
    explicit_bzero(stack, sizeof stack);
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
    clean_stack();
}

static void look_through(size_t length, const char *mapping) {
    for (size_t i = 0; i < length; i++)
        window[i] ^= MASK;
    for (size_t i = 0; i < secret_count; i++) {
        const unsigned char *place = window, *end = window + length;
        while ((place = memmem(place, (size_t)(end - place), secrets[i].masked, secrets[i].length)) != NULL) {
            secrets[i].found++;
            printf("%s in %s\n", secrets[i].name, mapping);
            place++;
        }
    }
    explicit_bzero(window, length);
}

/* Counts each secret in all private memory of the process that can be read. */
static void scan(void) {
    char line[512], permissions[8], mapping[256];
    unsigned long start, end;
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY);
    CHECK(maps != NULL && memory >= 0);
    for (size_t i = 0; i < secret_count; i++)
        secrets[i].found = 0;
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        strcpy(mapping, "memory without a name");
        if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %255s", &start, &end, permissions, mapping) < 3 ||
            permissions[0] != 'r' || permissions[3] != 'p' || strncmp(mapping, "[v", 2) == 0)
            continue;
        for (unsigned long place = start; place < end; place += CHUNK) {
            /* With what a secret across two chunks needs of the next. */
            size_t wanted = end - place < CHUNK + LONGEST_SECRET ? end - place : CHUNK + LONGEST_SECRET;
            ssize_t length = pread(memory, window, wanted, (off_t)place);
            if (length > 0)
                look_through((size_t)length, mapping);
        }
    }
    fclose(maps);
    close(memory);
}

static void make_secret(const char *name, char *out, size_t length) {
    unsigned char random[64];
    RAND_bytes(random, (int)length / 2);
    for (size_t i = 0; i < length / 2; i++)
        snprintf(out + 2 * i, 3, "%02x", random[i]);
    explicit_bzero(random, sizeof random);
    remember(name, out, length);
}

/* Remembers what the library sends in confidence. */
static st_status watching_transport(st_exchange *exchange, void *user_data) {
    const char *body = NULL;
    size_t length = 0;
    if (strstr(st_exchange_url(exchange), "/token") != NULL) {
        CHECK_OK(st_exchange_body(exchange, &body, &length, &error));
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
    secrets[0].is_configured = secrets[1].is_configured = true;
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
    CHECK_OK(st_config_set_clock(config, test_clock, NULL, NULL, &error));
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

static void log_in(st_app *app) {
    make_secret("code", provider.code, 48);
    make_secret("access token", provider.access_token, 48);
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
    remember_part("ID token", user, "\"id\":\"", "\"");
    browser_visit(&browser, app, "GET", "/page", &visit);
    CHECK(visit.action == ST_PROCEED);
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
    window = mmap(NULL, CHUNK + LONGEST_SECRET, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    provider_start(&provider);
    st_app *app = make_watched_app(path);
    for (int login = 0; login < 2; login++) {
        log_in(app);
        use_session(app);
    }
    browser_visit(&browser, app, "POST", "/auth/logout", &visit);
    fail_to_log_in(app);

    forget_own_copies();
    printf("while the application lives:\n");
    scan();
    /* It has what it needs, once, and nothing of its users. */
    for (size_t i = 0; i < secret_count; i++)
        CHECK(secrets[i].found == (secrets[i].is_configured ? 1 : 0));
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
