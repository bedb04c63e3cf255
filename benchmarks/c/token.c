/* The ID tokens of the provider in relying_party.c. */
#include "relying_party.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t base64url(const unsigned char *bytes, size_t length, char *out) {
    int written = EVP_EncodeBlock((unsigned char *)out, bytes, (int)length);
    while (written > 0 && out[written - 1] == '=')
        out[--written] = '\0';
    for (char *c = out; *c != '\0'; c++)
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
    return (size_t)written;
}

/* RFC 7518 3.4: R and S side by side, not OpenSSL's DER. */
static size_t raw_from_der(unsigned char *signature, size_t length) {
    const unsigned char *der = signature;
    ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &der, (long)length);
    MUST(parts != NULL);
    MUST(BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature, 32) == 32);
    MUST(BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature + 32, 32) == 32);
    ECDSA_SIG_free(parts);
    return 64;
}

char *sign_id_token(const struct relying_party *party, const char *claims, const char *nonce) {
    char header[128], payload[8192];
    unsigned char signature[1024];
    size_t length = sizeof signature, claims_length = strlen(claims);
    int pure = strcmp(party->algorithm, "EdDSA") == 0;
    char *token = malloc(3 * sizeof payload);
    MUST(token != NULL && claims_length + 256 < sizeof payload);
    snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}", party->algorithm,
             party->algorithm);
    /* The nonce goes in where the object ends. */
    if (nonce == NULL)
        snprintf(payload, sizeof payload, "%s", claims);
    else
        snprintf(payload, sizeof payload, "%.*s,\"nonce\":\"%s\"}", (int)claims_length - 1, claims, nonce);
    size_t written = base64url((unsigned char *)header, strlen(header), token);
    token[written++] = '.';
    written += base64url((unsigned char *)payload, strlen(payload), token + written);

    EVP_MD_CTX *context = EVP_MD_CTX_new();
    MUST(EVP_DigestSignInit(context, NULL, pure ? NULL : EVP_sha256(), NULL, party->key) == 1);
    MUST(EVP_DigestSign(context, signature, &length, (unsigned char *)token, written) == 1);
    EVP_MD_CTX_free(context);
    if (strcmp(party->algorithm, "ES256") == 0)
        length = raw_from_der(signature, length);
    token[written++] = '.';
    base64url(signature, length, token + written);
    return token;
}
