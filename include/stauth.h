/*
 * stauth.h - "Sign in with ..." for any program.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Give the library a secrets.toml and your HTTP requests. It runs the OpenID Connect login, keeps the
 * session in an encrypted cookie, and answers three calls:
 *
 *     st_request_login(request, provider, ...)   send this user to that provider
 *     st_request_user_json(request, ...)         who is this user? JSON, always with "is_logged_in"
 *     st_request_logout(request, ...)            end the session
 *
 * One request of a C program, whole (examples/c/ is a complete one):
 *
 *     st_request_new(app, "GET", "/report?id=3", &request, &error);
 *     st_request_add_header(request, "Cookie", cookie, &error);       // and the others you have
 *     st_request_begin(request, &action, &error);
 *     if (action == ST_PROCEED)
 *         ... make your page, which may call the three above ...
 *     if (st_request_response_status(request) == 0) { ... send your page ... }
 *     else { ... send the library's status and body ... }
 *     ... with every st_request_response_header() in both cases ...
 *     st_request_free(request);
 *
 * Conventions:
 *
 * 1. Arguments come in one order: the handle, inputs, outputs, `st_error **` last. A length follows its
 *    pointer; user data follows its function pointer.
 * 2. A function that can fail returns st_status; ST_OK is 0. Given an `st_error **` that is not NULL, a
 *    failure also stores an st_error there, which the caller frees. There is no "last error".
 * 3. Outputs are written only on success, unless the comment says otherwise. Handles are opaque, made by _new and
 * released by _free; _free(NULL) does nothing. A handle is a ticket, not an address: one that was freed, or that names
 *    an object of another kind, is refused with ST_INVALID_ARGUMENT and the code "invalid_handle".
 * 4. Text is UTF-8 and ends with NUL, unless a length follows it. Inputs are copied before a function
 *    returns. Borrowed outputs belong to a handle; each comment says which, and for how long. Any pointer
 *    may be NULL: where it is not allowed, NULL is an error, never a crash. So is text that is not UTF-8.
 * 5. An st_app never changes after it is made; any number of threads may use it. Every other handle
 *    belongs to one thread at a time. A handle may be freed while other threads are in calls with it: those
 *    calls end as if it were live, later ones are refused. (What was borrowed of it ends all the same.) The
 *    library starts no threads, installs no signal handlers, needs no initialisation, and writes nothing to
 *    stdout or stderr. It calls back only on the calling thread, and only functions that it was given.
 *    (libcurl, which is loaded for the first request to a provider, may look up a host name on a thread of
 *    its own while that call waits.)
 * 6. Only functions whose comment says "May block" wait for the network: they start a login when
 *    nothing is cached yet or its request is pushed, answer the callback, or preload. st_request_may_block() and
 *    st_request_login_may_block() report in advance. A request to a provider ends at the configured "timeout",
 *    and no call waits longer than that for another thread's.
 * 7. After fork() the child can use all that its parent made, whatever other threads were doing: fork()
 *    waits for those that are using a key, for 5 seconds at most. What remains: a thread that is in TLS inside
 *    libcurl, or ends, at that very moment may hold a lock of OpenSSL's, for which the child would wait.
 * 8. The functions that the host gives have to return. A C++ exception that leaves one ends the process. A
 *    thread that is cancelled there, or leaves by longjmp(), loses the memory of that call, nothing more.
 * 9. When memory runs out, a call fails, or the process ends as Swift ends it: of the allocations of a
 *    callback about three in four, of a cookie check all. Nobody is signed in by that. What a browser sends
 *    is bounded, and makes no piece of memory larger than 192 KiB; a provider's answer may have 1 MiB.
 */
#ifndef STAUTH_H
#define STAUTH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) || defined(__clang__)
#define ST_API __attribute__((visibility("default")))
#else
#define ST_API
#endif

/* ---- Version ---------------------------------------------------------------------------------------- */

#define ST_VERSION_NUMBER 200u /* major * 10000 + minor * 100 + patch */
#define ST_VERSION_STRING "0.2.0"

/* The version of the library that was loaded; compare with ST_VERSION_NUMBER, of the header compiled with.
   The same major number, and before 1.0 the same minor number, means the same ABI. */
ST_API uint32_t st_version_number(void);

/* The same as text, "0.2.0". Lives as long as the process. */
ST_API const char *st_version_string(void);

