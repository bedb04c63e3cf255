/* Settings, the log, and requests to providers. Part of stauth.hpp, which explains it.
   SPDX-License-Identifier: Apache-2.0 */
#ifndef STAUTH_CONFIG_HPP
#define STAUTH_CONFIG_HPP

#include "error.hpp"
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <utility>
#include <vector>

namespace stauth {

using Header = std::pair<std::string, std::string>;
using Headers = std::vector<Header>;

/* One HTTP request to a provider, for a program that sends it with its own client. It is lent: to a Transport until
   that returns, by Request::exchange() until Request::resume(). */
class Exchange {
  public:
    explicit Exchange(st_exchange *given) noexcept : lent(given) {
    }
    std::string method() const {
        return detail::copied(st_exchange_method(lent));
    }
    /* Absolute. */
    std::string url() const {
        return detail::copied(st_exchange_url(lent));
    }
    Headers headers() const {
        Headers found;
        while (const char *name = st_exchange_header_name(lent, found.size()))
            found.emplace_back(name, detail::copied(st_exchange_header_value(lent, found.size())));
        return found;
    }
    std::string body() const {
        const char *body = "";
        std::size_t length = 0;
        detail::call([&](st_error **error) { return st_exchange_body(lent, &body, &length, error); });
        return std::string(body, length);
    }
    /* What the client must obey: the time for everything and for connecting, the proxy and the PEM file of the only
       trusted authorities, both empty for none, and whether the connection may end at a loopback address. */
    std::chrono::milliseconds timeout() const {
        return std::chrono::milliseconds(st_exchange_timeout_ms(lent));
    }
    std::chrono::milliseconds connect_timeout() const {
        return std::chrono::milliseconds(st_exchange_connect_timeout_ms(lent));
    }
    std::string proxy() const {
        return detail::copied(st_exchange_proxy(lent));
    }
    std::string ca_file() const {
        return detail::copied(st_exchange_ca_file(lent));
    }
    bool allows_loopback() const {
        return st_exchange_allows_loopback(lent) == 1;
    }
    /* Reports the response, once, with all of its headers. */
    void respond(int status, const Headers &headers, std::string_view body) {
        for (const auto &[name, value] : headers) {
            detail::Text name_text(name), value_text(value);
            detail::call([&](st_error **error) { return st_exchange_add_header(lent, name_text, value_text, error); });
        }
        detail::call([&](st_error **error) {
            return st_exchange_respond(lent, status, detail::bytes(body), body.size(), error);
        });
    }
    st_exchange *handle() const noexcept {
        return lent;
    }

