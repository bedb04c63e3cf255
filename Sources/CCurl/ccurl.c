#define _GNU_SOURCE
#define CURL_DISABLE_TYPECHECK
#include "ccurl.h"

#include "library.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

static const struct functions *curl(void) {
    return ccurl_functions();
}

/* Transfers waiting to be reused, by any thread. A child may use its parent's: nothing is open in them except a pair of
   sockets that nobody writes to. */
enum { MOST_IDLE = 8 };
static CURL *_Atomic idle[MOST_IDLE];

/* What every transfer has in common; its private pointer is its driver. */
static bool prepare(CURL *transfer, CURLM *driver) {
    const struct functions *functions = curl();
    return functions->easy_setopt(transfer, CURLOPT_PRIVATE, driver) == CURLE_OK &&
           /* Signals belong to the host. */
           functions->easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           /* No connection is kept here; see connection.c for those that are. */
           functions->easy_setopt(transfer, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK &&
           functions->easy_setopt(transfer, CURLOPT_DNS_CACHE_TIMEOUT, 0L) == CURLE_OK &&
           functions->easy_setopt(transfer, CURLOPT_CA_CACHE_TIMEOUT, 0L) == CURLE_OK;
}

static CURL *make(void) {
    const struct functions *functions = curl();
    CURLM *driver = functions->multi_init();
    CURL *transfer = driver != NULL ? functions->easy_init() : NULL;
    /* Add and remove it once before any connection is lent to it: only then does libcurl see that it must not touch
       SIGPIPE when the driver is freed. */
    if (transfer != NULL && prepare(transfer, driver) &&
        functions->multi_setopt(driver, CURLMOPT_MAXCONNECTS, 1L) == CURLM_OK &&
        functions->multi_add_handle(driver, transfer) == CURLM_OK) {
        functions->multi_remove_handle(driver, transfer);
        return transfer;
    }
    functions->easy_cleanup(transfer);
    if (driver != NULL)
        functions->multi_cleanup(driver);
    return NULL;
}

CURL *ccurl_new(void) {
    for (int place = 0; place < MOST_IDLE; place++) {
        CURL *transfer = atomic_exchange(&idle[place], NULL);
        if (transfer != NULL)
            return transfer;
    }
    return make();
}

void ccurl_free(CURL *transfer) {
    const struct functions *functions = curl();
    CURLM *driver = NULL;
    struct pipe_guard guard;
    ccurl_hold_back_pipe(&guard);
    functions->easy_getinfo(transfer, CURLINFO_PRIVATE, &driver);
    functions->easy_cleanup(transfer);
    functions->multi_cleanup(driver);
    ccurl_let_pipe_in(&guard);
}

void ccurl_give_back(CURL *transfer) {
    const struct functions *functions = curl();
    CURLM *driver = NULL;
    functions->easy_getinfo(transfer, CURLINFO_PRIVATE, &driver);
    functions->easy_setopt(transfer, CURLOPT_SHARE, NULL);
    functions->easy_reset(transfer);
    bool is_clean = prepare(transfer, driver);
    for (int place = 0; is_clean && place < MOST_IDLE; place++) {
        CURL *none = NULL;
        if (atomic_compare_exchange_strong(&idle[place], &none, transfer))
            return;
    }
    ccurl_free(transfer);
}

CURLcode ccurl_set_long(CURL *transfer, CURLoption option, long value) {
    return curl()->easy_setopt(transfer, option, value);
}

CURLcode ccurl_set_text(CURL *transfer, CURLoption option, const char *text) {
    return curl()->easy_setopt(transfer, option, text);
}

bool ccurl_takes_certificates(void) {
    const char *library = curl()->version_info(CURLVERSION_NOW)->ssl_version;
    return library != NULL && strncmp(library, "OpenSSL/", 8) == 0;
}

CURLcode ccurl_set_blob(CURL *transfer, CURLoption option, const uint8_t *bytes, size_t length) {
    struct curl_blob blob = {.data = (void *)bytes, .len = length, .flags = CURL_BLOB_NOCOPY};
    return curl()->easy_setopt(transfer, option, &blob);
}

CURLcode ccurl_set_body(CURL *transfer, const uint8_t *bytes, size_t length) {
    CURLcode code = curl()->easy_setopt(transfer, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    if (code != CURLE_OK)
        return code;
    /* With NULL libcurl would read the body from standard input. */
    const void *body = bytes != NULL ? (const void *)bytes : "";
    return curl()->easy_setopt(transfer, CURLOPT_POSTFIELDS, body);
}

CURLcode ccurl_set_headers(CURL *transfer, struct curl_slist *headers) {
    return curl()->easy_setopt(transfer, CURLOPT_HTTPHEADER, headers);
}

CURLcode ccurl_set_error_text(CURL *transfer, char *error_text) {
    return curl()->easy_setopt(transfer, CURLOPT_ERRORBUFFER, error_text);
}

CURLcode ccurl_set_callbacks(CURL *transfer, void *context, curl_write_callback receive_header,
                             curl_write_callback receive_body, curl_opensocket_callback open_socket) {
    const struct functions *functions = curl();
    CURLcode codes[] = {
        functions->easy_setopt(transfer, CURLOPT_HEADERFUNCTION, receive_header),
        functions->easy_setopt(transfer, CURLOPT_HEADERDATA, context),
        functions->easy_setopt(transfer, CURLOPT_WRITEFUNCTION, receive_body),
        functions->easy_setopt(transfer, CURLOPT_WRITEDATA, context),
        functions->easy_setopt(transfer, CURLOPT_OPENSOCKETFUNCTION, open_socket),
        functions->easy_setopt(transfer, CURLOPT_OPENSOCKETDATA, context),
    };
    for (size_t index = 0; index < sizeof codes / sizeof *codes; index++)
        if (codes[index] != CURLE_OK)
            return codes[index];
    return CURLE_OK;
}

long ccurl_get_long(CURL *transfer, CURLINFO info) {
    long value = 0;
    return curl()->easy_getinfo(transfer, info, &value) == CURLE_OK ? value : 0;
}

const char *ccurl_get_header(CURL *transfer, const char *name, size_t index) {
    struct curl_header *header = NULL;
    return curl()->easy_header(transfer, name, index, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : NULL;
}

const char *ccurl_get_certificate(CURL *transfer, size_t index) {
    static const char label[] = "Cert:";
    struct curl_certinfo *chain = NULL;
    if (curl()->easy_getinfo(transfer, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL ||
        index >= (size_t)chain->num_of_certs)
        return NULL;
    for (const struct curl_slist *item = chain->certinfo[index]; item != NULL; item = item->next)
        if (strncmp(item->data, label, sizeof label - 1) == 0)
            return item->data + sizeof label - 1;
    return NULL;
}

size_t ccurl_length(const char *text) {
    return strlen(text);
}

const char *ccurl_error_text(CURLcode code) {
    return curl()->easy_strerror(code);
}

struct curl_slist *ccurl_add_header(struct curl_slist *list, const char *line) {
    return curl()->slist_append(list, line);
}

void ccurl_free_headers(struct curl_slist *list) {
    for (struct curl_slist *item = list; item != NULL; item = item->next)
        explicit_bzero(item->data, strlen(item->data));
    curl()->slist_free_all(list);
}

size_t ccurl_get_address(const struct curl_sockaddr *address, uint8_t *bytes) {
    /* The last member is larger than declared, up to `addrlen` bytes, and has no particular alignment. */
    const uint8_t *sockaddr = (const uint8_t *)address + offsetof(struct curl_sockaddr, addr);
    if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
        memcpy(bytes, sockaddr + offsetof(struct sockaddr_in, sin_addr), 4);
        return 4;
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        memcpy(bytes, sockaddr + offsetof(struct sockaddr_in6, sin6_addr), 16);
        return 16;
    }
    return 0;
}

curl_socket_t ccurl_open_socket(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}
