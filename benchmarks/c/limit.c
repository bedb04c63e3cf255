#include "limit.h"
#include "bench.h"

#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NONCE = 12, TAG = 16 };

static void encode(struct limit_cookie *cookie, unsigned char *sealed, int length) {
    cookie->text_length = EVP_EncodeBlock((unsigned char *)cookie->text, sealed, length);
}

void limit_seal(struct limit_cookie *cookie) {
    unsigned char sealed[LIMIT_CAPACITY + 64];
    int length = 0, rest = 0;
    MUST(RAND_bytes(sealed, NONCE) == 1);
    MUST(EVP_EncryptInit_ex2(cookie->context, NULL, cookie->key, sealed, NULL) == 1);
    MUST(EVP_EncryptUpdate(cookie->context, sealed + NONCE, &length, cookie->plaintext, cookie->plaintext_length) == 1);
    MUST(EVP_EncryptFinal_ex(cookie->context, sealed + NONCE + length, &rest) == 1);
    length += NONCE + rest;
    MUST(EVP_CIPHER_CTX_ctrl(cookie->context, EVP_CTRL_AEAD_GET_TAG, TAG, sealed + length) == 1);
    encode(cookie, sealed, length + TAG);
}

void limit_cookie_make(struct limit_cookie *cookie, const char *plaintext, size_t length) {
    memset(cookie, 0, sizeof *cookie);
    MUST(length < LIMIT_CAPACITY);
    MUST(RAND_bytes(cookie->key, sizeof cookie->key) == 1);
    cookie->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    cookie->context = EVP_CIPHER_CTX_new();
    MUST(EVP_EncryptInit_ex2(cookie->context, cookie->cipher, cookie->key, NULL, NULL) == 1);
    memcpy(cookie->plaintext, plaintext, length);
    cookie->plaintext_length = (int)length;
    limit_seal(cookie);
    MUST(EVP_DecryptInit_ex2(cookie->context, cookie->cipher, cookie->key, NULL, NULL) == 1);
}

void limit_cookie_free(struct limit_cookie *cookie) {
    EVP_CIPHER_CTX_free(cookie->context);
    EVP_CIPHER_free(cookie->cipher);
}

/* `key`: NULL if the context has it. */
static void open_with(struct limit_cookie *cookie, EVP_CIPHER_CTX *context, const EVP_CIPHER *cipher,
                      const unsigned char *key) {
    unsigned char sealed[LIMIT_CAPACITY + 64], opened[LIMIT_CAPACITY + 64];
    int length = EVP_DecodeBlock(sealed, (unsigned char *)cookie->text, cookie->text_length), written = 0, rest = 0;
    for (int i = 1; i <= 2 && cookie->text[cookie->text_length - i] == '='; i++)
        length--;
    MUST(length > NONCE + TAG);
    MUST(EVP_DecryptInit_ex2(context, cipher, key, sealed, NULL) == 1);
    MUST(EVP_DecryptUpdate(context, opened, &written, sealed + NONCE, length - NONCE - TAG) == 1);
    MUST(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG, sealed + length - TAG) == 1);
    MUST(EVP_DecryptFinal_ex(context, opened + written, &rest) == 1);
    MUST(written + rest == cookie->plaintext_length);
}

void limit_open(struct limit_cookie *cookie) {
    open_with(cookie, cookie->context, NULL, NULL);
}

void limit_open_anew(struct limit_cookie *cookie) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    open_with(cookie, context, cookie->cipher, cookie->key);
    EVP_CIPHER_CTX_free(context);
}

void limit_signature_make(struct limit_signature *signature, EVP_PKEY *key, const char *algorithm, const char *text,
                          size_t length) {
    signature->key = key;
    signature->digest = strcmp(algorithm, "EdDSA") == 0 ? NULL : EVP_sha256();
    signature->text = malloc(length);
    signature->text_length = length;
    signature->length = sizeof signature->bytes;
    MUST(signature->text != NULL);
    memcpy(signature->text, text, length);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    MUST(EVP_DigestSignInit(context, NULL, signature->digest, NULL, key) == 1);
    MUST(EVP_DigestSign(context, signature->bytes, &signature->length, (unsigned char *)signature->text, length) == 1);
    EVP_MD_CTX_free(context);
}

void limit_verify(const struct limit_signature *signature) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    MUST(EVP_DigestVerifyInit(context, NULL, signature->digest, NULL, signature->key) == 1);
    MUST(EVP_DigestVerify(context, signature->bytes, signature->length, (unsigned char *)signature->text,
                          signature->text_length) == 1);
    EVP_MD_CTX_free(context);
}

static char *print(const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    MUST(vasprintf(&text, format, arguments) > 0);
    va_end(arguments);
    return text;
}

void limit_json_make(struct limit_json *json, const char *id_token, const char *algorithm, const char *claims,
                     const char *nonce, const char *user) {
    json->response = print("{\"access_token\":\"SlAV32hkKG.benchmark\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
                           "\"id_token\":\"%s\"}",
                           id_token);
    json->header = print("{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}", algorithm, algorithm);
    json->payload = print("%.*s,\"nonce\":\"%s\"}", (int)strlen(claims) - 1, claims, nonce);
    json->user = json_loads(user, 0, NULL);
    MUST(json->user != NULL);
}

static void read_json(const char *text) {
    json_t *value = json_loadb(text, strlen(text), JSON_REJECT_DUPLICATES, NULL);
    MUST(value != NULL);
    json_decref(value);
}

void limit_json_of_token(const struct limit_json *json) {
    read_json(json->header);
    read_json(json->payload);
}

void limit_json_of_callback(const struct limit_json *json) {
    char user[LIMIT_CAPACITY];
    read_json(json->response);
    limit_json_of_token(json);
    size_t written = json_dumpb(json->user, user, sizeof user, JSON_COMPACT);
    MUST(written > 0 && written <= sizeof user);
}
