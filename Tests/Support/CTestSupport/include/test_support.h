/* What tests need of C: a provider's side of signatures and encryption, threads seen from outside, and a fork. */
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/* A key pair; it lives as long as the process. */
typedef struct evp_pkey_st test_key;

/* `kind`: "RSA", "RSA-1024", "X25519", "ED25519", "ED448", "ML-DSA-44" and its like, or a curve such as "P-256". NULL
 * if OpenSSL does not make one. */
test_key *_Nullable test_key_new(const char *kind);

/* The bytes of the JWK member "n", "e", "x" or "y" (RFC 7518 6, RFC 8037 2). Returns their number, 0 on failure. */
size_t test_key_member(const test_key *key, char member, uint8_t *output, size_t capacity);

/* Signs as `algorithm`, such as "PS384", says (RFC 7518 3.1). Returns the signature's length, 0 on failure. */
size_t test_key_sign(test_key *key, const char *algorithm, const uint8_t *input, size_t length, uint8_t *output,
                     size_t capacity);

typedef enum test_pem_form {
    TEST_PEM_PKCS8,
    TEST_PEM_TRADITIONAL,
    TEST_PEM_PKCS8_ENCRYPTED,
    TEST_PEM_TRADITIONAL_ENCRYPTED,
    TEST_PEM_PUBLIC,
    TEST_PEM_CERTIFICATE,
} test_pem_form;

/* The key as PEM; traditional is PKCS #1 or SEC 1; a certificate is a new one, signed with the key itself. Returns
 * the text's length, 0 on failure. */
size_t test_key_pem(test_key *key, test_pem_form form, char *output, size_t capacity);

/* Encrypts a short input for an RSA key, with OAEP and SHA-256 (RFC 7518 4.3). Returns the length, 0 on failure. */
size_t test_key_encrypt(test_key *key, const uint8_t *input, size_t length, uint8_t *output, size_t capacity);

/* AES-256 in GCM (RFC 7518 5.3). `output` takes as much as the input has, and the tag of 16 bytes. */
bool test_seal(const uint8_t key[_Nonnull 32], const uint8_t nonce[_Nonnull 12], const uint8_t *extra,
               size_t extra_length, const uint8_t *input, size_t length, uint8_t *output);

/* The calling thread, and whether a thread of this process sleeps in the kernel or has ended. */
int test_thread_id(void);
bool test_thread_rests(int thread);

/* Runs `body` in a forked child, for no longer than `seconds`. Returns what `body` returned, -1 if it did not return.
 */
int test_run_in_child(int (*body)(void *_Nullable context), void *_Nullable context, unsigned seconds);

#pragma clang assume_nonnull end

#endif
