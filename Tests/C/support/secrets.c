#include "secrets.h"
#include "check.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MASK = 0x5a, CHUNK = 1 << 20 };

struct secret secrets[MOST_SECRETS];
size_t secret_count;
static unsigned char *window; /* shared memory, which is not looked through */

void remember(const char *name, const char *text, size_t length) {
    size_t kept = length < LONGEST_SECRET ? length : LONGEST_SECRET, start = (length - kept) / 2;
    CHECK(length >= 16 && secret_count < MOST_SECRETS);
    if (length < 16 || secret_count == MOST_SECRETS)
        return;
    struct secret *secret = &secrets[secret_count++];
    *secret = (struct secret){.name = name, .length = kept};
    for (size_t i = 0; i < kept; i++)
        secret->masked[i] = (unsigned char)text[start + i] ^ MASK;
}

void remember_part(const char *name, const char *text, const char *before, const char *ends) {
    const char *found = strstr(text, before);
    CHECK(found != NULL);
    if (found != NULL)
        remember(name, found + strlen(before), strcspn(found + strlen(before), ends));
}

static void look_through(size_t length, const char *mapping) {
    for (size_t i = 0; i < length; i++)
        window[i] ^= MASK;
    for (size_t i = 0; i < secret_count; i++) {
        const unsigned char *place = window, *end = window + length;
        while ((place = memmem(place, (size_t)(end - place), secrets[i].masked, secrets[i].length)) != NULL) {
            secrets[i].found++;
            printf("%s in %s\n", secrets[i].name, mapping);
            place++;
        }
    }
    explicit_bzero(window, length);
}

void scan(void) {
    char line[512], permissions[8], mapping[256];
    unsigned long start, end;
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY);
    CHECK(maps != NULL && memory >= 0);
    if (window == NULL)
        window = mmap(NULL, CHUNK + LONGEST_SECRET, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; i < secret_count; i++)
        secrets[i].found = 0;
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        strcpy(mapping, "memory without a name");
        if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %255s", &start, &end, permissions, mapping) < 3 ||
            permissions[0] != 'r' || permissions[3] != 'p' || strncmp(mapping, "[v", 2) == 0)
            continue;
        for (unsigned long place = start; place < end; place += CHUNK) {
            /* With what a secret across two chunks needs of the next. */
            size_t wanted = end - place < CHUNK + LONGEST_SECRET ? end - place : CHUNK + LONGEST_SECRET;
            ssize_t length = pread(memory, window, wanted, (off_t)place);
            if (length > 0)
                look_through((size_t)length, mapping);
        }
    }
    fclose(maps);
    close(memory);
}

void make_secret(const char *name, char *out, size_t length) {
    unsigned char random[64];
    RAND_bytes(random, (int)length / 2);
    for (size_t i = 0; i < length / 2; i++)
        snprintf(out + 2 * i, 3, "%02x", random[i]);
    explicit_bzero(random, sizeof random);
    remember(name, out, length);
}
