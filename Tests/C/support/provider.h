/* An OpenID provider inside the test process: it answers st_config_set_transport() with signed ID tokens, or lies. */
#ifndef PROVIDER_H
#define PROVIDER_H

#include <openssl/evp.h>
#include <stauth.h>
#include <stdatomic.h>
#include <stdbool.h>

/* The time in all tests that set a clock. */
#define TEST_TIME INT64_C(1800000000)

enum provider_mood {
    HONEST,
    UNREACHABLE,          /* reports ST_NETWORK_ERROR */
    SILENT,               /* reports success without a response */
    UNKNOWN_STATUS,       /* returns a number that is no st_status */
    IMPOSSIBLE_STATUS,    /* responds with an HTTP status that does not exist */
    NOT_JSON,             /* responds with text that is not JSON */
    ENDLESS,              /* tries to respond with 2 MiB */
    REDIRECTING,          /* responds with 302 */
    SERVER_ERROR,         /* responds with 500 */
    GARBAGE_TOKEN,        /* honest but for an ID token that is no token */
    FORGED_SIGNATURE,     /* honest but for one changed character of the signature */
    REFUSING_GRANTS,      /* responds with 400 and invalid_grant */
    WAITING_FOR_USERS,    /* honest but for 400 and authorization_pending of the token endpoint */
    CONTRADICTING_ITSELF, /* responds honestly, and reports ST_NETWORK_ERROR all the same */
};

struct provider {
    EVP_PKEY *key;
    enum provider_mood mood;
    const char *origin;      /* its issuer, and where its endpoints are */
    const char *more_claims; /* put into the ID token; begins with a comma, or is empty */
    int64_t clock;           /* when ID tokens are issued; TEST_TIME unless a test moves it */
    char nonce[256];         /* of the login whose code comes next */
    char code[64];           /* of that login */
    char access_token[64];
    const char *token_type;
    int expires_in;         /* with a refresh token, if it is not 0 */
    char refresh_token[64]; /* that it gives then */
    atomic_int requests;
};

void provider_start(struct provider *provider);
void provider_stop(struct provider *provider);

enum { ANSWER_CAPACITY = 17408 };

/* The body of an honest answer to a request for this path; false if there is none. */
bool provider_answer(const struct provider *provider, const char *path, char *out, size_t capacity);

/* A logout token for ada's sessions. */
void make_logout_token(const struct provider *provider, char *out, size_t capacity);

/* An st_transport; `user_data` is the provider. */
st_status provider_transport(st_exchange *exchange, void *user_data);

#endif
