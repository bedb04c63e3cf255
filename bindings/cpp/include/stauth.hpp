/*
 * stauth.hpp - "Sign in with ..." for programs in C++17 and later: stauth.h with ownership, exceptions and strings.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     stauth::App auth(stauth::Config::from_secrets());    once: the settings of secrets.toml, checked
 *
 *     stauth::Request request(auth, "GET", "/report?id=3");
 *     request.add_headers(headers);
 *     if (request.begin() == stauth::Action::proceed)
 *         ... make the page, which may call request.login("google"), request.claim("email"), request.logout() ...
 *     if (request.response_status() == 0) { ... send the page ... }
 *     else { ... send request.response_status() and request.response_body() ... }
 *     ... with all of request.response_headers() in both cases ...
 *
 * stauth::Handler does all of this for any server: it turns a Message into a Response. stauth/microhttpd.hpp serves
 * one with libmicrohttpd, and stauth/testing.hpp signs users in without a provider. Neither is included here.
 *
 * Conventions:
 *
 * 1. Text comes in as std::string_view and goes out as std::string, so nothing is borrowed. A NUL in text is an error.
 * 2. A call that fails throws a stauth::Error, which is one class for each status of stauth.h; its code() is one of
 *    docs/errors.md. Then nothing has changed. Not being signed in is a value, never an exception.
 * 3. Objects own their handles, can be moved, and cannot be copied. Calls on an object that was moved from throw
 *    InvalidArgument with the code "invalid_handle".
 * 4. Any number of threads may use an App, a Gate and a Handler. Every other object belongs to one thread at a time.
 * 5. An exception that leaves a callback goes no further: its line of the log is lost, its request to a provider fails.
 * 6. Whatever is not here is in stauth.h: each object's handle() is for its functions.
 */
#ifndef STAUTH_HPP
#define STAUTH_HPP

#include "stauth/app.hpp"
#include "stauth/config.hpp"
#include "stauth/error.hpp"
#include "stauth/handler.hpp"
#include "stauth/request.hpp"

#endif /* STAUTH_HPP */
