/* What the program keeps between its runs, in a file that only its user reads. */
#ifndef KEEP_H
#define KEEP_H

enum { SECRET_LENGTH = 64, LONGEST_SESSION = 64 * 1024 };

struct kept {
    char path[4096];
    char secret[SECRET_LENGTH + 1];    /* cookie_secret */
    char session[LONGEST_SESSION + 1]; /* of st_native_session() */
};

/* Whatever cannot be read counts as signed out, with a new secret. */
void keep_read(struct kept *kept);

/* Replaces the file, as a whole or not at all. */
void keep_write(struct kept *kept, const char *session);

#endif
