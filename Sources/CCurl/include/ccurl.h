/*
 * libcurl for Swift: everything that Swift cannot do itself, which is to find the library at run time, to call variadic
 * functions, to read a sockaddr, and to keep SIGPIPE away from the host.
 *
 * libcurl is not linked. It brings some thirty libraries with it, and a host that never contacts a provider (every
 * cookie it sees is already a session) should not pay for loading them.
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
#define _Nonnull
#endif

/* Loads libcurl; once successful, it stays loaded. False if no libcurl that is new enough can be loaded now. Call
   everything below only after it returned true. Any thread. */
bool ccurl_load(void);

/* A transfer that raises no signals and keeps no connection except in a ccurl_connection. NULL if memory runs out. Free
   it or, if it succeeded over a ccurl_connection, return it for the next request, as if new. */
CURL *_Nullable ccurl_new(void);
void ccurl_free(CURL *transfer);
void ccurl_give_back(CURL *transfer);

/* curl_easy_setopt() by the type of the option's value. libcurl copies text. */
CURLcode ccurl_set_long(CURL *transfer, CURLoption option, long value);
CURLcode ccurl_set_text(CURL *transfer, CURLoption option, const char *_Nullable text);

/* Whether libcurl uses OpenSSL, and can therefore take a client's certificate from memory. Others silently ignore it.
 */
bool ccurl_takes_certificates(void);

/* The bytes are not copied, so libcurl leaves none behind: they must outlive the transfer. */
CURLcode ccurl_set_blob(CURL *transfer, CURLoption option, const uint8_t *bytes, size_t length);

/* Makes the request a POST of these bytes. They are not copied: they must outlive ccurl_perform(). */
CURLcode ccurl_set_body(CURL *transfer, const uint8_t *_Nullable bytes, size_t length);

/* The caller owns the list, which must outlive ccurl_perform(). */
CURLcode ccurl_set_headers(CURL *transfer, struct curl_slist *headers);

/* `error_text` has CURL_ERROR_SIZE bytes and must outlive the transfer. */
CURLcode ccurl_set_error_text(CURL *transfer, char *error_text);

/* The functions that libcurl calls during ccurl_perform(), all with the same `context`. */
CURLcode ccurl_set_callbacks(CURL *transfer, void *context, curl_write_callback receive_header,
                             curl_write_callback receive_body, curl_opensocket_callback open_socket);

/* Where this system keeps its trusted certificate authorities, a file and a folder, one of which may be NULL: libcurl's
   own places or, since one Linux's libcurl does not know the places of the others, and a Python wheel takes it there, a
   common one. If no place exists, one that is missing, so transfers fail. */
void ccurl_find_authorities(const char *_Nullable *_Nonnull out_file, const char *_Nullable *_Nonnull out_folder);

/* Whether libcurl uses OpenSSL. Only then may the functions with `connection` and `read` in their names be called. */
bool ccurl_has_openssl(void);

/* Certificate authorities that were read, for any number of threads (an X509_STORE). NULL if one of the places cannot
   be read or the file has no certificate. */
typedef void ccurl_authorities;
ccurl_authorities *_Nullable ccurl_read_authorities(const char *_Nullable file, const char *_Nullable folder);
void ccurl_free_authorities(ccurl_authorities *authorities);

/* Forgets what the parent of this process read, and leaves the memory alone: another thread may have been changing it.
 */
void ccurl_abandon_authorities(ccurl_authorities *authorities);

/* Keeps one connection to a provider between transfers, and its TLS sessions. For one transfer at a time, always to the
   same origin, by the same route, with the same TLS settings. */
typedef struct ccurl_connection ccurl_connection;

/* A connection that trusts `authorities`. `host`, a name or an address without brackets, must be among the
   certificate's subject alternative names: libcurl alone would also accept the common name. NULL for transfers through
   an https proxy, whose certificate would be compared with the same host. Returns NULL if memory runs out. */
ccurl_connection *_Nullable ccurl_connection_new(ccurl_authorities *authorities, const char *_Nullable host);

/* Closes the connection. No transfer may use it any more. */
void ccurl_connection_free(ccurl_connection *connection);

