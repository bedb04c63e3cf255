#define _GNU_SOURCE
#define CURL_DISABLE_TYPECHECK
#include "library.h"
#include "ccurl.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* 7.87, for CURLOPT_QUICK_EXIT: without it a silent name server delays the end of a transfer. */
enum { OLDEST_VERSION = 0x075700 };

/* Set once and for good. There is no lock, so neither fork() nor a slow disk can block another thread. */
static const struct functions *_Atomic loaded;

const struct functions *ccurl_functions(void) {
    return atomic_load_explicit(&loaded, memory_order_acquire);
}

static bool find(void *library, const char *name, void *out_function) {
    void *symbol = dlsym(library, name);
    memcpy(out_function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool find_curl(void *library, struct functions *functions) {
    return find(library, "curl_global_init", &functions->global_init) &&
           find(library, "curl_version_info", &functions->version_info) &&
           find(library, "curl_easy_init", &functions->easy_init) &&
           find(library, "curl_easy_cleanup", &functions->easy_cleanup) &&
           find(library, "curl_easy_reset", &functions->easy_reset) &&
           find(library, "curl_easy_setopt", &functions->easy_setopt) &&
           find(library, "curl_easy_getinfo", &functions->easy_getinfo) &&
           find(library, "curl_easy_perform", &functions->easy_perform) &&
           find(library, "curl_easy_send", &functions->easy_send) &&
           find(library, "curl_easy_recv", &functions->easy_recv) &&
           find(library, "curl_easy_strerror", &functions->easy_strerror) &&
           find(library, "curl_easy_header", &functions->easy_header) &&
           find(library, "curl_slist_append", &functions->slist_append) &&
           find(library, "curl_slist_free_all", &functions->slist_free_all) &&
           find(library, "curl_multi_init", &functions->multi_init) &&
           find(library, "curl_multi_setopt", &functions->multi_setopt) &&
           find(library, "curl_multi_add_handle", &functions->multi_add_handle) &&
           find(library, "curl_multi_remove_handle", &functions->multi_remove_handle) &&
           find(library, "curl_multi_poll", &functions->multi_poll) &&
           find(library, "curl_multi_perform", &functions->multi_perform) &&
           find(library, "curl_multi_info_read", &functions->multi_info_read) &&
           find(library, "curl_multi_cleanup", &functions->multi_cleanup) &&
           find(library, "curl_share_init", &functions->share_init) &&
           find(library, "curl_share_setopt", &functions->share_setopt) &&
           find(library, "curl_share_cleanup", &functions->share_cleanup);
}

/* Finds the required functions of OpenSSL among the libraries that libcurl brought. */
static bool find_openssl(void *library, struct functions *functions) {
    return find(library, "SSL_CTX_get0_param", &functions->ssl_context_parameters) &&
           find(library, "SSL_CTX_set_cert_store", &functions->ssl_context_set_store) &&
           find(library, "SSL_CTX_set_msg_callback", &functions->ssl_context_set_observer) &&
           find(library, "SSL_CTX_ctrl", &functions->ssl_context_control) &&
           find(library, "SSL_get_SSL_CTX", &functions->ssl_context) &&
           find(library, "SSL_has_pending", &functions->ssl_has_pending) &&
           find(library, "X509_STORE_new", &functions->new_store) &&
           find(library, "X509_STORE_free", &functions->free_store) &&
           find(library, "X509_STORE_up_ref", &functions->share_store) &&
           find(library, "X509_STORE_set_flags", &functions->set_store_flags) &&
           find(library, "X509_STORE_load_locations", &functions->read_store) &&
           find(library, "X509_VERIFY_PARAM_set_hostflags", &functions->set_host_flags) &&
           find(library, "X509_VERIFY_PARAM_set1_host", &functions->set_host) &&
           find(library, "X509_VERIFY_PARAM_set1_ip_asc", &functions->set_address) &&
           find(library, "ERR_clear_error", &functions->clear_errors);
}

/* Whether libcurl's TLS library is OpenSSL or has the same interface. A libcurl with several puts the unused ones in
   parentheses. */
static bool uses_openssl(const char *tls_library) {
    static const char *const names[] = {"OpenSSL/", "quictls/", "LibreSSL/"};
    for (size_t index = 0; tls_library != NULL && index < sizeof names / sizeof *names; index++)
        if (strncmp(tls_library, names[index], strlen(names[index])) == 0)
            return true;
    return false;
}

/* The first is a copy packed next to this library, in a Python wheel. It has its own name because a loader that already
   has a libcurl.so.4 in the process would return that one, whatever its version. */
static const char *const sonames[] = {"libstauth-curl.so.4", "libcurl.so.4", "libcurl-gnutls.so.4"};

static bool start_curl(struct functions *functions) {
    if (functions->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return false;
    CURL *transfer = functions->easy_init();
    if (transfer == NULL)
        return false;
    functions->easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L);
    functions->authority_file = functions->authority_folder = NULL;
    functions->easy_getinfo(transfer, CURLINFO_CAINFO, &functions->authority_file);
    functions->easy_getinfo(transfer, CURLINFO_CAPATH, &functions->authority_folder);
    functions->easy_cleanup(transfer);
    return true;
}

/* The library is never unloaded: its resolver may still run in another thread. */
static bool load_from(const char *soname, struct functions *functions) {
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL || !find_curl(library, functions))
        return false;
    const curl_version_info_data *version = functions->version_info(CURLVERSION_NOW);
    functions->has_openssl = uses_openssl(version->ssl_version) && find_openssl(library, functions);
    return version->version_num >= OLDEST_VERSION && start_curl(functions);
}

bool ccurl_load(void) {
    if (ccurl_functions() != NULL)
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

void ccurl_leave(void *object) {
    struct left {
        void *object;
        struct left *next;
    };
    static struct left *_Atomic newest;
    struct left *left = malloc(sizeof *left);
    if (left == NULL)
        return;
    *left = (struct left){object, atomic_load(&newest)};
    while (!atomic_compare_exchange_weak(&newest, &left->next, left))
        ;
}

bool ccurl_has_openssl(void) {
    return ccurl_functions()->has_openssl;
}

static bool is_pipe_pending(void) {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
}

void ccurl_hold_back_pipe(struct pipe_guard *guard) {
    sigemptyset(&guard->pipe);
    sigaddset(&guard->pipe, SIGPIPE);
    guard->was_pending = is_pipe_pending();
    pthread_sigmask(SIG_BLOCK, &guard->pipe, &guard->previous);
}

void ccurl_let_pipe_in(const struct pipe_guard *guard) {
    if (!guard->was_pending && is_pipe_pending()) {
        const struct timespec at_once = {0};
        sigtimedwait(&guard->pipe, NULL, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &guard->previous, NULL);
}
