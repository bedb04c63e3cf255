/* A guest in the host's process: loaded and unloaded a hundred times from a thread that ends, used in between, it
   leaves no thread, no signal handler and not a byte on stdout or stderr. Argument: the path of the library. */
#include "support/check.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 100 };

/* Port 1 of loopback: nobody listens, so that libcurl is loaded and used, and fails at once. */
static const char toml[] = "[auth]\n"
                           "redirect_uri = \"http://localhost:8000/oauth2callback\"\n"
                           "cookie_secret = \"k8VxTzq4NfWm2RbYcJ7sLhPd\"\n"
                           "client_id = \"client\"\n"
                           "server_metadata_url = \"http://127.0.0.1:1/.well-known/openid-configuration\"\n";

static const char *library_path;

static int thread_count(void) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; (entry = readdir(tasks)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/* The kernel lists a thread for a moment after it was joined. */
static bool is_alone(void) {
    for (int tries = 0; tries < 100000; tries++) {
        if (thread_count() == 1)
            return true;
        sched_yield();
    }
    return false;
}

/* The line of /proc/self/status that lists the signals with a handler. */
static void caught_signals(char *out, int capacity) {
    FILE *status = fopen("/proc/self/status", "r");
    do
        out[0] = '\0';
    while (fgets(out, capacity, status) != NULL && strncmp(out, "SigCgt:", 7) != 0);
    fclose(status);
}

/* dlsym() returns an object pointer, which ISO C does not convert to a function pointer. */
static void find(void *library, const char *name, void *out) {
    void *symbol = dlsym(library, name);
    CHECK(symbol != NULL);
    memcpy(out, &symbol, sizeof symbol);
}

/* Reaches a provider that is not there, as far as libcurl. */
static void use(void *library) {
    st_status (*config_new)(st_config **, st_error **), (*app_new)(const st_config *, st_app **, st_error **);
    st_status (*load_toml)(st_config *, const char *, size_t, st_error **), (*preload)(st_app *, st_error **);
    void (*config_free)(st_config *), (*app_free)(st_app *);
    const char *(*user_json)(void);
    st_config *config = NULL;
    st_app *app = NULL;
    find(library, "st_config_new", &config_new);
    find(library, "st_config_load_toml", &load_toml);
    find(library, "st_config_free", &config_free);
    find(library, "st_app_new", &app_new);
    find(library, "st_app_preload", &preload);
    find(library, "st_app_free", &app_free);
    find(library, "st_user_json", &user_json);
    CHECK(config_new(&config, NULL) == ST_OK);
    CHECK(load_toml(config, toml, strlen(toml), NULL) == ST_OK);
    CHECK(app_new(config, &app, NULL) == ST_OK);
    CHECK(preload(app, NULL) == ST_NETWORK_ERROR);
    CHECK(strcmp(user_json(), "{\"is_logged_in\":false}") == 0);
    app_free(app);
    config_free(config);
}

static void *load_use_unload(void *argument) {
    bool used = *(int *)argument % 10 == 0;
    void *library = dlopen(library_path, RTLD_NOW | RTLD_LOCAL);
    CHECK(library != NULL);
    if (library != NULL && used)
        use(library);
    if (library != NULL)
        CHECK(dlclose(library) == 0);
    return NULL;
}

static void *nothing(void *argument) {
    return argument;
}

/* Standard output and error go into a file meanwhile; returns how much was written there. */
static off_t rounds(void) {
    char path[] = "/tmp/stauth-load-XXXXXX";
    int file = mkstemp(path), out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
    unlink(path);
    fflush(NULL);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, load_use_unload, &i) == 0);
        pthread_join(thread, NULL);
    }
    fflush(NULL);
    off_t written = lseek(file, 0, SEEK_CUR);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(file);
    return written;
}

int main(int count, char **arguments) {
    char before[64], after[64];
    if (count != 2)
        return 2;
    library_path = arguments[1];

    /* The C library itself catches a signal from its first thread on. */
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, nothing, NULL) == 0);
    pthread_join(thread, NULL);
    caught_signals(before, sizeof before);
    CHECK(is_alone());
    CHECK(rounds() == 0);
    CHECK(is_alone());
    caught_signals(after, sizeof after);
    CHECK_TEXT(after, before);
    return check_summary();
}
