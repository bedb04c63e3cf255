/* The headers call what stauth.h declares. The compiler has compared the arguments. */
#include "tap.hpp"
#include <fstream>
#include <regex>
#include <set>

static std::string content(const std::string &path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (text.str().empty())
        fail(path + " is missing");
    return text.str();
}

static std::set<std::string> found(const std::string &text, const char *pattern) {
    std::set<std::string> all;
    std::regex compiled(pattern);
    for (std::sregex_iterator each(text.begin(), text.end(), compiled), end; each != end; ++each)
        all.insert((*each)[1]);
    return all;
}

static std::string sources() {
    std::string all;
    for (const char *name : {"error", "config", "app", "request", "handler"})
        all += content(std::string(FOLDER "/include/stauth/") + name + ".hpp");
    return all;
}

/* Not called, and why: each object's handle() is for them. */
static const std::set<std::string> unused = {
    "st_status_name", /* the class says it */
    "st_config_set_clock",
    "st_config_set_random", /* for tests of the library */
    "st_app_shared",        /* a program has a place to keep an App */
    "st_app_end_sessions",
    "st_request_logout_may_block", /* threads may wait, and operators revoke by other means */
    "st_config_set_session_store",
    "st_record_set", /* programs in C++ use Redis */
    "st_request_response_header",
    "st_request_response_header_count", /* all of them in one call */
    "st_native_new",
    "st_native_login",
    "st_native_callback",
    "st_native_device_login",
    "st_native_poll",
    "st_native_is_pending",
    "st_native_wait_ms",
    "st_native_expires_in",
    "st_native_url",
    "st_native_verification_uri",
    "st_native_user_code",
    "st_native_session", /* for programs without a site */
    "st_request_bind",
    "st_request_unbind",
    "st_login",
    "st_logout",
    "st_user_json", /* a Request is passed */
};

TEST(every_function_is_called) {
    std::string header = content(FOLDER "/../../include/stauth.h"), ours = sources();
    std::set<std::string> functions = found(header, R"(\nST_API [^;(]*?(\w+)\()"),
                          called = found(ours, R"(\b(st_\w+)\b)");
    EXPECT(functions.size(), found(header, R"(\n(ST_API [^;(]+)\()").size());
    for (const std::string &name : functions)
        if (called.count(name) == unused.count(name))
            fail(name + (called.count(name) ? " is called and listed as unused" : " is neither called nor unused"));
    for (const std::string &name : unused)
        EXPECT(functions.count(name), 1u);
}

TEST(every_status_has_a_class) {
    std::string header = content(FOLDER "/../../include/stauth.h"), ours = sources();
    std::string section = header.substr(header.find("ST_OK = 0,"));
    std::set<std::string> statuses = found(section.substr(0, section.find("};")), R"((ST_\w+) = [1-9])");
    EXPECT(statuses.count("ST_LIMIT_EXCEEDED"), 1u);
    EXPECT(found(ours, R"(case (ST_\w+):)") == statuses, true);
}

TEST(every_option_of_a_login) {
    std::string header = content(FOLDER "/../../include/stauth.h");
    std::set<std::string> options = found(header, R"(\n     (\w+)  +[a-z"])");
    options.erase("logout");
    EXPECT(options.size(), 6u);
    EXPECT(found(sources(), "\\{\"(\\w+)\",\\s+(?:options|max)") == options, true);
}

TEST(installed_headers_are_these) {
    for (const char *name : {"stauth.hpp", "stauth/error.hpp", "stauth/config.hpp", "stauth/app.hpp",
                             "stauth/request.hpp", "stauth/handler.hpp", "stauth/microhttpd.hpp", "stauth/testing.hpp"})
        EXPECT(content(INSTALLED "/" + std::string(name)) == content(FOLDER "/include/" + std::string(name)), true);
}