/* Forgets what the parent of this process made: closes this process's copy of the socket, says nothing on it, and
   leaves the memory alone, because libcurl would end the parent's TLS connection. */
void ccurl_connection_abandon(ccurl_connection *connection);

/* Whether the socket is still the one that libcurl opened. A host that closes all descriptors may have reused it, and
   then the connection must be abandoned. */
bool ccurl_connection_is_intact(const ccurl_connection *connection);

/* Makes the transfer use this connection. It opens a new one if there is no kept one, if the kept one has ended or
   anything arrived on it, or if not `may_reuse`. */
CURLcode ccurl_connection_use(ccurl_connection *connection, CURL *transfer, bool may_reuse);

/* Whether any byte of the provider's answer arrived in this transfer. libcurl sends a request again if a kept
   connection breaks before a whole line of the answer. */
bool ccurl_connection_answer_began(const ccurl_connection *connection);

/* Runs the transfer in this thread, over the connection set for it. A peer that goes away raises no SIGPIPE. */
CURLcode ccurl_perform(CURL *transfer, ccurl_connection *_Nullable connection);

/* curl_easy_getinfo() for numbers; 0 if unknown. */
long ccurl_get_long(CURL *transfer, CURLINFO info);

/* The value of the response's header field `name`, its occurrence number `index`. Fields of interim responses, of a
   proxy and of trailers do not count. NULL if absent. Lives as long as the transfer. */
const char *_Nullable ccurl_get_header(CURL *transfer, const char *name, size_t index);

/* The certificate number `index` that the server sent, in PEM, its own first; NULL after the last one. For a transfer
   with CURLOPT_CERTINFO, as long as which it lives. */
const char *_Nullable ccurl_get_certificate(CURL *transfer, size_t index);

/* The length of a text of libcurl's. */
size_t ccurl_length(const char *text);

/* libcurl's fixed text for an error. */
const char *ccurl_error_text(CURLcode code);

/* `list` with a copy of `line` added; NULL if memory runs out, and then `list` is still valid. */
struct curl_slist *_Nullable ccurl_add_header(struct curl_slist *_Nullable list, const char *line);

/* Frees the list after wiping its lines: a client authenticates with one of them. */
void ccurl_free_headers(struct curl_slist *_Nullable list);

/* Writes the bytes of an IPv4 or IPv6 address in network order and returns how many there are: 4, 16, or 0 for
   another kind of address. */
size_t ccurl_get_address(const struct curl_sockaddr *address, uint8_t *bytes);

/* A socket for this address that programs started by the host do not inherit; CURL_SOCKET_BAD on failure. */
curl_socket_t ccurl_open_socket(const struct curl_sockaddr *address);

/* A connection for any protocol, which libcurl has made: it looks the name up, connects, and does TLS. For one thread
   at a time. Deadlines are milliseconds of the monotonic clock. */
typedef struct ccurl_stream ccurl_stream;

typedef struct {
    /* http://HOST:PORT, or https for TLS. */
    const char *url;
    /* The trusted certificate authorities. */
    const char *_Nullable authority_file, *_Nullable authority_folder;
} ccurl_stream_options;

/* A new connection; NULL if it could not be made by the deadline: `error_text`, of CURL_ERROR_SIZE bytes, then says
   why. */
ccurl_stream *_Nullable ccurl_stream_open(const ccurl_stream_options *options, int64_t deadline, char *error_text);
void ccurl_stream_close(ccurl_stream *stream);

/* Forgets what the parent of this process made, like ccurl_connection_abandon(). */
void ccurl_stream_abandon(ccurl_stream *stream);

/* Whether nothing has arrived, not even the end. */
bool ccurl_stream_is_quiet(const ccurl_stream *stream);

/* Whether all bytes were sent by the deadline. */
bool ccurl_stream_send(ccurl_stream *stream, const uint8_t *bytes, size_t length, int64_t deadline);

/* How many bytes have arrived; 0 if the connection has ended, -1 if none arrived by the deadline. */
ptrdiff_t ccurl_stream_receive(ccurl_stream *stream, uint8_t *bytes, size_t capacity, int64_t deadline);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
