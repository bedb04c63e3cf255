"use strict";

const { native, text, octets, pairsOf } = require("./native.js");
const { InvalidArgument, StauthError } = require("./errors.js");
const { User, ANONYMOUS, AccessToken } = require("./user.js");

const PROCEED = 0;
const RESPOND = 1;
const WAIT = 2;
/** The most that the library accepts. */
const LONGEST_BODY = 64 * 1024;
/** Those that st_request_add_header() asks for; it ignores all others. */
const HEADERS = new Set([
  "cookie", "origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-purpose", "purpose", "x-purpose", "x-moz",
  "upgrade", "content-type", "accept", "accept-language", "authorization", "dpop", "access-control-request-method", "host",
  "x-forwarded-host", "x-forwarded-proto", "x-request-id", "secure-session-response", "sec-secure-session-id", "secure-session-skipped",
]);
const OPTIONS = {
  returnTo: "return_to", loginHint: "login_hint", prompt: "prompt", acrValues: "acr_values", maxAge: "max_age",
  uiLocales: "ui_locales",
};

const forgotten = new FinalizationRegistry((handle) => native().request_free(handle));

/**
 * One HTTP request, and the library's part of the response. While it waits for a provider, its calls wait for one
 * another, and nothing else does.
 */
class Request {
  #handle = null;
  #transport;
  #user = ANONYMOUS;
  #pending = null;

  constructor(app, handle) {
    this.#handle = handle;
    this.#transport = app.transport;
    this.isLate = false; // the response has begun
    forgotten.register(this, handle, this);
  }

  static make(app, appHandle, { method, target, headers = [], clientAddress = null }) {
    const block = blockOf(headers, app.takesSilenceForBrowser);
    const handle = native().request_new(appHandle, text(method), octets(target), block, text(clientAddress));
    return new Request(app, handle);
  }

  static makePreload(app, appHandle) {
    return new Request(app, native().request_new_preload(appHandle));
  }

