/* The application, and the gate of a program. Part of stauth.hpp, which explains it.
   SPDX-License-Identifier: Apache-2.0 */
#ifndef STAUTH_APP_HPP
#define STAUTH_APP_HPP

#include "config.hpp"
#include <algorithm>

namespace stauth {

/* A relying party: checked settings, keys, and what is cached of the providers. Usually a process has one. */
class App {
  public:
    /* Checks the settings; a ConfigurationError lists all problems. */
    explicit App(const Config &config) : own_log(config.log()) {
        st_app *made = nullptr;
        detail::call([&](st_error **error) { return st_app_new(config.handle(), &made, error); });
        owned.reset(made);
    }
    /* Fetches metadata and keys of all providers, so that the first login need not. May wait for the network. */
    void preload() {
        detail::call([&](st_error **error) { return st_app_preload(handle(), error); });
    }
    /* For links: "/auth/login", optionally with "?provider=NAME&return_to=/page". */
    std::string login_path() const {
        return detail::copied(st_app_login_path(handle()));
    }
    /* For forms that post to it: "/auth/logout". */
    std::string logout_path() const {
        return detail::copied(st_app_logout_path(handle()));
    }
    /* Where providers send users back to, for programs that route by path. */
    std::vector<std::string> callback_paths() const {
        std::vector<std::string> found;
        while (const char *path = st_app_callback_path(handle(), found.size()))
            found.emplace_back(path);
        return found;
    }
    /* Whether the settings require a login for the pages of the site. */
    bool requires_login() const {
        return st_app_requires_login(handle()) == 1;
    }
    /* Who sent this Cookie header? The JSON of Request::user_json(), without a request: no network, no lock. */
    std::string user_from_cookie(std::string_view cookie) const {
        return written([&](char *buffer, std::size_t capacity, std::size_t *length, st_error **error) {
            return st_user_from_cookie(handle(), detail::bytes(cookie), cookie.size(), buffer, capacity, length, error);
        });
    }
    /* The numbers for monitoring, of this process; docs/monitoring.md describes them. */
    std::string stats_json() const {
        return written([&](char *buffer, std::size_t capacity, std::size_t *length, st_error **error) {
            return st_app_stats_json(handle(), buffer, capacity, length, error);
        });
    }
    /* The same for Prometheus, of the type "text/plain; version=0.0.4". */
    std::string stats_prometheus() const {
        return written([&](char *buffer, std::size_t capacity, std::size_t *length, st_error **error) {
            return st_app_stats_prometheus(handle(), buffer, capacity, length, error);
        });
    }
    /* Writes a line to the log of the Config, beside the library's; its control characters become spaces. */
    void log(Level level, std::string line) const {
        std::replace_if(
            line.begin(), line.end(), [](char each) { return each >= 0 && each < 32; }, ' ');
        if (own_log != nullptr && *own_log)
            (*own_log)(level, line);
    }
    st_app *handle() const noexcept {
        return owned.get();
    }

  private:
    /* The text that a function writes to a buffer, however long it is. */
    template <class Function> static std::string written(Function write) {
        char usual[4096];
        std::size_t length = 0;
        st_error *failure = nullptr;
        st_status status = write(usual, sizeof usual, &length, &failure);
        detail::Owned<st_error, st_error_free> owned(failure);
        if (status == ST_OK)
            return std::string(usual, length);
        std::string text;
        while (status != ST_OK && length > std::max(text.size(), sizeof usual)) {
            text.resize(length + length / 4); /* it can grow meanwhile */
            failure = nullptr;
            status = write(text.data(), text.size(), &length, &failure);
            owned.reset(failure);
        }
        if (status != ST_OK)
            detail::raise(detail::read(status, failure));
        text.resize(length);
        return text;
    }

    detail::Owned<st_app, st_app_free> owned;
    std::shared_ptr<const Log> own_log;
};

/* Closes the pages of a program to all but signed-in users, except for open paths: "/health" is that path alone,
   "/static/" that folder and all below it. With require_login in the settings, pages are closed already. */
class Gate {
  public:
    explicit Gate(const std::vector<std::string> &open_paths = {}) {
        std::vector<const char *> paths;
        for (const std::string &path : open_paths)
            paths.push_back(detail::without_nul(path).data());
        st_gate *made = nullptr;
        detail::call([&](st_error **error) { return st_gate_new(paths.data(), paths.size(), &made, error); });
        owned.reset(made);
    }
    st_gate *handle() const noexcept {
        return owned.get();
    }

  private:
    detail::Owned<st_gate, st_gate_free> owned;
};

} // namespace stauth

#endif /* STAUTH_APP_HPP */