  private:
    st_exchange *lent;
};

enum class Level : std::int32_t { info = ST_LOG_INFO, warning = ST_LOG_WARNING, error = ST_LOG_ERROR };

/* Receives one event as a line of logfmt, on the thread of the call that it is about. */
using Log = std::function<void(Level, std::string_view line)>;

/* Sends the request and calls Exchange::respond(). If it throws or does not respond, the provider was not reached. */
using Transport = std::function<void(Exchange &)>;

/* A Log that writes lines of this level and above to stderr. */
inline Log log_to_stderr(Level least) {
    return [least](Level level, std::string_view line) {
        if (level >= least)
            std::fputs((std::string(line) + '\n').c_str(), stderr);
    };
}

/* Builder for an App. It logs warnings and errors to stderr, or what the environment variable STAUTH_LOG asks for:
   "info", "warning" or "error". */
class Config {
  public:
    Config() {
        if (st_version_number() / 100 != ST_VERSION_NUMBER / 100) {
            std::string found = detail::copied(st_version_string());
            throw ConfigurationError(ST_CONFIGURATION_ERROR, "library_not_found",
                                     "libstauth.so.0 is version " + found + ", and " ST_VERSION_STRING " is needed");
        }
        st_config *made = nullptr;
        detail::call([&](st_error **error) { return st_config_new(&made, error); });
        owned.reset(made);
        set_log(log_to_stderr(level_of_environment()));
    }
    /* The settings of the file that $STAUTH_SECRETS names, otherwise of ".streamlit/secrets.toml". */
    static Config from_secrets() {
        const char *named = std::getenv("STAUTH_SECRETS");
        Config config;
        config.load_file(named != nullptr && *named != '\0' ? named : ".streamlit/secrets.toml");
        return config;
    }
    /* Reads the [auth] table of a secrets.toml. Later keys replace earlier ones. */
    Config &load_file(std::string_view path) {
        detail::Text text(path);
        return call([&](st_error **error) { return st_config_load_file(handle(), text, error); });
    }
    /* The same from memory. */
    Config &load_toml(std::string_view toml) {
        return call(
            [&](st_error **error) { return st_config_load_toml(handle(), detail::bytes(toml), toml.size(), error); });
    }
    /* One key, named as in TOML: "auth.redirect_uri". Numbers and booleans are written as in TOML. */
    Config &set(std::string_view key, std::string_view value) {
        detail::Text key_text(key), value_text(value);
        return call([&](st_error **error) { return st_config_set(handle(), key_text, value_text, error); });
    }
    /* Sends the events to a function; an empty one disables the log. */
    Config &set_log(Log function) {
        auto shared = std::make_shared<const Log>(std::move(function));
        Log passing = *shared ? [shared](Level level, std::string_view line) { (*shared)(level, line); } : Log();
        install(std::move(passing), [&](Log *data, st_release free, st_error **error) {
            return st_config_set_log(handle(), data == nullptr ? nullptr : write_line, data, free, error);
        });
        own_log = std::move(shared);
        return *this;
    }
    /* Writes the events to a descriptor, which must stay open as long as anything made from this. */
    Config &log_to_fd(int descriptor) {
        return call([&](st_error **error) { return st_config_log_to_fd(handle(), descriptor, error); });
    }
    /* Replaces libcurl; an empty function restores it. */
    Config &set_transport(Transport function) {
        return install(std::move(function), [&](Transport *data, st_release free, st_error **error) {
            return st_config_set_transport(handle(), data == nullptr ? nullptr : send, data, free, error);
        });
    }
    /* For a program with an event loop: no call blocks, and Action::wait asks for Request::exchange(). */
    Config &set_event_loop(bool on) {
        return call([&](st_error **error) { return st_config_set_event_loop(handle(), on ? 1 : 0, error); });
    }
    /* The function of set_log(). */
    std::shared_ptr<const Log> log() const noexcept {
        return own_log;
    }
    st_config *handle() const noexcept {
        return owned.get();
    }

  private:
    template <class Function> Config &call(Function function) {
        detail::call(function);
        return *this;
    }

    template <class Function> static void release(void *data) noexcept {
        delete static_cast<Function *>(data);
    }
    /* Lends a function to the library, which releases it once it will never call it again. */
    template <class Function, class Setter> Config &install(Function function, Setter set) {
        std::unique_ptr<Function> data(function ? new Function(std::move(function)) : nullptr);
        detail::call([&](st_error **error) { return set(data.get(), release<Function>, error); });
        data.release();
        return *this;
    }

    /* No exception may enter the library. */
    static void write_line(std::int32_t level, const char *line, void *data) noexcept {
        bool is_known = level == ST_LOG_INFO || level == ST_LOG_WARNING || level == ST_LOG_ERROR;
        try {
            (*static_cast<Log *>(data))(is_known ? static_cast<Level>(level) : Level::warning, line);
        } catch (...) {
            return;
        }
    }
    static st_status send(st_exchange *exchange, void *data) noexcept {
        try {
            Exchange lent(exchange);
            (*static_cast<Transport *>(data))(lent);
            return ST_OK;
        } catch (...) {
            return ST_NETWORK_ERROR;
        }
    }

    static Level level_of_environment() {
        std::string asked = detail::copied(std::getenv("STAUTH_LOG"));
        return asked == "info" ? Level::info : asked == "error" ? Level::error : Level::warning;
    }

    detail::Owned<st_config, st_config_free> owned;
    std::shared_ptr<const Log> own_log;
};

} // namespace stauth

#endif /* STAUTH_CONFIG_HPP */
