#include "test_support.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

size_t test_key_encrypt(test_key *key, const uint8_t *input, size_t length, uint8_t *output, size_t capacity) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    size_t written = capacity;
    int done = EVP_PKEY_encrypt_init(context) == 1 &&
               EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 &&
               EVP_PKEY_encrypt(context, output, &written, input, length) == 1;
    EVP_PKEY_CTX_free(context);
    return done ? written : 0;
}

bool test_seal(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *extra, size_t extra_length,
               const uint8_t *input, size_t length, uint8_t *output) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    bool done = EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
                EVP_EncryptUpdate(context, NULL, &written, extra, (int)extra_length) == 1 &&
                EVP_EncryptUpdate(context, output, &written, input, (int)length) == 1 &&
                EVP_EncryptFinal_ex(context, output + written, &written) == 1 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, output + length) == 1;
    EVP_CIPHER_CTX_free(context);
    return done;
}
