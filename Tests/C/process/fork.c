/* fork(): with the application made before or after it, while other threads are inside the library, and from many of
   them at the same time. Argument: how many times each thread forks. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FORKS = 100, BUSY_THREADS = 4, FORKING_THREADS = 16, USUAL_TIMES = 8, PATIENCE_SECONDS = 20 };

static struct provider provider;
static struct browser signed_in;
static atomic_bool stop;
static int times;

static bool login_starts(st_app *app) {
    struct browser visitor = {0};
    struct visit visit;
    browser_visit(&visitor, app, "GET", "/auth/login", &visit);
    return visit.action == ST_RESPOND && visit.status == 302;
}

static bool user_is_known(st_app *app) {
    char cookies[JAR_SIZE * COOKIE_CAPACITY], buffer[8192];
    size_t length = browser_cookie_header(&signed_in, cookies, sizeof cookies), written = 0;
    st_status status = st_user_from_cookie(app, cookies, length, buffer, sizeof buffer - 1, &written, NULL);
    buffer[written] = '\0';
    return status == ST_OK && strstr(buffer, "\"sub\":\"ada\"") != NULL;
}

/* The child's answer is its exit status; a child that hangs is ended by SIGALRM, which is no exit at all. */
static bool child_succeeds(bool (*work)(st_app *), st_app *app) {
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        alarm(PATIENCE_SECONDS);
        _exit(work(app) ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool everything_works(st_app *app) {
    return user_is_known(app) && login_starts(app);
}

static bool own_application_works(st_app *unused) {
    (void)unused;
    st_app *app = make_app(&provider);
    bool works = everything_works(app);
    st_app_free(app);
    return works;
}

static bool grandchild_works(st_app *app) {
    return everything_works(app) && child_succeeds(everything_works, app);
}

static void *stay_busy(void *argument) {
    st_app *shared = argument;
    while (!atomic_load(&stop)) {
        st_app *own = make_app(&provider);
        CHECK(everything_works(own) && everything_works(shared));
        st_app_free(own);
    }
    return NULL;
}

static void while_threads_are_inside(st_app *app) {
    pthread_t threads[BUSY_THREADS];
    for (int i = 0; i < BUSY_THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, stay_busy, app) == 0);
    for (int i = 0; i < FORKS; i++) {
        CHECK(child_succeeds(everything_works, app));
        CHECK(child_succeeds(own_application_works, app));
    }
    atomic_store(&stop, true);
    for (int i = 0; i < BUSY_THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* Between two forks it is inside the library, while the others fork. */
static void *fork_often(void *app) {
    for (int i = 0; i < times; i++) {
        CHECK(everything_works(app));
        CHECK(child_succeeds(i % 2 == 0 ? everything_works : own_application_works, app));
    }
    return NULL;
}

static void from_many_threads(st_app *app) {
    pthread_t threads[FORKING_THREADS];
    for (int i = 0; i < FORKING_THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, fork_often, app) == 0);
    for (int i = 0; i < FORKING_THREADS; i++)
        pthread_join(threads[i], NULL);
}

int main(int count, char **arguments) {
    struct visit visit;
    times = count > 1 ? atoi(arguments[1]) : USUAL_TIMES;
    provider_start(&provider);
    /* Nobody is signed in yet: shows that a failing child is noticed. */
    CHECK(!child_succeeds(own_application_works, NULL));
    st_app *app = make_app(&provider);
    browser_login(&signed_in, app, &provider, &visit);
    CHECK(child_succeeds(everything_works, app));
    CHECK(child_succeeds(own_application_works, NULL));
    CHECK(child_succeeds(grandchild_works, app));
    while_threads_are_inside(app);
    from_many_threads(app);
    CHECK(everything_works(app));
    st_app_free(app);
    provider_stop(&provider);
    return check_summary();
}
