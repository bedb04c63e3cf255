/* Prints the Cookie header of a user who is signed in, for programs that do not log in themselves. */
#include "relying_party.h"

#include <stdio.h>

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    struct relying_party party;
    relying_party_open(&party, &bench, "RS256");
    fputs(session_cookie(&party), stdout);
    return 0;
}
