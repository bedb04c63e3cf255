#include "relying_party.h"

#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void succeed(st_status status, st_error *error) {
    if (status != ST_OK)
        fprintf(stderr, "%s\n", st_error_message(error));
    MUST(status == ST_OK);
}

static void keep(char *out, size_t capacity, const char *text, size_t length) {
    MUST(length < capacity);
    memcpy(out, text, length);
    out[length] = '\0';
}

static void write_token_response(const struct relying_party *party, char *out, size_t capacity) {
    if (party->before_token != NULL)
        party->before_token(party->before_token_data);
    char refresh_token[64] = "";
    if (party->gives_refresh_tokens)
        snprintf(refresh_token, sizeof refresh_token, "\"refresh_token\":\"8xLOxBtZp8.%ld\",", party->requests);
    snprintf(out, capacity,
             "{\"access_token\":\"SlAV32hkKG.benchmark\",\"token_type\":\"Bearer\",\"expires_in\":3600,%s"
             "\"id_token\":\"%s\"}",
             refresh_token, party->id_token);
}

/* The provider: metadata, keys, and a token response with the ID token that was made for the login. */
static st_status answer_exchange(st_exchange *exchange, void *user_data) {
    struct relying_party *party = user_data;
    char response[16384];
    const char *url = st_exchange_url(exchange), *body = response;
    party->requests++;
    if (strstr(url, "openid-configuration") != NULL)
        body = party->metadata;
    else if (strstr(url, "/jwks") != NULL)
        body = party->key_set;
    else
        write_token_response(party, response, sizeof response);
    st_exchange_add_header(exchange, "Content-Type", "application/json", NULL);
    st_exchange_add_header(exchange, "Cache-Control", "max-age=86400", NULL);
    return st_exchange_respond(exchange, 200, body, strlen(body), NULL);
}

static EVP_PKEY *read_key(const struct bench *bench, const char *algorithm) {
    char name[64];
    snprintf(name, sizeof name, "key.%s", algorithm);
    char *pem = bench_read(bench, name, NULL);
    BIO *memory = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(memory, NULL, NULL, NULL);
    MUST(key != NULL);
    BIO_free(memory);
    free(pem);
    return key;
}

static char *read_claims(const struct bench *bench, const char *kind, const char *algorithm) {
    char name[64];
    snprintf(name, sizeof name, "%s.%s.json", kind, algorithm);
    return bench_read(bench, name, NULL);
}

void relying_party_open(struct relying_party *party, const struct bench *bench, const char *algorithm) {
    relying_party_open_with(party, bench, algorithm, "");
}

void relying_party_open_with(struct relying_party *party, const struct bench *bench, const char *algorithm,
                             const char *lines) {
    st_config *config = NULL;
    st_error *error = NULL;
    size_t length = 0;
    memset(party, 0, sizeof *party);
    party->bench = bench;
    party->algorithm = algorithm;
    party->key = read_key(bench, algorithm);
    party->metadata = bench_read(bench, "metadata.json", NULL);
    party->key_set = bench_read(bench, "jwks.json", NULL);
    party->claims = read_claims(bench, "claims", algorithm);
    party->wrong_claims = read_claims(bench, "wrong_claims", algorithm);
    char *toml = bench_read(bench, "secrets", &length);
    succeed(st_config_new(&config, &error), error);
    char settings[4096];
    MUST(snprintf(settings, sizeof settings, "%s%s", toml, lines) == (int)(length + strlen(lines)));
    succeed(st_config_load_toml(config, settings, strlen(settings), &error), error);
    succeed(st_config_set_transport(config, answer_exchange, party, NULL, &error), error);
    succeed(st_app_new(config, &party->app, &error), error);
    succeed(st_app_preload(party->app, &error), error);
    st_config_free(config);
    free(toml);
}

/* A cookie that is set joins the header; one that is removed has no value. */
static void keep_cookie(char *cookies, size_t capacity, const char *line) {
    size_t length = strcspn(line, ";"), used = strlen(cookies);
    if (length > 0 && line[length - 1] != '=')
        snprintf(cookies + used, capacity - used, "%s%.*s", used == 0 ? "" : "; ", (int)length, line);
}

int visit(st_app *app, const char *target, const char *cookie, struct response *out) {
    st_request *request = NULL;
    st_action action = ST_RESPOND;
    st_error *error = NULL;
    const char *name = NULL, *value = NULL, *body = NULL;
    size_t length = 0;
    succeed(st_request_new(app, "GET", target, &request, &error), error);
    if (cookie != NULL)
        succeed(st_request_add_header(request, "Cookie", cookie, &error), error);
    succeed(st_request_add_header(request, "Sec-Fetch-Site", "same-origin", &error), error);
    succeed(st_request_begin(request, &action, &error), error);
    if (action == ST_PROCEED)
        succeed(st_request_user_json(request, &body, &length, &error), error);
    for (size_t i = 0; i < st_request_response_header_count(request); i++) {
        succeed(st_request_response_header(request, i, &name, &value, &error), error);
        if (out != NULL && strcmp(name, "Location") == 0)
            keep(out->location, sizeof out->location, value, strlen(value));
        if (out != NULL && strcmp(name, "Set-Cookie") == 0)
            keep_cookie(out->cookies, sizeof out->cookies, value);
    }
    if (action == ST_RESPOND)
        succeed(st_request_response_body(request, &body, &length, &error), error);
    int status = st_request_response_status(request);
    st_request_free(request);
    return status;
}

void find_parameter(const char *url, const char *name, char *out, size_t capacity) {
    char wanted[64];
    snprintf(wanted, sizeof wanted, "%s=", name);
    const char *found = strstr(url, wanted);
    MUST(found != NULL);
    found += strlen(wanted);
    keep(out, capacity, found, strcspn(found, "&"));
}

void login_begin(struct relying_party *party, enum answer answer, struct login *login) {
    struct response response = {{0}, {0}};
    char state[512];
    MUST(visit(party->app, "/auth/login", NULL, &response) == 302);
    find_parameter(response.location, "state", state, sizeof state);
    find_parameter(response.location, "nonce", login->nonce, sizeof login->nonce);
    keep(login->cookie, sizeof login->cookie, response.cookies, strlen(response.cookies));
    snprintf(login->target, sizeof login->target, "/oauth2callback?code=SplxlOBeZQQYbYS6WxSbIA&state=%s", state);
    free(login->id_token);
    login->id_token =
        sign_id_token(party, answer == REFUSED_AT_LAST ? party->wrong_claims : party->claims, login->nonce);
    if (answer == REFUSED_AT_ONCE)
        login->id_token[0] = '!';
}

int login_finish(struct relying_party *party, const struct login *login, struct response *out) {
    party->id_token = login->id_token;
    return visit(party->app, login->target, login->cookie, out);
}

char *session_cookie(struct relying_party *party) {
    struct login login = {{0}, {0}, {0}, NULL};
    struct response response = {{0}, {0}};
    login_begin(party, HONEST, &login);
    MUST(login_finish(party, &login, &response) == 302);
    free(login.id_token);
    char *cookie = strdup(response.cookies);
    MUST(cookie != NULL);
    return cookie;
}
