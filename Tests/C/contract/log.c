/* The log that is written to a file descriptor. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <fcntl.h>
#include <pthread.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct provider provider;
static struct browser browser;

static st_app *make_logging_app(int fd) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_log_to_fd(config, fd, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

static void refuse_a_login(st_app *app) {
    struct visit visit;
    browser_visit(&browser, app, "GET", "/oauth2callback?state=x&code=y", &visit);
    CHECK_TEXT(visit.error_code, "state_mismatch");
}

static bool matches(const char *text, const char *pattern) {
    regex_t compiled;
    CHECK(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) == 0);
    bool found = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return found;
}

static void line_for_each_event(void) {
    char lines[4096] = "";
    int ends[2];
    CHECK(pipe(ends) == 0);
    st_app *app = make_logging_app(ends[1]);
    refuse_a_login(app);
    st_app_free(app);
    close(ends[1]);
    ssize_t length = read(ends[0], lines, sizeof lines - 1);
    CHECK(length > 0 && lines[length - 1] == '\n');
    CHECK(matches(lines, "(^|\n)time=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z level=warning "
                         "event=login_refused [^\n]*code=state_mismatch"));
    CHECK(read(ends[0], lines, sizeof lines) == 0);
    close(ends[0]);
}

/* A reader that is gone ends neither the process nor the login. */
static void closed_reader(void) {
    int ends[2];
    sigset_t pending;
    CHECK(pipe(ends) == 0);
    st_app *app = make_logging_app(ends[1]);
    close(ends[0]);
    refuse_a_login(app);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGPIPE) == 0);
    st_app_free(app);
    close(ends[1]);
}

/* A signal of the host's own that waited before still waits afterwards. */
static void pending_signal_stays(void) {
    int ends[2];
    sigset_t pipe_signal, pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, NULL);
    raise(SIGPIPE);
    CHECK(pipe(ends) == 0);
    st_app *app = make_logging_app(ends[1]);
    close(ends[0]);
    refuse_a_login(app);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGPIPE) == 1);
    CHECK(sigwaitinfo(&pipe_signal, NULL) == SIGPIPE);
    pthread_sigmask(SIG_UNBLOCK, &pipe_signal, NULL);
    st_app_free(app);
    close(ends[1]);
}

/* With O_NONBLOCK, lines are lost while nobody reads; nothing waits. */
static void reader_that_stands_still(void) {
    char filling[4096] = {0};
    int ends[2];
    CHECK(pipe2(ends, O_NONBLOCK) == 0);
    st_app *app = make_logging_app(ends[1]);
    while (write(ends[1], filling, sizeof filling) > 0)
        ;
    refuse_a_login(app);
    st_app_free(app);
    close(ends[0]);
    close(ends[1]);
}

static int released;

static void count_release(void *user_data) {
    (void)user_data;
    released++;
}

static int events;

static void count_event(int32_t level, const char *line, void *user_data) {
    (void)level, (void)line, (void)user_data;
    events++;
}

/* The later of the two is the log, and -1 turns it off. */
static void takes_the_place_of_the_callback(void) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    FILE *file = tmpfile();
    CHECK_OK(st_config_set_log(config, count_event, NULL, count_release, &error));
    CHECK_OK(st_config_log_to_fd(config, fileno(file), &error));
    CHECK(released == 1);
    CHECK_OK(st_config_set_log(config, count_event, NULL, count_release, &error));
    CHECK_OK(st_config_log_to_fd(config, -1, &error));
    CHECK(released == 2);
    CHECK_OK(st_app_new(config, &app, &error));
    refuse_a_login(app);
    CHECK(events == 0 && lseek(fileno(file), 0, SEEK_END) == 0);
    st_app_free(app);
    st_config_free(config);
    fclose(file);
}

static void descriptors_that_cannot_be_written(void) {
    st_config *config = make_config(&provider);
    int reading = open("/dev/null", O_RDONLY), named = open("/", O_PATH);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_config_log_to_fd(config, reading, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_config_log_to_fd(config, named, &error));
    close(reading);
    close(named);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_config_log_to_fd(config, reading, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_config_log_to_fd(config, -2, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_config_log_to_fd(NULL, 2, &error));
    st_config_free(config);
}

int main(void) {
    line_for_each_event();
    closed_reader();
    pending_signal_stays();
    reader_that_stands_still();
    takes_the_place_of_the_callback();
    descriptors_that_cannot_be_written();
    return check_summary();
}