  get wantsBody() {
    return native().request_wants_body(this.#handle) === 1;
  }

  setBody(body) {
    native().request_set_body(this.#handle, body);
  }

  /** Names the path that the program routes by, as bytes in Latin-1, before begin(). */
  addRoute(path) {
    native().request_add_route(this.#handle, path);
  }

  /** Reads the session. True, or a promise of it, if the library has answered: send its response. */
  begin() {
    return this.#step(() => native().request_begin(this.#handle), (action) => {
      this.#user = null;
      return action !== PROCEED;
    });
  }

  /** Who sent this request. Read it before the response begins, which then says that it depends on the user. */
  get user() {
    if (this.#user === null) {
      const json = native().request_user(this.#handle);
      this.#user = json === null ? ANONYMOUS : new User(json);
    }
    return this.#user;
  }

  /** Makes the response a redirect to a provider. */
  async login(provider = null, options = {}) {
    this.#refuseIfLate();
    const name = text(provider);
    const given = encoded(options);
    await this.#step(() => {
      this.#set(given);
      native().request_login(this.#handle, name);
      return WAIT; // perhaps
    }, () => {
      if (this.status >= 400 && this.error !== null) throw this.error;
    });
  }

  /** Ends the session, and makes the response a redirect. */
  logout({ local = false } = {}) {
    this.#refuseIfLate();
    this.#set(local ? [["logout", "local"]] : []);
    native().request_logout(this.#handle);
    this.#user = ANONYMOUS;
  }

  /** True, or a promise of it, if this user may see a page for signed-in users. If not, the library has answered. */
  requireLogin(path = null, gate = null) {
    this.#refuseIfLate();
    return this.#step(() => native().request_require_login(this.#handle, gate, path), (action) => action === PROCEED);
  }

  /** A token to call an API with, refreshed if it would expire soon. */
  async accessToken() {
    this.#refuseIfLate();
    const [, token, expiry, scope] = await this.#outcome((handle) => native().request_access_token(handle));
    return new AccessToken(token, expiry, scope);
  }

  /** Reads the user's claims anew. */
  async refresh() {
    this.#refuseIfLate();
    await this.#outcome((handle) => [native().request_refresh(handle)]);
  }

  /** True if the provider authenticated the user at most so many seconds ago. */
  isFresh(seconds) {
    return native().request_is_fresh(this.#handle, seconds) === 1;
  }

  /** Makes the response the library's page for an error code. */
  refuse(code) {
    native().request_refuse(this.#handle, text(code));
  }

  /** Why this request's login was refused; null if it was not. */
  get error() {
    return native().request_error(this.#handle);
  }

  /** The status of the library's response; 0 if the program's page is the response; -1 after close(). */
  get status() {
    return native().request_status(this.#handle);
  }

  /** The headers to add to the response: pairs, in which a name may repeat. */
  get headers() {
    return pairsOf(native().request_headers(this.#handle));
  }

  /** The body of the library's response. */
  get content() {
    return native().request_content(this.#handle);
  }

  get isClosed() {
    return this.#handle === null;
  }

  /** Frees the library's memory of it. Calling it again does nothing. */
  close() {
    if (this.#handle === null) return;
    this.#user ??= ANONYMOUS;
    forgotten.unregister(this);
    native().request_free(this.#handle);
    this.#handle = null;
  }

  /** Starts something, and sends what it waits for. At once without waiting, otherwise a promise. */
  #step(start, finish) {
    if (this.#pending !== null) return this.#pending.then(() => this.#step(start, finish));
    const action = start();
    if (action !== WAIT) return finish(action);
    const driven = this.#drive();
    this.#pending = driven.then(() => {}, () => {});
    return driven.finally(() => { this.#pending = null; }).then(finish);
  }

  async #drive() {
    let action = RESPOND;
    for (let exchange; (exchange = native().request_exchange(this.#handle)) !== null;) {
      const reply = await this.#transport(exchange).catch(() => null);
      this.#refuseIfClosed();
      if (reply !== null) this.#respond(exchange, reply);
      action = native().request_resume(this.#handle);
    }
    return action;
  }

  #respond(exchange, { status, headers, body }) {
    try {
      native().exchange_respond(exchange.handle, status, headers.map((part) => `${octets(part)}\0`).join(""), body);
    } catch (error) {
      if (!(error instanceof StauthError)) throw error; // a reply that is refused counts as none
    }
  }

  /** Of a call that says what came of a refresh when it is called again. */
  async #outcome(call) {
    let found;
    const ask = () => {
      found = call(this.#handle);
      return found[0];
    };
    try {
      await this.#step(ask, () => {});
      if (found[0] === WAIT) await this.#step(ask, () => {});
      return found;
    } finally {
      this.#forgetUser(); // who may be another now, or nobody
    }
  }

  #forgetUser() {
    if (this.#handle !== null) this.#user = null;
  }

  /** Sets options for the next call. If one is refused, none is left. */
  #set(given) {
    try {
      for (const [key, value] of given) native().request_set(this.#handle, key, value);
    } catch (error) {
      for (const [key] of given) native().request_set(this.#handle, key, null);
      throw error;
    }
  }

  #refuseIfLate() {
    this.#refuseIfClosed();
    if (!this.isLate) return;
    throw new InvalidArgument("this call comes too late: the response has begun", { code: "out_of_sequence" });
  }

  #refuseIfClosed() {
    if (this.#handle !== null) return;
    throw new InvalidArgument("the request is closed", { code: "invalid_handle" });
  }
}

function blockOf(headers, takesSilenceForBrowser) {
  let block = "";
  let accepts = false;
  for (const [name, value] of headers) {
    const lowered = name.toLowerCase();
    if (!HEADERS.has(lowered)) continue;
    accepts ||= lowered === "accept";
    block += `${lowered}\0${octets(value)}\0`;
  }
  return takesSilenceForBrowser && !accepts ? `${block}accept\0text/html\0` : block;
}

function encoded(options) {
  return Object.entries(options).filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => {
    if (!Object.hasOwn(OPTIONS, name)) throw new TypeError(`login() has no option ${name}`);
    return [OPTIONS[name], text(typeof value === "number" ? String(value) : value)];
  });
}

module.exports = { Request, LONGEST_BODY, HEADERS, PROCEED, RESPOND, WAIT };
