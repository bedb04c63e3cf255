/*
 * libcurl for Swift: what Swift cannot do itself, which is to find the library at run time, to call variadic
 * functions, to read a sockaddr, and to keep SIGPIPE away from the host.
 *
 * libcurl is not linked. It brings some thirty libraries with it, and a host that never asks a provider over the
 * network (every cookie it sees is already a session) should not pay for loading them.
 */
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#else
#define _Nullable
#endif

/* Loads libcurl, once it succeeded never again. False if no libcurl that is new enough can be loaded now. Everything
   below may be called only after it returned true. Any thread. */
bool ccurl_load(void);

/* A transfer. Free it with ccurl_free(), which also closes its connections. NULL if there is no memory. */
CURL *_Nullable ccurl_new(void);
void ccurl_free(CURL *transfer);

/* curl_easy_setopt() by the type of the option's value. libcurl copies text. */
CURLcode ccurl_set_long(CURL *transfer, CURLoption option, long value);
CURLcode ccurl_set_text(CURL *transfer, CURLoption option, const char *_Nullable text);

/* Whether libcurl uses OpenSSL, and so takes a client's certificate from memory. Others ignore it without a word. */
bool ccurl_takes_certificates(void);

/* The bytes are not copied, so that libcurl leaves none behind: they must outlive the transfer. */
CURLcode ccurl_set_blob(CURL *transfer, CURLoption option, const uint8_t *bytes, size_t length);

/* Makes the request a POST of these bytes. They are not copied: they must outlive ccurl_perform(). */
CURLcode ccurl_set_body(CURL *transfer, const uint8_t *_Nullable bytes, size_t length);

/* The list stays the caller's and must outlive ccurl_perform(). */
CURLcode ccurl_set_headers(CURL *transfer, struct curl_slist *headers);

/* `error_text` has CURL_ERROR_SIZE bytes and must outlive the transfer. */
CURLcode ccurl_set_error_text(CURL *transfer, char *error_text);

/* What libcurl calls during ccurl_perform(), all with the same `context`. */
CURLcode ccurl_set_callbacks(CURL *transfer, void *context, curl_write_callback receive_header,
                             curl_write_callback receive_body, curl_opensocket_callback open_socket);

/* Has OpenSSL look for the host, a name or an address without brackets, among the certificate's subject alternative
   names: libcurl itself would also take the common name. Not for transfers through an https proxy, whose certificate
   would be held against the same host. Without effect where libcurl uses another TLS library. `host` is not copied. */
CURLcode ccurl_set_expected_host(CURL *transfer, const char *host);

/* Where this system keeps the certificate authorities that it trusts, if that is not where libcurl looks by itself: the
   libcurl of one Linux does not know the places of the others, and a Python wheel takes it there. NULL if libcurl's own
   place is there. If no place is, one that is missing, so that the transfer fails. */
const char *_Nullable ccurl_authority_file(CURL *transfer);

/* Runs the transfer in this thread. A peer that goes away raises no SIGPIPE. */
CURLcode ccurl_perform(CURL *transfer);

/* curl_easy_getinfo() for numbers; 0 if there is none. */
long ccurl_get_long(CURL *transfer, CURLINFO info);

/* The value of the response's header field `name`, the occurrence number `index` of it. Fields of interim responses,
   of a proxy and of trailers do not count. NULL if there is none. Lives as long as the transfer. */
const char *_Nullable ccurl_get_header(CURL *transfer, const char *name, size_t index);

/* libcurl's fixed text for an error. */
const char *ccurl_error_text(CURLcode code);

/* `list` with a copy of `line` added; NULL if there is no memory, and then `list` still stands. */
struct curl_slist *_Nullable ccurl_add_header(struct curl_slist *_Nullable list, const char *line);

/* Frees the list after wiping its lines: a client authenticates with one of them. */
void ccurl_free_headers(struct curl_slist *_Nullable list);

/* Writes the bytes of an IPv4 or IPv6 address in network order and returns how many there are: 4, 16, or 0 for
   another kind of address. */
size_t ccurl_get_address(const struct curl_sockaddr *address, uint8_t *bytes);

/* A socket for this address that programs started by the host do not inherit; CURL_SOCKET_BAD if there is none. */
curl_socket_t ccurl_open_socket(const struct curl_sockaddr *address);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