/* ---- Status and errors ------------------------------------------------------------------------------ */

/* What a function that can fail returns: the category of the failure, for a switch. */
typedef int32_t st_status;

enum {
    ST_OK = 0,
    ST_INVALID_ARGUMENT = 1,     /* the caller's mistake: NULL, not UTF-8, too long, a dead handle */
    ST_CONFIGURATION_ERROR = 2,  /* secrets.toml has to change; the message lists all problems */
    ST_NETWORK_ERROR = 3,        /* the provider was not reached, or not in time */
    ST_PROVIDER_ERROR = 4,       /* the provider answered with an error, or not as the protocol says */
    ST_AUTHORIZATION_DENIED = 5, /* the user, the provider or an authorization rule said no */
    ST_TOKEN_INVALID = 6,        /* the ID token failed a check */
    ST_LOGIN_INVALID = 7,        /* the callback belongs to no login of this browser: expired, replayed, forged */
    ST_REQUEST_REFUSED = 8,      /* a request that must not be obeyed, such as a cross-site logout */
    ST_LIMIT_EXCEEDED = 9,       /* something is too large; the message says what and what the limit is */
    ST_NO_REQUEST = 10,          /* no request is bound to this thread */
    ST_CRYPTOGRAPHY_ERROR = 11,  /* OpenSSL failed, for instance because it had no randomness */
    ST_INTERNAL_ERROR = 12       /* a defect of this library; please report it */
};

/* The constant's name, "ST_NETWORK_ERROR"; "unknown" for any other number. Lives as long as the process. */
ST_API const char *st_status_name(st_status status);

/* Why one call failed. Owned by the caller, who frees it with st_error_free(). */
typedef struct st_error st_error;

/* The category, as the failed function returned it; ST_INVALID_ARGUMENT if `error` is NULL or not a live handle. */
ST_API st_status st_error_status(const st_error *error);

/* A stable code for programs and for support, such as "state_mismatch" or "authorization_refused". docs/errors.md lists
   them; no provider can choose one. NULL if `error` is NULL or not a live handle. Lives as long as `error`. */
ST_API const char *st_error_code(const st_error *error);

/* The error code and description that the provider sent, such as "access_denied" and "User cancelled", cut at 64 and
   512 bytes; each backslash, and each byte that is not visible ASCII or a space, is escaped as in C: "\\", "\x1b". NULL
   if it sent none, or `error` is NULL or not a live handle. The provider can write anything here: for logs and
   operators, never for a page or a decision. Borrowed, live as long as `error`. */
ST_API const char *st_error_provider_code(const st_error *error);
ST_API const char *st_error_provider_description(const st_error *error);

/* One English line for a log or an exception; a configuration error has a line for each problem. Never holds
   a secret, a token, a code or a cookie. NULL if `error` is NULL or not a live handle. Lives as long as
   `error`. */
ST_API const char *st_error_message(const st_error *error);

/* Suggested HTTP status, 400 to 599; 500 if `error` is NULL or not a live handle. */
ST_API int32_t st_error_http_status(const st_error *error);

ST_API void st_error_free(st_error *error);

/* ---- Configuration ---------------------------------------------------------------------------------- */

/* Builder for an st_app. Freed by the caller; st_app_new() copies what it needs. */
typedef struct st_config st_config;

ST_API st_status st_config_new(st_config **out, st_error **error);

/* Reads the [auth] table of a secrets.toml; other tables are ignored. Keys read later replace those read
   before. Text values may be written { env = "NAME" } or { file = "path" }, the path being relative to the
   file's folder. The file: regular, at most 1 MiB. */
ST_API st_status st_config_load_file(st_config *config, const char *path, st_error **error);

/* The same from memory: `length` bytes of TOML. Paths are relative to the working directory. */
ST_API st_status st_config_load_toml(st_config *config, const char *toml, size_t length, st_error **error);

/* Sets one key, named as in TOML: "auth.redirect_uri", "auth.google.client_id", "auth.port". The value is
   text; for a key that takes a number or a boolean, write it as TOML does. docs/configuration.md has all keys.
   st_app_new() checks keys and values, and reports all problems at once. */
ST_API st_status st_config_set(st_config *config, const char *key, const char *value, st_error **error);

