#define _GNU_SOURCE
#define CURL_DISABLE_TYPECHECK
#include "ccurl.h"

#include "library.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct ccurl_connection {
    /* Keeps the connection and its TLS sessions between two transfers. */
    CURLSH *share;
    ccurl_authorities *authorities;
    char *host;

    /* The newest TLS connection begun, the provider's rather than its proxy's; never dereferenced. */
    void *ssl_context;
    /* The one that last answered. */
    const void *tls;
    /* The kept connection, and the inode number of its socket; CURL_SOCKET_BAD without one. */
    curl_socket_t socket;
    ino_t inode;
    bool is_clean;

    bool answer_began;
    /* A record is being read whose encryption still hides its type. */
    bool is_record_hidden;
};

/* 0 if it is not open. */
static ino_t inode_of(curl_socket_t socket) {
    struct stat status;
    return socket != CURL_SOCKET_BAD && fstat(socket, &status) == 0 ? status.st_ino : 0;
}

ccurl_connection *ccurl_connection_new(ccurl_authorities *authorities, const char *host) {
    const struct functions *functions = ccurl_functions();
    ccurl_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->socket = CURL_SOCKET_BAD;
    connection->host = host == NULL ? NULL : strdup(host);
    connection->share = functions->share_init();
    bool is_made =
        (host == NULL || connection->host != NULL) && connection->share != NULL &&
        functions->share_setopt(connection->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT) == CURLSHE_OK &&
        functions->share_setopt(connection->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK &&
        functions->share_store(authorities) == 1;
    if (is_made) {
        connection->authorities = authorities;
        return connection;
    }
    ccurl_connection_free(connection);
    return NULL;
}

bool ccurl_connection_is_intact(const ccurl_connection *connection) {
    return connection->socket == CURL_SOCKET_BAD || inode_of(connection->socket) == connection->inode;
}

void ccurl_connection_free(ccurl_connection *connection) {
    const struct functions *functions = ccurl_functions();
    struct pipe_guard guard;
    ccurl_hold_back_pipe(&guard);
    if (connection->share != NULL)
        functions->share_cleanup(connection->share);
    ccurl_let_pipe_in(&guard);
    if (connection->authorities != NULL)
        functions->free_store(connection->authorities);
    free(connection->host);
    free(connection);
}

void ccurl_connection_abandon(ccurl_connection *connection) {
    if (connection->socket != CURL_SOCKET_BAD && ccurl_connection_is_intact(connection))
        close(connection->socket);
    ccurl_leave(connection);
}

/* Called by OpenSSL for everything it reads and writes. It reports the header of a record, which in TLS 1.3 always says
   "application data", and then, once TLS 1.3 has decrypted it, its real type. */
static void observe(int is_written, int version, int type, const void *bytes, size_t length, void *tls, void *context) {
    enum { HEADER = 0x100, INNER_TYPE = 0x101, APPLICATION_DATA = 23 };
    ccurl_connection *connection = context;
    (void)version;
    if (is_written || length == 0 || (type != HEADER && type != INNER_TYPE) ||
        ccurl_functions()->ssl_context(tls) != connection->ssl_context)
        return;
    bool is_data = *(const unsigned char *)bytes == APPLICATION_DATA;
    if (type == INNER_TYPE) {
        connection->answer_began |= is_data;
        connection->is_record_hidden = false;
    } else {
        connection->answer_began |= connection->is_record_hidden;
        connection->is_record_hidden = is_data;
    }
    connection->tls = tls;
}

/* Called by libcurl with the SSL_CTX of a connection before using it: a proxy's first, then the provider's. */
static CURLcode prepare_tls(CURL *transfer, void *ssl_context, void *context) {
    /* X509_CHECK_FLAG_NEVER_CHECK_SUBJECT: the common name identifies nobody (RFC 9110 4.3.4). */
    enum { SET_OBSERVER_CONTEXT = 16, NEVER_CHECK_SUBJECT = 0x20 };
    const struct functions *functions = ccurl_functions();
    ccurl_connection *connection = context;
    (void)transfer;
    if (functions->share_store(connection->authorities) != 1)
        return CURLE_ABORTED_BY_CALLBACK;
    functions->ssl_context_set_store(ssl_context, connection->authorities);
    connection->ssl_context = ssl_context;
    functions->ssl_context_set_observer(ssl_context, observe);
    functions->ssl_context_control(ssl_context, SET_OBSERVER_CONTEXT, 0, connection);
    if (connection->host == NULL)
        return CURLE_OK;
    void *parameters = functions->ssl_context_parameters(ssl_context);
    functions->set_host_flags(parameters, NEVER_CHECK_SUBJECT);
    bool is_set = functions->set_address(parameters, connection->host) == 1 ||
                  functions->set_host(parameters, connection->host, 0) == 1;
    return is_set ? CURLE_OK : CURLE_ABORTED_BY_CALLBACK;
}

bool ccurl_connection_answer_began(const ccurl_connection *connection) {
    return connection->answer_began || connection->is_record_hidden;
}

CURLcode ccurl_connection_use(ccurl_connection *connection, CURL *transfer, bool may_reuse) {
    const struct functions *functions = ccurl_functions();
    struct pollfd readiness = {.fd = connection->socket, .events = POLLIN | POLLPRI | POLLRDHUP};
    /* Whatever arrived, it does not answer a request that was not sent. */
    bool is_reused = may_reuse && connection->is_clean && poll(&readiness, 1, 0) == 0;
    CURLcode codes[] = {
        functions->easy_setopt(transfer, CURLOPT_FORBID_REUSE, 0L),
        functions->easy_setopt(transfer, CURLOPT_FRESH_CONNECT, is_reused ? 0L : 1L),
        functions->easy_setopt(transfer, CURLOPT_SSL_CTX_DATA, connection),
        functions->easy_setopt(transfer, CURLOPT_SSL_CTX_FUNCTION, prepare_tls),
    };
    for (size_t index = 0; index < sizeof codes / sizeof *codes; index++)
        if (codes[index] != CURLE_OK)
            return codes[index];
    return CURLE_OK;
}

/* From now on the connection belongs to libcurl. */
static CURLcode lend(ccurl_connection *connection, CURL *transfer) {
    connection->socket = CURL_SOCKET_BAD;
    connection->answer_began = false;
    connection->is_record_hidden = false;
    connection->tls = NULL;
    return ccurl_functions()->easy_setopt(transfer, CURLOPT_SHARE, connection->share);
}

/* After a successful transfer. */
static void take_back(ccurl_connection *connection, CURL *transfer) {
    const struct functions *functions = ccurl_functions();
    if (functions->easy_getinfo(transfer, CURLINFO_ACTIVESOCKET, &connection->socket) != CURLE_OK)
        connection->socket = CURL_SOCKET_BAD;
    connection->inode = inode_of(connection->socket);
    /* Bytes beyond the answer would be mistaken for the next one. */
    connection->is_clean =
        connection->inode != 0 && connection->tls != NULL && functions->ssl_has_pending(connection->tls) == 0;
}

static CURLcode run(CURLM *driver) {
    const struct functions *functions = ccurl_functions();
    CURLMcode code = CURLM_OK;
    int running = 1, left;
    while (code == CURLM_OK && running > 0) {
        code = functions->multi_perform(driver, &running);
        if (code == CURLM_OK && running > 0)
            code = functions->multi_poll(driver, NULL, 0, 1000, NULL);
    }
    const CURLMsg *message = functions->multi_info_read(driver, &left);
    return message != NULL ? message->data.result : CURLE_OUT_OF_MEMORY;
}

CURLcode ccurl_perform(CURL *transfer, ccurl_connection *connection) {
    const struct functions *functions = ccurl_functions();
    CURLM *driver = NULL;
    struct pipe_guard guard;
    ccurl_hold_back_pipe(&guard);
    CURLcode code = functions->easy_getinfo(transfer, CURLINFO_PRIVATE, &driver);
    if (code == CURLE_OK && connection != NULL)
        code = lend(connection, transfer);
    if (code == CURLE_OK && functions->multi_add_handle(driver, transfer) == CURLM_OK) {
        code = run(driver);
        if (connection != NULL && code == CURLE_OK)
            take_back(connection, transfer);
        functions->multi_remove_handle(driver, transfer);
    } else {
        code = CURLE_OUT_OF_MEMORY;
    }
    ccurl_let_pipe_in(&guard);
    return code;
}
