#include "tap.hpp"
#include <atomic>
#include <stauth/microhttpd.hpp>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using stauth::testing::Claims;
using stauth::testing::Site;

/* What would be gone by the first request. */
static_assert(!std::is_constructible_v<stauth::Handler, stauth::App, stauth::Handler::Page>);
static_assert(!std::is_constructible_v<stauth::Handler, const stauth::App, stauth::Handler::Page>);
static_assert(std::is_constructible_v<stauth::Handler, stauth::App &, stauth::Handler::Page>);
static_assert(!std::is_constructible_v<stauth::microhttpd::Server, stauth::Handler, std::uint16_t>);
static_assert(std::is_constructible_v<stauth::microhttpd::Server, const stauth::Handler &, std::uint16_t>);

static stauth::Response greet(stauth::Request &request, const stauth::Message &) {
    return stauth::Response::text(request.claim("name").value_or("nobody"));
}

TEST(page_with_the_headers_of_the_library) {
    Site site;
    stauth::Handler handler(site.app(), greet);
    stauth::Response response = handler(site.message("GET", "/x", Claims{{"name", "Ada"}}));
    EXPECT(response.status, 200);
    EXPECT(response.body, "Ada");
    EXPECT(header(response.headers, "Content-Type"), "text/plain; charset=utf-8");
    EXPECT(header(response.headers, "Vary"), "Cookie");
}

TEST(paths_of_the_library) {
    Site site;
    stauth::Handler handler(site.app(), greet);
    stauth::Response response = handler(site.message("GET", "/auth/login?return_to=/x"));
    EXPECT(response.status, 302);
    EXPECT(contains(header(response.headers, "Location"), "https://provider.test/authorize?"), true);
    stauth::Message form = site.message("POST", "/auth/login");
    form.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    form.body = "provider=nobody";
    EXPECT(handler(form).status, 404);
}

TEST(login_in_place_of_a_page) {
    Site site;
    stauth::Handler handler(site.app(), [](stauth::Request &request, const stauth::Message &) {
        request.login();
        return stauth::Response{200, {{"X-Page", "1"}}, "dropped"};
    });
    stauth::Response response = handler(site.message("GET", "/x"));
    EXPECT(response.status, 302);
    EXPECT(header(response.headers, "X-Page") + response.body, "");
}

TEST(gate_of_the_program) {
    Site site;
    stauth::Handler handler(site.app(), greet);
    handler.require_login({"/health", "/static/"});
    for (const char *open : {"/health", "/static/a/b?c", "/h%65alth"})
        EXPECT(handler(site.message("GET", open)).body, "nobody");
    for (const char *closed : {"/", "/health/", "/static", "/static/../x", "/static/%2e%2e/x"})
        EXPECT(handler(site.message("GET", closed)).status, 302);
    EXPECT(handler(site.message("GET", "/", Claims{{"name", "Ada"}})).body, "Ada");
    stauth::Message script = site.message("GET", "/");
    script.headers.emplace_back("Sec-Fetch-Mode", "cors");
    EXPECT(handler(script).status, 401);
}

TEST(gate_of_the_settings_judges_the_path_that_is_routed) {
    Site site{{"auth.require_login", "true"}, {"auth.open_paths", "[\"/health\"]"}};
    stauth::Handler handler(site.app(), greet);
    stauth::Message message = site.message("GET", "/health");
    EXPECT(handler(message).status, 200);
    message.path = "/secret"; /* a server that rewrites paths */
    EXPECT(handler(message).status, 302);
}

TEST(errors_of_a_page) {
    Site site;
    stauth::Handler handler(site.app(), [](stauth::Request &request, const stauth::Message &message) {
        if (message.path == "/defect")
            throw std::logic_error("a defect");
        request.login("nobody");
        return stauth::Response::text("not reached");
    });
    stauth::Response response = handler(site.message("GET", "/x"));
    EXPECT(response.status, 404);
    EXPECT(contains(response.body, "provider_unknown"), true);
    try {
        handler(site.message("GET", "/defect"));
        fail("no exception");
    } catch (const std::logic_error &error) {
        EXPECT(std::string(error.what()), "a defect");
    }
}

TEST(hostile_messages) {
    Site site;
    stauth::Handler handler(site.app(), greet);
    EXPECT(handler(site.message("GET", std::string("/a\0b", 4))).status, 400);
    EXPECT(handler(site.message("GET", "/\xff")).status, 400);
    EXPECT(handler(site.message("GET", "/" + std::string(70000, 'x'))).status, 413);
    stauth::Message message = site.message("GET", "/");
    message.headers.emplace_back("Cookie", std::string(70000, 'x'));
    EXPECT(handler(message).status, 413);
    message.headers.back().second = std::string("a\0b", 3);
    EXPECT(handler(message).status, 400);
    for (const char *path : {"/%", "/%4", "/%zz", "/%00", "//evil.example/x", "http://evil.example/", "*", ""})
        EXPECT(handler(site.message("GET", path)).status < 500, true);
}

TEST(fields_of_query_and_form) {
    stauth::Message message("GET", "/a%20b%2?x=1+2%2B&provider=%C3%A4&empty&provider=b");
    EXPECT(message.path, "/a b%2");
    EXPECT(message.query("x").value(), "1 2+");
    EXPECT(message.query("provider").value(), "\xc3\xa4");
    EXPECT(message.query("empty").value(), "");
    EXPECT(message.query("absent").has_value() || message.form("x").has_value(), false);
    message.body = "a=1&b=2";
    EXPECT(message.form("b").value(), "2");
}

static bool signs_in(const Site &site) {
    return contains(site.app().user_from_cookie(site.sign_in({{"sub", "ada"}})), R"("sub":"ada")");
}

TEST(users_of_many_threads) {
    Site site;
    stauth::Handler handler(site.app(), greet);
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < 8; number++)
        threads.emplace_back([&, name = std::to_string(number)] {
            stauth::Message message = site.message("GET", "/", Claims{{"name", name}});
            for (int i = 0; i < 100; i++)
                wrong += handler(message).body == name ? 0 : 1;
        });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT(wrong.load(), 0);
}

TEST(fork_while_requests_run) {
    Site site;
    std::atomic<bool> done{false};
    std::vector<std::thread> busy;
    for (int i = 0; i < 4; i++)
        busy.emplace_back([&] {
            while (!done)
                site.app().user_from_cookie(site.app().stats_json());
        });
    int failures = 0;
    for (int i = 0; i < 5; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(signs_in(site) ? 0 : 1);
        int status = 1;
        failures += waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
    }
    done = true;
    for (std::thread &thread : busy)
        thread.join();
    EXPECT(failures, 0);
    EXPECT(signs_in(site), true);
}

TEST(end_of_the_process_while_requests_run) {
    pid_t child = fork();
    if (child == 0) {
        auto *site = new Site();
        static const std::string cookie = site->sign_in({{"sub", "ada"}});
        for (int i = 0; i < 4; i++)
            std::thread([site] {
                while (true)
                    site->app().user_from_cookie(cookie);
            }).detach();
        exit(signs_in(*site) ? 0 : 1);
    }
    int status = 1;
    waitpid(child, &status, 0);
    EXPECT(status, 0);
}
