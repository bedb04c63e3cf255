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
 * How a C program handles one request (examples/c/ is a complete server):
 *
 *     st_request_new(app, "GET", "/report?id=3", &request, &error);
 *     st_request_add_header(request, "Cookie", cookie, &error);       // and the other headers
 *     st_request_begin(request, &action, &error);
 *     if (action == ST_PROCEED)
 *         ... make your page, which may call the three functions above ...
 *     if (st_request_response_status(request) == 0) { ... send your page ... }
 *     else { ... send the library's status and body ... }
 *     ... with every st_request_response_header() in both cases ...
 *     st_request_free(request);
 *
 * Conventions:
 *
 * 1.  Arguments come in this order: handle, inputs, outputs, `st_error **`. A length follows its pointer; user
 *     data follows its function pointer.
 * 2.  A function that can fail returns st_status; ST_OK is 0. If it fails and the `st_error **` is not NULL, it
 *     also stores an st_error there, which the caller frees. There is no "last error".
 * 3.  Outputs are written only on success, unless the comment says otherwise.
 * 4.  Handles are opaque; functions named _new make them and functions named _free release them. _free(NULL)
 *     does nothing. A handle is a ticket, not an address: a freed handle, or one of another kind, is refused
 *     with ST_INVALID_ARGUMENT and the code "invalid_handle".
 * 5.  Text is UTF-8 and ends with NUL, unless a length follows it. Inputs are copied before a function returns.
 *     Borrowed outputs belong to a handle; the comment says which, and for how long. Any pointer may be NULL:
 *     where NULL is not allowed, it is an error, never a crash. So is text that is not UTF-8.
 * 6.  Any number of threads may use an st_app, which never changes. Every other handle belongs to one thread at
 *     a time. A handle may be freed while other threads are in calls with it: those calls complete, and later
 *     calls are refused. (Outputs borrowed from it end at once.)
 * 7.  The library starts no threads, installs no signal handlers, needs no initialization, and writes nothing
 *     to stdout or stderr unless st_config_log_to_fd() names them. It calls only the functions that it was
 *     given, and only on the calling thread. (libcurl, which is loaded for the first request to a provider, may
 *     resolve a host name on a thread of its own while the call waits.)
 * 8.  Only functions whose comment says "May block" wait for the network: when they start a login with nothing
 *     cached or push its request, answer the callback, ask about a device, refresh or revoke tokens, or preload.
 *     st_request_may_block() and st_request_login_may_block() report this in advance. A request to a provider
 *     ends after the configured "timeout", and no call waits longer than that for another thread. With a
 *     session store outside of the process, every st_request_begin() and st_user_from_cookie() with a session
 *     cookie, every logout and the end of a login also ask the store, each time for at most "store_timeout"
 *     (200 ms). The thread waits, and so does the event loop of a host that uses ST_WAIT.
 * 9.  After fork(), the child can use everything that its parent made, whatever other threads were doing.
 *     fork() waits for threads that are using a key, for at most 5 seconds. One risk remains: a thread that is
 *     inside TLS in libcurl, or exits, at that moment may hold a lock of OpenSSL, and the child would wait for
 *     it.
 * 10. Functions that the host provides must return. A C++ exception that leaves one ends the process. A thread
 *     that is cancelled there, or leaves by longjmp(), leaks the memory of that call.
 * 11. If memory runs out, a call fails or the process ends: about three in four failed allocations of a
 *     callback end it, and all those of a cookie check. Nobody is signed in by mistake. Input from a browser is
 *     bounded and causes no allocation over 192 KiB; a provider's response may have 1 MiB.
 * 12. Later versions may add statuses, actions, log levels and error codes. Treat an unknown status as a
 *     failure, an unknown action as ST_RESPOND (if st_request_response_status() is 0, answer with status 500),
 *     an unknown level as ST_LOG_WARNING, and an unknown code by its status.
 */
#ifndef STAUTH_H
#define STAUTH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Define it yourself for a preprocessor that knows no attributes, such as that of an FFI. */
#ifndef ST_API
#if defined(__GNUC__) || defined(__clang__)
#define ST_API __attribute__((visibility("default")))
#else
#define ST_API
#endif
#endif

/* ---- Version ---------------------------------------------------------------------------------------- */

#define ST_VERSION_NUMBER 200u /* major * 10000 + minor * 100 + patch */
#define ST_VERSION_STRING "0.2.0"

/* The version of the loaded library. Compare it with ST_VERSION_NUMBER, the version of this header: the same major
   number, and before 1.0 the same minor number, means the same ABI. */
ST_API uint32_t st_version_number(void);

/* The same as text, "0.2.0". Lives as long as the process. */
ST_API const char *st_version_string(void);

/* ---- Status and errors ------------------------------------------------------------------------------ */

/* The result of a function that can fail: the category of the failure. */
typedef int32_t st_status;

enum {
    ST_OK = 0,
    ST_INVALID_ARGUMENT = 1,     /* a mistake of the caller: NULL, not UTF-8, too long, a dead handle */
    ST_CONFIGURATION_ERROR = 2,  /* secrets.toml must change; the message lists all problems */
    ST_NETWORK_ERROR = 3,        /* the provider or the session store did not respond, or not in time */
    ST_PROVIDER_ERROR = 4,       /* the provider's response was an error, or violated the protocol */
    ST_AUTHORIZATION_DENIED = 5, /* the user, the provider or an authorization rule refused */
    ST_TOKEN_INVALID = 6,        /* the ID token failed a check */
    ST_LOGIN_INVALID = 7,        /* the callback matches no login of this browser: expired, replayed, forged */
    ST_REQUEST_REFUSED = 8,      /* the request itself was refused, such as a cross-site logout */
    ST_LIMIT_EXCEEDED = 9,       /* something is too large; the message names it and its limit */
    ST_NO_REQUEST = 10,          /* no request is bound to this thread */
    ST_CRYPTOGRAPHY_ERROR = 11,  /* OpenSSL failed, for instance because it had no randomness */
    ST_INTERNAL_ERROR = 12       /* a defect of this library; please report it */
};

/* The constant's name, "ST_NETWORK_ERROR"; "unknown" for any other number. Lives as long as the process. */
ST_API const char *st_status_name(st_status status);

/* Why a call failed. The caller frees it with st_error_free(). */
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

/* One line in English for a log or an exception; a configuration error has one line per problem. Never contains a
   secret, a token, a code or a cookie. NULL if `error` is NULL or not a live handle. Borrowed, lives as long as
   `error`. */
ST_API const char *st_error_message(const st_error *error);

/* Suggested HTTP status, 400 to 599; 500 if `error` is NULL or not a live handle. */
ST_API int32_t st_error_http_status(const st_error *error);

ST_API void st_error_free(st_error *error);

/* ---- Configuration ---------------------------------------------------------------------------------- */

/* Builder for an st_app. The caller frees it; st_app_new() copies what it needs. */
typedef struct st_config st_config;

ST_API st_status st_config_new(st_config **out, st_error **error);

/* Reads the [auth] table of a secrets.toml and ignores other tables. Later keys replace earlier ones. A text value may
   be written as { env = "NAME" } or { file = "path" }, with a path relative to the file's folder. The file must be
   regular and at most 1 MiB. */
ST_API st_status st_config_load_file(st_config *config, const char *path, st_error **error);

/* The same from memory: `length` bytes of TOML. Paths are relative to the working directory. */
ST_API st_status st_config_load_toml(st_config *config, const char *toml, size_t length, st_error **error);

/* Sets one key, named as in TOML: "auth.redirect_uri", "auth.google.client_id", "auth.port". The value is text; write
   numbers and booleans as in TOML. docs/configuration.md lists all keys. st_app_new() checks keys and values, and
   reports all problems at once. */
ST_API st_status st_config_set(st_config *config, const char *key, const char *value, st_error **error);

/* Releases the user data of a callback. Optional: NULL for none. The library calls it exactly once, when it will never
   call that callback again: after another callback replaced it, or after the configuration, the applications made from
   it and their requests were all freed. It runs in the call that frees or replaces the last of them, on that call's
   thread, and may call the library. It is not called if setting the callback fails or if the callback is NULL. */
typedef void (*st_release)(void *user_data);

/* Returns the seconds since 1970-01-01 UTC. Called at most once per library call. */
typedef int64_t (*st_clock)(void *user_data);

/* Replaces the system's clock, for tests. NULL restores it. */
ST_API st_status st_config_set_clock(st_config *config, st_clock clock, void *user_data, st_release release,
                                     st_error **error);

/* Fills `bytes` with `length` unpredictable bytes and returns 0; any other result fails the call that needs them. */
typedef int32_t (*st_random)(uint8_t *bytes, size_t length, void *user_data);

/* Replaces the kernel's random generator, for tests and for hardware sources. NULL restores it. */
ST_API st_status st_config_set_random(st_config *config, st_random random, void *user_data, st_release release,
                                      st_error **error);

enum { ST_LOG_INFO = 1, ST_LOG_WARNING = 2, ST_LOG_ERROR = 3 };

/* Receives one event as a line of logfmt: `event=login_refused provider=google code=state_mismatch`. It contains no
   secrets, and control characters are escaped. `line` lives until the function returns. */
typedef void (*st_log)(int32_t level, const char *line, void *user_data);

/* Sets the log callback; NULL, the default, disables logging. */
ST_API st_status st_config_set_log(st_config *config, st_log log, void *user_data, st_release release,
                                   st_error **error);

/* Writes the events to a file descriptor instead, for runtimes whose functions must not be called on every thread: a
   line each, such as `time=2026-11-30T09:45:00Z level=warning event=login_refused code=state_mismatch`, by one write()
   that raises no SIGPIPE. `fd` is borrowed: it must stay open until the configuration, the applications made from it
   and their requests are freed. Replaces the callback of st_config_set_log(), and the other way round. -1 disables
   logging; a descriptor that is not open for writing fails with the code "invalid_argument".

   Lines that cannot be written are lost. If the reader of a pipe stops reading, the caller blocks; with O_NONBLOCK, the
   lines are lost instead. */
ST_API st_status st_config_log_to_fd(st_config *config, int32_t fd, st_error **error);

/* One HTTP request to a provider, for a host that sends it with its own client. Lives until the st_transport function
   returns, or as st_request_exchange() says. */
typedef struct st_exchange st_exchange;

/* Sends the request described by `exchange`, and reports the response: st_exchange_add_header() for each of its
   headers, then st_exchange_respond(). Does not follow redirects, and obeys the settings that the exchange carries.
   Returns ST_OK, or ST_NETWORK_ERROR if there is no response. */
typedef st_status (*st_transport)(st_exchange *exchange, void *user_data);

/* Replaces libcurl. The function may block, for up to st_exchange_timeout_ms(). NULL restores libcurl. Only libcurl can
   present a client_certificate: st_app_new() fails if one is configured. */
ST_API st_status st_config_set_transport(st_config *config, st_transport transport, void *user_data, st_release release,
                                         st_error **error);

/* For hosts with an event loop: the library does not block, but lends each request to a provider to the host, which
   sends it with a non-blocking client; see ST_WAIT. 1 turns this on; 0, the default, turns it off. Cannot be combined
   with st_config_set_transport() or client_certificate. */
ST_API st_status st_config_set_event_loop(st_config *config, int32_t on, st_error **error);

/* The record that the host's st_store_get function reports. Lives until that function returns. */
typedef struct st_record st_record;

/* The host's session store, instead of session_store: three functions that get the same `user_data`. The library seals
   what it stores, with keys that only browsers have, and hashes the names of records, `key`, which are up to 64 visible
   ASCII characters. A function returns within `timeout_ms`: ST_OK, or ST_NETWORK_ERROR if the store failed. It runs on
   the thread from which the host called the library, and that call waits for it.

   st_store_get reports the record under `key` with st_record_set(), or nothing if there is none. st_store_put
   atomically stores `bytes` and `version` under `key` for `lifetime` seconds if the record there has the version
   `expected`, where 0 means that there is no record. It sets *out_stored to 1 if it stored them, or to 0 if the version
   differed. st_store_delete removes the record under `key`, if there is one. */
typedef st_status (*st_store_get)(const char *key, int64_t timeout_ms, st_record *record, void *user_data);
typedef st_status (*st_store_put)(const char *key, const uint8_t *bytes, size_t length, uint64_t version,
                                  uint64_t expected, int64_t lifetime, int64_t timeout_ms, int32_t *out_stored,
                                  void *user_data);
typedef st_status (*st_store_delete)(const char *key, int64_t timeout_ms, void *user_data);

/* Reports the record: `length` bytes, up to 1,100,000, and the version with which they were stored. At most once. */
ST_API st_status st_record_set(st_record *record, const uint8_t *bytes, size_t length, uint64_t version,
                               st_error **error);

/* Keeps sessions in the host's store. Pass all three functions, or NULL for all, which restores session_store.
   st_app_new() fails if the settings also have session_store = "memory" or "redis", or Streamlit's cookie. */
ST_API st_status st_config_set_session_store(st_config *config, st_store_get get, st_store_put put,
                                             st_store_delete remove, void *user_data, st_release release,
                                             st_error **error);

ST_API void st_config_free(st_config *config);

/* The request: method, absolute URL, headers by index (NULL past the last), body. NULL if `exchange` is not a live
   handle. Borrowed, live as long as `exchange`. `out_bytes` of an empty body is not NULL. */
ST_API const char *st_exchange_method(const st_exchange *exchange);
ST_API const char *st_exchange_url(const st_exchange *exchange);
ST_API const char *st_exchange_header_name(const st_exchange *exchange, size_t index);
ST_API const char *st_exchange_header_value(const st_exchange *exchange, size_t index);
ST_API st_status st_exchange_body(const st_exchange *exchange, const char **out_bytes, size_t *out_length,
                                  st_error **error);

/* Settings that the host's client must obey: time limits in milliseconds for the whole exchange and for connecting; the
   URL of the proxy, or NULL for no proxy, whatever the environment says; the PEM file of the certificate authorities to
   trust, or NULL for the system's; and 1 if the client may connect to a loopback address, else 0. 0 or NULL if
   `exchange` is not a live handle. Borrowed, live as long as `exchange`. */
ST_API int64_t st_exchange_timeout_ms(const st_exchange *exchange);
ST_API int64_t st_exchange_connect_timeout_ms(const st_exchange *exchange);
ST_API const char *st_exchange_proxy(const st_exchange *exchange);
ST_API const char *st_exchange_ca_file(const st_exchange *exchange);
ST_API int32_t st_exchange_allows_loopback(const st_exchange *exchange);

/* Adds a response header, before st_exchange_respond(). Add all of them; the library uses Content-Type, Cache-Control,
   DPoP-Nonce, WWW-Authenticate and Location, and ignores the others. Names are case-insensitive, up to 256 bytes, and
   may repeat. A value has at most 8 KiB, and the headers in use 64 KiB together. */
ST_API st_status st_exchange_add_header(st_exchange *exchange, const char *name, const char *value, st_error **error);

/* Reports the response: its status and its decoded body, at most 1 MiB. Once per exchange. */
ST_API st_status st_exchange_respond(st_exchange *exchange, int32_t status, const char *body, size_t length,
                                     st_error **error);

/* ---- Application ------------------------------------------------------------------------------------ */

/* A relying party: checked settings, keys, and what is cached of the providers. Usually one per process. */
typedef struct st_app st_app;

/* Checks the settings and makes an application from them. Fails with ST_CONFIGURATION_ERROR and a message that lists
   every problem. Afterwards `config` may be freed, or changed for another application. */
ST_API st_status st_app_new(const st_config *config, st_app **out, st_error **error);

/* The application of this process for a secrets.toml at `path`: for hosts that cannot keep one, such as PHP, and for
   settings that change while the host runs. The first call creates it from `config`, which may be NULL, and from the
   file, as st_config_load_file() and st_app_new() do. Later calls return the same application, and only check whether
   the file has changed (not the files that it names with { file = "path" }). If it has, a new application replaces the
   old one. It knows all sessions that have ended, and keeps those of session_store = "memory". If the new file has a
   problem, the old application stays in use, and the event "new_settings_refused" says why, once.

   Free the handle of each call; the application itself stays, with its secrets, until it is replaced or the process
   ends. Pass the same settings in `config` and the same `path`, preferably absolute, each time. At most 100 files. */
ST_API st_status st_app_shared(const st_config *config, const char *path, st_app **out, st_error **error);

/* Fetches the metadata and keys of all providers in advance. May block. Tries all providers, and fails if any fetch
   fails; a login then fetches again. */
ST_API st_status st_app_preload(st_app *app, st_error **error);

/* Ends sessions, including every copy of their cookies that reaches this process: for an operator who revokes them, or
   when an account is closed. `selector` is a JSON object with one of

     "sub"    the sessions of this user, by the claim sub
     "sid"    the sessions that belong to one session at the provider, by the claim sid
     "all"    true: all sessions

   and with the provider: "provider", the NAME of [auth.NAME], or "iss", the issuer; both may be omitted with "all". For
   example: {"provider":"google","sub":"1234"}. Sessions that begin later are not affected. Never waits for a provider.
   Fails with the code "option_invalid" for any other selector, "provider_unknown" if no provider matches, and
   "session_end_not_remembered" if memory runs out or the session store fails. docs/sessions.md explains which other
   processes know about it. */
ST_API st_status st_app_end_sessions(st_app *app, const char *selector, st_error **error);

/* The path that begins a login, and the path that ends the session, for links and forms of the host's pages:
   "/auth/login", optionally with "?provider=NAME&return_to=/page", and "/auth/logout". Register the login path as
   initiate_login_uri. NULL if `app` is NULL or not a live handle. Borrowed, live as long as `app`. */
ST_API const char *st_app_login_path(const st_app *app);
ST_API const char *st_app_logout_path(const st_app *app);

/* The paths to which providers send users back, by index, for hosts that route by path. Usually one; more if providers
   have their own redirect_uri. NULL past the last, or if `app` is not a live handle. Borrowed, live as long as `app`.
 */
ST_API const char *st_app_callback_path(const st_app *app, size_t index);

/* 1 if the settings require a login for the pages of the site (require_login), else 0. */
ST_API int32_t st_app_requires_login(const st_app *app);

/* Who sent this Cookie header? The fast path for hosts that need nothing else: no request, no network, and no lock,
   except briefly with cookie_format = "streamlit". With a session store, it asks the store, and may block for
   "store_timeout". `cookie` is the value of the header, `length` bytes; NULL with 0 if there is none. Writes the JSON
   of st_request_user_json(), without a NUL, into `buffer` and its length into `out_length`. If the JSON is longer than
   `capacity`, fails with the code "buffer_too_small" and writes only `out_length`, the required length. 65,536 bytes
   always suffice without a session store; `length` is no guide, because large sessions are compressed in their cookies.

   Does not extend a session with an idle timeout, add the "Vary: Cookie" that a page which depends on the user needs,
   or check the Origin of a WebSocket handshake: st_request_begin() does. Refreshes nothing: with refresh_claims, nobody
   is signed in here once the claims are more than twice as old, until a page has refreshed them. */
ST_API st_status st_user_from_cookie(const st_app *app, const char *cookie, size_t length, char *buffer,
                                     size_t capacity, size_t *out_length, st_error **error);

/* Statistics for monitoring, as JSON or as text for Prometheus ("text/plain; version=0.0.4"): events by name, provider
   and error code, and how long requests to each provider took, for this application in this process. docs/monitoring.md
   describes the numbers, which contain no secret, user or address. Written as by st_user_from_cookie(), but the length
   can grow between two calls. Never blocks. */
ST_API st_status st_app_stats_json(const st_app *app, char *buffer, size_t capacity, size_t *out_length,
                                   st_error **error);
ST_API st_status st_app_stats_prometheus(const st_app *app, char *buffer, size_t capacity, size_t *out_length,
                                         st_error **error);

/* Requests keep their application alive, so it may be freed before them. Afterwards the library's memory contains no
   secret, code, token or cookie; docs/security.md lists what other libraries may leave. */
ST_API void st_app_free(st_app *app);

/* ---- Gate ------------------------------------------------------------------------------------------- */

/* Closes a site to all but signed-in users, except for open paths. With require_login in the settings,
   st_request_begin() does so already; an st_gate is for hosts that do it in their code. Never changes; any number of
   threads may use it. */
typedef struct st_gate st_gate;

/* `open_paths`: as in the settings, "/health" is that path alone, "/static/" that folder and everything below it. At
   most 1,000; NULL with 0 for none. A path that could never match, such as "health" or "/a/../b", fails with
   ST_CONFIGURATION_ERROR. */
ST_API st_status st_gate_new(const char *const *open_paths, size_t count, st_gate **out, st_error **error);

ST_API void st_gate_free(st_gate *gate);

/* ---- One request ------------------------------------------------------------------------------------ */

/* One HTTP request to the host, and what the library adds to the response. */
typedef struct st_request st_request;

/* `method` as in HTTP, "GET"; `target` is the path with its query, "/report?id=3", percent-encoded as received. */
ST_API st_status st_request_new(const st_app *app, const char *method, const char *target, st_request **out,
                                st_error **error);

/* Adds a request header, before st_request_begin(). Add all of them, or at least Cookie, Origin, Referer,
   Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Purpose, Purpose, X-Purpose, X-Moz, Upgrade, Content-Type, Accept,
   Accept-Language, Authorization, DPoP, Access-Control-Request-Method, Host, X-Forwarded-Host, X-Forwarded-Proto,
   X-Request-Id, Secure-Session-Response, Sec-Secure-Session-Id and Secure-Session-Skipped; others are ignored. Names
   are case-insensitive and may repeat, but Origin, Referer, Sec-Fetch-Site, Content-Type, Secure-Session-Response and
   Sec-Secure-Session-Id must not differ. A value has at most 64 KiB of any bytes but NUL and line breaks, and all
   Cookie headers together 64 KiB. Omit headers that the request does not have; NULL is an error. After a failure,
   st_request_begin() fails with the code "request_incomplete": no request is judged without a header that it had.

   "Upgrade: websocket" makes the request a WebSocket handshake, which cannot be redirected: logins and logouts fail
   with the code "websocket_handshake". If its Origin is not that of redirect_uri, nobody is signed in. (A handshake
   over HTTP/2 has no Upgrade header, RFC 8441: the host must add it here.)

   Host is the name under which the browser sees the site; X-Forwarded-Host and X-Forwarded-Proto, if a server in front
   sends them, replace it. A login under another name than that of redirect_uri could not be completed, so it begins
   with a redirect to that name.

   A prefetch of the browser ("Sec-Purpose: prefetch" and its older forms), and any HEAD request, neither begins nor
   ends a login or session: the library's own paths, logins and logouts answer with status 503 (HEAD: 405), no cookies
   and "Cache-Control: no-store".

   X-Request-Id becomes the field "request_id" of the log, so that the library's lines can be found among the host's. If
   the host creates its own ids, add them. The log omits an id of more than 128 bytes, or with anything but letters,
   digits and "-._~:@/+=". */
ST_API st_status st_request_add_header(st_request *request, const char *name, const char *value, st_error **error);

/* Adds several headers in one call, for runtimes in which each call is expensive: `block` is "name NUL value NUL" for
   each of them, `length` bytes with the last NUL; at most 192 KiB. As st_request_add_header() for each in turn. */
ST_API st_status st_request_add_headers(st_request *request, const char *block, size_t length, st_error **error);

/* Sets the body, before st_request_begin(). Needed only if st_request_wants_body() says so. At most 64 KiB. After a
   failure, a request that needs its body does not begin, as with st_request_add_header(). */
ST_API st_status st_request_set_body(st_request *request, const char *body, size_t length, st_error **error);

/* Names the IPv4 or IPv6 address of the browser, before st_request_begin(): the field "client_address" of the log.
   Behind a proxy, take it from a header that only the proxy can set. Anything else is omitted; NULL for none. */
ST_API st_status st_request_set_client_address(st_request *request, const char *address, st_error **error);

/* Names the path that the host routes, if it is not the target's: the host is mounted at a prefix, or rewrites paths.
   Before st_request_begin(), which then compares this path with open_paths. Percent-decoded once, without the query;
   `length` bytes, at most 64 KiB, of any kind. If several paths are possible, name each: the page is open only if all
   of them are. After a failure it is closed. */
ST_API st_status st_request_add_route(st_request *request, const char *path, size_t length, st_error **error);

/* What the host must do next. */
typedef int32_t st_action;

enum {
    ST_PROCEED = 0, /* make the page: the request is the host's own */
    ST_RESPOND = 1, /* send the library's response */
    ST_WAIT = 2     /* only after st_config_set_event_loop(): make st_request_exchange(), then st_request_resume() */
};

/* Reads the session, and answers the request if its path is one of the library's: the login path, a callback path or
   the logout path, or if require_login closes the page to this user, as st_request_require_login() does. May block (see
   st_request_may_block()). A refused login is not a failure of this call: the action is ST_RESPOND, with a page that
   explains, and st_request_error() has the reason.

   With bearer_tokens, an access token in the Authorization header authenticates the request in place of the session:
   see docs/bearer-tokens.md. If it is not valid, the action is ST_RESPOND, with status 401. */
ST_API st_status st_request_begin(st_request *request, st_action *out_action, st_error **error);

/* The request to a provider that `request` waits for; NULL if it waits for none. Read it with the st_exchange
   functions, send it without blocking, report the response with st_exchange_respond() within st_exchange_timeout_ms(),
   and call st_request_resume(). Borrowed: lives until that call, until another login or logout replaces this one, or
   until the request is freed. A late or repeated response, or one for another exchange, is an error and changes
   nothing. */
ST_API st_exchange *st_request_exchange(st_request *request);

/* Continues after an exchange; one without a response counts as an unreachable provider. The action is as in
   st_request_begin(), or ST_WAIT if another exchange follows. Call it on any thread, one at a time. Never blocks. If
   the host never calls it, only the login is lost; after a refresh, possibly the session.

   st_login() and st_request_login() may succeed and leave the request waiting: call st_request_exchange() once the page
   is made. The last st_request_resume() then returns ST_RESPOND, with the redirect or with a page that explains the
   failure (see st_request_error()). */
ST_API st_status st_request_resume(st_request *request, st_action *out_action, st_error **error);

/* st_app_preload() for hosts with an event loop: makes a request that belongs to no browser. Call st_request_begin(),
   and st_request_resume() after each exchange, until the action is ST_PROCEED or the call fails as st_app_preload()
   does. */
ST_API st_status st_request_new_preload(const st_app *app, st_request **out, st_error **error);

/* Sets an option of the next st_request_login(), st_request_logout(), st_login() or st_logout() on this request, after
   st_request_begin(). That call uses up all options, even if it fails. NULL removes an option. An unknown key fails
   with the code "option_unknown", an invalid value with "option_invalid". For a login:

     return_to    where the user returns: a path of this site with its query; see st_request_login()
     login_hint   a user name or e-mail address for the provider to suggest
     prompt       "login" to sign in again, "select_account" or "consent"; with "none" the provider shows nothing,
                  and refuses if it would need to, for example with the code "login_required"
     acr_values   how to sign in, such as "mfa": only a preference (to enforce it, configure required_acr_values)
     max_age      how many seconds ago the user may have signed in at the provider; at most the configured max_age.
                  Enforced: the ID token must prove it, so a login at a provider without ID tokens fails
     ui_locales   languages for the provider's pages, such as "de fr-CA"

   They replace those in client_kwargs. If the user is going to choose the provider, only return_to and login_hint are
   allowed. For a logout:

     logout       "local" keeps the session at the provider; "everywhere" also ends the user's other sessions here, as
                  st_app_end_sessions() does */
ST_API st_status st_request_set(st_request *request, const char *key, const char *value, st_error **error);

/* Makes the response a redirect to a provider. NULL selects the default provider, or the only one; if there are several
   and no default, the redirect is to a page of the library where the user chooses. Afterwards the user returns to the
   option return_to. Without it, the user returns to the page of this request, or to the start page if a signed-in user
   loads this page, which would otherwise begin one login after another; but back to this page if max_age asks for a
   fresher login. A return_to that is not a path of this site, or is a path of the library, counts as the start page.
   May block. On failure nothing changes. */
ST_API st_status st_request_login(st_request *request, const char *provider, st_error **error);

/* Requires a login for this page, after st_request_begin(). ST_PROCEED: the host may make the page. ST_RESPOND: the
   library has answered. A request that loads a page is redirected to the login, as by st_request_login(); any other
   request cannot follow a redirect, and gets status 401. A CORS preflight passes: the host answers it. May block, or
   return ST_WAIT as st_request_begin() does.

   `path`: as for st_request_add_route(). `gate`: the paths that need no login; NULL for those of the settings, where
   all are open without require_login. With NULL and 0 for `path`, the page requires a login whatever its path.

   On failure nothing has changed, and the host must not make the page. */
ST_API st_status st_request_require_login(st_request *request, const st_gate *gate, const char *path, size_t length,
                                          st_action *out_action, st_error **error);

/* Ends the session: removes its cookies, and makes the response a redirect to the provider's logout, which sends the
   user back, or to the application's start page if the provider has no logout or logout is "local". If the session
   keeps tokens and the provider supports revocation (RFC 7009), the library ends the session first, and then revokes
   them. May block for that, for a second at most. (With an event loop, it never waits and revokes nothing; the logout
   path does.) Fails with ST_REQUEST_REFUSED unless the first of Sec-Fetch-Site, Origin and Referer that the request has
   shows that a page of this site sent it. */
ST_API st_status st_request_logout(st_request *request, st_error **error);

/* Makes the response the library's error page: an explanation for the visitor, what to do, and the code. Its status is
   that of the code. For an error that reaches the host's outermost handler, because st_error_message() is for logs, not
   for pages. `code` is a value of st_error_code(); any code not listed in docs/errors.md counts as "internal_error". */
ST_API st_status st_request_refuse(st_request *request, const char *code, st_error **error);

/* Who sent this request? JSON: {"is_logged_in":true,"provider":"google", ...claims}, with
   "tokens":{"id":"...","access":"..."} at the end if expose_tokens asks for them, or {"is_logged_in":false}. Ends with
   NUL, which `out_length` (may be NULL) does not count. Borrowed, lives until the request is freed or logs out. A page
   that reads it depends on the user, so st_request_response_header() then includes "Vary: Cookie" for caches, with
   "Authorization" if access tokens are accepted. */
ST_API st_status st_request_user_json(st_request *request, const char **out_json, size_t *out_length, st_error **error);

/* 1 if a signed-in user sent this request, else 0, also before st_request_begin() and if `request` is not a live
   handle. */
ST_API int32_t st_request_is_logged_in(st_request *request);

/* 1 if the provider authenticated this user at most `seconds` ago, else 0: for pages that need more than a session. The
   provider reports it in the claim auth_time, which most providers send only if a login asks for it. If this returns 0,
   set the option max_age to the same number with st_request_set() and call st_request_login(), which returns to this
   page. Always 0 without OpenID Connect. */
ST_API int32_t st_request_is_fresh(st_request *request, int64_t seconds);

/* One member of st_request_user_json() by its name, such as "email", for programs that do not parse JSON: text as it
   is, any other value as JSON. NULL with length 0 if there is no such member or it is null. `out_length` may be NULL:
   no text contains a NUL. Borrowed, lives until the request is freed. */
ST_API st_status st_request_claim(st_request *request, const char *name, const char **out_value, size_t *out_length,
                                  st_error **error);

/* Returns an access token of this session that is valid for at least another minute, for the host to call an API with.
   A token that would expire sooner is refreshed first; one with a lifetime of less than two minutes, after half of it.
   If the refresh fails, the call returns the old token if it has not expired, and otherwise fails with the code of the
   refresh. The session ends if the provider refuses its refresh token ("refresh_refused") or answers about another
   user; no other failure ends it, and the library does not try again for 10 seconds. Requires expose_tokens with
   "access"; fails with "token_unavailable" if the session has no such token, and with "not_signed_in" if nobody is
   signed in.

   `out_expiry`: in seconds since 1970-01-01 UTC, 0 if the provider does not say; such a token is never refreshed here.
   `out_scope`: its scope, separated by spaces. Both may be NULL. Borrowed outputs live until the request is freed.

   May block. With st_config_set_event_loop(), the action can be ST_WAIT, without other outputs: after
   st_request_resume() has returned ST_PROCEED, call it again for the outcome. Otherwise the action is ST_PROCEED. A
   request refreshes at most once. Call it before the response begins: st_request_response_header() then includes the
   cookie with the new tokens, and if a response with a new refresh token is lost, the session can end. WebSocket
   handshakes and prefetches do not refresh. */
ST_API st_status st_request_access_token(st_request *request, st_action *out_action, const char **out_token,
                                         int64_t *out_expiry, const char **out_scope, st_error **error);

/* Refreshes the user's claims; afterwards, st_request_user_json() has them. With refresh_claims in the settings,
   st_request_begin() does so already. The claims change only if the provider's response contains an ID token that
   passes every check, including the authorization rules. A user who no longer satisfies the rules is signed out, and
   this call fails with "user_not_allowed". Other failures, waiting and cookies are as for st_request_access_token(). */
ST_API st_status st_request_refresh(st_request *request, st_action *out_action, st_error **error);

/* 1 if st_request_begin() would wait for the network now, else 0. */
ST_API int32_t st_request_may_block(const st_request *request);

/* 1 if st_request_login() with this provider would wait for the network now, else 0. */
ST_API int32_t st_request_login_may_block(const st_request *request, const char *provider);

/* 1 if st_request_logout() would wait for the network now, else 0. */
ST_API int32_t st_request_logout_may_block(const st_request *request);

/* 1 if this request loads a page, so that a redirect can take the user to the login; 0 for a script's request, a form,
   an image, a WebSocket. It loads a page if it is a GET with "Sec-Fetch-Mode: navigate" or, without Sec-Fetch-Mode,
   with "text/html" in Accept. */
ST_API int32_t st_request_loads_page(const st_request *request);

/* 1 if st_request_begin() needs the request's body, else 0. */
ST_API int32_t st_request_wants_body(const st_request *request);

/* Why this request's login was refused, or why a call for it last failed on this request, such as st_login() or
   st_request_refresh(); NULL if nothing failed. For a host that shows its own error page. Borrowed: do not free; lives
   until the request is freed. */
ST_API const st_error *st_request_error(const st_request *request);

/* The status of the library's response; 0 if it has none and the host's page is the response; -1 if `request` is NULL
   or not a live handle. */
ST_API int32_t st_request_response_status(const st_request *request);

/* Headers to add to the response, whether it is the library's or the host's: Set-Cookie and, for caches, Cache-Control
   and Vary, for example. Names may repeat. Send each header in addition to the host's own, never instead of them. Read
   them after the page is made, because making it can add headers. Borrowed, live until the request is freed. */
ST_API size_t st_request_response_header_count(const st_request *request);
ST_API st_status st_request_response_header(const st_request *request, size_t index, const char **out_name,
                                            const char **out_value, st_error **error);

/* All of them in one call: "name NUL value NUL" for each, `out_length` bytes with the last NUL, 0 without headers.
   Borrowed, lives until the request is freed. */
ST_API st_status st_request_response_headers(const st_request *request, const char **out_block, size_t *out_length,
                                             st_error **error);

/* The body of the library's response, UTF-8 HTML; empty if it has none. Borrowed, lives until the request is freed. */
ST_API st_status st_request_response_body(const st_request *request, const char **out_body, size_t *out_length,
                                          st_error **error);

ST_API void st_request_free(st_request *request);

/* ---- Native programs -------------------------------------------------------------------------------- */

/* A program without a site, such as a command: its users sign in with a browser that returns to a port of this machine
   (RFC 8252), or on another device (RFC 8628). See docs/native.md and examples/c-cli/.

   A native request belongs to no HTTP request, and has a cookie jar in place of a browser. All functions that take a
   request work on it as on a page: st_request_user_json(), st_request_claim(), st_request_access_token(),
   st_request_refresh(), st_request_logout(), st_request_set() for options, st_request_error(); those of the bound
   request; and, with st_config_set_event_loop(), st_request_exchange() and st_request_resume().

   It may live as long as the program does, and refreshes as often as it is asked to. What it lends lives only until the
   program asks for the same thing again, by whichever function, or the request is freed; claims with other names are
   other things, while all response headers, with their number, are one. Each call that reads the user looks at the
   session anew, as st_request_begin() does: nobody is signed in once it has ended, and "idle_timeout" counts from the
   last such call. Such a call therefore asks a session store, too.

   `session`: what st_native_session() gave in an earlier run, `length` bytes; NULL and 0 without. If anything is wrong
   with it, nobody is signed in. Call st_request_begin() next; its action is ST_PROCEED in the end. Fails with
   "configuration_invalid" if the settings have device_bound, or Streamlit's cookies. */
ST_API st_status st_native_new(const st_app *app, const char *session, size_t length, st_request **out,
                               st_error **error);

/* Starts a login with a browser on this machine. Before st_app_new(), listen on 127.0.0.1 with a port of the system's
   choice, and set "redirect_uri" to "http://127.0.0.1:PORT/oauth2callback" with st_config_set(). Afterwards open
   st_native_url() in a browser, and pass what the browser asks the port for to st_native_callback(), while
   st_native_is_pending(). `provider`: NULL for the default one, or the only one. A login that is pending is dropped.

   May block; otherwise as with st_request_login(). With st_config_set_event_loop() the action can be ST_WAIT. */
ST_API st_status st_native_login(st_request *request, const char *provider, st_action *out_action, st_error **error);

/* Answers a GET request that reached the port: `target` is its path and query, `accept_language` its header of that
   name or NULL, for the language of the page. Afterwards send the response, whatever it is:
   st_request_response_status(), every st_request_response_header() and st_request_response_body(). Only the provider's
   response to this login ends it: any page in the user's browser can make other requests, and for those the login stays
   pending. Whatever is wrong with `target` is answered with 404 or 400, even if it is not UTF-8.

   May block. With st_config_set_event_loop() the action can be ST_WAIT; until that is over, other requests fail with
   "exchange_pending". */
ST_API st_status st_native_callback(st_request *request, const char *target, const char *accept_language,
                                    st_action *out_action, st_error **error);

/* Starts a login that the user completes on another device. Afterwards show st_native_verification_uri() and
   st_native_user_code(), or st_native_url() as a QR code, and then, while st_native_is_pending(), wait for
   st_native_wait_ms() and call st_native_poll(). The provider has to have a device_authorization_endpoint. May block;
   otherwise as st_native_login(). */
ST_API st_status st_native_device_login(st_request *request, const char *provider, st_action *out_action,
                                        st_error **error);

/* Asks the provider whether the user has signed in. If it is too early for that, asks nobody. An outage ends nothing:
   the next poll is due later. A refused login is not a failure of this call. May block; with st_config_set_event_loop()
   the action can be ST_WAIT. */
ST_API st_status st_native_poll(st_request *request, st_action *out_action, st_error **error);

/* 1 while a login waits for its user, else 0. Once it gives 0, the user is signed in, or st_request_error() has the
   reason why not. */
ST_API int32_t st_native_is_pending(const st_request *request);

/* Milliseconds until st_native_poll() is due; 0 without a login on another device. */
ST_API int64_t st_native_wait_ms(const st_request *request);

/* Seconds until the pending login expires; 0 without one. */
ST_API int64_t st_native_expires_in(const st_request *request);

/* What to open in a browser: where to sign in, on another device with the user code filled in if the provider can do
   that; after a logout where to sign out at the provider. NULL if there is nothing to open. Borrowed, lives until the
   next call or the request is freed. */
ST_API const char *st_native_url(const st_request *request);

/* Where the user of another device goes, an https URL, and the code to type there, of at most 64 printable ASCII
   characters. NULL without such a login. Borrowed, live until the next call or the request is freed. */
ST_API const char *st_native_verification_uri(const st_request *request);
ST_API const char *st_native_user_code(const st_request *request);

/* What the program keeps for its next run: printable ASCII, at most 64 KiB, empty after a logout. Write it to a file of
   mode 0600, or to a keyring, when it differs after a login, st_request_begin(), a refresh or a logout, or with
   "idle_timeout" after any call that reads the user. It is encrypted with cookie_secret, which therefore has to be the
   same the next time: keep one per user, as secret as the session. Borrowed, lives until the next call or the request
   is freed. */
ST_API st_status st_native_session(const st_request *request, const char **out_session, size_t *out_length,
                                   st_error **error);

/* ---- The request of this thread --------------------------------------------------------------------- */

/* For programs with one request on a thread at a time, and for code without access to the request. Makes `request` the
   one that st_login(), st_logout() and st_user_json() use on this thread, until st_request_unbind() or until it is
   freed. Only after st_request_begin(). Fails with the code "other_request_bound" while another request is bound: if
   several share a thread, as with coroutines, one would get the user of another. Use st_request_login() and the others
   there. Binding the same request again changes nothing. */
ST_API st_status st_request_bind(st_request *request, st_error **error);
ST_API void st_request_unbind(void);

/* st_request_login() on the bound request. May block. st_request_error() has the details of a failure. */
ST_API st_status st_login(const char *provider);

/* st_request_logout() on the bound request. st_request_error() has the details of a failure. */
ST_API st_status st_logout(void);

/* st_request_user_json() on the bound request; {"is_logged_in":false} if none is bound. Never NULL. Borrowed, lives
   until the request is freed or logs out. */
ST_API const char *st_user_json(void);

#ifdef __cplusplus
}
#endif

#endif /* STAUTH_H */
