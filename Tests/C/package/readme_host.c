/* What docs/c.md leaves to the host: here, a visitor who prints. readme.sh puts this behind the page's own code. */

void make_page(struct visit *visit, st_request *request) {
    const char *user = NULL;
    (void)visit;
    if (st_request_user_json(request, &user, NULL, NULL) == ST_OK)
        printf("page %s\n", user);
}

void send_header(struct visit *visit, const char *name, const char *value) {
    (void)visit, (void)name, (void)value;
}

void send_page(struct visit *visit) {
    (void)visit;
}

void send_body(struct visit *visit, int32_t status, const char *body, size_t length) {
    (void)visit;
    printf("status %d, asks: %d\n", (int)status, length > 0 && body[0] == '<');
}

int main(int count, char **arguments) {
    struct visit page = {.method = "GET", .target = "/report?id=3"};
    struct visit logout = {.method = "GET", .target = "/auth/logout", .fetch_site = "none"};
    st_app *app = count > 1 ? start(arguments[1]) : NULL;
    int failed = app == NULL || answer(app, &page, NULL) != ST_OK || answer(app, &logout, NULL) != ST_OK;
    st_app_free(app);
    return failed;
}
