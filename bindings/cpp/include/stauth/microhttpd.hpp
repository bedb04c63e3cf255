/* Serves a stauth::Handler with libmicrohttpd, a thread for each connection. Link with -lmicrohttpd.

       stauth::microhttpd::serve(handler, 8501);                 until SIGINT or SIGTERM
       stauth::microhttpd::Server server(handler, 8501);         until it ends

   SPDX-License-Identifier: Apache-2.0 */
#ifndef STAUTH_MICROHTTPD_HPP
#define STAUTH_MICROHTTPD_HPP

#include "../stauth.hpp"
#include <arpa/inet.h>
#include <csignal>
#include <microhttpd.h>
#include <pthread.h>

namespace stauth::microhttpd {

/* The most of a body that a page gets. */
constexpr std::size_t longest_body = 1024 * 1024;

/* Listens on 127.0.0.1. The Handler must live as long as the Server. */
class Server {
  public:
    Server(const Handler &handler, std::uint16_t port) {
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto *data = const_cast<Handler *>(&handler); /* C knows no const there */
        daemon = MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, port, nullptr,
                                  nullptr, answer, data, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK,
                                  begin, nullptr, MHD_OPTION_NOTIFY_COMPLETED, end, nullptr, MHD_OPTION_END);
        if (daemon == nullptr)
            throw std::runtime_error("cannot listen on port " + std::to_string(port));
    }
    Server(const Handler &&, std::uint16_t) = delete; /* it would be gone by the first request */
    ~Server() {
        MHD_stop_daemon(daemon);
    }
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

  private:
    /* One request, while it arrives. */
    struct Visit {
        Message message;
        bool has_headers = false, is_too_large = false;
    };

    /* The target as the browser sent it. */
    static void *begin(void *, const char *target, MHD_Connection *) noexcept {
        try {
            auto visit = std::make_unique<Visit>();
            visit->message = Message("", target);
            return visit.release();
        } catch (...) {
            return nullptr;
        }
    }
    static void end(void *, MHD_Connection *, void **state, MHD_RequestTerminationCode) noexcept {
        delete static_cast<Visit *>(*state);
        *state = nullptr;
    }
    /* libmicrohttpd calls this with the headers, then with each piece of the body, and then for the response. */
    static MHD_Result answer(void *handler, MHD_Connection *connection, const char *, const char *method, const char *,
                             const char *piece, std::size_t *length, void **state) noexcept {
        auto *visit = static_cast<Visit *>(*state);
        if (visit == nullptr)
            return MHD_NO; /* out of memory */
        try {
            if (!visit->has_headers) {
                visit->has_headers = true;
                visit->message.method = method;
                return MHD_YES;
            }
            if (*length > 0) {
                take(*visit, std::string_view(piece, *length));
                *length = 0;
                return MHD_YES;
            }
            read(*visit, connection);
            return send(connection, response(*static_cast<const Handler *>(handler), *visit));
        } catch (...) {
            return MHD_NO;
        }
    }
    static void take(Visit &visit, std::string_view piece) {
        visit.is_too_large = visit.is_too_large || piece.size() > longest_body - visit.message.body.size();
        if (!visit.is_too_large)
            visit.message.body += piece;
    }
    static void read(Visit &visit, MHD_Connection *connection) {
        MHD_get_connection_values_n(connection, MHD_HEADER_KIND, add_header, &visit.message.headers);
        const auto *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        char text[INET_ADDRSTRLEN] = "";
        if (info != nullptr && info->client_addr != nullptr && info->client_addr->sa_family == AF_INET) {
            const auto *peer = reinterpret_cast<const sockaddr_in *>(info->client_addr);
            inet_ntop(AF_INET, &peer->sin_addr, text, sizeof text);
        }
        visit.message.client_address = text;
    }
    static MHD_Result add_header(void *headers, MHD_ValueKind, const char *name, std::size_t name_length,
                                 const char *value, std::size_t value_length) noexcept {
        try {
            std::string_view given = value == nullptr ? std::string_view() : std::string_view(value, value_length);
            static_cast<Headers *>(headers)->emplace_back(std::string(name, name_length), given);
            return MHD_YES;
        } catch (...) {
            return MHD_NO;
        }
    }
    /* An exception that is not the library's is a defect of the page: visitors see that, and no more. */
    static Response response(const Handler &handler, const Visit &visit) {
        if (visit.is_too_large)
            return handler.refusal(LimitExceeded(ST_LIMIT_EXCEEDED, "too_large", "the body is over 1 MiB"));
        try {
            return handler(visit.message);
        } catch (const std::exception &error) {
            return handler.refusal(InternalError(ST_INTERNAL_ERROR, "internal_error", error.what()));
        }
    }
    static MHD_Result send(MHD_Connection *connection, const Response &response) {
        void *body = const_cast<char *>(response.body.data()); /* which is copied */
        std::unique_ptr<MHD_Response, void (*)(MHD_Response *)> sent(
            MHD_create_response_from_buffer(response.body.size(), body, MHD_RESPMEM_MUST_COPY), MHD_destroy_response);
        if (sent == nullptr)
            return MHD_NO;
        for (const auto &[name, value] : response.headers)
            if (MHD_add_response_header(sent.get(), name.c_str(), value.c_str()) != MHD_YES)
                return MHD_NO;
        return MHD_queue_response(connection, static_cast<unsigned>(response.status), sent.get());
    }

    MHD_Daemon *daemon;
};

/* Serves until the process gets SIGINT or SIGTERM. Call it before the program has other threads. */
inline void serve(const Handler &handler, std::uint16_t port) {
    sigset_t endings;
    int signal = 0;
    sigemptyset(&endings);
    sigaddset(&endings, SIGINT);
    sigaddset(&endings, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &endings,
                    nullptr); /* before the first thread starts, so that only sigwait() sees them */
    Server server(handler, port);
    std::printf("http://localhost:%d/\n", port);
    std::fflush(stdout);
    sigwait(&endings, &signal);
}

} // namespace stauth::microhttpd

#endif /* STAUTH_MICROHTTPD_HPP */
