#define _DEFAULT_SOURCE
#include "keep.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_secret(char secret[SECRET_LENGTH + 1]) {
    unsigned char bytes[SECRET_LENGTH / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        err(1, "no randomness");
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(secret + 2 * i, 3, "%02x", bytes[i]);
}

void keep_read(struct kept *kept) {
    const char *path = getenv("C_CLI_SESSION"), *home = getenv("HOME");
    int length = path != NULL ? snprintf(kept->path, sizeof kept->path, "%s", path)
                              : snprintf(kept->path, sizeof kept->path, "%s/.c-cli", home != NULL ? home : ".");
    if (length < 0 || (size_t)length >= sizeof kept->path - sizeof ".new")
        errx(1, "the path of the session is too long");
    char text[SECRET_LENGTH + LONGEST_SESSION + 2];
    size_t count = 0;
    struct stat status;
    int file = open(kept->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
        (status.st_mode & 077) == 0) { /* what others could have written is nobody's session */
        for (ssize_t more; (more = read(file, text + count, sizeof text - 1 - count)) > 0;)
            count += (size_t)more;
    }
    if (file >= 0)
        close(file);
    text[count] = '\0';
    const char *end = strchr(text, '\n');
    if (end == NULL || end - text != SECRET_LENGTH) {
        make_secret(kept->secret);
        kept->session[0] = '\0';
        return;
    }
    memcpy(kept->secret, text, SECRET_LENGTH);
    kept->secret[SECRET_LENGTH] = '\0';
    snprintf(kept->session, sizeof kept->session, "%s", end + 1);
}

void keep_write(struct kept *kept, const char *session) {
    char new_path[sizeof kept->path + sizeof ".new"];
    snprintf(new_path, sizeof new_path, "%s.new", kept->path);
    unlink(new_path); /* of a run that was cut short */
    int file = open(new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        err(1, "%s", new_path);
    if (dprintf(file, "%s\n%s", kept->secret, session) < 0 || fsync(file) != 0 || close(file) != 0 ||
        rename(new_path, kept->path) != 0) {
        unlink(new_path);
        err(1, "%s", kept->path);
    }
    snprintf(kept->session, sizeof kept->session, "%s", session);
}
