#include "application.h"
#include "check.h"

#include <string.h>

const char test_toml[] = "[auth]\n"
                         "redirect_uri = \"https://app.example/oauth2callback\"\n"
                         "cookie_secret = \"k8VxTzq4NfWm2RbYcJ7sLhPd\"\n"
                         "client_id = \"client\"\n"
                         "client_secret = \"a secret of the client\"\n"
                         "server_metadata_url = \"https://provider.example/.well-known/openid-configuration\"\n"
                         "[auth.other]\n"
                         "client_id = \"client\"\n"
                         "client_secret = \"a secret of the client\"\n"
                         "server_metadata_url = \"https://provider.example/.well-known/openid-configuration\"\n";

int64_t test_clock(void *user_data) {
    (void)user_data;
    return TEST_TIME;
}

st_config *make_config(struct provider *provider) {
    st_config *config = NULL;
    CHECK_OK(st_config_new(&config, &error));
    CHECK_OK(st_config_load_toml(config, test_toml, strlen(test_toml), &error));
    CHECK_OK(st_config_set_clock(config, test_clock, NULL, NULL, &error));
    CHECK_OK(st_config_set_transport(config, provider_transport, provider, NULL, &error));
    return config;
}

st_app *make_app(struct provider *provider) {
    st_app *app = NULL;
    st_config *config = make_config(provider);
    CHECK_OK(st_app_new(config, &app, &error));
    st_config_free(config);
    return app;
}
