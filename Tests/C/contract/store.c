/* A session store in the host's hands: what it is asked, and what its answers are worth. */
#include "support/application.h"
#include "support/browser.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct provider provider;

enum { PLACES = 64, NORMAL = 0, FAILS, SAYS_NOTHING, IS_LONG, REPEATS, CUTS };

struct place {
    char key[80];
    uint8_t *bytes;
    size_t length;
    uint64_t version;
};

struct store {
    struct place places[PLACES];
    int behaviour, released;
    int64_t timeout, lifetime;
    st_record *record; /* of the last call */
};

static struct place *find(struct store *store, const char *key) {
    for (int i = 0; i < PLACES; i++)
        if (strcmp(store->places[i].key, key) == 0)
            return &store->places[i];
    return NULL;
}

static st_status get(const char *key, int64_t timeout, st_record *record, void *user_data) {
    struct store *store = user_data;
    struct place *place = find(store, key);
    store->timeout = timeout;
    store->record = record;
    if (store->behaviour == FAILS)
        return ST_NETWORK_ERROR;
    if (place == NULL || store->behaviour == SAYS_NOTHING)
        return ST_OK;
    if (store->behaviour == IS_LONG) {
        CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large",
                    st_record_set(record, place->bytes, 1100001, place->version, &error));
        CHECK_FAILS(ST_LIMIT_EXCEEDED, "too_large",
                    st_record_set(record, place->bytes, SIZE_MAX, place->version, &error));
        CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument", st_record_set(record, NULL, 1, 1, &error));
        CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_record_set(NULL, place->bytes, 1, 1, &error));
        return ST_OK;
    }
    size_t length = store->behaviour == CUTS ? place->length / 2 : place->length;
    CHECK_OK(st_record_set(record, place->bytes, length, place->version, &error));
    if (store->behaviour == REPEATS)
        CHECK_FAILS(ST_INVALID_ARGUMENT, "out_of_sequence", st_record_set(record, place->bytes, length, 1, &error));
    return ST_OK;
}

static st_status put(const char *key, const uint8_t *bytes, size_t length, uint64_t version, uint64_t expected,
                     int64_t lifetime, int64_t timeout, int32_t *out_stored, void *user_data) {
    struct store *store = user_data;
    struct place *place = find(store, key);
    (void)timeout;
    store->lifetime = lifetime;
    if (store->behaviour == FAILS)
        return ST_NETWORK_ERROR;
    if (store->behaviour == SAYS_NOTHING)
        return ST_OK;
    CHECK(strlen(key) <= 64 && version != 0);
    *out_stored = (place == NULL ? 0 : place->version) == expected;
    if (!*out_stored)
        return ST_OK;
    place = place == NULL ? find(store, "") : place;
    snprintf(place->key, sizeof place->key, "%s", key);
    free(place->bytes);
    place->bytes = malloc(length + 1);
    memcpy(place->bytes, bytes, length);
    place->length = length;
    place->version = version;
    return ST_OK;
}

static st_status delete (const char *key, int64_t timeout, void *user_data) {
    struct store *store = user_data;
    struct place *place = find(store, key);
    (void)timeout;
    if (store->behaviour == FAILS)
        return ST_NETWORK_ERROR;
    if (place != NULL) {
        free(place->bytes);
        *place = (struct place){0};
    }
    return ST_OK;
}

static void release(void *user_data) {
    ((struct store *)user_data)->released++;
}

static int count_sessions(const struct store *store) {
    int sessions = 0;
    for (int i = 0; i < PLACES; i++)
        sessions += strncmp(store->places[i].key, "s:", 2) == 0;
    return sessions;
}

static st_app *app_with(struct store *store) {
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_OK(st_config_set_session_store(config, get, put, delete, store, release, &error));
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}

static bool is_signed_in(const struct browser *browser, st_app *app) {
    char cookie[8192], json[4096];
    size_t length = browser_cookie_header(browser, cookie, sizeof cookie), written = 0;
    CHECK_OK(st_user_from_cookie(app, cookie, length, json, sizeof json, &written, &error));
    return written > 21 && strncmp(json, "{\"is_logged_in\":true,", 21) == 0;
}

static void clear(struct store *store) {
    for (int i = 0; i < PLACES; i++)
        free(store->places[i].bytes);
}

static void session_is_in_the_store(void) {
    struct store store = {0};
    struct browser browser = {0};
    struct visit visit;
    st_app *app = app_with(&store);
    browser_login(&browser, app, &provider, &visit);
    CHECK(visit.status == 302 && count_sessions(&store) == 1 && store.lifetime == 30 * 86400);
    const char *session = NULL, name[] = "stauth_session=";
    for (int i = 0; i < JAR_SIZE && session == NULL; i++)
        session = strstr(browser.cookies[i], name);
    CHECK(session != NULL && strlen(session) <= strlen(name) + 120);
    CHECK(is_signed_in(&browser, app) && store.timeout == 200);
    st_request *request = browser_request(&browser, app, "GET", "/");
    CHECK(st_request_may_block(request) == 1);
    st_request_free(request);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_handle", st_record_set(store.record, NULL, 0, 1, &error));
    struct browser copy = browser;
    browser_visit(&browser, app, "POST", "/auth/logout", &visit);
    CHECK(visit.status == 303 && count_sessions(&store) == 0 && !is_signed_in(&copy, app));
    st_app_free(app);
    CHECK(store.released == 1);
    clear(&store);
}

static void wrong_answers_sign_nobody_in(void) {
    static const int behaviours[] = {FAILS, SAYS_NOTHING, IS_LONG, CUTS};
    struct store store = {0};
    struct browser browser = {0};
    struct visit visit;
    st_app *app = app_with(&store);
    browser_login(&browser, app, &provider, &visit);
    for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
        store.behaviour = behaviours[i];
        CHECK(!is_signed_in(&browser, app));
    }
    store.behaviour = REPEATS;
    CHECK(is_signed_in(&browser, app));
    /* A login that is not stored fails. */
    static const int silent[] = {FAILS, SAYS_NOTHING};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        struct browser other = {0};
        store.behaviour = silent[i];
        browser_login(&other, app, &provider, &visit);
        CHECK(visit.status == 503 && strcmp(visit.error_code, "session_store_failed") == 0);
    }
    st_app_free(app);
    clear(&store);
}

static void functions_come_together(void) {
    struct store store = {0};
    st_app *app = NULL;
    st_config *config = make_config(&provider);
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_config_set_session_store(config, get, NULL, delete, &store, release, &error));
    CHECK_FAILS(ST_INVALID_ARGUMENT, "invalid_argument",
                st_config_set_session_store(config, NULL, put, delete, &store, release, &error));
    CHECK(store.released == 0);
    CHECK_OK(st_config_set_session_store(config, get, put, delete, &store, release, &error));
    CHECK_OK(st_config_set(config, "auth.session_store", "memory", &error));
    CHECK_FAILS(ST_CONFIGURATION_ERROR, "configuration_invalid", st_app_new(config, &app, &error));
    CHECK_OK(st_config_set_session_store(config, NULL, NULL, NULL, NULL, NULL, &error));
    CHECK(store.released == 1);
    CHECK_OK(st_app_new(config, &app, &error));
    st_app_free(app);
    st_config_free(config);
}

int main(void) {
    provider_start(&provider);
    session_is_in_the_store();
    wrong_answers_sign_nobody_in();
    functions_come_together();
    provider_stop(&provider);
    return check_summary();
}
