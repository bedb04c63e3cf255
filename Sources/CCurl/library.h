/*
 * The functions of libcurl, and of its OpenSSL, once found.
 */
#ifndef CCURL_LIBRARY_H
#define CCURL_LIBRARY_H

#include <curl/curl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* Opaque types of OpenSSL: the installed headers need not belong to the library that libcurl uses. */
typedef void observe_record(int is_written, int version, int type, const void *bytes, size_t length, void *tls,
                            void *context);

struct functions {
    CURLcode (*global_init)(long flags);
    curl_version_info_data *(*version_info)(CURLversion age);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *transfer);
    void (*easy_reset)(CURL *transfer);
    CURLcode (*easy_setopt)(CURL *transfer, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *transfer, CURLINFO info, ...);
    CURLcode (*easy_perform)(CURL *transfer);
    CURLcode (*easy_send)(CURL *transfer, const void *bytes, size_t length, size_t *out_sent);
    CURLcode (*easy_recv)(CURL *transfer, void *bytes, size_t capacity, size_t *out_received);
    const char *(*easy_strerror)(CURLcode code);
    CURLHcode (*easy_header)(CURL *transfer, const char *name, size_t index, unsigned int origin, int request,
                             struct curl_header **out);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *line);
    void (*slist_free_all)(struct curl_slist *list);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
    CURLMcode (*multi_add_handle)(CURLM *multi, CURL *transfer);
    CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *transfer);
    CURLMcode (*multi_poll)(CURLM *multi, struct curl_waitfd *more, unsigned int count, int timeout, int *out_count);
    CURLMcode (*multi_perform)(CURLM *multi, int *out_running);
    CURLMsg *(*multi_info_read)(CURLM *multi, int *out_left);
    CURLMcode (*multi_cleanup)(CURLM *multi);
    CURLSH *(*share_init)(void);
    CURLSHcode (*share_setopt)(CURLSH *share, CURLSHoption option, ...);
    CURLSHcode (*share_cleanup)(CURLSH *share);

    /* Where libcurl itself looks for certificate authorities; NULL for nowhere. */
    const char *authority_file;
    const char *authority_folder;

    /* Of OpenSSL. All of them are set, or has_openssl is false. */
    bool has_openssl;
    void *(*ssl_context_parameters)(void *context);
    void (*ssl_context_set_store)(void *context, void *store);
    void (*ssl_context_set_observer)(void *context, observe_record *observer);
    long (*ssl_context_control)(void *context, int command, long number, void *pointer);
    void *(*ssl_context)(const void *tls);
    int (*ssl_has_pending)(const void *tls);
    void *(*new_store)(void);
    void (*free_store)(void *store);
    int (*share_store)(void *store);
    int (*set_store_flags)(void *store, unsigned long flags);
    int (*read_store)(void *store, const char *file, const char *folder);
    void (*set_host_flags)(void *parameters, unsigned int flags);
    int (*set_host)(void *parameters, const char *name, size_t length);
    int (*set_address)(void *parameters, const char *address);
    void (*clear_errors)(void);
};

/* NULL until ccurl_load() returned true. */
const struct functions *ccurl_functions(void);

/* Keeps memory that can be neither used nor freed where leak checkers find it. */
void ccurl_leave(void *object);

/* Without signals (CURLOPT_NOSIGNAL) libcurl leaves SIGPIPE to its caller. The host's handler is not ours to change, so
   the signal is blocked for this thread, and one that our own writing raised is consumed before it is unblocked. */
struct pipe_guard {
    sigset_t pipe;
    sigset_t previous;
    bool was_pending;
};

void ccurl_hold_back_pipe(struct pipe_guard *guard);
void ccurl_let_pipe_in(const struct pipe_guard *guard);

#endif
