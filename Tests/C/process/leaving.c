/* The process calls exit() while threads are inside the library and its applications are alive: it ends at once, with
   the status that it was given. The process that ends has not used OpenSSL itself. Argument: how many times. */
#include "support/browser.h"
#include "support/check.h"
#include "support/http_provider.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { USUAL_TIMES = 60, THREADS = 8, STATUS = 7, PATIENCE_SECONDS = 30 };

static struct http_provider server;
static const char *cookies;
static char toml[512];
static sem_t inside;

/* An application is started, used and freed. What comes of it is not checked: the process is ending. */
static void start_another(void) {
    st_config *config = NULL;
    st_app *app = NULL;
    if (st_config_new(&config, NULL) == ST_OK && st_config_load_toml(config, toml, strlen(toml), NULL) == ST_OK &&
        st_app_new(config, &app, NULL) == ST_OK)
        st_app_preload(app, NULL);
    st_app_free(app);
    st_config_free(config);
}

static void *stay_busy(void *app) {
    char user[4096];
    for (unsigned round = 0; app != NULL; round++) {
        size_t written = 0;
        st_request *request = NULL;
        st_action action = ST_PROCEED;
        st_user_from_cookie(app, cookies, strlen(cookies), user, sizeof user, &written, NULL);
        if (st_request_new(app, "GET", "/auth/login", &request, NULL) == ST_OK)
            st_request_begin(request, &action, NULL);
        st_request_free(request);
        start_another();
        if (round == 2)
            sem_post(&inside);
    }
    return NULL;
}

/* Each time at another moment. */
static void leave(int number) {
    pthread_t threads[THREADS];
    st_app *app = make_http_app(&server);
    snprintf(toml, sizeof toml,
             "[auth]\n"
             "redirect_uri = \"http://localhost:8000/oauth2callback\"\n"
             "cookie_secret = \"k8VxTzq4NfWm2RbYcJ7sLhPd\"\n"
             "client_id = \"client\"\n"
             "server_metadata_url = \"%s/.well-known/openid-configuration\"\n",
             server.origin);
    alarm(PATIENCE_SECONDS);
    sem_init(&inside, 0, 0);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, stay_busy, app) != 0)
            _exit(1);
    for (int i = 0; i < THREADS; i++)
        sem_wait(&inside);
    for (volatile int i = 0; i < number * 1000; i++) {
    }
    exit(STATUS);
}

static void start_and_leave(const char *jar, int number) {
    char text[16];
    int status = 0;
    snprintf(text, sizeof text, "%d", number);
    pid_t child = fork();
    if (child == 0) {
        execl("/proc/self/exe", "process.leaving", server.origin, jar, text, (char *)NULL);
        _exit(1);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == STATUS);
}

int main(int count, char **arguments) {
    struct provider provider;
    struct browser browser = {0};
    struct visit visit;
    char jar[JAR_SIZE * COOKIE_CAPACITY];
    if (count == 4) {
        snprintf(server.origin, sizeof server.origin, "%s", arguments[1]);
        cookies = arguments[2];
        leave(atoi(arguments[3]));
    }
    int times = count > 1 ? atoi(arguments[1]) : USUAL_TIMES;
    provider_start(&provider);
    http_provider_start(&server, &provider);
    st_app *app = make_http_app(&server);
    browser_login(&browser, app, &provider, &visit);
    CHECK(browser_cookie_header(&browser, jar, sizeof jar) > 0);
    for (int i = 0; i < times; i++)
        start_and_leave(jar, i);
    st_app_free(app);
    http_provider_stop(&server);
    provider_stop(&provider);
    return check_summary();
}
