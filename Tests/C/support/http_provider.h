/* The provider of provider.h behind HTTP, on a thread of its own, for the library's own transport. */
#ifndef HTTP_PROVIDER_H
#define HTTP_PROVIDER_H

#include "provider.h"

#include <pthread.h>

enum framing {
    LENGTH,  /* Content-Length */
    CHUNKED, /* chunks of eight bytes */
    CLOSE,   /* the body ends with the connection */
    FRAMINGS
};

struct http_provider {
    struct provider *provider;
    char origin[64];
    int listener;
    pthread_t thread;
    /* Whichever tests set, between two requests. */
    enum framing framing;
    const char *cut_path; /* the path whose answer is cut; NULL for none */
    size_t cut_at;        /* how many bytes of it are sent */
    bool resets;          /* then the connection is reset instead of closed */
    bool drips;           /* each byte is sent on its own */
    size_t length;        /* of the last answer to cut_path, were it not cut */
};

/* Listens on a port of loopback, which becomes the provider's origin. */
void http_provider_start(struct http_provider *server, struct provider *provider);
void http_provider_stop(struct http_provider *server);

/* A configuration with this provider, the standing clock, and the library's own transport. */
st_config *make_http_config(const struct http_provider *server);
st_app *make_http_app(const struct http_provider *server);

#endif
