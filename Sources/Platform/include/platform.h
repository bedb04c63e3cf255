/*
 * What the library needs from the operating system, on one page. Swift sees it as the module Platform; Embedded Swift
 * has no Glibc module.
 */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#else
#define _Nullable
#define _Nonnull
#endif

/* Seconds since 1970-01-01 UTC. */
int64_t platform_wall_clock(void);

/* Milliseconds of a clock that never jumps. */
int64_t platform_monotonic_clock(void);

/* Microseconds of the same clock. */
int64_t platform_stopwatch(void);

/* A number that belongs to this thread, and never to another one of the process. */
uint64_t platform_thread_number(void);

/* Fills memory with the kernel's random bytes; false on failure. */
bool platform_random(void *bytes, size_t length);

/* Overwrites memory in a way that no compiler removes. */
void platform_wipe(void *bytes, size_t length);

/* The length of text that ends with NUL, reading no more than `limit` + 1 bytes; `limit` + 1 if it is longer. */
size_t platform_text_length(const char *text, size_t limit);

/* The first position of `byte`; `length` if absent. */
size_t platform_find(const uint8_t *bytes, size_t length, uint8_t byte);

/* Whether both are equal. Faster if they differ: never use it for secrets. */
bool platform_equal(const uint8_t *bytes, const uint8_t *others, size_t length);

/* How often `byte` occurs. */
size_t platform_count(const uint8_t *bytes, size_t length, uint8_t byte);

/* The value of an environment variable, NULL if it is not set. Borrowed until the environment changes. */
const char *_Nullable platform_environment(const char *name);

/* Reads a regular file of at most `limit` bytes into memory that the caller frees with platform_free(). Returns 0, or
   the errno that says why not (EFBIG: larger than `limit`; EINVAL: not a regular file). Never waits on a FIFO. */
int platform_read_file(const char *path, size_t limit, uint8_t *_Nullable *_Nonnull out_bytes, size_t *out_length);
void platform_free(void *_Nullable bytes);

/* Distinguishes states of a file or folder: changing its bytes or entries changes this. */
typedef struct {
    uint64_t device, inode, size;
    int64_t modified, changed; /* nanoseconds */
} platform_file_state;

/* False if nothing exists at `path`. */
bool platform_get_file_state(const char *path, platform_file_state *out_state);

/* Whether a file descriptor is open for writing. */
bool platform_is_writable(int descriptor);

typedef enum { PLATFORM_LOG_INFO, PLATFORM_LOG_WARNING, PLATFORM_LOG_ERROR } platform_log_level;

/* Writes "time=... level=LEVEL LINE" and a line break to a file descriptor, all at once if the system takes it so. What
   cannot be written is lost. Raises no SIGPIPE. */
void platform_write_log(int descriptor, platform_log_level level, const uint8_t *line, size_t length);

/* The description of an errno, such as "No such file or directory". */
void platform_error_text(int error, char *buffer, size_t capacity);

/* The library's one lock. It is held for short sections of memory work only, never while anything waits, and fork()
   takes it, so a child never finds it held or its data half changed (docs/adr/0004-one-lock.md). */
void platform_lock(void);
void platform_unlock(void);

/* With the lock held: releases it, waits until platform_wake_all() or until the monotonic clock reaches `deadline`
   (milliseconds), and takes it again. */
void platform_wait(int64_t deadline);
void platform_wake_all(void);

/* How many times this process came out of a fork(): work that another thread began before then is lost. */
uint64_t platform_fork_count(void);

/* Between the two, no other thread forks: for work that would be useless to a child half done, such as OpenSSL's and
   the loader's locks. May be nested, and both may be called with the lock held, which keeps forks waiting by itself.
   Never around anything that waits for others: a fork waits for the end, a few seconds at most. */
void platform_defer_forks(void);
void platform_admit_forks(void);

/* An object that the process keeps in one of a few places, made on first use, with the lock held. NULL if it cannot be
   made; the next call tries again. Not a lazy global of Swift's, which a fork can leave half made for good. */
