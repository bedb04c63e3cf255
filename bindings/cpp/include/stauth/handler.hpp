/* A whole request in one call, for any server. Part of stauth.hpp, which explains it.
   SPDX-License-Identifier: Apache-2.0 */
#ifndef STAUTH_HANDLER_HPP
#define STAUTH_HANDLER_HPP

#include "request.hpp"

namespace stauth {

/* What a browser sent, as a server knows it. */
struct Message {
    std::string method, target; /* as received */
    Headers headers;
    std::string body;
    std::string client_address;
    std::string path; /* decoded; what the program routes by, and the gate judges */

    Message() = default;
    Message(std::string given_method, std::string given_target)
        : method(std::move(given_method)), target(std::move(given_target)),
          path(decoded(std::string_view(target).substr(0, target.find('?')), false)) {
    }
    /* The first value of this name in the query, decoded. */
    std::optional<std::string> query(std::string_view name) const {
        std::size_t mark = target.find('?');
        return mark == std::string::npos ? std::nullopt : field(std::string_view(target).substr(mark + 1), name);
    }
    /* The same in a body of the type application/x-www-form-urlencoded. */
    std::optional<std::string> form(std::string_view name) const {
        return field(body, name);
    }

  private:
    static std::optional<std::string> field(std::string_view text, std::string_view name) {
        for (std::string_view rest = text; !rest.empty();) {
            std::size_t end = std::min(rest.find('&'), rest.size());
            std::string_view pair = rest.substr(0, end);
            std::size_t sign = std::min(pair.find('='), pair.size());
            if (decoded(pair.substr(0, sign), true) == name)
                return decoded(pair.substr(std::min(sign + 1, pair.size())), true);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return std::nullopt;
    }
    static int digit(char letter) {
        if (letter >= '0' && letter <= '9')
            return letter - '0';
        letter = static_cast<char>(letter | 0x20);
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }
    static std::string decoded(std::string_view text, bool plus_is_space) {
        std::string result;
        for (std::size_t i = 0; i < text.size(); i++) {
            bool is_escape =
                text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
            if (is_escape) {
                result += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
                i += 2;
            } else {
                result += plus_is_space && text[i] == '+' ? ' ' : text[i];
            }
        }
        return result;
    }
};

/* What the server sends. */
struct Response {
    int status = 200;
    Headers headers = {};
    std::string body = {};

    static Response of_type(std::string type, std::string body) {
        return Response{200, {{"Content-Type", std::move(type)}}, std::move(body)};
    }
    static Response html(std::string body) {
        return of_type("text/html; charset=utf-8", std::move(body));
    }
    static Response text(std::string body) {
        return of_type("text/plain; charset=utf-8", std::move(body));
    }
    static Response json(std::string body) {
        return of_type("application/json", std::move(body));
    }
};

/* Turns a Message into a Response: the library's own paths, the program's pages with the library's headers, and the
   library's page for an Error that a page throws. Any other exception passes. For servers with a thread for each
   request: an App with an event loop needs Request itself. */
class Handler {
  public:
    /* Makes a page. A login, logout or refusal that it asks for takes the place of what it returns. */
    using Page = std::function<Response(Request &, const Message &)>;

    /* The App must live as long as the Handler. */
    Handler(const App &given_app, Page given_page) : app(&given_app), page(std::move(given_page)) {
    }
    Handler(const App &&, Page) = delete; /* it would be gone by the first request */
    /* Only signed-in users see pages, except for open paths: "/health", "/static/". */
    Handler &require_login(const std::vector<std::string> &open_paths = {}) {
        gate = std::make_shared<const Gate>(open_paths);
        return *this;
    }
    Response operator()(const Message &message) const {
        try {
            Request request(*app, message.method, message.target);
            try {
                return completed(request, made(request, message));
            } catch (const Error &error) {
                return refused(request, error);
            }
        } catch (const Error &error) { /* not even made */
            return refusal(error);
        }
    }
    /* The library's page for an error that reaches the server. */
    Response refusal(const Error &error) const {
        Request stranger(*app, "GET", "/");
        return refused(stranger, error);
    }

  private:
    Response made(Request &request, const Message &message) const {
        request.add_headers(message.headers);
        request.set_client_address(message.client_address);
        if (request.wants_body())
            request.set_body(message.body);
        if (app->requires_login())
            request.add_route(message.path);
        Action action = request.begin();
        if (action == Action::proceed && gate != nullptr)
            action = request.require_login(*gate, message.path);
        return action == Action::proceed ? page(request, message) : Response{500};
    }
    /* The library's response, or the page, with the library's headers in both cases. */
    static Response completed(const Request &request, Response response) {
        int status = request.response_status();
        if (status > 0)
            response = Response{status, {}, request.response_body()};
        for (Header &header : request.response_headers())
            response.headers.push_back(std::move(header));
        return response;
    }
    Response refused(Request &request, const Error &error) const {
        app->log(error.http_status() == 500 ? Level::error : Level::warning, std::string("uncaught: ") + error.what());
        request.refuse(error.code());
        return completed(request, {});
    }

    const App *app;
    Page page;
    std::shared_ptr<const Gate> gate;
};

} // namespace stauth

#endif /* STAUTH_HANDLER_HPP */
