/* How far a guessed cookie is right must not show in the time that its refusal takes. Time is counted in instructions,
   by callgrind: timing.sh compares those of all guesses of a kind. A count is named "KIND PLACE", by the wrong
   character. (A guessed state is looked up by its hash, of which nobody can choose a part.) */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>
#include <valgrind/callgrind.h>

enum { WARM_UP = 3 };

static struct provider provider;
static char cookies[JAR_SIZE * COOKIE_CAPACITY];

static void dump(const char *kind, size_t place) {
    char name[64];
    snprintf(name, sizeof name, "%s %zu", kind, place);
    CALLGRIND_DUMP_STATS_AT(name);
}

static st_app *make_app_with(const char *cookie_format) {
    st_config *config = make_config(&provider);
    st_app *app = NULL;
    CHECK_OK(st_config_set(config, "auth.cookie_format", cookie_format, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

/* Nobody's, with the character at this place changed. */
static void guess_cookie(st_app *app, const char *kind, size_t length, size_t place) {
    char user[64];
    size_t written = 0;
    char saved = cookies[place];
    cookies[place] = saved == 'a' ? 'b' : 'a';
    for (int i = 0; i <= WARM_UP; i++) {
        if (i == WARM_UP)
            CALLGRIND_TOGGLE_COLLECT;
        st_status status = st_user_from_cookie(app, cookies, length, user, sizeof user - 1, &written, NULL);
        if (i == WARM_UP)
            CALLGRIND_TOGGLE_COLLECT;
        user[written] = '\0';
        CHECK(status == ST_OK);
        CHECK_TEXT(user, "{\"is_logged_in\":false}");
    }
    dump(kind, place);
    cookies[place] = saved;
}

/* Guesses at `count` places from `first` to the one before the last, whose character has bits that must be zero. */
static void guess_cookies(const char *cookie_format, const char *kind, char before, size_t skipped, size_t count) {
    struct browser browser = {0};
    struct visit visit;
    st_app *app = make_app_with(cookie_format);
    browser_login(&browser, app, &provider, &visit);
    size_t length = browser_cookie_header(&browser, cookies, sizeof cookies);
    size_t first = (size_t)(strrchr(cookies, before) - cookies) + 1 + skipped;
    for (size_t i = 0; i < count; i++)
        guess_cookie(app, kind, length, first + (length - 2 - first) * i / (count - 1));
    st_app_free(app);
}

/* What an early end would look like: the comparison that timing.sh must notice. */
static void compare_until_different(const char *secret, size_t place) {
    char guess[64];
    volatile size_t equal = 0;
    snprintf(guess, sizeof guess, "%s", secret);
    guess[place] = '-';
    CALLGRIND_TOGGLE_COLLECT;
    while (guess[equal] == secret[equal])
        equal++;
    CALLGRIND_TOGGLE_COLLECT;
    dump("control", place);
}

int main(void) {
    provider_start(&provider);
    guess_cookies("sealed", "sealed", '=', 4, 8);
    guess_cookies("streamlit", "signed", '.', 0, 8);
    compare_until_different("0123456789abcdef", 0);
    compare_until_different("0123456789abcdef", 15);
    provider_stop(&provider);
    return check_summary();
}
