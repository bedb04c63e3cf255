/* A site with a login on libmicrohttpd. Start: STAUTH_SECRETS=secrets.toml PORT=8501 guestbook */
#include "site.hpp"
#include <iostream>
#include <stauth/microhttpd.hpp>

int main() {
    const char *port = std::getenv("PORT");
    try {
        stauth::App auth(stauth::Config::from_secrets());
        stauth::microhttpd::serve(make_site(auth), static_cast<std::uint16_t>(std::stoi(port == nullptr ? "" : port)));
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
