#include "provider.h"
#include "check.h"

#include <inttypes.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNATURE_HALF = 32, TOKEN_CAPACITY = ANSWER_CAPACITY - 512 };

static void make_metadata(const struct provider *provider, char *out, size_t capacity) {
    const char *origin = provider->origin;
    snprintf(out, capacity,
             "{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s/authorize\",\"token_endpoint\":\"%s/token\","
             "\"jwks_uri\":\"%s/keys\",\"device_authorization_endpoint\":\"%s/device\","
             "\"response_types_supported\":[\"code\"],"
             "\"subject_types_supported\":[\"public\"],"
             "\"id_token_signing_alg_values_supported\":[\"RS256\",\"ES256\"]}",
             origin, origin, origin, origin, origin);
}

static void make_device_codes(const struct provider *provider, char *out, size_t capacity) {
    snprintf(out, capacity,
             "{\"device_code\":\"device\",\"user_code\":\"WDJB-MJHT\",\"verification_uri\":\"%s/go\","
             "\"verification_uri_complete\":\"%s/go?code=WDJB-MJHT\",\"expires_in\":600,\"interval\":5}",
             provider->origin, provider->origin);
}

void provider_start(struct provider *provider) {
    memset(provider, 0, sizeof *provider);
    provider->key = EVP_EC_gen("P-256");
    provider->origin = "https://provider.example";
    provider->more_claims = "";
    provider->clock = TEST_TIME;
    strcpy(provider->code, "code");
    strcpy(provider->access_token, "access");
    strcpy(provider->refresh_token, "refresh-token-of-ada");
    provider->token_type = "Bearer";
}

void provider_stop(struct provider *provider) {
    EVP_PKEY_free(provider->key);
    provider->key = NULL;
}

static void base64url(const unsigned char *bytes, size_t length, char *out) {
    int written = EVP_EncodeBlock((unsigned char *)out, bytes, (int)length);
    while (written > 0 && out[written - 1] == '=')
        out[--written] = '\0';
    for (char *c = out; *c != '\0'; c++)
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
}

static void encode_number(const BIGNUM *number, char *out) {
    unsigned char bytes[SIGNATURE_HALF];
    BN_bn2binpad(number, bytes, SIGNATURE_HALF);
    base64url(bytes, sizeof bytes, out);
}

static void encode_coordinate(EVP_PKEY *key, const char *name, char *out) {
    BIGNUM *coordinate = NULL;
    EVP_PKEY_get_bn_param(key, name, &coordinate);
    encode_number(coordinate, out);
    BN_free(coordinate);
}

static void make_key_set(const struct provider *provider, char *out, size_t capacity) {
    char x[64], y[64];
    encode_coordinate(provider->key, OSSL_PKEY_PARAM_EC_PUB_X, x);
    encode_coordinate(provider->key, OSSL_PKEY_PARAM_EC_PUB_Y, y);
    snprintf(out, capacity,
             "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"one\","
             "\"x\":\"%s\",\"y\":\"%s\"}]}",
             x, y);
}

/* RFC 7518 3.4: the signature is R and S side by side, not OpenSSL's DER. */
static void sign(EVP_PKEY *key, const char *text, char *out) {
    unsigned char der[128], raw[2 * SIGNATURE_HALF];
    size_t length = sizeof der;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key);
    EVP_DigestSign(context, der, &length, (const unsigned char *)text, strlen(text));
    EVP_MD_CTX_free(context);

    const unsigned char *position = der;
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &position, (long)length);
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, SIGNATURE_HALF);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + SIGNATURE_HALF, SIGNATURE_HALF);
    ECDSA_SIG_free(signature);
    base64url(raw, sizeof raw, out);
}

static void make_token(const struct provider *provider, const char *type, const char *claims, char *out,
                       size_t capacity) {
    char header[128], encoded_header[192], encoded_claims[TOKEN_CAPACITY], signature[128];
    snprintf(header, sizeof header, "{\"alg\":\"ES256\",\"kid\":\"one\",\"typ\":\"%s\"}", type);
    base64url((const unsigned char *)header, strlen(header), encoded_header);
    base64url((const unsigned char *)claims, strlen(claims), encoded_claims);
    size_t signed_length = (size_t)snprintf(out, capacity, "%s.%s", encoded_header, encoded_claims);
    sign(provider->key, out, signature);
    if (provider->mood == FORGED_SIGNATURE)
        signature[10] = signature[10] == 'A' ? 'B' : 'A';
    snprintf(out + signed_length, capacity - signed_length, ".%s", signature);
}

