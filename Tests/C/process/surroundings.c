/* What else the host does with its process: another locale, time zone, folder, umask and environment. None of it
   changes what the library reads and writes, and the library changes none of it. Argument: a folder with a compiled
   locale de_DE.UTF-8, whose decimal separator is a comma. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static struct provider provider;
static char cookies[JAR_SIZE * COOKIE_CAPACITY];

/* The user's JSON after a login. */
static void log_in(st_app *app, struct browser *browser, char json[4096]) {
    struct visit visit;
    size_t written = 0;
    provider.more_claims = ",\"ratio\":1.5,\"small\":-0.25,\"large\":1e3,\"name\":\"\xc4\xb0\xc4\xb1 \xc3\x9f\"";
    browser_login(browser, app, &provider, &visit);
    CHECK(visit.status == 302);
    size_t length = browser_cookie_header(browser, cookies, sizeof cookies);
    CHECK_OK(st_user_from_cookie(app, cookies, length, json, 4095, &written, &error));
    json[written] = '\0';
}

/* The same session once more. */
static void read_again(st_app *app, const struct browser *browser, const char *expected) {
    char json[4096];
    size_t written = 0, length = browser_cookie_header(browser, cookies, sizeof cookies);
    CHECK_OK(st_user_from_cookie(app, cookies, length, json, sizeof json - 1, &written, &error));
    json[written] = '\0';
    CHECK_TEXT(json, expected);
}

/* A folder that is gone, another locale, Kiritimati's time, files for nobody, an environment of lies. */
static void move_house(const char *locales, const char *locale, const char *separator) {
    static char *lies[] = {"TZ=Pacific/Kiritimati", "LANG=nowhere",         "LC_ALL=nowhere",
                           "TMPDIR=/nowhere",       "HOME=/nowhere",        "SSL_CERT_FILE=/nowhere",
                           "OPENSSL_CONF=/nowhere", "http_proxy=nowhere:1", NULL};
    char folder[] = "/tmp/stauth-surroundings-XXXXXX";
    CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0 && rmdir(folder) == 0);
    CHECK(setenv("LOCPATH", locales, 1) == 0);
    CHECK_TEXT(setlocale(LC_ALL, locale), locale);
    CHECK_TEXT(localeconv()->decimal_point, separator);
    environ = lies;
    tzset();
    CHECK(timezone == -14 * 3600);
    umask(0777);
}

static void nothing_has_moved(const char *locale) {
    char folder[64];
    CHECK_TEXT(setlocale(LC_ALL, NULL), locale);
    CHECK(uselocale((locale_t)0) == LC_GLOBAL_LOCALE);
    CHECK(timezone == -14 * 3600);
    CHECK(umask(0777) == 0777);
    CHECK(getcwd(folder, sizeof folder) == NULL && errno == ENOENT);
    CHECK_TEXT(getenv("HOME"), "/nowhere");
}

int main(int count, char **arguments) {
    struct browser before = {0}, after = {0};
    char json[4096], json_after[4096];
    if (count != 4)
        return 2;
    provider_start(&provider);
    st_app *app = make_app(&provider);
    log_in(app, &before, json);
    CHECK_CONTAINS(json, "\"ratio\":1.5,\"small\":-0.25,\"large\":1000.0,\"name\":\"\xc4\xb0\xc4\xb1 \xc3\x9f\"");

    move_house(arguments[1], arguments[2], arguments[3]);
    read_again(app, &before, json);
    log_in(app, &after, json_after);
    CHECK_TEXT(json_after, json);
    st_app *later = make_app(&provider);
    read_again(later, &before, json);
    log_in(later, &after, json_after);
    CHECK_TEXT(json_after, json);
    nothing_has_moved(arguments[2]);

    st_app_free(later);
    st_app_free(app);
    provider_stop(&provider);
    return check_summary();
}
