/* The first requests of a process to a provider over TLS: its metadata and its keys, by the library or by libcurl
   alone, which both are loaded for it. Then the first requests to another provider. More arguments: "stauth" or
   "libcurl", and the origins of two providers. */
#include "bench.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stauth.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const paths[] = {"/.well-known/openid-configuration", "/jwks"};

static st_app *open_app(const struct bench *bench, const char *origin, const char *authorities) {
    char url[256];
    size_t length = 0;
    st_config *config = NULL;
    st_app *app = NULL;
    char *toml = bench_read(bench, "secrets", &length);
    snprintf(url, sizeof url, "%s%s", origin, paths[0]);
    MUST(st_config_new(&config, NULL) == ST_OK);
    MUST(st_config_load_toml(config, toml, length, NULL) == ST_OK);
    MUST(st_config_set(config, "auth.server_metadata_url", url, NULL) == ST_OK);
    MUST(st_config_set(config, "auth.ca_file", authorities, NULL) == ST_OK);
    MUST(st_app_new(config, &app, NULL) == ST_OK);
    st_config_free(config);
    free(toml);
    return app;
}

static size_t ignore(char *bytes, size_t size, size_t count, void *data) {
    (void)bytes;
    (void)data;
    return size * count;
}

/* dlsym() returns an object pointer, which ISO C does not convert to a function pointer. */
static void find(void *library, const char *name, void *out) {
    void *symbol = dlsym(library, name);
    MUST(symbol != NULL);
    memcpy(out, &symbol, sizeof symbol);
}

/* With a handle that keeps its connection and the authorities. */
static void get_with_libcurl(const char *origin, const char *authorities) {
    static CURL *transfer;
    static CURLcode (*setopt)(CURL *, CURLoption, ...), (*perform)(CURL *);
    if (transfer == NULL) {
        CURL *(*init)(void);
        void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
        MUST(library != NULL);
        find(library, "curl_easy_init", &init);
        find(library, "curl_easy_setopt", &setopt);
        find(library, "curl_easy_perform", &perform);
        transfer = init();
    }
    setopt(transfer, CURLOPT_CAINFO, authorities);
    setopt(transfer, CURLOPT_CAPATH, NULL);
    setopt(transfer, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    setopt(transfer, CURLOPT_WRITEFUNCTION, ignore);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char url[256];
        snprintf(url, sizeof url, "%s%s", origin, paths[i]);
        setopt(transfer, CURLOPT_URL, url);
        MUST(perform(transfer) == CURLE_OK);
    }
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    MUST(bench.more_count == 3);
    bool is_ours = strcmp(bench.more[0], "stauth") == 0;
    char authorities[4096];
    snprintf(authorities, sizeof authorities, "%s/authorities.pem", bench.inputs);
    st_app *apps[2] = {NULL, NULL};
    for (int i = 0; is_ours && i < 2; i++)
        apps[i] = open_app(&bench, bench.more[1 + i], authorities);
    for (int i = 0; i < 2; i++) {
        double cpu = bench_cpu_seconds(), wall = bench_wall_seconds();
        if (is_ours)
            MUST(st_app_preload(apps[i], NULL) == ST_OK);
        else
            get_with_libcurl(bench.more[1 + i], authorities);
        cpu = bench_cpu_seconds() - cpu;
        wall = bench_wall_seconds() - wall;
        printf("{\"name\": \"%s requests over TLS, %s\", \"iterations\": 1, \"seconds\": %.9f, \"wall\": %.9f}\n",
               i == 0 ? "first" : "another provider's first", bench.more[0], cpu, wall);
        st_app_free(apps[i]);
    }
    return 0;
}
