/* One request. Part of stauth.hpp, which explains it.
   SPDX-License-Identifier: Apache-2.0 */
#ifndef STAUTH_REQUEST_HPP
#define STAUTH_REQUEST_HPP

#include "app.hpp"

namespace stauth {

/* What the program does next. */
enum class Action {
    proceed, /* make the page */
    respond, /* send the library's response */
    wait     /* only after Config::set_event_loop(): make exchange(), then resume() */
};

/* What one login asks for; docs/configuration.md explains them. */
struct LoginOptions {
    std::optional<std::string> return_to = {}, login_hint = {}, prompt = {}, acr_values = {};
    std::optional<std::chrono::seconds> max_age = {};
    std::optional<std::string> ui_locales = {};
};

/* A token to call an API with. */
struct AccessToken {
    std::string secret;
    /* Seconds since 1970-01-01 UTC; 0 if the provider does not say. */
    std::int64_t expires_at;
    /* What it is for, separated by spaces. */
    std::string scope;
};

/* One HTTP request to the program, and what the library adds to the response. First everything that the browser sent,
   then begin(), then the page and what it asks for, then the response. */
class Request {
  public:
    /* Method and target as received: "GET", "/report?id=3". */
    Request(const App &app, std::string_view method, std::string_view target) {
        detail::Text method_text(method), target_text(target);
        st_request *made = nullptr;
        detail::call(
            [&](st_error **error) { return st_request_new(app.handle(), method_text, target_text, &made, error); });
        owned.reset(made);
    }
    /* Belongs to no browser: begin() and resume() fetch what App::preload() does, for programs with an event loop. */
    static Request preloading(const App &app) {
        st_request *made = nullptr;
        detail::call([&](st_error **error) { return st_request_new_preload(app.handle(), &made, error); });
        return Request(made);
    }

    void add_header(std::string_view name, std::string_view value) {
        detail::Text name_text(name), value_text(value);
        call([&](st_error **error) { return st_request_add_header(handle(), name_text, value_text, error); });
    }
    /* Anything with pairs of names and values. */
    template <class Pairs> void add_headers(const Pairs &headers) {
        std::string block;
        for (const auto &[name, value] : headers)
            for (std::string_view part : {std::string_view(name), std::string_view(value)})
                block.append(detail::without_nul(part)).push_back('\0');
        call([&](st_error **error) { return st_request_add_headers(handle(), block.data(), block.size(), error); });
    }
    bool wants_body() const {
        return st_request_wants_body(handle()) == 1;
    }
    void set_body(std::string_view body) {
        call([&](st_error **error) { return st_request_set_body(handle(), detail::bytes(body), body.size(), error); });
    }
    /* The browser's IP address, for the log. */
    void set_client_address(std::string_view address) {
        detail::Text text(address);
        call([&](st_error **error) { return st_request_set_client_address(handle(), text, error); });
    }
    /* The path that the program routes by, decoded, if it is not the target's; begin() then judges by it. */
    void add_route(std::string_view path) {
        call([&](st_error **error) { return st_request_add_route(handle(), detail::bytes(path), path.size(), error); });
    }
    /* Reads the session, and answers the request if its path is the library's. May wait for the network. */
    Action begin() {
        return act([&](st_action *action, st_error **error) { return st_request_begin(handle(), action, error); });
    }
    /* The request to a provider that this one waits for. */
    std::optional<Exchange> exchange() {
        st_exchange *lent = st_request_exchange(handle());
        return lent == nullptr ? std::nullopt : std::optional<Exchange>(lent);
    }
    Action resume() {
        return act([&](st_action *action, st_error **error) { return st_request_resume(handle(), action, error); });
    }

    /* Who sent the request: {"is_logged_in":true,"provider":"google", ...claims}, or {"is_logged_in":false}. */
    std::string user_json() {
        const char *json = nullptr;
        std::size_t length = 0;
        call([&](st_error **error) { return st_request_user_json(handle(), &json, &length, error); });
        return std::string(json, length);
    }
    bool is_logged_in() const {
        return st_request_is_logged_in(handle()) == 1;
    }
    /* One claim: text as it is, any other value as JSON. Nothing if the provider does not send it. */
    std::optional<std::string> claim(std::string_view name) {
        detail::Text text(name);
        const char *value = nullptr;
        std::size_t length = 0;
        call([&](st_error **error) { return st_request_claim(handle(), text, &value, &length, error); });
        return value == nullptr ? std::nullopt : std::optional<std::string>(std::in_place, value, length);
    }
    /* Whether the provider authenticated the user at most this long ago. If not, log in with the same max_age. */
    bool is_fresh(std::chrono::seconds age) const {
        return st_request_is_fresh(handle(), age.count()) == 1;
    }
    /* A token that is valid for at least a minute more, refreshed first if need be. Nothing if the action is wait: make
       the exchange, resume, and call it again. Needs expose_tokens. May wait for the network. */
    std::optional<AccessToken> access_token() {
        const char *token = nullptr, *scope = nullptr;
        std::int64_t expiry = 0;
        Action action = act([&](st_action *out, st_error **error) {
            return st_request_access_token(handle(), out, &token, &expiry, &scope, error);
        });
        if (action != Action::proceed)
            return std::nullopt;
        return AccessToken{detail::copied(token), expiry, detail::copied(scope)};
    }
    /* Reads the claims anew from the provider. May wait for the network. */
    Action refresh() {
        return act([&](st_action *action, st_error **error) { return st_request_refresh(handle(), action, error); });
    }

