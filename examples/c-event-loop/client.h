/* An HTTP client on libcurl's multi interface and libevent: nothing in it blocks. */
#ifndef CLIENT_H
#define CLIENT_H

#include <event2/event.h>
#include <stauth.h>

/* Called once, when the exchange has its response or never will. */
typedef void (*exchange_done)(void *user_data);

/* Sets up the client of this thread. */
void client_start(struct event_base *base);
void client_stop(void);

/* Makes the request of `exchange` and reports the response to it. */
struct transfer *client_send(st_exchange *exchange, exchange_done done, void *user_data);

/* Gives a transfer up: `done` is not called. NULL does nothing. */
void client_cancel(struct transfer *transfer);

#endif