/* Gets the user data of a callback back. Each callback of a configuration can have one; NULL for none. The library
   calls it exactly once, when it will never call that callback again: another one has taken its place, or the
   configuration is freed, and so are the applications made from it, with their requests. It may run in any call that
   frees or replaces the last of them, on that call's thread. If setting the callback fails, or the callback is NULL, it
   is not called. */
typedef void (*st_release)(void *user_data);

/* Answers the seconds since 1970-01-01 UTC. Called at most once per library call. */
typedef int64_t (*st_clock)(void *user_data);

/* Replaces the system's clock, for tests. NULL restores it. */
ST_API st_status st_config_set_clock(st_config *config, st_clock clock, void *user_data, st_release release,
                                     st_error **error);

/* Fills `bytes` with `length` unpredictable bytes and returns 0; anything else fails the call that asked. */
typedef int32_t (*st_random)(uint8_t *bytes, size_t length, void *user_data);

/* Replaces the kernel's random generator, for tests and for hardware sources. NULL restores it. */
ST_API st_status st_config_set_random(st_config *config, st_random random, void *user_data, st_release release,
                                      st_error **error);

enum { ST_LOG_INFO = 1, ST_LOG_WARNING = 2, ST_LOG_ERROR = 3 };

/* Takes one event, a line of logfmt: `event=login_refused provider=google code=state_mismatch`. Nothing secret
   is ever in it, and control characters are escaped. `line` lives until the function returns. */
typedef void (*st_log)(int32_t level, const char *line, void *user_data);

/* Sets the log callback; NULL, the default, disables logging. */
ST_API st_status st_config_set_log(st_config *config, st_log log, void *user_data, st_release release,
                                   st_error **error);

/* One HTTP request to a provider, for a host that sends it with its own client. Lives until the st_transport
   function that got it returns. */
typedef struct st_exchange st_exchange;

/* Sends the request described by `exchange`, and reports the response: st_exchange_add_header() for each of its
   headers, then st_exchange_respond(). Does not follow redirects, and obeys the settings that the exchange carries.
   Returns ST_OK, or ST_NETWORK_ERROR if there is no response. */
typedef st_status (*st_transport)(st_exchange *exchange, void *user_data);

/* Replaces libcurl. The function may block, up to st_exchange_timeout_ms(). NULL restores libcurl. Only libcurl can
   show a client_certificate: with one in the settings, st_app_new() fails. */
ST_API st_status st_config_set_transport(st_config *config, st_transport transport, void *user_data, st_release release,
                                         st_error **error);

/* For hosts with an event loop: instead of a call that blocks, the library lends each request to a provider to the
   host, which makes it with a client that does not block. 1 turns that on, 0, the default, off. No function of such an
   application blocks: see ST_WAIT. Cannot be combined with st_config_set_transport(), nor with client_certificate. */
ST_API st_status st_config_set_event_loop(st_config *config, int32_t on, st_error **error);

ST_API void st_config_free(st_config *config);

/* The request: method, absolute URL, headers by index (NULL past the last), body. NULL if `exchange` is not a live
   handle. Borrowed, live as long as `exchange`. `out_bytes` of an empty body is not NULL. */
ST_API const char *st_exchange_method(const st_exchange *exchange);
ST_API const char *st_exchange_url(const st_exchange *exchange);
ST_API const char *st_exchange_header_name(const st_exchange *exchange, size_t index);
ST_API const char *st_exchange_header_value(const st_exchange *exchange, size_t index);
ST_API st_status st_exchange_body(const st_exchange *exchange, const char **out_bytes, size_t *out_length,
                                  st_error **error);

/* The settings that the host's client has to obey: milliseconds for the whole exchange and for connecting; the proxy's
   URL, NULL for no proxy, whatever the environment says; the PEM file of the only certificate authorities to trust,
   NULL for the system's; and whether the connection may end at a loopback address, 1 or 0. For a dead handle, 0 or
   NULL. Borrowed, live as long as `exchange`. */
ST_API int64_t st_exchange_timeout_ms(const st_exchange *exchange);
ST_API int64_t st_exchange_connect_timeout_ms(const st_exchange *exchange);
ST_API const char *st_exchange_proxy(const st_exchange *exchange);
ST_API const char *st_exchange_ca_file(const st_exchange *exchange);
ST_API int32_t st_exchange_allows_loopback(const st_exchange *exchange);

