/* The port of this machine that a browser returns to. */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <stauth.h>
#include <stdbool.h>

/* Listens on a free port of 127.0.0.1. */
int loopback_listen(int *port);

/* Waits for a request, and answers it with st_native_callback(). False once the login has expired. */
bool loopback_serve(st_request *request, int listener);

#endif
