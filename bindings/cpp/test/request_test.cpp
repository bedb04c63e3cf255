#include "tap.hpp"
#include <thread>

using stauth::testing::Claim;
using stauth::testing::Site;
static const std::string_view nul("a\0b", 3);

TEST(text_with_a_nul) {
    Site site;
    EXPECT_ERROR(InvalidArgument, "invalid_text", stauth::Request(site.app(), nul, "/"));
    EXPECT_ERROR(InvalidArgument, "invalid_text", stauth::Request(site.app(), "GET", nul));
    stauth::Request fresh(site.app(), "GET", "/");
    EXPECT_ERROR(InvalidArgument, "invalid_text", fresh.add_header("Cookie", nul));
    EXPECT_ERROR(InvalidArgument, "invalid_text", fresh.add_header(nul, "x"));
    EXPECT_ERROR(InvalidArgument, "invalid_text", fresh.add_headers(stauth::Headers{{"Cookie", std::string(nul)}}));
    EXPECT_ERROR(InvalidArgument, "invalid_text", fresh.add_headers(stauth::Headers{{std::string(nul), "x"}}));
    EXPECT_ERROR(InvalidArgument, "invalid_text", fresh.set_client_address(nul));
    stauth::Request request = begun(site);
    EXPECT_ERROR(InvalidArgument, "invalid_text", request.login(nul));
    EXPECT_ERROR(InvalidArgument, "invalid_text", request.login({{}, std::string(nul)}));
    EXPECT_ERROR(InvalidArgument, "invalid_text", request.refuse(nul));
    EXPECT_ERROR(InvalidArgument, "invalid_text", request.claim(nul));
    EXPECT(request.response_status(), 0);
}

TEST(text_that_is_not_utf8) {
    Site site;
    EXPECT_ERROR(InvalidArgument, "invalid_text", stauth::Request(site.app(), "GET", "/\xff"));
    EXPECT_ERROR(InvalidArgument, "invalid_text", begun(site).login("\xff"));
    stauth::Request odd(site.app(), "GET", "/");
    odd.add_headers(stauth::Headers{{"Referer", "\xff\xfe"}, {"Cookie", "\xff=\xfe"}});
    EXPECT(odd.begin() == stauth::Action::proceed, true);
}

TEST(huge_input) {
    Site site;
    std::string huge(70000, 'x');
    for (const char *name : {"Cookie", "Referer", "Accept"}) {
        stauth::Request request(site.app(), "GET", "/");
        EXPECT_ERROR(LimitExceeded, "too_large", request.add_header(name, huge));
        EXPECT_ERROR(RequestRefused, "request_incomplete", request.begin());
        stauth::Request block(site.app(), "GET", "/");
        EXPECT_ERROR(LimitExceeded, "too_large", block.add_headers(stauth::Headers{{name, huge}}));
        EXPECT_ERROR(RequestRefused, "request_incomplete", block.begin());
    }
    EXPECT_ERROR(LimitExceeded, "too_large", stauth::Request(site.app(), "GET", "/" + huge));
    EXPECT_ERROR(LimitExceeded, "too_large", begun(site).login(huge));
    stauth::Request post(site.app(), "POST", "/auth/login");
    EXPECT(post.wants_body(), true);
    EXPECT_ERROR(LimitExceeded, "too_large", post.set_body(huge));
    EXPECT_ERROR(LimitExceeded, "too_large", post.add_route(huge));
}

TEST(request_that_was_moved_from) {
    Site site;
    stauth::Request first = begun(site, stauth::testing::Claims{{"sub", "ada"}});
    stauth::Request second = std::move(first);
    EXPECT(second.claim("sub").value(), "ada");
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.begin());
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.user_json());
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.claim("sub"));
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.login());
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.logout_here());
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.require_login());
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.access_token());
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.refresh());
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.response_headers());
    EXPECT_ERROR(InvalidArgument, "invalid_handle", first.response_body());
    EXPECT(first.response_status(), -1);
    EXPECT(first.is_logged_in() || first.is_fresh(std::chrono::hours(1)) || first.wants_body() || first.may_block() ||
               first.login_may_block() || first.loads_page() || first.error() || first.exchange(),
           false);
}

TEST(calls_out_of_order) {
    Site site;
    stauth::Request request(site.app(), "GET", "/");
    EXPECT_ERROR(InvalidArgument, "out_of_sequence", request.login());
    EXPECT(request.is_logged_in(), false);
    request.begin();
    EXPECT_ERROR(InvalidArgument, "out_of_sequence", request.add_header("Cookie", "a=b"));
}

