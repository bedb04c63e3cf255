/* A signal each millisecond, in the middle of logins and cookie checks, with a handler that lets calls be interrupted:
   everything succeeds, slow answers included, and handler, mask and timer stay the host's. Argument: how many logins.
 */
#include "support/browser.h"
#include "support/check.h"
#include "support/http_provider.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum { USUAL_LOGINS = 100, MICROSECONDS = 1000 };

static struct provider provider;
static struct http_provider server;
static volatile sig_atomic_t signals;

static void count_signal(int number) {
    (void)number;
    signals++;
}

static void log_in_anew(void) {
    struct browser browser = {0};
    struct visit visit;
    char cookies[JAR_SIZE * COOKIE_CAPACITY], user[4096];
    size_t written = 0;
    st_app *app = make_http_app(&server);
    browser_login(&browser, app, &provider, &visit);
    size_t length = browser_cookie_header(&browser, cookies, sizeof cookies);
    CHECK_OK(st_user_from_cookie(app, cookies, length, user, sizeof user - 1, &written, &error));
    user[written] = '\0';
    CHECK_CONTAINS(user, "\"sub\":\"ada\"");
    st_app_free(app);
}

static void nothing_has_changed(const sigset_t *mask) {
    struct sigaction action;
    struct itimerval timer;
    sigset_t now;
    CHECK(sigaction(SIGALRM, NULL, &action) == 0 && action.sa_handler == count_signal &&
          (action.sa_flags & SA_RESTART) == 0);
    CHECK(sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
    CHECK(pthread_sigmask(SIG_SETMASK, NULL, &now) == 0);
    for (int number = 1; number < NSIG; number++)
        CHECK(sigismember(&now, number) == sigismember(mask, number));
    CHECK(getitimer(ITIMER_REAL, &timer) == 0 && timer.it_interval.tv_usec == MICROSECONDS);
}

int main(int count, char **arguments) {
    int logins = count > 1 ? atoi(arguments[1]) : USUAL_LOGINS;
    const struct sigaction action = {.sa_handler = count_signal};
    const struct itimerval timer = {.it_interval = {.tv_usec = MICROSECONDS}, .it_value = {.tv_usec = MICROSECONDS}};
    sigset_t mask;
    provider_start(&provider);
    http_provider_start(&server, &provider);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    CHECK(sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &timer, NULL) == 0);
    int done = 0;
    for (; done < logins || signals < logins; done++) {
        server.drips = done % 2 == 1;
        log_in_anew();
    }
    printf("%d logins, %d signals\n", done, (int)signals);
    nothing_has_changed(&mask);
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    http_provider_stop(&server);
    provider_stop(&provider);
    return check_summary();
}
