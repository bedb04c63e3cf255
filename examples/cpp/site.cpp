#include "site.hpp"

static const char top[] = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Guest book</title>
<style>
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
  body { max-width: 38rem; margin: 0 auto; padding: 0 1.5rem; overflow-wrap: anywhere }
  header { display: flex; gap: 1rem; align-items: center; padding: 1rem 0; border-bottom: 1px solid #8884 }
  header b { flex: 1 }
  form { margin: 0 }
  .button { padding: .5rem 1.2rem; border: 0; border-radius: 8px; background: #2b5fd0; color: #fff }
  .button { font: inherit; text-decoration: none }
</style>
<header>
  <b>Guest book</b>
)";

/* What comes from outside enters the page only here. */
static std::string escaped(const std::string &text) {
    std::string result;
    for (char each : text) {
        if (std::string_view("&<>\"'").find(each) == std::string_view::npos)
            result += each;
        else
            result += "&#" + std::to_string(each) + ';';
    }
    return result;
}

static std::string escaped_claim(stauth::Request &request, const char *name) {
    return escaped(request.claim(name).value_or(""));
}

static stauth::Response show_page(const stauth::App &auth, stauth::Request &request) {
    std::string page = top;
    if (request.is_logged_in()) {
        std::string name = escaped_claim(request, "name");
        page += "  <span>" + escaped_claim(request, "email") + "</span>\n";
        page += "  <form method=\"post\" action=\"" + escaped(auth.logout_path());
        page += "\"><button class=\"button\">Log out</button></form>\n</header>\n<h1>Hello";
        page += (name.empty() ? "" : ", ") + name + "</h1>\n<p>To " + escaped_claim(request, "iss");
        page += " you are " + escaped_claim(request, "sub") + ".</p>\n";
    } else {
        page += "  <a class=\"button\" href=\"" + escaped(auth.login_path()) + "\">Log in</a>\n</header>\n";
        page += "<h1>Hello</h1>\n<p>Log in, and this page knows your name.</p>\n";
    }
    return stauth::Response::html(page + "</html>\n");
}

/* The library's response takes the place of the empty page. */
static stauth::Response log_in(stauth::Request &request, const stauth::Message &message) {
    if (std::optional<std::string> provider = message.query("provider"))
        request.login(*provider);
    else
        request.login();
    return {};
}

stauth::Handler make_site(const stauth::App &auth) {
    return stauth::Handler(auth, [&auth](stauth::Request &request, const stauth::Message &message) {
        if (message.path == "/user.json")
            return stauth::Response::json(request.user_json());
        if (message.path == "/login")
            return log_in(request, message);
        if (message.path == "/logout" && message.method == "POST") {
            request.logout();
            return stauth::Response();
        }
        if (message.path == "/members") {
            if (request.require_login() != stauth::Action::proceed)
                return stauth::Response();
            return stauth::Response::text("Welcome, " + request.claim("name").value_or("member"));
        }
        return show_page(auth, request);
    });
}