/* Adds a header of the response, before st_exchange_respond(). Add all; those that the library does not use are
   ignored. It uses Content-Type, Cache-Control, DPoP-Nonce and WWW-Authenticate. Names in any case, up to 256 bytes; a
   name may come several times. A value has at most 8 KiB; the headers in use have 64 KiB together. */
ST_API st_status st_exchange_add_header(st_exchange *exchange, const char *name, const char *value, st_error **error);

/* Reports the response: its status and its decoded body, at most 1 MiB. Once for each exchange. */
ST_API st_status st_exchange_respond(st_exchange *exchange, int32_t status, const char *body, size_t length,
                                     st_error **error);

/* ---- Application ------------------------------------------------------------------------------------ */

/* A relying party: checked settings, keys, and what is cached of the providers. One per process is usual. */
typedef struct st_app st_app;

/* Checks the settings and makes an application of them. Fails with ST_CONFIGURATION_ERROR and a message that
   lists every problem. `config` may be freed, or changed for another application, afterwards. */
ST_API st_status st_app_new(const st_config *config, st_app **out, st_error **error);

/* Fetches metadata and keys of all providers, so that the first login need not. May block. Fails if any could
   not be fetched, after trying all; logins then try again by themselves. */
ST_API st_status st_app_preload(st_app *app, st_error **error);

/* The path that begins a login ("/auth/login", "?provider=NAME&return_to=/page" may follow; to be registered as
   initiate_login_uri, too) and the path that ends the session, for the links and forms of the host's pages. NULL if
   `app` is NULL or not a live handle. Borrowed, live as long as `app`. */
ST_API const char *st_app_login_path(const st_app *app);
ST_API const char *st_app_logout_path(const st_app *app);

/* The paths to which providers send users back, by index; NULL past the last, or if `app` is not a live handle. Usually
   there is one; there are more if providers have their own redirect_uri. For hosts that route by path. Borrowed, live
   as long as `app`. */
ST_API const char *st_app_callback_path(const st_app *app, size_t index);

/* Who sent this Cookie header? The fast path, for hosts that only ask that: no request, no lock, no network.
   `cookie`: the value of the header, `length` bytes; NULL with 0 if there was none. Writes the JSON that
   st_request_user_json() would give, without a NUL, into `buffer` and its length into `out_length`. If the JSON is
   longer than `capacity`, fails with the code "buffer_too_small" and writes only `out_length`, the length needed.
   65,536 bytes always suffice; `length` says little, since large sessions are compressed in their cookies.

   Does not prolong a session that has an idle timeout, add the "Vary: Cookie" that a page which depends on the user
   needs, or look at the Origin of a WebSocket handshake: st_request_begin() does. */
ST_API st_status st_user_from_cookie(const st_app *app, const char *cookie, size_t length, char *buffer,
                                     size_t capacity, size_t *out_length, st_error **error);

/* Requests made from the application keep it alive: it may be freed before them. Afterwards no secret, code, token or
   cookie is left in memory of the library's; README.md names what other libraries may leave. */
ST_API void st_app_free(st_app *app);

/* ---- One request ------------------------------------------------------------------------------------ */

/* One HTTP request to the host, and what the library adds to the response. */
typedef struct st_request st_request;

/* `method` as in HTTP, "GET"; `target` the path with its query, "/report?id=3", percent-encoded as received. */
ST_API st_status st_request_new(const st_app *app, const char *method, const char *target, st_request **out,
                                st_error **error);

/* Adds a request header, before st_request_begin(). Give all, or at least Cookie, Origin, Referer, Sec-Fetch-Site,
   Sec-Purpose, Purpose, X-Purpose, X-Moz, Upgrade and Content-Type; others are ignored. Names in any case. One name may
   come several times, but Origin, Referer, Sec-Fetch-Site and Content-Type only with one value. A value is at most 64
   KiB of any bytes but NUL and line breaks; so are all Cookie headers together. After a failure st_request_begin()
   fails with the code "request_incomplete": a request that lost a header is never judged without it. Leave out headers
   that the request does not have; NULL is a failure, too.

   "Upgrade: websocket" makes the request a WebSocket handshake,
   which no redirect can answer: logins and logouts fail with the code "websocket_handshake". With an Origin that is not
   redirect_uri's, nobody is signed in on it. (A handshake over HTTP/2 has no such header, RFC 8441: the host adds it
   here.)

   A GET that a browser sends ahead of its user (Sec-Purpose: prefetch and its older forms) and every HEAD begin
   and end nothing: the library's own paths, st_login() and st_logout() answer with status 503 (HEAD: 405), without
   cookies and with Cache-Control: no-store. */