enum {
    PLATFORM_KEPT_JSON_SEED = 16, /* those before are OpenSSLAlgorithms' */
    PLATFORM_KEPT_AUTHORITIES = 17,
    PLATFORM_KEPT_APPLICATIONS = 18,
    PLATFORM_KEPT = 19
};
void *_Nullable platform_kept(unsigned place, void *_Nullable (*_Nonnull make)(unsigned place));

/* A ticket that names an object without being its address; see tickets.c. Kinds are 1 to 15. */
typedef struct platform_ticket platform_ticket;

/* A new ticket for `object`, NULL if all slots are taken. */
platform_ticket *_Nullable platform_ticket_issue(uint8_t kind, void *object);

/* The object of a ticket, NULL if the ticket was withdrawn or is of another kind. The object lives until the same
   number of calls of platform_ticket_end_use(), whoever withdraws the ticket meanwhile. Takes no lock. */
void *_Nullable platform_ticket_use(const platform_ticket *_Nullable ticket, uint8_t kind);

/* Ends one use. Returns the object if the ticket was withdrawn and this was the last use: the caller frees it. */
void *_Nullable platform_ticket_end_use(const platform_ticket *_Nullable ticket, uint8_t kind);

/* Makes the ticket invalid. Returns the object, which the caller frees; NULL if the ticket was already invalid, or if
   the object is in use: then the last platform_ticket_end_use() returns it. */
void *_Nullable platform_ticket_withdraw(platform_ticket *_Nullable ticket, uint8_t kind);

/* A few places for idle objects that any thread can use, one at a time; see pool.c. Takes no lock. */
typedef struct platform_pool platform_pool;

/* A pool without objects; NULL if memory runs out. */
platform_pool *_Nullable platform_pool_new(void);

/* An object, which the caller now owns; NULL if none is idle. */
void *_Nullable platform_pool_take(platform_pool *pool);

/* Takes ownership of an object; false if no place is left, and the caller still owns the object. */
bool platform_pool_give(platform_pool *pool, void *object);

/* Frees the pool. Remove the objects first. */
void platform_pool_free(platform_pool *pool);

/* A memory of what has ended: keys, each with a time; what the key names and was created up to then has ended. A key is
   a hash, never 0. Times are seconds since 1970. See endings.c. */
typedef struct platform_endings platform_endings;
typedef enum {
    PLATFORM_ENDING_FAILED, /* memory ran out, or all is kept: nothing changed */
    PLATFORM_ENDED,
    PLATFORM_ENDED_BEFORE,     /* the key was there */
    PLATFORM_ENDED_AND_FORGOT, /* so many entries that the oldest made room: what began before those counts as ended */
} platform_ending;

/* An empty memory of at most `most` entries; NULL if memory runs out. When it is full: whether it keeps all that it has
   and takes nothing more, or the oldest make room. */
platform_endings *_Nullable platform_endings_new(size_t most, bool keeps_all);

/* Whether what any of these keys names, given when it was created, has ended; 0 for no key. Takes no lock. */
bool platform_endings_include(const platform_endings *endings, uint64_t first, uint64_t second, uint64_t third,
                              uint32_t created);

/* Whether nothing has ended so far. */
bool platform_endings_are_empty(const platform_endings *endings);

/* With the lock held: ends what `key` names and was created up to `before`. Remembered until the time `until`. */
platform_ending platform_endings_add(platform_endings *endings, uint64_t key, uint32_t before, uint32_t until,
                                     uint32_t now);

/* With the lock held: ends everything that was created up to `before`, whatever its key. */
void platform_endings_add_all(platform_endings *endings, uint32_t before);

/* Frees it; no thread may be in a call with it. */
void platform_endings_free(platform_endings *endings);

/* The ticket that this thread carries, for the request that is bound to it. */
platform_ticket *_Nullable platform_thread_ticket(void);
void platform_set_thread_ticket(platform_ticket *_Nullable ticket);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
