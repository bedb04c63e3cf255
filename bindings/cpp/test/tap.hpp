/* A test is a function; what it reports is a line of TAP. */
#pragma once
#include <functional>
#include <iostream>
#include <sstream>
#include <stauth.hpp>
#include <stauth/testing.hpp>

struct Failed : std::runtime_error {
    using runtime_error::runtime_error;
};

using Test = void (*)();

inline std::vector<std::pair<std::string, Test>> &all_tests() {
    static std::vector<std::pair<std::string, Test>> tests;
    return tests;
}

struct Registration {
    Registration(const char *name, Test test) {
        all_tests().emplace_back(name, test);
    }
};

#define TEST(name)                                                                                                     \
    static void name();                                                                                                \
    static const Registration registration_of_##name(#name, name);                                                     \
    static void name()

inline void fail(const std::string &what) {
    throw Failed(what);
}

template <class Found, class Expected> void expect(const Found &found, const Expected &expected, int line) {
    std::ostringstream text;
    text << "line " << line << ": " << found << " instead of " << expected;
    if (!(found == expected))
        fail(text.str());
}

template <class Kind> void expect_error(const char *code, const std::function<void()> &call, int line) {
    std::string where = "line " + std::to_string(line) + ": ";
    try {
        call();
    } catch (const Kind &error) {
        if (error.code() != code)
            fail(where + error.code() + " instead of " + code);
        return;
    } catch (const stauth::Error &error) {
        fail(where + "another class for " + error.what());
    }
    fail(where + "no error");
}

#define EXPECT(found, expected) expect(found, expected, __LINE__)
/* The call is the last argument, because it may contain commas. */
#define EXPECT_ERROR(kind, code, ...)                                                                                  \
    expect_error<stauth::kind>(                                                                                        \
        code, [&] { __VA_ARGS__; }, __LINE__)

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/* All headers with this name, a line each. */
inline std::string header(const stauth::Headers &headers, std::string_view wanted) {
    std::string found;
    for (const auto &[name, value] : headers)
        found += name == wanted ? (found.empty() ? "" : "\n") + value : "";
    return found;
}

/* A request of a browser for a page, from a user with these claims, or from nobody. */
inline stauth::Request begun(const stauth::testing::Site &site, const std::optional<stauth::testing::Claims> &user = {},
                             const char *target = "/page") {
    stauth::Message message = site.message("GET", target, user);
    stauth::Request request(site.app(), message.method, message.target);
    request.add_headers(message.headers);
    if (request.begin() != stauth::Action::proceed)
        fail("the library answers");
    return request;
}