ST_API st_status st_request_add_header(st_request *request, const char *name, const char *value, st_error **error);

/* Gives the body, before st_request_begin(); needed only when st_request_wants_body() says so. At most
   64 KiB. After a failure a request that needs its body does not begin, as after one of st_request_add_header(). */
ST_API st_status st_request_set_body(st_request *request, const char *body, size_t length, st_error **error);

/* What the host does after st_request_begin(). */
typedef int32_t st_action;

enum {
    ST_PROCEED = 0, /* the request is the host's own: make the page */
    ST_RESPOND = 1, /* the library has answered: send its response */
    ST_WAIT = 2     /* only after st_config_set_event_loop(): make st_request_exchange(), then st_request_resume() */
};

/* Reads the session, and answers the request if it is one of the library's own: the login path, the callback,
   the logout path. May block (see st_request_may_block()). A login that was refused is not a failure of this
   call: it gives ST_RESPOND, a page that explains, and st_request_error(). */
ST_API st_status st_request_begin(st_request *request, st_action *out_action, st_error **error);

/* The request to a provider that `request` waits for; NULL if it waits for none. Read it with st_exchange_method() and
   its kin, make it without blocking, give its response to st_exchange_respond() within st_exchange_timeout_ms(), and
   call st_request_resume(). Borrowed: lives until that call, until another login or logout takes this one's place, or
   until the request is freed. An answer that comes later, twice or for another exchange is an error and changes
   nothing. */
ST_API st_exchange *st_request_exchange(st_request *request);

/* Goes on with what the request waits for; an exchange without a response counts as a provider that cannot be reached.
   Gives an action as st_request_begin() does: ST_WAIT if another exchange follows. On any thread, one at a time.
   Nothing is lost if a host never calls it, but the login. Never blocks.

   st_login() and st_request_login() may leave the request waiting, too, although they succeed: once its page has
   returned, a host looks at st_request_exchange(). The last st_request_resume() then gives ST_RESPOND, with the
   redirect, or with a page that explains why there is none (see st_request_error()). */
ST_API st_status st_request_resume(st_request *request, st_action *out_action, st_error **error);

/* st_app_preload() for hosts with an event loop: makes a request that belongs to no browser. st_request_begin() and
   st_request_resume() take it through its exchanges until they give ST_PROCEED, or fail as st_app_preload() does. */
ST_API st_status st_request_new_preload(const st_app *app, st_request **out, st_error **error);

/* Sets an option of the next st_request_login(), st_request_logout(), st_login() or st_logout() on this request, after
   st_request_begin(); that call uses up all options, even if it fails. NULL takes an option back. An unknown key fails with
   the code "option_unknown", a value that the key cannot have with "option_invalid". For a login:

     return_to    where the user comes back to: a path of this site with its query. Without it, or with any other value,
                  see st_request_login()
     login_hint   who signs in, such as an e-mail address: the provider suggests it
     prompt       "login" to sign in again, "select_account", "consent"; "none" to show nothing: a provider that would
                  have to refuses, for example with the code "login_required"
     acr_values   in which way, such as "mfa": a wish; required_acr_values in the configuration is enforced
     max_age      how many seconds ago the user may have signed in there, at most what the configuration says. Enforced:
                  an ID token that does not prove it is refused. Not for providers without ID tokens
     ui_locales   the languages of the provider's pages, such as "de fr-CA"

   They replace what client_kwargs says. All but return_to and login_hint need a provider: a user who is sent to choose one
   would lose them, so the login fails. For a logout:

     logout       "local" leaves the session at the provider alone */
ST_API st_status st_request_set(st_request *request, const char *key, const char *value, st_error **error);

/* Makes the response a redirect to a provider: NULL for the default one, or the only one; if there are several and none is
   the default, to a page of the library, at the login path, where the user chooses. Afterwards the user comes back to
   the option return_to; without it, to the page of this request, or to the start page if a user who is signed in loads
   this page, which would otherwise begin one login after the other. A return_to that is not a path of this site, or is one
   of the library's paths, counts as the start page. May block. On failure nothing has changed. */
