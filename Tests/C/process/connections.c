/* Kept connections under valgrind: applications that fetch over TLS, end with their connections open, and fork; and
   connections that the provider does not keep.
   Argument: the path of support/tls_provider.py. */
#include "support/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { APPLICATIONS = 3, PAIRS = 16 };

static char folder[] = "/tmp/stauth-connections-XXXXXX", origin[128];

/* Gives the write end of its input: it ends when that is closed. */
static int start_provider(const char *script) {
    int input[2], output[2];
    CHECK(pipe(input) == 0 && pipe(output) == 0);
    if (fork() == 0) {
        dup2(input[0], STDIN_FILENO);
        dup2(output[1], STDOUT_FILENO);
        close(input[0]);
        close(input[1]);
        close(output[0]);
        close(output[1]);
        execlp("python3", "python3", "-B", script, folder, (char *)NULL);
        _exit(127);
    }
    close(input[0]);
    close(output[1]);
    FILE *lines = fdopen(output[0], "r");
    CHECK(fgets(origin, sizeof origin, lines) != NULL);
    origin[strcspn(origin, "\n")] = '\0';
    fclose(lines);
    return input[1];
}

static st_app *make_app(const char *path) {
    char toml[1024];
    snprintf(toml, sizeof toml,
             "[auth]\n"
             "redirect_uri = \"http://localhost:8000/oauth2callback\"\n"
             "cookie_secret = \"k8VxTzq4NfWm2RbYcJ7sLhPd\"\n"
             "client_id = \"client\"\n"
             "ca_file = \"%s/authority.pem\"\n"
             "server_metadata_url = \"%s%s/.well-known/openid-configuration\"\n",
             folder, origin, path);
    st_config *config = NULL;
    st_app *app = NULL;
    CHECK_OK(st_config_new(&config, &error));
    CHECK_OK(st_config_load_toml(config, toml, strlen(toml), &error));
    CHECK_OK(st_app_new(config, &app, &error));
    CHECK_OK(st_app_preload(app, &error));
    st_config_free(config);
    return app;
}

/* Frees what the parent made, without a word to the provider, and makes its own. */
static int be_a_child(st_app **apps) {
    for (int i = 0; i < APPLICATIONS; i++)
        st_app_free(apps[i]);
    st_app *own = make_app("");
    st_app_free(own);
    return check_summary();
}

/* Nothing was written to its other end, and it is open. */
static void check_untouched(int descriptor) {
    char byte;
    CHECK(recv(descriptor, &byte, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
}

/* A socket that ended with its answer is not looked at again: soon the host has others of that number. */
static void leave_ended_sockets_alone(void) {
    int pairs[PAIRS][2];
    st_app *app = make_app("/closing");
    for (int i = 0; i < PAIRS; i++)
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]) == 0);
    st_app_free(app);
    for (int i = 0; i < PAIRS; i++) {
        check_untouched(pairs[i][0]);
        check_untouched(pairs[i][1]);
        CHECK(close(pairs[i][0]) == 0 && close(pairs[i][1]) == 0);
    }
}

int main(int count, char **arguments) {
    CHECK(count == 2 && mkdtemp(folder) != NULL);
    int provider = start_provider(arguments[1]);
    st_app *apps[APPLICATIONS];
    leave_ended_sockets_alone();
    for (int i = 0; i < APPLICATIONS; i++)
        apps[i] = make_app("");
    pid_t child = fork();
    if (child == 0)
        return be_a_child(apps);
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    for (int i = 0; i < APPLICATIONS; i++)
        st_app_free(apps[i]);
    close(provider);
    char path[256];
    for (const char *const *name = (const char *const[]){"authority.pem", "key.pem", NULL}; *name != NULL; name++) {
        snprintf(path, sizeof path, "%s/%s", folder, *name);
        CHECK(unlink(path) == 0);
    }
    CHECK(rmdir(folder) == 0);
    return check_summary();
}
