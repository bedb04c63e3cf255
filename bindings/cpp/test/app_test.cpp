#include "tap.hpp"
#include <fstream>
#include <iterator>
#include <thread>
#include <unistd.h>

static const stauth::Headers settings = {
    {"auth.redirect_uri", "http://localhost:8501/oauth2callback"},
    {"auth.client_id", "x"},
    {"auth.client_secret", "y"},
    {"auth.cookie_secret", "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e"},
    {"auth.server_metadata_url", "https://provider.test/.well-known/openid-configuration"}};

static stauth::Config configured() {
    stauth::Config config;
    for (const auto &[key, value] : settings)
        config.set(key, value);
    return config;
}

TEST(all_problems_of_the_settings) {
    stauth::Config config;
    config.set("auth.redirect_uri", "nowhere");
    try {
        stauth::App app(config);
        fail("no error");
    } catch (const stauth::ConfigurationError &error) {
        EXPECT(error.code(), "configuration_invalid");
        EXPECT(error.status(), ST_CONFIGURATION_ERROR);
        for (const char *key : {"redirect_uri", "cookie_secret"})
            EXPECT(contains(error.what(), key), true);
    }
}

TEST(settings_with_bad_text) {
    stauth::Config config;
    std::string_view nul("a\0b", 3);
    EXPECT_ERROR(InvalidArgument, "invalid_text", config.set(nul, "x"));
    EXPECT_ERROR(InvalidArgument, "invalid_text", config.set("auth.port", nul));
    EXPECT_ERROR(InvalidArgument, "invalid_text", config.load_file(nul));
    EXPECT_ERROR(InvalidArgument, "invalid_text", config.set("auth.port", "\xff"));
    EXPECT_ERROR(ConfigurationError, "configuration_invalid", config.load_toml("[auth"));
    EXPECT_ERROR(ConfigurationError, "configuration_invalid", config.load_file("/missing/secrets.toml"));
    config.load_toml(std::string_view());
}

TEST(secrets_of_the_environment) {
    setenv("STAUTH_SECRETS", "/missing/by-environment.toml", 1);
    try {
        stauth::Config::from_secrets();
        fail("no error");
    } catch (const stauth::ConfigurationError &error) {
        EXPECT(contains(error.what(), "by-environment"), true);
    }
    unsetenv("STAUTH_SECRETS");
}

TEST(paths_and_numbers) {
    stauth::Config config = configured();
    stauth::App app(config);
    EXPECT(app.login_path(), "/auth/login");
    EXPECT(app.logout_path(), "/auth/logout");
    EXPECT(app.callback_paths().at(0), "/oauth2callback");
    EXPECT(app.callback_paths().size(), 1u);
    EXPECT(app.requires_login(), false);
    EXPECT(stauth::App(config.set("auth.require_login", "true")).requires_login(), true);
    EXPECT(app.stats_json().front(), '{');
    EXPECT(contains(app.stats_prometheus(), "# TYPE stauth_"), true);
}

TEST(app_that_was_moved_from) {
    stauth::App first(configured());
    stauth::App second(std::move(first));
    EXPECT(second.login_path(), "/auth/login");
    EXPECT(first.login_path(), "");
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.user_from_cookie("a=b"));
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.stats_json());
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.preload());
    EXPECT_ERROR(InvalidArgument, "invalid_handle", stauth::Request(first, "GET", "/"));
}

TEST(user_from_cookie) {
    stauth::testing::Site site;
    std::string groups = "[\"" + std::string(3000, 'g') + "\",\"" + std::string(3000, 'h') + "\"]";
    std::string large = site.sign_in({{"sub", "ada"}, {"groups", stauth::testing::Claim::json(groups)}});
    EXPECT(contains(site.app().user_from_cookie(large), groups), true); /* longer than the first buffer */
    EXPECT(site.app().user_from_cookie(""), R"({"is_logged_in":false})");
    EXPECT(site.app().user_from_cookie(std::string_view()), R"({"is_logged_in":false})");
    EXPECT(site.app().user_from_cookie(std::string("a\0\xff;=", 5)), R"({"is_logged_in":false})");
    EXPECT_ERROR(LimitExceeded, "too_large", site.app().user_from_cookie(std::string(70000, 'x')));
}