ST_API st_status st_request_login(st_request *request, const char *provider, st_error **error);

/* Ends the session: removes its cookies and makes the response a redirect to the provider's logout, from where the
   user comes back, or to the application's start page if the provider has none or with logout = "local". Never waits
   for the provider. Fails with ST_REQUEST_REFUSED unless the request's Sec-Fetch-Site, Origin or Referer, the first of
   them that is there, shows that a page of this site caused it. */
ST_API st_status st_request_logout(st_request *request, st_error **error);

/* Makes the response the library's page about an error: in the visitor's words, with what to do, and the code; its
   status is the code's. For an error that reaches the host's outermost handler: st_error_message() is for developers,
   so it belongs in the log and not on a page. `code`: what st_error_code() gave; any code that docs/errors.md does not
   list counts as "internal_error". */
ST_API st_status st_request_refuse(st_request *request, const char *code, st_error **error);

/* Who sent this request? JSON: {"is_logged_in":true,"provider":"google", ...claims}, with
   "tokens":{"id":"...","access":"..."} at the end if expose_tokens says so, or {"is_logged_in":false}. Ends with NUL,
   which `out_length` (may be NULL) does not count. Lives until the request is freed or logs out. A page that looked at
   it depends on the user: st_request_response_header() then has "Vary: Cookie", for caches. */
ST_API st_status st_request_user_json(st_request *request, const char **out_json, size_t *out_length, st_error **error);

/* 1 if st_request_begin() would wait for the network now, else 0. */
ST_API int32_t st_request_may_block(const st_request *request);

/* 1 if st_request_login() with this provider would wait for the network now, else 0. */
ST_API int32_t st_request_login_may_block(const st_request *request, const char *provider);

/* 1 if st_request_begin() needs the request's body, else 0. */
ST_API int32_t st_request_wants_body(const st_request *request);

/* Why the login that this request was about was refused, or why st_login() or st_logout() last failed on it;
   NULL if nothing was. For a host that shows its own page instead of the library's. Borrowed: do not free;
   lives until the request is freed. */
ST_API const st_error *st_request_error(const st_request *request);

/* The status of the library's response; 0 if it has none and the host's page is the response; -1 if `request` is NULL
   or not a live handle. */
ST_API int32_t st_request_response_status(const st_request *request);

/* The headers to add to the response, the library's or the host's: such as Set-Cookie and, for caches, Cache-Control
   and Vary. Several may have the same name. Send each, beside the host's own and never in place of them. Take them when
   the page is made: what it asks for adds to them. Borrowed, until the request is freed. */
ST_API size_t st_request_response_header_count(const st_request *request);
ST_API st_status st_request_response_header(const st_request *request, size_t index, const char **out_name,
                                            const char **out_value, st_error **error);

/* The body of the library's response, UTF-8 HTML; empty if it has none. Borrowed, until the request is freed. */
ST_API st_status st_request_response_body(const st_request *request, const char **out_body, size_t *out_length,
                                          st_error **error);

ST_API void st_request_free(st_request *request);

/* ---- The request of this thread --------------------------------------------------------------------- */

/* For programs that have one request on a thread at a time, and code that is not handed the request. Makes `request`
   the one that st_login(), st_logout() and st_user_json() act on, in this thread, until st_request_unbind() or the
   request's end. Only after st_request_begin(). Fails with "other_request_bound" while another request is bound: where
   several share a thread, as coroutines do, one would see the user of the other. They call st_request_login() and its
   kin. Binding the same request again changes nothing. */
ST_API st_status st_request_bind(st_request *request, st_error **error);
ST_API void st_request_unbind(void);

/* st_request_login() on the bound request: NULL for the default provider, or to let the user
   choose. May block.
   st_request_error() has the details of a failure. */
ST_API st_status st_login(const char *provider);

/* st_request_logout() on the bound request. st_request_error() has the details of a failure. */
ST_API st_status st_logout(void);

/* st_request_user_json() on the bound request; {"is_logged_in":false} if none is bound. Never NULL. Lives until
   the request is freed or logs out. */
ST_API const char *st_user_json(void);

#ifdef __cplusplus
}
#endif

#endif /* STAUTH_H */
