#include "calls.h"

#include "browser.h"
#include "provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*one_input)(const uint8_t *bytes, size_t length));

int fuzz_run(int count, char **arguments, int (*one_input)(const uint8_t *bytes, size_t length)) {
    return LLVMFuzzerRunDriver(&count, &arguments, one_input);
}

enum { LONGEST = 16384 };

static const char toml[] = "[auth]\n"
                           "redirect_uri = \"https://app.example/oauth2callback\"\n"
                           "cookie_secret = \"k8VxTzq4NfWm2RbYcJ7sLhPd\"\n"
                           "idle_timeout = \"1h\"\nsession_store = \"memory\"\n"
                           "expose_tokens = [\"id\", \"access\"]\n"
                           "client_id = \"client\"\n"
                           "client_secret = \"a secret of the client\"\n"
                           "server_metadata_url = \"https://provider.example/.well-known/openid-configuration\"\n";

static struct provider provider;
static st_app *app;
static char *script; /* what is left of the provider's answers */

static int64_t standing_clock(void *user_data) {
    (void)user_data;
    return TEST_TIME;
}

/* Cuts the next line off a text, which may be NULL. */
static char *next_line(char **text) {
    char *line = *text, *end = line == NULL ? NULL : strchr(line, '\n');
    *text = end == NULL ? NULL : end + 1;
    if (end != NULL)
        *end = '\0';
    return line;
}

/* Cuts the next answer off the script: what follows its first line. */
static char *next_answer(char **text, int32_t *status) {
    if (*text == NULL)
        return NULL;
    char *line = next_line(text), *answer = *text;
    *status = (int32_t)strtol(line, NULL, 10);
    char *end = answer == NULL ? NULL : strstr(answer, "\n--- ");
    *text = end == NULL ? NULL : end + strlen("\n--- ");
    if (end != NULL)
        *end = '\0';
    return answer;
}

static st_status transport(st_exchange *exchange, void *user_data) {
    int32_t status = 0;
    (void)user_data;
    if (script == NULL)
        return provider_transport(exchange, &provider);
    char *answer = next_answer(&script, &status), *line;
    while ((line = next_line(&answer)) != NULL && *line != '\0') {
        char *colon = strstr(line, ": ");
        if (colon == NULL)
            continue;
        *colon = '\0';
        st_exchange_add_header(exchange, line, colon + 2, NULL);
    }
    if (status == 0)
        return ST_NETWORK_ERROR;
    return st_exchange_respond(exchange, status, answer, answer == NULL ? 0 : strlen(answer), NULL);
}

static void set_up(void) {
    st_config *config = NULL;
    provider_start(&provider);
    provider.expires_in = 300;
    st_config_new(&config, NULL);
    st_config_load_toml(config, toml, sizeof toml - 1, NULL);
    st_config_set_clock(config, standing_clock, NULL, NULL, NULL);
    st_config_set_transport(config, transport, &provider, NULL, NULL);
    if (st_app_new(config, &app, NULL) != ST_OK || st_app_preload(app, NULL) != ST_OK)
        abort();
    st_config_free(config);
}

/* Begins a login for the state and the cookie that the input may want. */
static void begin_login(struct browser *browser, char *state, size_t capacity) {
    static struct visit visit;
    char callback[512];
    script = NULL;
    browser_visit(browser, app, "GET", "/auth/login", &visit);
    make_callback(visit.location, &provider, callback, sizeof callback);
    const char *found = strstr(callback, "state=");
    snprintf(state, capacity, "%s", found == NULL ? "" : found + strlen("state="));
}

/* The input with the state in place of "{state}"; to be freed. */
static char *fill_in(const uint8_t *bytes, size_t length, const char *state) {
    char *text = calloc(length + 1, 1), *filled = calloc(length * 8 + 1024, 1), *rest = text, *out = filled, *mark;
    for (size_t i = 0; i < length; i++)
        text[i] = bytes[i] == '\0' ? ' ' : (char)bytes[i];
    while ((mark = strstr(rest, "{state}")) != NULL && out - filled < (ptrdiff_t)length * 4) {
        *mark = '\0';
        out += sprintf(out, "%s%s", rest, state);
        rest = mark + strlen("{state}");
    }
    strcpy(out, rest);
    free(text);
    return filled;
}

static void send_request(char *head, const struct browser *browser) {
    st_action action = 0;
    const char *text = NULL;
    size_t length = 0;
    st_error *error = NULL;
    char *line = next_line(&head), *space = line == NULL ? NULL : strchr(line, ' ');
    if (space == NULL)
        return;
    *space = '\0';
    st_request *request = NULL;
    if (st_request_new(app, line, space + 1, &request, NULL) != ST_OK)
        return;
    char cookies[JAR_SIZE * COOKIE_CAPACITY];
    browser_cookie_header(browser, cookies, sizeof cookies);
    st_request_add_header(request, "Cookie", cookies, NULL);
    while ((line = next_line(&head)) != NULL && *line != '\0') {
        char *colon = strstr(line, ": ");
        if (colon == NULL)
            continue;
        *colon = '\0';
        st_request_add_header(request, line, colon + 2, NULL);
    }
    if (head != NULL)
        st_request_set_body(request, head, strlen(head), NULL);
    if (st_request_begin(request, &action, &error) == ST_OK && action == ST_PROCEED) {
        st_request_user_json(request, &text, &length, NULL);
        st_request_access_token(request, &action, &text, NULL, NULL, NULL);
        st_request_logout(request, NULL);
    }
    static struct visit visit;
    static struct browser other;
    memset(&other, 0, sizeof other);
    browser_receive(&other, request, &visit);
    st_error_free(error);
    st_request_free(request);
}

int fuzz_request(const uint8_t *bytes, size_t length) {
    struct browser browser = {0};
    char state[256];
    if (length > LONGEST)
        return 0;
    if (app == NULL)
        set_up();
    begin_login(&browser, state, sizeof state);
    char *text = fill_in(bytes, length, state), *answers = strstr(text, "\n--- ");
    if (answers != NULL) {
        *answers = '\0';
        script = answers + strlen("\n--- ");
    }
    send_request(text, &browser);
    script = NULL;
    free(text);
    return 0;
}
