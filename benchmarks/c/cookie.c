/* Who sent a Cookie header? st_user_from_cookie(), and a whole request of st_request_*, beside the cryptography alone
   on as many bytes. */
#include "limit.h"
#include "relying_party.h"

#include <stdlib.h>
#include <string.h>

struct check {
    st_app *app;
    char *cookie;
    size_t length;
};

static void ask_who(void *data, long i) {
    const struct check *check = data;
    char user[LIMIT_CAPACITY];
    size_t written = 0;
    (void)i;
    MUST(st_user_from_cookie(check->app, check->cookie, check->length, user, sizeof user, &written, NULL) == ST_OK);
    MUST(written > 1000);
}

static void whole_request(void *data, long i) {
    const struct check *check = data;
    (void)i;
    MUST(visit(check->app, "/report?id=3", check->cookie, NULL) == 0);
}

static void open_kept(void *data, long i) {
    (void)i;
    limit_open(data);
}

static void open_anew(void *data, long i) {
    (void)i;
    limit_open_anew(data);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    struct relying_party party;
    struct limit_cookie limit;
    char user[LIMIT_CAPACITY];
    size_t written = 0;
    relying_party_open(&party, &bench, "RS256");
    char *cookie = session_cookie(&party);
    struct check check = {party.app, cookie, strlen(cookie)};
    MUST(st_user_from_cookie(party.app, cookie, check.length, user, sizeof user, &written, NULL) == ST_OK);
    limit_cookie_make(&limit, user, written);
    const struct bench_case cases[] = {
        {"AES-256-GCM and base64", NULL, open_kept, &limit},
        {"stauth: user from cookie", NULL, ask_who, &check},
        {"AES-256-GCM and base64, new context", NULL, open_anew, &limit},
        {"stauth: whole request", NULL, whole_request, &check},
    };
    bench_run(&bench, cases, sizeof cases / sizeof *cases);
    limit_cookie_free(&limit);
    st_app_free(party.app);
    free(cookie);
    return 0;
}
