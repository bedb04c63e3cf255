// The figures of c.c, from C++.
#include "bench.hpp"

#include <stauth.hpp>

int main(int count, char **arguments) {
    Bench bench(count, arguments);
    stauth::App app(stauth::Config().load_toml(bench.read("secrets")));
    const std::string cookie = bench.read("cookie");
    const stauth::Headers headers = bench.headers();
    bench.run({
        {"request, C++17",
         [&] {
             stauth::Request request(app, "GET", "/report?id=3");
             request.add_headers(headers);
             request.set_client_address("192.0.2.7");
             bench.must(request.begin() == stauth::Action::proceed);
             bench.must(request.user_json().size() > 1000);
             bench.must(request.response_status() == 0 && !request.response_headers().empty());
         }},
        {"cookie, C++17", [&] { bench.must(app.user_from_cookie(cookie).size() > 1000); }},
        {"20 foreign calls, C++17",
         [&] {
             for (int call = 0; call < 20; call++)
                 bench.must(st_version_number() == ST_VERSION_NUMBER);
         }},
    });
}
