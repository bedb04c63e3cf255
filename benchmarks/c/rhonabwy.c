/* rhonabwy: the signature of an ID token with a key that was read before, and issuer, audience, nonce and times. */
#include "peer.h"

#include <rhonabwy.h>
#include <stdlib.h>

static jwk_t *key;

static void validate(void *data, long i) {
    const struct peer *peer = data;
    jwt_t *jwt = NULL;
    (void)i;
    MUST(r_jwt_init(&jwt) == RHN_OK);
    MUST(r_jwt_parse(jwt, peer->token, 0) == RHN_OK);
    MUST(r_jwt_verify_signature(jwt, key, 0) == RHN_OK);
    MUST(r_jwt_validate_claims(jwt, R_JWT_CLAIM_ISS, "https://provider.example", R_JWT_CLAIM_AUD, "benchmark",
                               R_JWT_CLAIM_EXP, R_JWT_CLAIM_NOW, R_JWT_CLAIM_STR, "nonce", peer->nonce,
                               R_JWT_CLAIM_NOP) == RHN_OK);
    r_jwt_free(jwt);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    struct peer peer = peer_open(&bench, "rhonabwy");
    const struct bench_case cases[] = {{peer.name, NULL, validate, &peer}};
    char *jwk = peer_read(&bench, "jwk", peer.algorithm, ".json");
    MUST(r_global_init() == RHN_OK);
    MUST(r_jwk_init(&key) == RHN_OK && r_jwk_import_from_json_str(key, jwk) == RHN_OK);
    bench_run(&bench, cases, 1);
    r_jwk_free(key);
    r_global_close();
    return 0;
}
