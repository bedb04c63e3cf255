/* What the targets need of C: libFuzzer's entry, and the targets that call stauth.h. */
#ifndef CALLS_H
#define CALLS_H

#include <stddef.h>
#include <stdint.h>

/* Runs libFuzzer with its usual arguments. */
int fuzz_run(int count, char **arguments, int (*one_input)(const uint8_t *bytes, size_t length));

/* A request to a site with a scripted provider. The input is text: a request line, headers, an empty line, a body;
   then, each after a line "--- STATUS", what the provider answers to each request: headers, an empty line, a body.
   Where nothing is left, the provider answers honestly. "{state}" is that of a login which has just begun. */
int fuzz_request(const uint8_t *bytes, size_t length);

/* Calls in any order, with handles that are live, freed, of another kind, or none; lengths that are right, 0 or
   impossible. The input is a list of them. */
int fuzz_calls(const uint8_t *bytes, size_t length);

#endif