TEST(request_outlives_its_app) {
    auto site = std::make_unique<Site>();
    stauth::Request request = begun(*site, stauth::testing::Claims{{"sub", "ada"}});
    site.reset();
    EXPECT(request.claim("sub").value(), "ada");
}

TEST(request_that_another_thread_finishes) {
    Site site;
    auto request = std::make_unique<stauth::Request>(begun(site, stauth::testing::Claims{{"sub", "ada"}}));
    int status = 0;
    std::thread([&] {
        request->login();
        status = request->response_status();
        request.reset();
    }).join();
    EXPECT(status, 302);
}

TEST(claims) {
    Site site;
    stauth::Request request = begun(site, stauth::testing::Claims{{"name", "Ada \"\\\n<3"},
                                                                  {"groups", Claim::json(R"(["a",{"b":1}])")},
                                                                  {"nothing", Claim::json("null")},
                                                                  {"empty", ""}});
    EXPECT(request.claim("name").value(), "Ada \"\\\n<3");
    EXPECT(request.claim("groups").value(), R"(["a",{"b":1}])");
    EXPECT(request.claim("empty").value(), "");
    EXPECT(request.claim("nothing").has_value() || request.claim("absent").has_value(), false);
    EXPECT(contains(request.user_json(), R"("sub":"user")"), true);
    EXPECT(header(request.response_headers(), "Vary"), "Cookie");
    EXPECT(begun(site).user_json(), R"({"is_logged_in":false})");
}

TEST(options_of_a_login) {
    Site site;
    stauth::Request request = begun(site);
    request.login({"/x", "ada", "login", "mfa", std::chrono::seconds(300), "de"});
    std::string location = header(request.response_headers(), "Location");
    for (const char *part : {"login_hint=ada", "prompt=login", "acr_values=mfa", "max_age=300", "ui_locales=de"})
        EXPECT(contains(location, part), true);
}

TEST(option_that_is_refused) {
    Site site;
    stauth::Request request = begun(site);
    EXPECT_ERROR(InvalidArgument, "option_invalid", request.login({{}, "ada", {}, {}, std::chrono::seconds(-1), {}}));
    request.login();
    EXPECT(contains(header(request.response_headers(), "Location"), "login_hint"), false);
}

TEST(unknown_provider) {
    Site site;
    stauth::Request request = begun(site);
    EXPECT_ERROR(InvalidArgument, "provider_unknown", request.login("nobody"));
    EXPECT(request.response_status(), 0);
    EXPECT(request.error().value().code(), "provider_unknown");
    request.refuse("provider_unknown");
    EXPECT(request.response_status(), 404);
    EXPECT(contains(request.response_body(), "provider_unknown"), true);
}

TEST(fresh_users) {
    Site site;
    std::string then = std::to_string(time(nullptr) - 100);
    stauth::Request request = begun(site, stauth::testing::Claims{{"auth_time", Claim::json(then)}});
    EXPECT(request.is_fresh(std::chrono::seconds(50)), false);
    EXPECT(request.is_fresh(std::chrono::seconds(1000)), true);
}

TEST(access_token_and_refresh) {
    Site site{{"auth.expose_tokens", "access"}};
    stauth::Request request = begun(site, stauth::testing::Claims{{"sub", "ada"}});
    stauth::AccessToken token = request.access_token().value();
    EXPECT(token.secret.empty(), false);
    EXPECT(token.expires_at > time(nullptr) + 3000, true);
    EXPECT(request.refresh() == stauth::Action::proceed, true);
    EXPECT(request.claim("sub").value(), "ada");
    EXPECT_ERROR(RequestRefused, "not_signed_in", begun(site).access_token());
}

TEST(logout) {
    Site site;
    stauth::Request request = begun(site, stauth::testing::Claims{});
    request.logout_here();
    EXPECT(request.response_status(), 303);
    EXPECT(request.is_logged_in(), false);
    EXPECT(contains(header(request.response_headers(), "Set-Cookie"), "Max-Age=0"), true);
    stauth::Request foreign(site.app(), "POST", "/x");
    foreign.add_header("Sec-Fetch-Site", "cross-site");
    foreign.begin();
    EXPECT_ERROR(RequestRefused, "cross_site_request", foreign.logout());
}

TEST(may_block) {
    Site site;
    stauth::Request request = begun(site);
    EXPECT(request.may_block(), false);
    EXPECT(request.login_may_block(), true); /* nothing is cached yet */
    EXPECT(request.loads_page(), true);
    request.login();
    EXPECT(begun(site).login_may_block(std::string("nobody")), false);
}
