#include "places.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

/* A folder that the environment names; NULL unless it is absolute. */
static const char *folder(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] == '/' ? value : NULL;
}

static void find(char path[LONGEST_PATH], const char *variable, const char *parent, const char *rest) {
    const char *own = getenv(variable);
    if (own == NULL && parent == NULL)
        errx(1, "neither %s nor HOME says where to look", variable);
    int length = snprintf(path, LONGEST_PATH, "%s%s", own != NULL ? own : parent, own != NULL ? "" : rest);
    if (length < 0 || length >= LONGEST_PATH)
        errx(1, "the path in %s or HOME is too long", variable);
}

void find_settings(char path[LONGEST_PATH]) {
    const char *config = folder("XDG_CONFIG_HOME");
    find(path, "C_CLI_SETTINGS", config != NULL ? config : folder("HOME"),
         config != NULL ? "/c-cli/settings.toml" : "/.config/c-cli/settings.toml");
}

void find_session(char path[LONGEST_PATH]) {
    find(path, "C_CLI_SESSION", folder("HOME"), "/.c-cli");
}
