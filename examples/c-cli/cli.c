/* A command whose users sign in: c-cli login [--device] [PROVIDER] | whoami | token | logout
   Settings are in ~/.config/c-cli/settings.toml, or where C_CLI_SETTINGS says; the session is in ~/.c-cli, or where
   C_CLI_SESSION says. See docs/native.md. */
#define _POSIX_C_SOURCE 200809L
#include "keep.h"
#include "loopback.h"

#include <err.h>
#include <stauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Ends the program unless a call succeeds. It passes `&error` as its last argument. */
#define REQUIRE(call)                                                                                                  \
    do {                                                                                                               \
        st_error *error = NULL;                                                                                        \
        if ((call) != ST_OK)                                                                                           \
            errx(1, "%s: %s", st_error_code(error), st_error_message(error));                                          \
    } while (0)

/* Says where to go. The browser is a second way, which may not be there, and whose arguments others on this machine can
   read: see docs/native.md. BROWSER=true starts none. */
static void show(const char *sentence, const char *url) {
    fprintf(stderr, "%s\n  %s\n", sentence, url);
    const char *browser = getenv("BROWSER") != NULL ? getenv("BROWSER") : "xdg-open";
    pid_t child = fork(), other;
    if (child == 0) {
        other = fork(); /* nobody waits for a browser */
        if (other == 0 && freopen("/dev/null", "w", stdout) != NULL && freopen("/dev/null", "w", stderr) != NULL)
            execlp(browser, browser, url, (char *)NULL);
        _exit(0);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
}

/* The program as the provider knows it. `port`: 0 if no browser returns. */
static st_app *make_app(const struct kept *kept, int port) {
    char path[LONGEST_PATH], address[64];
    st_config *config = NULL;
    st_app *app = NULL;
    find_settings(path);
    snprintf(address, sizeof address,
             port == 0 ? "http://127.0.0.1/oauth2callback" : "http://127.0.0.1:%d/oauth2callback", port);
    REQUIRE(st_config_new(&config, &error));
    REQUIRE(st_config_load_file(config, path, &error));
    REQUIRE(st_config_set(config, "auth.redirect_uri", address, &error));
    REQUIRE(st_config_set(config, "auth.cookie_secret", kept->secret, &error));
    if (getenv("C_CLI_LOG") != NULL)
        REQUIRE(st_config_log_to_fd(config, STDERR_FILENO, &error));
    REQUIRE(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

static st_request *make_request(st_app *app, const struct kept *kept) {
    st_request *request = NULL;
    st_action action;
    REQUIRE(st_native_new(app, kept->session, strlen(kept->session), &request, &error));
    REQUIRE(st_request_begin(request, &action, &error));
    return request;
}

/* Writes the session if it has changed. Before anything is printed: who reads that may end the program. */
static void keep_session(st_request *request, struct kept *kept) {
    const char *session = NULL;
    REQUIRE(st_native_session(request, &session, NULL, &error));
    if (strcmp(session, kept->session) != 0)
        keep_write(kept, session);
}

/* Prints a token, the user, or why there is none; gives the program's status. */
static int report(st_request *request, const char *token) {
    const st_error *refusal = token == NULL ? st_request_error(request) : NULL;
    if (refusal != NULL)
        warnx("%s: %s", st_error_code(refusal), st_error_message(refusal));
    else if (puts(token != NULL ? token : st_user_json()) == EOF || fflush(stdout) != 0)
        err(1, "standard output");
    return refusal != NULL;
}

static void log_in(st_request *request, int listener, const char *provider) {
    st_action action;
    REQUIRE(st_native_login(request, provider, &action, &error));
    show("Sign in with your browser:", st_native_url(request));
    while (st_native_is_pending(request))
        if (!loopback_serve(request, listener))
            errx(1, "nobody has signed in");
}

static void log_in_elsewhere(st_request *request, const char *provider) {
    st_action action;
    REQUIRE(st_native_device_login(request, provider, &action, &error));
    fprintf(stderr, "Go to %s\nand enter the code %s\n", st_native_verification_uri(request),
            st_native_user_code(request));
    while (st_native_is_pending(request)) {
        int64_t wait = st_native_wait_ms(request);
        nanosleep(&(struct timespec){wait / 1000, wait % 1000 * 1000000}, NULL);
        REQUIRE(st_native_poll(request, &action, &error));
    }
}

int main(int count, char **arguments) {
    const char *command = count > 1 ? arguments[1] : "";
    int is_login = strcmp(command, "login") == 0, is_logout = strcmp(command, "logout") == 0;
    int is_token = strcmp(command, "token") == 0;
    if (!is_login && !is_logout && !is_token && strcmp(command, "whoami") != 0)
        errx(2, "usage: c-cli login [--device] [PROVIDER] | whoami | token | logout");
    int is_device = is_login && count > 2 && strcmp(arguments[2], "--device") == 0;
    const char *provider = count > 2 + is_device ? arguments[2 + is_device] : NULL;
    int port = 0, listener = is_login && !is_device ? loopback_listen(&port) : -1;
    struct kept kept;
    keep_read(&kept, !is_login); /* a login may take minutes, and uses no session */
    if (is_login)
        kept.session[0] = '\0';
    st_app *app = make_app(&kept, port);
    st_request *request = make_request(app, &kept);
    REQUIRE(st_request_bind(request, &error)); /* one user for the whole program */
    const char *token = NULL;
    st_action action;
    if (is_device)
        log_in_elsewhere(request, provider);
    else if (is_login)
        log_in(request, listener, provider);
    else if (is_token)
        st_request_access_token(request, &action, &token, NULL, NULL, NULL); /* st_request_error() has its failure */
    else if (is_logout)
        st_logout();
    if (is_logout)
        keep_nothing(&kept);
    else
        keep_session(request, &kept);
    if (is_logout && st_native_url(request) != NULL) /* with the ID token, which is for no command line */
        fprintf(stderr, "Sign out at the provider, too:\n  %s\n", st_native_url(request));
    int status = report(request, token);
    st_request_free(request);
    st_app_free(app);
    return status;
}
