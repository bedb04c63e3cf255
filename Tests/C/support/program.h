/* A native program: applications and requests of one, and a clock that tests move. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "provider.h"

/* The time that native applications see. */
extern int64_t native_time;

/* An application of make_config() for a loopback port, with `key` set to `value` too unless it is NULL. */
st_app *make_native_app_with(struct provider *provider, bool has_event_loop, const char *key, const char *value);
st_app *make_native_app(struct provider *provider, bool has_event_loop);

/* A request that has begun. */
st_request *make_native(st_app *app, const char *session);

/* Makes the exchanges that a request waits for; gives how many there were. */
int drive(st_request *request, struct provider *provider, st_action action);

/* The session that the request keeps, for free(). */
char *copy_of_session(const st_request *request);

#endif
