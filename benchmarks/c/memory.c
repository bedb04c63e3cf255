/* What stays in memory: of an application, and of checks of as many users' sessions as there are iterations, a hundred
   of each: of ten thousand, a million. */
#include "memory.h"
#include "relying_party.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { APPS = 50, CHECKS = 100 };

static long check_all(st_app *app, char **cookies, long sessions, long times) {
    char user[16384];
    size_t written = 0;
    for (long i = 0; i < sessions * times; i++) {
        const char *cookie = cookies[i % sessions];
        MUST(st_user_from_cookie(app, cookie, strlen(cookie), user, sizeof user, &written, NULL) == ST_OK);
        MUST(written > 1000);
    }
    return memory_kilobytes("Rss:");
}

static void measure_apps(const struct bench *bench) {
    static struct relying_party parties[APPS];
    relying_party_open(&parties[0], bench, "ES256");
    long before = memory_kilobytes("Rss:");
    for (int i = 1; i < APPS; i++)
        relying_party_open(&parties[i], bench, "ES256");
    /* With the texts that each of them has of the inputs, and keys and metadata in its cache. */
    printf("{\"name\": \"memory of one more application\", \"value\": %.2f}\n",
           (double)(memory_kilobytes("Rss:") - before) / (APPS - 1));
    for (int i = 0; i < APPS; i++)
        st_app_free(parties[i].app);
}

static void measure_sessions(const struct bench *bench) {
    const long sessions = bench->iterations;
    char **cookies = calloc((size_t)sessions, sizeof *cookies);
    MUST(cookies != NULL);
    struct relying_party party;
    relying_party_open(&party, bench, "ES256");
    long before_logins = memory_kilobytes("Rss:"), bytes = 0;
    for (long i = 0; i < sessions; i++) {
        cookies[i] = session_cookie(&party);
        bytes += (long)strlen(cookies[i]) + 1;
    }
    long after_logins = check_all(party.app, cookies, sessions, 1);
    long after_checks = check_all(party.app, cookies, sessions, CHECKS);
    printf("{\"name\": \"memory of ten thousand logins, but for their cookies\", \"value\": %ld}\n",
           after_logins - before_logins - bytes / 1024);
    printf("{\"name\": \"memory of a million checks\", \"value\": %ld}\n", after_checks - after_logins);
    st_app_free(party.app);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    measure_sessions(&bench);
    measure_apps(&bench);
    return 0;
}
