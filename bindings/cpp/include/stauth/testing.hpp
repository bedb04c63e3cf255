/* Signs users in without a provider, for the tests of a program. Link with -lcrypto.

       stauth::testing::Site site;
       stauth::Handler handler = make_site(site.app());                        // your program, with this App
       stauth::testing::Claims ada{{"email", "ada@example.org"}};
       handler(site.message("GET", "/report", ada));

   Each Site has its own new secret, and a provider inside of the process: no other App accepts its cookies. The login
   is still complete, with every check.
   SPDX-License-Identifier: Apache-2.0 */
#ifndef STAUTH_TESTING_HPP
#define STAUTH_TESTING_HPP

#include "../stauth.hpp"
#include <map>
#include <mutex>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace stauth::testing {

/* A value of a claim: text, or any other JSON. */
class Claim {
  public:
    Claim(std::string_view text) : json_text("\"") {
        for (char each : text) {
            char escaped[8];
            bool is_plain = static_cast<unsigned char>(each) >= 32 && each != '"' && each != '\\';
            std::snprintf(escaped, sizeof escaped, is_plain ? "%c" : "\\u%04x", each);
            json_text += escaped;
        }
        json_text += '"';
    }
    Claim(const std::string &text) : Claim(std::string_view(text)) {
    }
    Claim(const char *text) : Claim(std::string_view(text)) {
    }
    static Claim json(std::string text) {
        Claim claim("");
        claim.json_text = std::move(text);
        return claim;
    }
    const std::string &json() const noexcept {
        return json_text;
    }

  private:
    std::string json_text;
};

/* What the provider says about a user. "sub" is "user" unless they say otherwise. */
using Claims = std::map<std::string, Claim>;

/* Where the invented provider sends users back to. */
constexpr const char *redirect_uri = "http://localhost:8501/oauth2callback";

namespace detail {

constexpr const char *issuer = "https://provider.test";

inline std::string base64url(std::string_view bytes) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    unsigned waiting = 0, bits = 0;
    for (char each : bytes) {
        waiting = waiting << 8 | static_cast<unsigned char>(each);
        for (bits += 8; bits >= 6; bits -= 6)
            text += letters[waiting >> (bits - 6) & 63];
    }
    if (bits > 0)
        text += letters[waiting << (6 - bits) & 63];
    return text;
}

inline std::string random_text() {
    unsigned char bytes[32];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        throw std::runtime_error("no randomness");
    return base64url(std::string_view(reinterpret_cast<const char *>(bytes), sizeof bytes));
}

inline std::string json_object(const Claims &members) {
    std::string text;
    for (const auto &[name, value] : members)
        text += (text.empty() ? "{" : ",") + Claim(name).json() + ":" + value.json();
    return text.empty() ? "{}" : text + "}";
}

/* Answers the library's requests inside of the process. */
class Provider {
  public:
    const std::string secret = random_text();

    /* Stands in for the user's consent: a code for these claims. */
    std::string authorize(Claims claims, std::string_view nonce) {
        std::string code = random_text();
        claims.insert_or_assign("nonce", nonce);
        claims.emplace("sub", "user");
        std::lock_guard<std::mutex> guard(lock);
        granted.insert_or_assign(code, std::move(claims));
        return code;
    }
    void answer(Exchange &exchange) {
        std::string url = exchange.url(), base = issuer;
        if (url == base + "/.well-known/openid-configuration")
            respond(exchange, metadata(base));
        else if (url == base + "/keys") /* the ID token is signed with the client's secret */
            respond(exchange, {{"keys", Claim::json("[]")}});
        else if (url == base + "/token")
            respond(exchange, tokens(exchange.body()));
        /* otherwise nobody answers */
    }

