/* What the peers' programs need: the ID token of an algorithm, and what it has to say. */
#ifndef PEER_H
#define PEER_H

#include "bench.h"

#include <stdio.h>
#include <string.h>

struct peer {
    const char *algorithm; /* the first of the further arguments */
    char *token, *nonce;
    char name[64];
};

static inline char *peer_read(const struct bench *bench, const char *kind, const char *algorithm, const char *ending) {
    char name[64];
    snprintf(name, sizeof name, "%s.%s%s", kind, algorithm, ending);
    return bench_read(bench, name, NULL);
}

static inline struct peer peer_open(const struct bench *bench, const char *library) {
    struct peer peer = {0};
    MUST(bench->more_count == 1);
    peer.algorithm = bench->more[0];
    peer.token = peer_read(bench, "id_token", peer.algorithm, "");
    peer.nonce = bench_read(bench, "nonce", NULL);
    snprintf(peer.name, sizeof peer.name, "%s, %s", library, peer.algorithm);
    return peer;
}

#endif
