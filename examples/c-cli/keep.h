/* What the program keeps between its runs, in a file that only its user reads. The lock is a file beside it. */
#ifndef KEEP_H
#define KEEP_H

#include "places.h"

#include <stdbool.h>

enum { SECRET_LENGTH = 64, LONGEST_SESSION = 64 * 1024 };

struct kept {
    char path[LONGEST_PATH];
    bool is_locked;
    char secret[SECRET_LENGTH + 1];    /* cookie_secret */
    char session[LONGEST_SESSION + 1]; /* of st_native_session() */
};

/* Whatever cannot be read counts as signed out, with a new secret. `lock`: whether to keep other runs from the file
   until this one ends, since many providers accept a refresh token once. */
void keep_read(struct kept *kept, bool lock);

/* Replaces the file, as a whole or not at all. */
void keep_write(struct kept *kept, const char *session);

/* Removes the file, whatever it is. */
void keep_nothing(struct kept *kept);

#endif
