/* How long a new process takes until it can do its first check: startup INPUTS 1 1 WHAT [LIBRARY]. WHAT is libcrypto,
   libcurl or iddawc, to load these, OpenSSL, to load libcrypto and look up two algorithms, or stauth, to load LIBRARY,
   make an application and open a session's cookie. */
#include "memory.h"

#include <dlfcn.h>
#include <stauth.h>
#include <stdlib.h>
#include <valgrind/callgrind.h>

static struct bench bench;
static double cpu, wall;

static void begin(void) {
    cpu = bench_cpu_seconds();
    wall = bench_wall_seconds();
    CALLGRIND_TOGGLE_COLLECT;
}

static void end(const char *name) {
    CALLGRIND_TOGGLE_COLLECT;
    double wall_now = bench_wall_seconds(), cpu_now = bench_cpu_seconds();
    CALLGRIND_DUMP_STATS_AT(name);
    printf("{\"name\": \"%s\", \"iterations\": 1, \"seconds\": %.9f, \"wall\": %.9f}\n", name, cpu_now - cpu,
           wall_now - wall);
}

static void *load(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        fprintf(stderr, "%s\n", dlerror());
    MUST(library != NULL);
    return library;
}

static int is_loaded(const char *name) {
    char line[4096];
    int found = 0;
    FILE *file = fopen("/proc/self/maps", "r");
    MUST(file != NULL);
    while (fgets(line, sizeof line, file) != NULL)
        found |= strstr(line, name) != NULL;
    fclose(file);
    return found;
}

static void find(void *library, const char *name, void *out_function) {
    void *symbol = dlsym(library, name);
    MUST(symbol != NULL);
    memcpy(out_function, &symbol, sizeof symbol);
}

static void start_stauth(const char *path) {
    __typeof__(st_config_new) *config_new;
    __typeof__(st_config_load_toml) *config_load_toml;
    __typeof__(st_app_new) *app_new;
    __typeof__(st_user_from_cookie) *user_from_cookie;
    st_config *config = NULL;
    st_app *app = NULL;
    char user[16384];
    size_t toml_length = 0, cookie_length = 0, written = 0;
    char *toml = bench_read(&bench, "secrets", &toml_length);
    char *cookie = bench_read(&bench, "cookie", &cookie_length);
    long resident = memory_kilobytes("Rss:"), private = memory_kilobytes("Private_Dirty:");

    begin();
    void *library = load(path);
    find(library, "st_config_new", &config_new);
    find(library, "st_config_load_toml", &config_load_toml);
    find(library, "st_app_new", &app_new);
    find(library, "st_user_from_cookie", &user_from_cookie);
    double loaded = bench_wall_seconds();
    MUST(config_new(&config, NULL) == ST_OK);
    MUST(config_load_toml(config, toml, toml_length, NULL) == ST_OK);
    MUST(app_new(config, &app, NULL) == ST_OK);
    double made = bench_wall_seconds();
    MUST(user_from_cookie(app, cookie, cookie_length, user, sizeof user, &written, NULL) == ST_OK);
    double checked = bench_wall_seconds();
    end("start: stauth, to the first check");

    MUST(written > 1000);
    printf("{\"name\": \"start: stauth, dlopen\", \"iterations\": 1, \"seconds\": %.9f}\n", loaded - wall);
    printf("{\"name\": \"start: stauth, application\", \"iterations\": 1, \"seconds\": %.9f}\n", made - loaded);
    printf("{\"name\": \"start: stauth, first check\", \"iterations\": 1, \"seconds\": %.9f}\n", checked - made);
    printf("{\"name\": \"memory added: stauth\", \"value\": %ld}\n", memory_kilobytes("Rss:") - resident);
    printf("{\"name\": \"private memory added: stauth\", \"value\": %ld}\n",
           memory_kilobytes("Private_Dirty:") - private);
    printf("{\"name\": \"network libraries after the first check\", \"value\": %d}\n",
           is_loaded("libcurl") + is_loaded("libssl") + is_loaded("libgnutls"));
}

/* What anyone who hashes and encrypts with OpenSSL 3 does first. It makes OpenSSL read its configuration and look up
   all that it can do. */
static int fetch_algorithms(void *library) {
    void *(*fetch_digest)(void *, const char *, const char *) = NULL;
    void *(*fetch_cipher)(void *, const char *, const char *) = NULL;
    find(library, "EVP_MD_fetch", &fetch_digest);
    find(library, "EVP_CIPHER_fetch", &fetch_cipher);
    return fetch_digest(NULL, "SHA256", NULL) != NULL && fetch_cipher(NULL, "AES-256-GCM", NULL) != NULL;
}

static int initialise_iddawc(void *library) {
    int (*initialise)(void) = NULL;
    find(library, "i_global_init", &initialise);
    return initialise() == 0;
}

/* Another library, and its initialisation if it has one. */
static void start_other(const char *what, const char *path, int (*initialise)(void *library)) {
    char name[64];
    long resident = memory_kilobytes("Rss:"), private = memory_kilobytes("Private_Dirty:");
    begin();
    void *library = load(path);
    if (initialise != NULL)
        MUST(initialise(library));
    snprintf(name, sizeof name, "start: %s", what);
    end(name);
    printf("{\"name\": \"memory added: %s\", \"value\": %ld}\n", what, memory_kilobytes("Rss:") - resident);
    printf("{\"name\": \"private memory added: %s\", \"value\": %ld}\n", what,
           memory_kilobytes("Private_Dirty:") - private);
}

int main(int count, char **arguments) {
    bench = bench_open(count, arguments);
    MUST(bench.more_count >= 1);
    const char *what = bench.more[0];
    if (strcmp(what, "stauth") == 0 && bench.more_count == 2)
        start_stauth(bench.more[1]);
    else if (strcmp(what, "libcrypto") == 0)
        start_other(what, "libcrypto.so.3", NULL);
    else if (strcmp(what, "OpenSSL") == 0)
        start_other(what, "libcrypto.so.3", fetch_algorithms);
    else if (strcmp(what, "libcurl") == 0)
        start_other(what, "libcurl.so.4", NULL);
    else if (strcmp(what, "iddawc") == 0)
        start_other(what, "libiddawc.so.1.1", initialise_iddawc);
    else
        MUST(!"a known WHAT");
    return 0;
}
