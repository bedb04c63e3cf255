/* What a program has of its own, for the code of docs/native.md: native_page SETTINGS SECRET [device]
   The "browser" is whoever reads the address from stdout, and writes the targets that come back to stdin. */
#include <err.h>
#include <stauth.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

st_status start(st_config *config, const char *address, const char *secret, const char *session, st_request **out,
                st_error **error);
st_status sign_in(st_request *request, st_error **error);
st_status sign_in_elsewhere(st_request *request, st_error **error);
void open_browser(const char *url);
bool next_request(char *target, size_t capacity);
void send_response(const st_request *request);

void open_browser(const char *url) {
    printf("%s\n", url);
}

bool next_request(char *target, size_t capacity) {
    fflush(stdout);
    if (fgets(target, (int)capacity, stdin) == NULL)
        return false;
    target[strcspn(target, "\n")] = '\0';
    return true;
}

void send_response(const st_request *request) {
    printf("%d\n", st_request_response_status(request));
}

int main(int count, char **arguments) {
    st_config *config = NULL;
    st_request *request = NULL;
    st_error *error = NULL;
    const char *session = NULL;
    size_t length = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count < 3 || st_config_new(&config, &error) != ST_OK ||
        st_config_load_file(config, arguments[1], &error) != ST_OK ||
        start(config, "http://127.0.0.1:49152/oauth2callback", arguments[2], "", &request, &error) != ST_OK ||
        (count > 3 ? sign_in_elsewhere(request, &error) : sign_in(request, &error)) != ST_OK ||
        st_native_session(request, &session, &length, &error) != ST_OK || length == 0)
        errx(1, "%s", st_error_code(error != NULL ? error : st_request_error(request)));
    printf("%s\n", st_request_is_logged_in(request) ? "signed in" : "not signed in");
    return 0;
}
