/* What a check costs more where many sessions have ended: st_user_from_cookie() at two applications, where nothing has
   ended, and where a million users' sessions have, for the cookies of many other users in turn. MORE says how many have
   ended for each iteration. */
#include "relying_party.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Together their cookies are larger than a processor's own caches, so nothing that a check needs is there. */
enum { MOST_USERS = 4096 };

struct users {
    char *cookies[MOST_USERS];
    long count;
};

struct check {
    st_app *app;
    const struct users *users;
};

static void ask_who(void *data, long i) {
    const struct check *check = data;
    const char *cookie = check->users->cookies[i % check->users->count];
    char json[8192];
    size_t written = 0;
    MUST(st_user_from_cookie(check->app, cookie, strlen(cookie), json, sizeof json, &written, NULL) == ST_OK);
    MUST(written > 1000);
}

static void sign_in(struct users *users, struct relying_party *party, long count) {
    users->count = count < MOST_USERS ? count : MOST_USERS;
    for (long i = 0; i < users->count; i++)
        users->cookies[i] = session_cookie(party);
}

static void end_sessions(st_app *app, long count) {
    char selector[128];
    for (long i = 0; i < count; i++) {
        snprintf(selector, sizeof selector, "{\"iss\":\"https://provider.example\",\"sub\":\"ended-%ld\"}", i);
        MUST(st_app_end_sessions(app, selector, NULL) == ST_OK);
    }
}

int main(int count, char **arguments) {
    static struct users users;
    struct bench bench = bench_open(count, arguments);
    struct relying_party none, many;
    MUST(bench.more_count == 1);
    relying_party_open(&none, &bench, "RS256");
    relying_party_open(&many, &bench, "RS256");
    sign_in(&users, &none, bench.iterations);
    end_sessions(many.app, bench.iterations * atol(bench.more[0]));
    struct check with_none = {none.app, &users}, with_many = {many.app, &users};
    const struct bench_case cases[] = {
        {"user from cookie, nothing has ended", NULL, ask_who, &with_none},
        {"user from cookie, a million have ended", NULL, ask_who, &with_many},
    };
    bench_run(&bench, cases, sizeof cases / sizeof *cases);
    st_app_free(none.app);
    st_app_free(many.app);
    return 0;
}
