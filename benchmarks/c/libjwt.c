/* libjwt: the signature of an ID token, and its claims parsed. It reads the key from PEM each time. */
#include "peer.h"

#include <jwt.h>
#include <stdlib.h>

static char *key;

static void decode(void *data, long i) {
    const struct peer *peer = data;
    jwt_t *jwt = NULL;
    (void)i;
    MUST(jwt_decode(&jwt, peer->token, (unsigned char *)key, (int)strlen(key)) == 0);
    MUST(strcmp(jwt_get_grant(jwt, "nonce"), peer->nonce) == 0);
    jwt_free(jwt);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    struct peer peer = peer_open(&bench, "libjwt");
    const struct bench_case cases[] = {{peer.name, NULL, decode, &peer}};
    key = peer_read(&bench, "public", peer.algorithm, "");
    bench_run(&bench, cases, 1);
    return 0;
}
