/* Secrets that a program looks for in its own memory. */
#ifndef SECRETS_H
#define SECRETS_H

#include <stddef.h>

enum { MOST_SECRETS = 128, LONGEST_SECRET = 48, ANY = -1 };

/* What to look for. It is kept masked, and what is looked through is masked before it is compared, so that this program
   never has a copy of its own. */
struct secret {
    const char *name;
    unsigned char masked[LONGEST_SECRET];
    size_t length;
    int found;
    int while_alive; /* how often a live application may have it */
};

extern struct secret secrets[MOST_SECRETS];
extern size_t secret_count;

/* Takes a part from the middle of longer ones, where encodings and cookies have no constant text. */
void remember(const char *name, const char *text, size_t length);

/* The text between `before` and one of `ends`. */
void remember_part(const char *name, const char *text, const char *before, const char *ends);

/* A new random one of `length` characters, remembered; `out` has room for a NUL. */
void make_secret(const char *name, char *out, size_t length);

/* Counts each secret in all private memory of the process that can be read. */
void scan(void);

#endif