TEST(gate_of_bad_paths) {
    EXPECT_ERROR(InvalidArgument, "invalid_text", stauth::Gate({std::string("/a\0b", 4)}));
    EXPECT_ERROR(ConfigurationError, "configuration_invalid", stauth::Gate({"health"}));
    stauth::Gate gate;
    EXPECT(gate.handle() != nullptr, true);
}

TEST(log_of_an_error_that_reaches_the_handler) {
    stauth::Config config = configured();
    std::string lines;
    config.set_log([&lines](stauth::Level, std::string_view line) { lines += std::string(line) + "|"; });
    stauth::App app(config);
    stauth::Handler handler(app, {});
    lines.clear();
    handler.refusal(stauth::InternalError(ST_INTERNAL_ERROR, "internal_error", "two\nlines"));
    EXPECT(lines, "uncaught: internal_error: two lines|");
}

TEST(log_that_throws) {
    stauth::Config config = configured();
    int lines = 0;
    config.set_log([&lines](stauth::Level, std::string_view) {
        lines++;
        throw std::runtime_error("a defect");
    });
    stauth::App app(config);
    stauth::Request request(app, "GET", "/oauth2callback?code=x&state=y");
    EXPECT(request.begin() == stauth::Action::respond, true);
    EXPECT(lines > 0, true);
    EXPECT(request.response_status(), 400);
}

TEST(transport_that_throws) {
    stauth::Config config = configured();
    config.set_log({}).set_transport([](stauth::Exchange &) { throw 7; });
    stauth::App app(config);
    EXPECT_ERROR(NetworkError, "provider_unreachable", app.preload());
    config.set_transport([](stauth::Exchange &exchange) {
        exchange.respond(200, {{"Content-Type", std::string("a\0b", 3)}}, "{}");
    });
    EXPECT_ERROR(NetworkError, "provider_unreachable", stauth::App(config).preload());
    config.set_transport([](stauth::Exchange &exchange) { exchange.respond(503, {}, {}); });
    EXPECT_ERROR(ProviderError, "provider_status", stauth::App(config).preload());
}

TEST(callbacks_live_as_long_as_the_app) {
    auto alive = std::make_shared<int>(0);
    std::weak_ptr<int> watched = alive;
    {
        stauth::Config config = configured();
        config.set_transport([kept = std::move(alive)](stauth::Exchange &) { ++*kept; }).set_log({});
        stauth::App app(config);
        config = stauth::Config();
        EXPECT_ERROR(NetworkError, "provider_unreachable", app.preload());
        EXPECT(*watched.lock() > 0, true);
    }
    EXPECT(watched.expired(), true);
}

TEST(log_to_a_descriptor) {
    char name[] = "/tmp/stauth-log-XXXXXX";
    int file = mkstemp(name);
    {
        stauth::Config config = configured();
        config.log_to_fd(file);
        stauth::App app(config);
        stauth::Request(app, "GET", "/oauth2callback?code=x&state=y").begin();
        EXPECT_ERROR(InvalidArgument, "invalid_argument", config.log_to_fd(9999));
    }
    std::ifstream read(name);
    std::string lines{std::istreambuf_iterator<char>(read), {}};
    EXPECT(contains(lines, "event=login_refused"), true);
    close(file);
    unlink(name);
}

TEST(event_loop) {
    stauth::Config config = configured();
    config.set_event_loop(true);
    stauth::App app(config);
    stauth::Request preload = stauth::Request::preloading(app);
    EXPECT(preload.begin() == stauth::Action::wait, true);
    stauth::Exchange exchange = preload.exchange().value();
    EXPECT(exchange.method(), "GET");
    EXPECT(exchange.url(), "https://provider.test/.well-known/openid-configuration");
    EXPECT(header(exchange.headers(), "Accept").empty(), false);
    EXPECT(exchange.body(), "");
    EXPECT(exchange.timeout() >= exchange.connect_timeout(), true);
    EXPECT(exchange.connect_timeout().count() > 0, true);
    EXPECT(exchange.proxy() + exchange.ca_file(), "");
    EXPECT(exchange.allows_loopback(), false);
    exchange.respond(503, {}, "");
    EXPECT_ERROR(ProviderError, "provider_status", preload.resume());
    EXPECT(preload.exchange().has_value(), false);
}