    /* Makes the response a redirect to this provider. May wait for the network. */
    void login(std::string_view provider, const LoginOptions &options = {}) {
        login_at(detail::Text(provider), options);
    }
    /* The default provider, or the only one, or a page where the user chooses. */
    void login(const LoginOptions &options = {}) {
        login_at(detail::Text(std::optional<std::string>()), options);
    }
    /* Ends the session and makes the response a redirect. Fails unless a page of this site sent the request. */
    void logout() {
        call([&](st_error **error) { return st_request_logout(handle(), error); });
    }
    /* The same, but the session at the provider stays. */
    void logout_here() {
        call([&](st_error **error) { return st_request_set(handle(), "logout", "local", error); });
        logout();
    }
    /* Requires a login for this page, whatever its path. Only Action::proceed lets the program make it. */
    Action require_login() {
        return act([&](st_action *action, st_error **error) {
            return st_request_require_login(handle(), nullptr, nullptr, 0, action, error);
        });
    }
    /* The same, but the decoded path may be open. */
    Action require_login(const Gate &gate, std::string_view path) {
        return act([&](st_action *action, st_error **error) {
            return st_request_require_login(handle(), gate.handle(), detail::bytes(path), path.size(), action, error);
        });
    }
    /* Makes the response the library's error page for the code of an Error. */
    void refuse(std::string_view code) {
        detail::Text text(code);
        call([&](st_error **error) { return st_request_refuse(handle(), text, error); });
    }

    /* Whether begin(), or a login, would wait for the network now. */
    bool may_block() const {
        return st_request_may_block(handle()) == 1;
    }
    bool login_may_block(const std::optional<std::string> &provider = {}) const {
        return st_request_login_may_block(handle(), detail::Text(provider)) == 1;
    }
    /* Whether a redirect can take this request to the login. */
    bool loads_page() const {
        return st_request_loads_page(handle()) == 1;
    }
    /* Why this request's login was refused. */
    std::optional<Error> error() const {
        const st_error *lent = st_request_error(handle());
        return lent == nullptr ? std::nullopt : std::optional<Error>(detail::read(st_error_status(lent), lent));
    }
    /* That of the library's response; 0 if the program's page is the response. */
    int response_status() const {
        return st_request_response_status(handle());
    }
    /* For the library's response or the program's page, in addition to its own. Read them after the page is made. */
    Headers response_headers() const {
        const char *block = nullptr;
        std::size_t length = 0;
        call([&](st_error **error) { return st_request_response_headers(handle(), &block, &length, error); });
        Headers found;
        for (const char *end = block + length; block != end;) {
            std::string name(block), value(block + name.size() + 1);
            block += name.size() + value.size() + 2;
            found.emplace_back(std::move(name), std::move(value));
        }
        return found;
    }
    std::string response_body() const {
        const char *body = nullptr;
        std::size_t length = 0;
        call([&](st_error **error) { return st_request_response_body(handle(), &body, &length, error); });
        return std::string(body, length);
    }
    st_request *handle() const noexcept {
        return owned.get();
    }

  private:
    explicit Request(st_request *made) noexcept : owned(made) {
    }
    template <class Function> static void call(Function function) {
        detail::call(function);
    }
    template <class Function> static Action act(Function function) {
        st_action action = ST_RESPOND;
        call([&](st_error **error) { return function(&action, error); });
        return action == ST_PROCEED ? Action::proceed : action == ST_WAIT ? Action::wait : Action::respond;
    }
    /* Sets every option, so that none is left from a login that was refused. */
    void login_at(const detail::Text &provider, const LoginOptions &options) {
        std::optional<std::string> max_age;
        if (options.max_age)
            max_age = std::to_string(options.max_age->count());
        const std::pair<const char *, const detail::Text> all[] = {{"return_to", options.return_to},
                                                                   {"login_hint", options.login_hint},
                                                                   {"prompt", options.prompt},
                                                                   {"acr_values", options.acr_values},
                                                                   {"max_age", max_age},
                                                                   {"ui_locales", options.ui_locales}};
        for (const auto &option : all)
            call([&](st_error **error) { return st_request_set(handle(), option.first, option.second, error); });
        call([&](st_error **error) { return st_request_login(handle(), provider, error); });
    }

    detail::Owned<st_request, st_request_free> owned;
};

} // namespace stauth

#endif /* STAUTH_REQUEST_HPP */
