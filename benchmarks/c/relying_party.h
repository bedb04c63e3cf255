/* stauth with a provider inside of the process, by stauth.h alone: whole logins without a network. */
#ifndef RELYING_PARTY_H
#define RELYING_PARTY_H

#include "bench.h"

#include <openssl/evp.h>
#include <stauth.h>

/* What the provider puts into the token response. */
enum answer {
    HONEST,
    REFUSED_AT_ONCE, /* an ID token of the same length, malformed from its first character on */
    REFUSED_AT_LAST  /* a signed ID token whose at_hash is wrong: the last of all checks */
};

struct relying_party {
    const struct bench *bench;
    const char *algorithm; /* RS256, ES256 or EdDSA */
    st_app *app;
    EVP_PKEY *key;
    char *metadata, *key_set, *claims, *wrong_claims;
    const char *id_token;             /* what the token endpoint gives next */
    void (*before_token)(void *data); /* called before it does, unless NULL */
    void *before_token_data;
    long requests; /* to the provider, so far */
    int gives_refresh_tokens;
};

/* A login between its start and its end. */
struct login {
    char cookie[4096], target[1024], nonce[128];
    char *id_token;
};

/* An application of the inputs' secrets.toml, with metadata and keys in its cache. */
void relying_party_open(struct relying_party *party, const struct bench *bench, const char *algorithm);

/* The same, with more lines of settings. */
void relying_party_open_with(struct relying_party *party, const struct bench *bench, const char *algorithm,
                             const char *lines);

/* Starts a login, as a browser would, and makes the ID token for it. */
void login_begin(struct relying_party *party, enum answer answer, struct login *login);

/* A GET request as a host makes it, to the last call; returns the status of the library's response, or 0. `out` may be
   NULL; otherwise it must be empty, and gets the Location and the cookies. */
struct response {
    char location[4096], cookies[16384];
};
int visit(st_app *app, const char *target, const char *cookie, struct response *out);

/* The callback of that login, in the same way. */
int login_finish(struct relying_party *party, const struct login *login, struct response *out);

/* The Cookie header of a user who is signed in; to be freed. */
char *session_cookie(struct relying_party *party);

/* Signs `claims` (a JSON object) with a nonce, or without if it is NULL; to be freed. */
char *sign_id_token(const struct relying_party *party, const char *claims, const char *nonce);

/* The value of a parameter in a URL. */
void find_parameter(const char *url, const char *name, char *out, size_t capacity);

#endif
