/* What is under everything: OpenSSL, and jansson, on the same bytes, and nothing else. */
#ifndef LIMIT_H
#define LIMIT_H

#include <jansson.h>
#include <openssl/evp.h>
#include <stddef.h>

enum { LIMIT_CAPACITY = 16384 };

/* A message sealed with AES-256-GCM and written in base64. */
struct limit_cookie {
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *context; /* the one that is used again; it keeps the key */
    unsigned char key[32];
    char text[2 * LIMIT_CAPACITY];
    int text_length;
    unsigned char plaintext[LIMIT_CAPACITY];
    int plaintext_length;
};

void limit_cookie_make(struct limit_cookie *cookie, const char *plaintext, size_t length);
void limit_cookie_free(struct limit_cookie *cookie);

/* Base64 and AES-256-GCM with a context that has the key already. */
void limit_open(struct limit_cookie *cookie);

/* The same with a context of its own, as a function without state must make it. */
void limit_open_anew(struct limit_cookie *cookie);

/* AES-256-GCM and base64 in the other direction, with a nonce that changes. */
void limit_seal(struct limit_cookie *cookie);

/* A signature as EVP takes it, and what it is of. */
struct limit_signature {
    EVP_PKEY *key;
    const EVP_MD *digest; /* NULL for Ed25519 */
    char *text;
    size_t text_length;
    unsigned char bytes[1024];
    size_t length;
};

/* Signs `text`, which is copied. */
void limit_signature_make(struct limit_signature *signature, EVP_PKEY *key, const char *algorithm, const char *text,
                          size_t length);
void limit_verify(const struct limit_signature *signature);

/* The JSON of a login, for jansson, which this library reads and writes JSON with. */
struct limit_json {
    char *response, *header, *payload; /* of the token endpoint; of the ID token in it */
    json_t *user;
};

/* `claims`: a JSON object, the ID token's payload but for the nonce. `user`: that of the session. */
void limit_json_make(struct limit_json *json, const char *id_token, const char *algorithm, const char *claims,
                     const char *nonce, const char *user);

/* Reads what an ID token has in it. */
void limit_json_of_token(const struct limit_json *json);

/* Reads what a callback has to, and writes the user. */
void limit_json_of_callback(const struct limit_json *json);

#endif