  private:
    static Claims metadata(const std::string &base) {
        return {{"issuer", base},
                {"authorization_endpoint", base + "/authorize"},
                {"token_endpoint", base + "/token"},
                {"jwks_uri", base + "/keys"},
                {"response_types_supported", Claim::json(R"(["code"])")},
                {"subject_types_supported", Claim::json(R"(["public"])")},
                {"id_token_signing_alg_values_supported", Claim::json(R"(["HS256"])")},
                {"authorization_response_iss_parameter_supported", Claim::json("true")}};
    }
    static void respond(Exchange &exchange, const Claims &members) {
        exchange.respond(200, {{"Content-Type", "application/json"}}, json_object(members));
    }
    Claims tokens(const std::string &body) {
        Message form;
        form.body = body;
        Claims claims = take(form.form("code").value_or("") + form.form("refresh_token").value_or(""));
        std::string refresh_token = random_text(), id_token = sign(claims);
        std::lock_guard<std::mutex> guard(lock);
        granted.insert_or_assign(refresh_token, std::move(claims));
        return {{"access_token", random_text()},
                {"token_type", "Bearer"},
                {"expires_in", Claim::json("3600")},
                {"refresh_token", refresh_token},
                {"id_token", id_token}};
    }
    Claims take(const std::string &code) {
        std::lock_guard<std::mutex> guard(lock);
        auto found = granted.find(code);
        if (found == granted.end())
            throw std::runtime_error("an unknown code");
        Claims claims = std::move(found->second);
        granted.erase(found);
        return claims;
    }
    std::string sign(Claims claims) const {
        std::int64_t now =
            std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
                .count();
        claims.emplace("iss", issuer);
        claims.emplace("aud", "test");
        claims.emplace("iat", Claim::json(std::to_string(now)));
        claims.emplace("exp", Claim::json(std::to_string(now + 300)));
        std::string text = base64url(R"({"alg":"HS256"})") + "." + base64url(json_object(claims));
        unsigned char signature[EVP_MAX_MD_SIZE];
        unsigned length = 0;
        HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
             reinterpret_cast<const unsigned char *>(text.data()), text.size(), signature, &length);
        return text + "." + base64url(std::string_view(reinterpret_cast<const char *>(signature), length));
    }

    std::mutex lock;
    std::map<std::string, Claims> granted; /* by code, and then by refresh token */
};

} // namespace detail

/* An App at whose provider everybody can sign in. Threads may share it. */
class Site {
  public:
    /* Settings are more keys: Site site{{"auth.session_lifetime", "1h"}}. */
    Site(std::initializer_list<Header> settings = {})
        : provider(std::make_shared<detail::Provider>()), own_app(configured(*this, settings)) {
    }
    const App &app() const noexcept {
        return own_app;
    }
    /* Signs a user in; the value of the Cookie header from then on. */
    std::string sign_in(const Claims &claims = {}) const {
        Request start(own_app, "GET", own_app.login_path());
        start.begin();
        Message at_provider("GET", header(start, "Location"));
        std::string code = provider->authorize(claims, at_provider.query("nonce").value_or(""));
        Request end(own_app, "GET",
                    "/oauth2callback?code=" + code + "&state=" + at_provider.query("state").value_or("") +
                        "&iss=https%3A%2F%2Fprovider.test");
        end.add_header("Cookie", cookies(start));
        end.begin();
        if (auto error = end.error())
            throw *error;
        return cookies(end);
    }
    /* A browser's request for a page, from a user with these claims, or from somebody who is not signed in. */
    Message message(std::string method, std::string target, const std::optional<Claims> &claims = {}) const {
        Message made(std::move(method), std::move(target));
        made.headers = {{"Host", "localhost:8501"}, {"Accept", "text/html"}, {"Sec-Fetch-Site", "same-origin"}};
        if (claims)
            made.headers.emplace_back("Cookie", sign_in(*claims));
        return made;
    }

  private:
    static Config configured(const Site &site, std::initializer_list<Header> settings) {
        Config config;
        std::shared_ptr<detail::Provider> provider = site.provider;
        config.set_transport([provider](Exchange &exchange) { provider->answer(exchange); });
        const std::initializer_list<Header> keys = {
            {"auth.redirect_uri", redirect_uri},
            {"auth.cookie_secret", detail::random_text()},
            {"auth.client_id", "test"},
            {"auth.client_secret", provider->secret},
            {"auth.server_metadata_url", std::string(detail::issuer) + "/.well-known/openid-configuration"},
            {"auth.id_token_signed_response_alg", "HS256"}};
        for (const auto &part : {keys, settings})
            for (const auto &[key, value] : part)
                config.set(key, value);
        return config;
    }
    static std::string header(const Request &request, std::string_view wanted) {
        for (const auto &[name, value] : request.response_headers())
            if (name == wanted)
                return value;
        return "";
    }
    /* Those that a response sets, as a browser returns them. */
    static std::string cookies(const Request &request) {
        std::string result;
        for (const auto &[name, value] : request.response_headers())
            if (name == "Set-Cookie" && value.find("Max-Age=0") == std::string::npos)
                result += (result.empty() ? "" : "; ") + value.substr(0, value.find(';'));
        return result;
    }

    std::shared_ptr<detail::Provider> provider;
    App own_app;
};

} // namespace stauth::testing

#endif /* STAUTH_TESTING_HPP */
