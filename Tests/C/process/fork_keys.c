/* fork() while other threads use private keys, and while another thread uses the library for the first time: no child
   finds a lock that it waits for in vain, OpenSSL's and the loader's included. The checks make no use of OpenSSL
   meanwhile, and no thread ends, which OpenSSL records under a lock. */
#include "support/check.h"

#include <openssl/pem.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_USES = 150, STEP_MICROSECONDS = 20, THREADS = 16, FORKS = 150, PATIENCE_SECONDS = 20, TEXT = 4096 };

#define CLIENT                                                                                                         \
    "client_id = \"client\"\n"                                                                                         \
    "server_metadata_url = \"https://provider.example/.well-known/openid-configuration\"\n"

/* The provider "bound" wants proofs of possession, "signed" a signature of the client's. */
static const char format[] = "[auth]\n"
                             "redirect_uri = \"https://app.example/oauth2callback\"\n"
                             "cookie_secret = \"k8VxTzq4NfWm2RbYcJ7sLhPd\"\n"
                             "[auth.bound]\n" CLIENT "client_secret = \"a secret of the client\"\n"
                             "dpop_bound_access_tokens = true\n"
                             "[auth.signed]\n" CLIENT "token_endpoint_auth_method = \"private_key_jwt\"\n"
                             "client_private_key = '''%s'''\n";

static const char metadata[] = "{\"issuer\":\"https://provider.example\","
                               "\"authorization_endpoint\":\"https://provider.example/authorize\","
                               "\"token_endpoint\":\"https://provider.example/token\","
                               "\"jwks_uri\":\"https://provider.example/keys\"}";

static char toml[TEXT];
static atomic_bool stop;

/* Knows itself, and refuses every code: when that comes, the key has been used. */
static st_status transport(st_exchange *exchange, void *user_data) {
    bool is_token = strstr(st_exchange_url(exchange), "/token") != NULL;
    const char *body = is_token ? "{\"error\":\"invalid_grant\"}" : metadata;
    (void)user_data;
    return st_exchange_respond(exchange, is_token ? 400 : 200, body, strlen(body), NULL);
}

static st_app *make(void) {
    st_config *config = NULL;
    st_app *app = NULL;
    st_config_new(&config, NULL);
    st_config_load_toml(config, toml, strlen(toml), NULL);
    st_config_set_transport(config, transport, NULL, NULL, NULL);
    st_app_new(config, &app, NULL);
    st_config_free(config);
    return app;
}

/* The state and the cookie of a login that has begun. */
static bool begin_login(st_app *app, const char *provider, char *state, char *cookie) {
    char target[128];
    st_request *request = NULL;
    st_action action = ST_PROCEED;
    const char *name = NULL, *value = NULL, *found = NULL;
    snprintf(target, sizeof target, "/auth/login?provider=%s", provider);
    bool begun = st_request_new(app, "GET", target, &request, NULL) == ST_OK &&
                 st_request_begin(request, &action, NULL) == ST_OK && st_request_response_status(request) == 302;
    for (size_t i = 0; begun && st_request_response_header(request, i, &name, &value, NULL) == ST_OK; i++) {
        if (strcmp(name, "Set-Cookie") == 0)
            snprintf(cookie, TEXT, "%.*s", (int)strcspn(value, ";"), value);
        else if (strcmp(name, "Location") == 0 && (found = strstr(value, "state=")) != NULL)
            snprintf(state, TEXT, "%.*s", (int)strcspn(found, "&"), found);
    }
    st_request_free(request);
    return found != NULL;
}

static bool uses_key(st_app *app, const char *provider) {
    char state[TEXT], cookie[TEXT], target[TEXT + 64];
    st_request *request = NULL;
    st_action action = ST_PROCEED;
    if (!begin_login(app, provider, state, cookie))
        return false;
    snprintf(target, sizeof target, "/oauth2callback?code=code&%s", state);
    st_request_new(app, "GET", target, &request, NULL);
    st_request_add_header(request, "Cookie", cookie, NULL);
    st_request_begin(request, &action, NULL);
    const char *code = st_error_provider_code(st_request_error(request));
    bool used = code != NULL && strcmp(code, "invalid_grant") == 0;
    st_request_free(request);
    return used;
}

static bool everything_works(st_app *app) {
    return uses_key(app, "bound") && uses_key(app, "signed");
}

static bool own_application_works(st_app *unused) {
    (void)unused;
    st_app *app = make();
    bool works = app != NULL && everything_works(app);
    st_app_free(app);
    return works;
}

/* The child's answer is its exit status; a child that hangs is ended by SIGALRM, which is no exit at all. */
static bool child_succeeds(bool (*work)(st_app *), st_app *app) {
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        alarm(PATIENCE_SECONDS);
        _exit(work(app) ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Stays until the fork is over. */
static void *use_first(void *is_over) {
    own_application_works(NULL);
    sem_wait(is_over);
    return NULL;
}

static int64_t microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* In a process that has not used the library yet: forks so long after a thread began to. */
static int delay;

static bool child_of_first_use_succeeds(st_app *unused) {
    pthread_t thread;
    sem_t is_over;
    (void)unused;
    if (sem_init(&is_over, 0, 0) != 0 || pthread_create(&thread, NULL, use_first, &is_over) != 0)
        return false;
    for (int64_t end = microseconds() + delay; microseconds() < end;) {
    }
    bool succeeded = child_succeeds(own_application_works, NULL);
    sem_post(&is_over);
    pthread_join(thread, NULL);
    sem_destroy(&is_over);
    return succeeded;
}

static void during_the_first_use(void) {
    for (int i = 0; i < FIRST_USES; i++) {
        delay = i * STEP_MICROSECONDS;
        CHECK(child_succeeds(child_of_first_use_succeeds, NULL));
    }
}

static void *stay_busy(void *app) {
    while (!atomic_load(&stop))
        CHECK(everything_works(app));
    return NULL;
}

static void while_threads_use_keys(void) {
    pthread_t threads[THREADS];
    st_app *app = make();
    CHECK(everything_works(app));
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, stay_busy, app) == 0);
    for (int i = 0; i < FORKS; i++)
        CHECK(child_succeeds(everything_works, app));
    atomic_store(&stop, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    st_app_free(app);
}

static void write_settings(void) {
    char *pem = NULL;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BIO *output = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(output, key, NULL, NULL, 0, NULL, NULL);
    long length = BIO_get_mem_data(output, &pem);
    char text[TEXT / 2];
    snprintf(text, sizeof text, "%.*s", (int)length, pem);
    snprintf(toml, sizeof toml, format, text);
    BIO_free(output);
    EVP_PKEY_free(key);
}

int main(void) {
    write_settings();
    during_the_first_use();
    while_threads_use_keys();
    return check_summary();
}
