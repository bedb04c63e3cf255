/* iddawc: i_verify_id_token() with the provider's keys in the session. */
#include "peer.h"

#include <iddawc.h>
#include <stdlib.h>

static struct _i_session session;

static void validate(void *data, long i) {
    const struct peer *peer = data;
    (void)i;
    MUST(i_set_str_parameter(&session, I_OPT_ID_TOKEN, peer->token) == I_OK);
    MUST(i_verify_id_token(&session) == I_OK);
}

int main(int count, char **arguments) {
    struct bench bench = bench_open(count, arguments);
    struct peer peer = peer_open(&bench, "iddawc");
    if (strcmp(peer.algorithm, "EdDSA") == 0) /* whose at_hash it takes for one of SHA-256 */
        peer.token = peer_read(&bench, "id_token_sha256", peer.algorithm, "");
    const struct bench_case cases[] = {{peer.name, NULL, validate, &peer}};
    char *text = bench_read(&bench, "jwks.json", NULL);
    json_t *keys = json_loads(text, 0, NULL);
    MUST(i_global_init() == I_OK && i_init_session(&session) == I_OK && keys != NULL);
    MUST(i_set_server_jwks(&session, keys) == I_OK);
    MUST(i_set_str_parameter(&session, I_OPT_ISSUER, "https://provider.example") == I_OK);
    MUST(i_set_str_parameter(&session, I_OPT_CLIENT_ID, "benchmark") == I_OK);
    MUST(i_set_str_parameter(&session, I_OPT_NONCE, peer.nonce) == I_OK);
    MUST(i_set_str_parameter(&session, I_OPT_ACCESS_TOKEN, "SlAV32hkKG.benchmark") == I_OK);
    bench_run(&bench, cases, 1);
    i_clean_session(&session);
    i_global_close();
    return 0;
}
