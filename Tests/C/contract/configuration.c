/* Settings: files that cannot be read, later keys before earlier ones, one configuration for several applications. */
#include "support/application.h"
#include "support/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct provider provider;
static char folder[] = "/tmp/stauth-configuration-XXXXXX";

static const char *path_of(const char *name) {
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text, off_t length) {
    int file = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    if (length > 0)
        CHECK(ftruncate(file, length) == 0);
    close(file);
}

static void remove_files(void) {
    static const char *const names[] = {"secrets.toml", "client_secret", "large.toml", "fifo"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(path_of(names[i]));
    rmdir(folder);
}

static void files_that_cannot_be_read(void) {
    st_config *config = NULL;
    CHECK_OK(st_config_new(&config, &error));
    write_file("large.toml", "[auth]\n", (1 << 20) + 1);
    CHECK(mkfifo(path_of("fifo"), 0600) == 0);
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid",
                st_config_load_file(config, path_of("missing"), &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_config_load_file(config, folder, &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_config_load_file(config, path_of("fifo"), &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid",
                st_config_load_file(config, path_of("large.toml"), &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_config_load_file(config, "", &error));
    st_config_free(config);
}

static void file_beside_the_file(void) {
    static const char reference[] = "{file = 'client_secret'}";
    char toml[2048];
    st_config *config = NULL;
    st_app *app = NULL;
    snprintf(toml, sizeof toml, "%s", test_toml);
    memcpy(strstr(toml, "\"a secret of the client\""), reference, strlen(reference));
    CHECK_OK(st_config_new(&config, &error));
    write_file("secrets.toml", toml, 0);
    CHECK_OK(st_config_load_file(config, path_of("secrets.toml"), &error));
    write_file("client_secret", "from a file\n", 0);
    CHECK_OK(st_config_load_file(config, path_of("secrets.toml"), &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_app_free(app);
    st_config_free(config);
}

/* An application keeps what it was made of, whatever happens to the configuration afterwards. */
static void applications_are_independent(void) {
    st_app *first = NULL, *second = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_app_new(config, &first, &error));
    CHECK_OK(st_config_set(config, "auth.nonsense", "1", &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_app_new(config, &second, &error));
    CHECK_OK(st_app_preload(first, &error));
    st_config_free(config);
    CHECK_OK(st_app_preload(first, &error));
    st_app_free(first);
}

static void later_keys_replace_earlier_ones(void) {
    static const char wrong[] = "[auth]\nredirect_uri = \"ftp://app.example/\"\n";
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_load_toml(config, wrong, strlen(wrong), &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_app_new(config, &app, &error));
    CHECK_OK(st_config_set(config, "auth.redirect_uri", "https://app.example/oauth2callback", &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_app_free(app);
    st_config_free(config);
}

/* A file that is not TOML changes nothing of what was read before. */
static void broken_toml_changes_nothing(void) {
    static const char broken[] = "[auth]\nredirect_uri = \"ftp://app.example/\"\nclient_id =\n";
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid",
                st_config_load_toml(config, broken, strlen(broken), &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_app_free(app);
    st_config_free(config);
}

int main(void) {
    CHECK(mkdtemp(folder) != NULL);
    provider_start(&provider);
    files_that_cannot_be_read();
    file_beside_the_file();
    applications_are_independent();
    later_keys_replace_earlier_ones();
    broken_toml_changes_nothing();
    provider_stop(&provider);
    remove_files();
    return check_summary();
}
