#include "test_support.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

test_key *test_key_new(const char *kind) {
    if (strcmp(kind, "RSA") == 0)
        return EVP_PKEY_Q_keygen(NULL, NULL, kind, (size_t)2048);
    if (strcmp(kind, "RSA-1024") == 0)
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
    if (strcmp(kind, "X25519") == 0 || strncmp(kind, "ED", 2) == 0 || strncmp(kind, "ML-DSA", 6) == 0)
        return EVP_PKEY_Q_keygen(NULL, NULL, kind);
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind);
}

static size_t coordinate_length(const test_key *key) {
    return ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
}

static size_t write_number(const test_key *key, const char *name, int is_coordinate, uint8_t *output, size_t capacity) {
    BIGNUM *number = NULL;
    int written = -1;
    if (EVP_PKEY_get_bn_param(key, name, &number) == 1) {
        size_t length = is_coordinate ? coordinate_length(key) : (size_t)BN_num_bytes(number);
        if (length <= capacity)
            written = BN_bn2binpad(number, output, (int)length);
    }
    BN_free(number);
    return written < 0 ? 0 : (size_t)written;
}

size_t test_key_member(const test_key *key, char member, uint8_t *output, size_t capacity) {
    switch (member) {
    case 'n':
        return write_number(key, OSSL_PKEY_PARAM_RSA_N, 0, output, capacity);
    case 'e':
        return write_number(key, OSSL_PKEY_PARAM_RSA_E, 0, output, capacity);
    case 'y':
        return write_number(key, OSSL_PKEY_PARAM_EC_PUB_Y, 1, output, capacity);
    case 'x':
        if (EVP_PKEY_is_a(key, "EC"))
            return write_number(key, OSSL_PKEY_PARAM_EC_PUB_X, 1, output, capacity);
        return EVP_PKEY_get_raw_public_key(key, output, &capacity) == 1 ? capacity : 0;
    default:
        return 0;
    }
}

/* JWS has r and s side by side where OpenSSL has DER (RFC 7518 3.4). */
static size_t from_der(const test_key *key, uint8_t *signature, size_t length, size_t capacity) {
    const unsigned char *der = signature;
    ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &der, (long)length);
    size_t half = coordinate_length(key);
    int done = parsed != NULL && 2 * half <= capacity &&
               BN_bn2binpad(ECDSA_SIG_get0_r(parsed), signature, (int)half) > 0 &&
               BN_bn2binpad(ECDSA_SIG_get0_s(parsed), signature + half, (int)half) > 0;
    ECDSA_SIG_free(parsed);
    return done ? 2 * half : 0;
}

static const EVP_MD *digest_of(const char *algorithm) {
    if (strncmp(algorithm, "Ed", 2) == 0 || strncmp(algorithm, "ML-DSA", 6) == 0)
        return NULL;
    if (strstr(algorithm, "256") != NULL)
        return EVP_sha256();
    if (strstr(algorithm, "384") != NULL)
        return EVP_sha384();
    return strstr(algorithm, "512") != NULL ? EVP_sha512() : NULL;
}

size_t test_key_sign(test_key *key, const char *algorithm, const uint8_t *input, size_t length, uint8_t *output,
                     size_t capacity) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *parameters = NULL;
    size_t written = capacity;
    int done = EVP_DigestSignInit(context, &parameters, digest_of(algorithm), NULL, key) == 1;
    if (done && algorithm[0] == 'P') {
        done = EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1;
    }
    done = done && EVP_DigestSign(context, output, &written, input, length) == 1;
    EVP_MD_CTX_free(context);
    if (!done)
        return 0;
    return strncmp(algorithm, "ES", 2) == 0 ? from_der(key, output, written, capacity) : written;
}

/* Good for a day. */
static int write_certificate(BIO *output, test_key *key) {
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    const unsigned char *client = (const unsigned char *)"client";
    int is_eddsa = EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448");
    int done =
        X509_set_version(certificate, X509_VERSION_3) == 1 &&
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, client, -1, -1, 0) == 1 &&
        X509_set_issuer_name(certificate, name) == 1 &&
        X509_gmtime_adj(X509_getm_notBefore(certificate), -60) != NULL &&
        X509_gmtime_adj(X509_getm_notAfter(certificate), 86400) != NULL && X509_set_pubkey(certificate, key) == 1 &&
        X509_sign(certificate, key, is_eddsa ? NULL : EVP_sha256()) > 0 && PEM_write_bio_X509(output, certificate) == 1;
    X509_free(certificate);
    return done;
}

size_t test_key_pem(test_key *key, test_pem_form form, char *output, size_t capacity) {
    BIO *memory = BIO_new(BIO_s_mem());
    const EVP_CIPHER *cipher = EVP_aes_256_cbc();
    const unsigned char *passphrase = (const unsigned char *)"secret";
    int done = 0;
    switch (form) {
    case TEST_PEM_PKCS8:
        done = PEM_write_bio_PKCS8PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL);
        break;
    case TEST_PEM_TRADITIONAL:
        done = PEM_write_bio_PrivateKey_traditional(memory, key, NULL, NULL, 0, NULL, NULL);
        break;
    case TEST_PEM_PKCS8_ENCRYPTED:
        done = PEM_write_bio_PKCS8PrivateKey(memory, key, cipher, (const char *)passphrase, 6, NULL, NULL);
        break;
    case TEST_PEM_TRADITIONAL_ENCRYPTED:
        done = PEM_write_bio_PrivateKey_traditional(memory, key, cipher, passphrase, 6, NULL, NULL);
        break;
    case TEST_PEM_PUBLIC:
        done = PEM_write_bio_PUBKEY(memory, key);
        break;
    case TEST_PEM_CERTIFICATE:
        done = write_certificate(memory, key);
        break;
    }
    int length = done == 1 ? BIO_read(memory, output, (int)capacity) : 0;
    BIO_free(memory);
    return length < 0 ? 0 : (size_t)length;
}
