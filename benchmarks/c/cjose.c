/* cjose: the signature of an ID token alone, with a key that was read before. */
#include "peer.h"

#include <cjose/cjose.h>
#include <stdlib.h>

static cjose_jwk_t *key;
static size_t token_length;

static void verify(void *data, long i) {
    const struct peer *peer = data;
    uint8_t *claims = NULL;
    size_t length = 0;
    cjose_err error;
    (void)i;
    cjose_jws_t *jws = cjose_jws_import(peer->token, token_length, &error);
    MUST(jws != NULL && cjose_jws_verify(jws, key, &error));
    MUST(cjose_jws_get_plaintext(jws, &claims, &length, &error) && length > 1000);
    cjose_jws_release(jws);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    struct peer peer = peer_open(&bench, "cjose");
    const struct bench_case cases[] = {{peer.name, NULL, verify, &peer}};
    cjose_err error;
    char *jwk = peer_read(&bench, "jwk", peer.algorithm, ".json");
    key = cjose_jwk_import(jwk, strlen(jwk), &error);
    token_length = strlen(peer.token);
    MUST(key != NULL);
    bench_run(&bench, cases, 1);
    cjose_jwk_release(key);
    return 0;
}
