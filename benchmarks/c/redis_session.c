/* A signed-in request whose session is in Redis, beside Redis' own round trip over libcurl, which the library uses too;
   and a refresh of such a session, with the requests to the provider that it takes. MORE: the server, as HOST:PORT. */
#include "relying_party.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct redis {
    CURL *transfer;
    struct pollfd socket;
    char command[256], reply[65536];
    size_t length; /* of the reply so far */
};

struct visitor {
    struct relying_party party;
    char *cookie;
    long refreshes;
    char *id_token;
};

static void redis_open(struct redis *redis, const char *server) {
    char url[256];
    curl_socket_t socket = CURL_SOCKET_BAD;
    snprintf(url, sizeof url, "http://%s", server);
    redis->transfer = curl_easy_init();
    curl_easy_setopt(redis->transfer, CURLOPT_URL, url);
    curl_easy_setopt(redis->transfer, CURLOPT_CONNECT_ONLY, 1L);
    MUST(curl_easy_perform(redis->transfer) == CURLE_OK);
    MUST(curl_easy_getinfo(redis->transfer, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK);
    redis->socket = (struct pollfd){.fd = socket, .events = POLLIN};
}

/* Whether all of a "$LENGTH\r\n...\r\n" is there. */
static int is_whole(const struct redis *redis) {
    const char *end = memmem(redis->reply, redis->length, "\r\n", 2);
    long length = 0;
    if (end == NULL || sscanf(redis->reply, "$%ld", &length) != 1)
        return end != NULL && redis->reply[0] == '*' && memmem(end + 2, redis->length, "stauth:s:", 9) != NULL;
    return redis->length >= (size_t)(end - redis->reply) + 2 + (size_t)length + 2;
}

static void redis_ask(struct redis *redis) {
    size_t sent = 0, length = strlen(redis->command);
    MUST(curl_easy_send(redis->transfer, redis->command, length, &sent) == CURLE_OK && sent == length);
    redis->length = 0;
    do {
        size_t received = 0;
        MUST(poll(&redis->socket, 1, 5000) == 1);
        MUST(curl_easy_recv(redis->transfer, redis->reply + redis->length, sizeof redis->reply - redis->length - 1,
                            &received) == CURLE_OK);
        redis->length += received;
        redis->reply[redis->length] = '\0';
    } while (!is_whole(redis));
}

/* From now on it asks for a session's record, as the library does. */
static void redis_choose_session(struct redis *redis) {
    char key[128] = "";
    strcpy(redis->command, "*2\r\n$4\r\nKEYS\r\n$10\r\nstauth:s:*\r\n");
    redis_ask(redis);
    const char *found = strstr(redis->reply, "stauth:s:");
    MUST(found != NULL && sscanf(found, "%127[^\r]", key) == 1);
    snprintf(redis->command, sizeof redis->command, "*2\r\n$3\r\nGET\r\n$%zu\r\n%s\r\n", strlen(key), key);
}

static void round_trip(void *data, long i) {
    struct redis *redis = data;
    (void)i;
    redis_ask(redis);
    MUST(redis->length > 1000);
}

static void page(void *data, long i) {
    const struct visitor *visitor = data;
    (void)i;
    MUST(visit(visitor->party.app, "/report?id=3", visitor->cookie, NULL) == 0);
}

/* The claims of the user, in an ID token that is issued now. */
static void renew_id_token(struct visitor *visitor) {
    char *time_claim = strstr(visitor->party.claims, "\"iat\":"), digits[16];
    MUST(time_claim != NULL);
    MUST(snprintf(digits, sizeof digits, "%ld", (long)time(NULL)) == 10);
    memcpy(time_claim + 6, digits, 10);
    free(visitor->id_token);
    visitor->id_token = sign_id_token(&visitor->party, visitor->party.claims, NULL);
    visitor->party.id_token = visitor->id_token;
}

static void prepare_refreshes(void *data, long iterations) {
    (void)iterations;
    renew_id_token(data);
}

static void refresh(void *data, long i) {
    struct visitor *visitor = data;
    st_request *request = NULL;
    st_action action = ST_RESPOND;
    (void)i;
    MUST(st_request_new(visitor->party.app, "GET", "/report", &request, NULL) == ST_OK);
    MUST(st_request_add_header(request, "Cookie", visitor->cookie, NULL) == ST_OK);
    MUST(st_request_begin(request, &action, NULL) == ST_OK && action == ST_PROCEED);
    MUST(st_request_refresh(request, &action, NULL) == ST_OK && action == ST_PROCEED);
    st_request_free(request);
    visitor->refreshes++;
}

static void open_site(struct visitor *visitor, const struct bench *bench, const char *more) {
    char lines[512];
    snprintf(lines, sizeof lines, "session_store = \"redis\"\nredis_url = \"redis://%s\"\nstore_timeout = \"5s\"\n%s",
             bench->more[0], more);
    relying_party_open_with(&visitor->party, bench, "ES256", lines);
    visitor->party.gives_refresh_tokens = 1;
    visitor->cookie = session_cookie(&visitor->party);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    static struct redis redis;
    struct visitor visitor = {0}, refresher = {0};
    MUST(bench.more_count == 1);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    redis_open(&redis, bench.more[0]);
    open_site(&visitor, &bench, "");
    redis_choose_session(&redis);
    open_site(&refresher, &bench, "expose_tokens = \"access\"\n");
    long requests = refresher.party.requests;
    const struct bench_case cases[] = {
        {"Redis' round trip, libcurl alone", NULL, round_trip, &redis},
        {"request, session in Redis", NULL, page, &visitor},
        {"refresh, session in Redis", prepare_refreshes, refresh, &refresher},
    };
    bench_run(&bench, cases, sizeof cases / sizeof *cases);
    printf("{\"name\": \"provider requests per refresh\", \"value\": %g}\n",
           (double)(refresher.party.requests - requests) / (double)refresher.refreshes);
    curl_easy_cleanup(redis.transfer);
    free(visitor.cookie);
    free(refresher.cookie);
    free(refresher.id_token);
    st_app_free(visitor.party.app);
    st_app_free(refresher.party.app);
    return 0;
}
