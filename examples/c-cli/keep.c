#define _DEFAULT_SOURCE
#include "keep.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
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

/* Waits for the lock, and holds it until the program ends. It is a file of its own, because the other is replaced. */
static void take_lock(struct kept *kept) {
    if (kept->is_locked)
        return;
    char path[sizeof kept->path + sizeof ".lock"];
    snprintf(path, sizeof path, "%s.lock", kept->path);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (file < 0 || flock(file, LOCK_EX) != 0)
        err(1, "%s", path);
    kept->is_locked = true;
}

/* Reads what only this user could have written; gives how many bytes. */
static size_t read_own(const char *path, char *text, size_t size) {
    size_t count = 0;
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK); /* a FIFO keeps nobody waiting */
    if (file < 0)
        return 0;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
        (status.st_mode & 077) == 0) {
        for (ssize_t more; (more = read(file, text + count, size - count)) > 0;)
            count += (size_t)more;
    } else
        warnx("%s is no file of this user alone: c-cli login replaces it, c-cli logout removes it", path);
    close(file);
    return count;
}

void keep_read(struct kept *kept, bool lock) {
    find_session(kept->path);
    kept->is_locked = false;
    if (lock)
        take_lock(kept);
    char text[SECRET_LENGTH + LONGEST_SESSION + 2];
    text[read_own(kept->path, text, sizeof text - 1)] = '\0';
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
    take_lock(kept);
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

void keep_nothing(struct kept *kept) {
    take_lock(kept);
    if (unlink(kept->path) != 0 && errno != ENOENT)
        err(1, "%s", kept->path);
    kept->session[0] = '\0';
}
