/* Tests of the guest book, without a provider: prints TAP. */
#include "site.hpp"
#include <iostream>
#include <stauth/testing.hpp>

static int tests = 0, failures = 0;

static void expect(const char *name, bool passed) {
    failures += passed ? 0 : 1;
    std::cout << (passed ? "ok " : "not ok ") << ++tests << " - " << name << '\n';
}

static bool contains(const std::string &text, const char *part) {
    return text.find(part) != std::string::npos;
}

int main() {
    const stauth::testing::Claims ada = {{"sub", "ada"}, {"email", "ada@example.org"}, {"name", "Ada <3"}};
    stauth::testing::Site site;
    stauth::Handler guestbook = make_site(site.app());

    stauth::Response page = guestbook(site.message("GET", "/any/page"));
    expect("a visitor sees a link to the login", contains(page.body, "href=\"/auth/login\""));
    page = guestbook(site.message("GET", "/any/page", ada));
    expect("a user sees their name", contains(page.body, "Hello, Ada &#60;3"));
    expect("a user sees a form for the logout", contains(page.body, "action=\"/auth/logout\""));
    expect("the user as JSON", contains(guestbook(site.message("GET", "/user.json", ada)).body, "\"sub\":\"ada\""));
    expect("members are greeted", guestbook(site.message("GET", "/members", ada)).body == "Welcome, Ada <3");
    expect("others log in first", guestbook(site.message("GET", "/members")).status == 302);
    expect("a login", guestbook(site.message("GET", "/login")).status == 302);
    expect("an unknown provider", guestbook(site.message("GET", "/login?provider=nobody")).status == 404);
    expect("a logout", guestbook(site.message("POST", "/logout", ada)).status == 303);

    std::cout << "1.." << tests << '\n';
    return failures == 0 ? 0 : 1;
}
