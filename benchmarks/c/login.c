/* A login's two requests with warm caches and a provider inside of the process, beside the cryptography alone, and
   beside that and its JSON. More arguments: the algorithm of the ID tokens. "refused at once" and "refused at last" are
   callbacks that end at the first and at the last check of the ID token: what lies between them is the validation of an
   ID token. */
#include "limit.h"
#include "relying_party.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct callbacks {
    struct relying_party *party;
    enum answer answer;
    int status; /* of the library's response; 0: any error */
    long count;
    struct login *logins;
};

static void begin_logins(void *data, long iterations) {
    struct callbacks *callbacks = data;
    if (callbacks->count < iterations) {
        callbacks->logins = realloc(callbacks->logins, (size_t)iterations * sizeof *callbacks->logins);
        MUST(callbacks->logins != NULL);
        memset(callbacks->logins + callbacks->count, 0,
               (size_t)(iterations - callbacks->count) * sizeof *callbacks->logins);
        callbacks->count = iterations;
    }
    for (long i = 0; i < iterations; i++)
        login_begin(callbacks->party, callbacks->answer, &callbacks->logins[i]);
}

static void finish_login(void *data, long i) {
    struct callbacks *callbacks = data;
    int status = login_finish(callbacks->party, &callbacks->logins[i], NULL);
    MUST(callbacks->status == 0 ? status >= 400 : status == callbacks->status);
}

static void start_login(void *data, long i) {
    struct relying_party *party = data;
    (void)i;
    MUST(visit(party->app, "/auth/login", NULL, NULL) == 302);
}

struct limit {
    struct limit_signature signature;
    struct limit_cookie session;
    struct limit_json json;
};

static void verify(void *data, long i) {
    struct limit *limit = data;
    (void)i;
    limit_verify(&limit->signature);
}

static void verify_and_read(void *data, long i) {
    struct limit *limit = data;
    verify(limit, i);
    limit_json_of_token(&limit->json);
}

static void verify_and_seal_twice(void *data, long i) {
    struct limit *limit = data;
    verify(limit, i);
    limit_seal(&limit->session);
    limit_seal(&limit->session);
}

static void verify_seal_and_read(void *data, long i) {
    struct limit *limit = data;
    verify_and_seal_twice(limit, i);
    limit_json_of_callback(&limit->json);
}

/* The same signed bytes, the same session and the same JSON as in a callback. */
static void make_limit(struct relying_party *party, struct limit *out) {
    static const char nonce[] = "hB3nK0vQ9rT2yWx5ZcE8fA1sD4gJ7mLpUoIiYtReWqS";
    char user[LIMIT_CAPACITY];
    size_t written = 0;
    char *cookie = session_cookie(party);
    MUST(st_user_from_cookie(party->app, cookie, strlen(cookie), user, sizeof user - 1, &written, NULL) == ST_OK);
    user[written] = '\0';
    char *token = sign_id_token(party, party->claims, nonce);
    size_t signed_length = (size_t)(strrchr(token, '.') - token);
    limit_json_make(&out->json, token, party->algorithm, party->claims, nonce, user);
    limit_signature_make(&out->signature, party->key, party->algorithm, token, signed_length);
    limit_cookie_make(&out->session, user, written);
    MUST(EVP_EncryptInit_ex2(out->session.context, out->session.cipher, out->session.key, NULL, NULL) == 1);
    free(token);
    free(cookie);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    struct relying_party party;
    struct limit *limit = malloc(sizeof *limit);
    static const char *const subjects[] = {"EVP verify",
                                           "EVP verify and jansson",
                                           "refused at once",
                                           "refused at last",
                                           "EVP verify and two seals",
                                           "EVP verify, two seals and jansson",
                                           "callback",
                                           "login start"};
    enum { SUBJECTS = sizeof subjects / sizeof *subjects };
    char names[SUBJECTS][64];
    MUST(bench.more_count == 1 && limit != NULL);
    relying_party_open(&party, &bench, bench.more[0]);
    make_limit(&party, limit);
    for (int i = 0; i < SUBJECTS; i++)
        snprintf(names[i], sizeof names[i], "%s, %s", subjects[i], party.algorithm);
    struct callbacks refused_at_once = {&party, REFUSED_AT_ONCE, 0, 0, NULL};
    struct callbacks refused_at_last = {&party, REFUSED_AT_LAST, 0, 0, NULL};
    struct callbacks honest = {&party, HONEST, 302, 0, NULL};
    const struct bench_case cases[] = {
        {names[0], NULL, verify, limit},
        {names[1], NULL, verify_and_read, limit},
        {names[2], begin_logins, finish_login, &refused_at_once},
        {names[3], begin_logins, finish_login, &refused_at_last},
        {names[4], NULL, verify_and_seal_twice, limit},
        {names[5], NULL, verify_seal_and_read, limit},
        {names[6], begin_logins, finish_login, &honest},
        {names[7], NULL, start_login, &party},
    };
    long requests = party.requests;
    bench_run(&bench, cases, sizeof cases / sizeof *cases);
    /* Each of the three kinds of callback ran once more to warm up. */
    printf("{\"name\": \"provider requests per login\", \"value\": %.3f}\n",
           (double)(party.requests - requests) / (double)(3 * (bench.turns * bench.iterations + 1)));
    st_app_free(party.app);
    return 0;
}
