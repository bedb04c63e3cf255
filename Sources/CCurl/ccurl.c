#define _GNU_SOURCE
#define CURL_DISABLE_TYPECHECK
#include "ccurl.h"

#include <dlfcn.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* 7.87, for CURLOPT_QUICK_EXIT: without it a name server that is silent delays the end of a transfer. */
enum { OLDEST_VERSION = 0x075700 };

struct functions {
    CURLcode (*global_init)(long flags);
    curl_version_info_data *(*version_info)(CURLversion age);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *transfer);
    CURLcode (*easy_setopt)(CURL *transfer, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *transfer, CURLINFO info, ...);
    CURLcode (*easy_perform)(CURL *transfer);
    const char *(*easy_strerror)(CURLcode code);
    CURLHcode (*easy_header)(CURL *transfer, const char *name, size_t index, unsigned int origin, int request,
                             struct curl_header **out);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *line);
    void (*slist_free_all)(struct curl_slist *list);

    /* Of the OpenSSL that libcurl uses; NULL if it uses another library. */
    void *(*ssl_context_parameters)(void *context);
    void (*set_host_flags)(void *parameters, unsigned int flags);
    int (*set_host)(void *parameters, const char *name, size_t length);
    int (*set_address)(void *parameters, const char *address);
};

/* Set once and then for good. There is no lock, so that neither fork() nor a slow disk can block another thread. */
static const struct functions *_Atomic loaded;