static void make_id_token(const struct provider *provider, char *out, size_t capacity) {
    char claims[TOKEN_CAPACITY / 2];
    snprintf(claims, sizeof claims,
             "{\"iss\":\"%s\",\"aud\":\"client\",\"sub\":\"ada\",\"nonce\":\"%s\","
             "\"iat\":%" PRId64 ",\"exp\":%" PRId64 "%s}",
             provider->origin, provider->nonce, provider->clock, provider->clock + 300, provider->more_claims);
    make_token(provider, "JWT", claims, out, capacity);
}

void make_logout_token(const struct provider *provider, char *out, size_t capacity) {
    char claims[512];
    snprintf(claims, sizeof claims,
             "{\"iss\":\"%s\",\"aud\":\"client\",\"sub\":\"ada\",\"jti\":\"token\",\"iat\":%" PRId64 ",\"exp\":%" PRId64
             ",\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}}",
             provider->origin, provider->clock, provider->clock + 100);
    make_token(provider, "logout+jwt", claims, out, capacity);
}

static void make_token_response(const struct provider *provider, char *out, size_t capacity) {
    char token[TOKEN_CAPACITY] = "garbage";
    if (provider->mood != GARBAGE_TOKEN)
        make_id_token(provider, token, sizeof token);
    char more[128] = "";
    if (provider->expires_in != 0)
        snprintf(more, sizeof more, ",\"expires_in\":%d,\"refresh_token\":\"%s\"", provider->expires_in,
                 provider->refresh_token);
    snprintf(out, capacity, "{\"access_token\":\"%s\",\"token_type\":\"%s\",\"id_token\":\"%s\"%s}",
             provider->access_token, provider->token_type, token, more);
}

static st_status respond(st_exchange *exchange, int32_t status, const char *body, size_t length) {
    st_exchange_add_header(exchange, "Content-Type", "application/json", NULL);
    return st_exchange_respond(exchange, status, body, length, NULL);
}

bool provider_answer(const struct provider *provider, const char *path, char *out, size_t capacity) {
    if (strcmp(path, "/.well-known/openid-configuration") == 0)
        make_metadata(provider, out, capacity);
    else if (strcmp(path, "/keys") == 0)
        make_key_set(provider, out, capacity);
    else if (strcmp(path, "/device") == 0)
        make_device_codes(provider, out, capacity);
    else if (strcmp(path, "/token") == 0)
        make_token_response(provider, out, capacity);
    else
        return false;
    return true;
}

static st_status respond_honestly(const struct provider *provider, st_exchange *exchange) {
    char body[ANSWER_CAPACITY];
    const char *url = st_exchange_url(exchange);
    size_t origin = strlen(provider->origin);
    bool is_ours = strncmp(url, provider->origin, origin) == 0;
    if (!is_ours || !provider_answer(provider, url + origin, body, sizeof body))
        return respond(exchange, 404, "{}", 2);
    if (provider->mood == WAITING_FOR_USERS && strcmp(url + origin, "/token") == 0)
        return respond(exchange, 400, "{\"error\":\"authorization_pending\"}", 33);
    return respond(exchange, 200, body, strlen(body));
}

static st_status respond_with_metadata(const struct provider *provider, st_exchange *exchange, int32_t status) {
    char body[ANSWER_CAPACITY];
    make_metadata(provider, body, sizeof body);
    return respond(exchange, status, body, strlen(body));
}

static st_status respond_endlessly(st_exchange *exchange) {
    size_t length = (size_t)2 << 20;
    char *body = calloc(length, 1);
    CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large", st_exchange_respond(exchange, 200, body, length, &error));
    free(body);
    return ST_OK;
}

st_status provider_transport(st_exchange *exchange, void *user_data) {
    struct provider *provider = user_data;
    atomic_fetch_add(&provider->requests, 1);
    switch (provider->mood) {
    case UNREACHABLE:
        return ST_NETWORK_ERROR;
    case SILENT:
        return ST_OK;
    case UNKNOWN_STATUS:
        return 77;
    case IMPOSSIBLE_STATUS:
        return respond_with_metadata(provider, exchange, -1);
    case NOT_JSON:
        return respond(exchange, 200, "<html>", 6);
    case ENDLESS:
        return respond_endlessly(exchange);
    case REDIRECTING:
        return respond(exchange, 302, "", 0);
    case SERVER_ERROR:
        return respond_with_metadata(provider, exchange, 500);
    case REFUSING_GRANTS:
        return respond(exchange, 400, "{\"error\":\"invalid_grant\"}", 25);
    case CONTRADICTING_ITSELF:
        respond_honestly(provider, exchange);
        return ST_NETWORK_ERROR;
    default:
        return respond_honestly(provider, exchange);
    }
}