static bool find(void *library, const char *name, void *out_function) {
    void *symbol = dlsym(library, name);
    memcpy(out_function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool find_all(void *library, struct functions *functions) {
    return find(library, "curl_global_init", &functions->global_init) &&
           find(library, "curl_version_info", &functions->version_info) &&
           find(library, "curl_easy_init", &functions->easy_init) &&
           find(library, "curl_easy_cleanup", &functions->easy_cleanup) &&
           find(library, "curl_easy_setopt", &functions->easy_setopt) &&
           find(library, "curl_easy_getinfo", &functions->easy_getinfo) &&
           find(library, "curl_easy_perform", &functions->easy_perform) &&
           find(library, "curl_easy_strerror", &functions->easy_strerror) &&
           find(library, "curl_easy_header", &functions->easy_header) &&
           find(library, "curl_slist_append", &functions->slist_append) &&
           find(library, "curl_slist_free_all", &functions->slist_free_all);
}

/* Finds what is needed of OpenSSL among the libraries that libcurl brought. */
static void find_openssl(void *library, struct functions *functions) {
    if (!find(library, "X509_VERIFY_PARAM_set_hostflags", &functions->set_host_flags) ||
        !find(library, "X509_VERIFY_PARAM_set1_host", &functions->set_host) ||
        !find(library, "X509_VERIFY_PARAM_set1_ip_asc", &functions->set_address) ||
        !find(library, "SSL_CTX_get0_param", &functions->ssl_context_parameters))
        functions->ssl_context_parameters = NULL;
}

/* The first is a copy that was packed beside this library, in a Python wheel. It has a name of its own because a loader
   that already has a libcurl.so.4 in the process would hand out that one, whatever its version. */
static const char *const sonames[] = {"libstauth-curl.so.4", "libcurl.so.4", "libcurl-gnutls.so.4"};

/* The library is never unloaded: its resolver may still run in a thread of its own. */
static bool load_from(const char *soname, struct functions *functions) {
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (library != NULL)
        find_openssl(library, functions);
    return library != NULL && find_all(library, functions) &&
           functions->version_info(CURLVERSION_NOW)->version_num >= OLDEST_VERSION &&
           functions->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

bool ccurl_load(void) {
    if (atomic_load_explicit(&loaded, memory_order_acquire) != NULL)
        return true;
    struct functions *functions = malloc(sizeof *functions);
    if (functions == NULL)
        return false;
    size_t count = sizeof sonames / sizeof *sonames, index = 0;
    while (index < count && !load_from(sonames[index], functions))
        index++;
    if (index == count) {
        free(functions);
        return false;
    }
    /* Threads that load at the same time find the same functions; the first one's table is kept. */
    const struct functions *none = NULL;
    if (!atomic_compare_exchange_strong(&loaded, &none, functions))
        free(functions);
    return true;
}

static const struct functions *curl(void) {
    return atomic_load_explicit(&loaded, memory_order_acquire);
}

/* Without signals (CURLOPT_NOSIGNAL) libcurl leaves SIGPIPE to its caller. The host's handler is not ours to change,
   so the signal is blocked for this thread, and one that our own writing raised is taken back before it is let in. */
struct pipe_guard {
    sigset_t pipe;
    sigset_t previous;
    bool was_pending;
};

static bool is_pipe_pending(void) {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
}

static void hold_back_pipe(struct pipe_guard *guard) {
    sigemptyset(&guard->pipe);
    sigaddset(&guard->pipe, SIGPIPE);
    guard->was_pending = is_pipe_pending();
    pthread_sigmask(SIG_BLOCK, &guard->pipe, &guard->previous);
}

static void let_pipe_in(const struct pipe_guard *guard) {
    if (!guard->was_pending && is_pipe_pending()) {
        const struct timespec at_once = {0};
        sigtimedwait(&guard->pipe, NULL, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &guard->previous, NULL);
}

CURL *ccurl_new(void) {
    return curl()->easy_init();
}

void ccurl_free(CURL *transfer) {
    struct pipe_guard guard;
    hold_back_pipe(&guard);
    curl()->easy_cleanup(transfer);
    let_pipe_in(&guard);
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

/* Called by libcurl with the SSL_CTX of a connection before it is used. */
static CURLcode require_subject_name(CURL *transfer, void *context, void *host) {
    /* X509_CHECK_FLAG_NEVER_CHECK_SUBJECT: the common name names nobody (RFC 9110 4.3.4). */
    enum { NEVER_CHECK_SUBJECT = 0x20 };
    const struct functions *functions = curl();
    void *parameters = functions->ssl_context_parameters(context);
    (void)transfer;
    functions->set_host_flags(parameters, NEVER_CHECK_SUBJECT);
    bool is_set = functions->set_address(parameters, host) == 1 || functions->set_host(parameters, host, 0) == 1;
    return is_set ? CURLE_OK : CURLE_ABORTED_BY_CALLBACK;
}

CURLcode ccurl_set_expected_host(CURL *transfer, const char *host) {
    const struct functions *functions = curl();
    if (functions->ssl_context_parameters == NULL)
        return CURLE_OK;
    CURLcode code = functions->easy_setopt(transfer, CURLOPT_SSL_CTX_DATA, host);
    if (code != CURLE_OK)
        return code;
    return functions->easy_setopt(transfer, CURLOPT_SSL_CTX_FUNCTION, require_subject_name);
}

CURLcode ccurl_perform(CURL *transfer) {
    struct pipe_guard guard;
    hold_back_pipe(&guard);
    CURLcode code = curl()->easy_perform(transfer);
    let_pipe_in(&guard);
    return code;
}

long ccurl_get_long(CURL *transfer, CURLINFO info) {
    long value = 0;
    return curl()->easy_getinfo(transfer, info, &value) == CURLE_OK ? value : 0;
}

static const char *get_text(CURL *transfer, CURLINFO info) {
    const char *text = NULL;
    return curl()->easy_getinfo(transfer, info, &text) == CURLE_OK ? text : NULL;
}

const char *ccurl_authority_file(CURL *transfer) {
    static const char *const well_known[] = {
        "/etc/ssl/certs/ca-certificates.crt", /* Debian, Arch */
        "/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora */
        "/etc/ssl/ca-bundle.pem",             /* openSUSE */
        "/etc/ssl/cert.pem",                  /* Alpine */
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    };
    const char *file = get_text(transfer, CURLINFO_CAINFO);
    /* If it has a file and the file is missing, transfers fail, whatever its folder holds. */
    const char *place = file != NULL ? file : get_text(transfer, CURLINFO_CAPATH);
    if (place != NULL && access(place, R_OK) == 0)
        return NULL;
    for (size_t index = 0; index < sizeof well_known / sizeof *well_known; index++)
        if (access(well_known[index], R_OK) == 0)
            return well_known[index];
    return well_known[0];
}

const char *ccurl_get_header(CURL *transfer, const char *name, size_t index) {
    struct curl_header *header = NULL;
    return curl()->easy_header(transfer, name, index, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : NULL;
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
    /* The last member is larger than it is declared, up to `addrlen` bytes, and of no particular alignment. */
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
