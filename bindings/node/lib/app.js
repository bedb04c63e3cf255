"use strict";

const { native, text, octets } = require("./native.js");
const { InvalidArgument } = require("./errors.js");
const { User, ANONYMOUS } = require("./user.js");
const { Request } = require("./request.js");
const transport = require("./transport.js");

const DEFAULT_SECRETS = ".streamlit/secrets.toml";
const LEVELS = { "": 2, info: 1, warning: 2, error: 3 };
const NAMES = ["info", "info", "warning", "error"];

const forgotten = new FinalizationRegistry((handle) => native().app_free(handle));

/** Supplies what applications would read from a file; set by stauth/testing. */
const standIn = { current: null };

/** A relying party: checked settings, keys, and what is cached of the providers. Usually a process has one. */
class App {
  #handle;

  constructor({ file = null, toml = null, settings = null, log = standardLog(), transport: send = transport.send } = {}) {
    const isBare = toml === null && settings === null;
    const other = isBare ? standIn.current : null;
    this.transport = other?.transport ?? send;
    this.takesSilenceForBrowser = other !== null;
    const keys = other?.settings ?? settings ?? {};
    const path = file ?? (isBare ? process.env.STAUTH_SECRETS || DEFAULT_SECRETS : null);
    const block = Object.entries(keys).map(([key, value]) => `${text(key)}\0${written(value)}\0`).join("");
    const write = surviving(log);
    this.#handle = native().app_new(other ? null : text(path), Buffer.from(toml ?? ""), Buffer.from(block), write);
    forgotten.register(this, this.#handle, this);
    const [, , requiresLogin] = native().app_paths(this.#handle);
    this.requiresLogin = requiresLogin === 1;
  }

  /** The path that begins a login, for links: "/auth/login". */
  get loginPath() {
    return this.#paths()[0];
  }

  /** The path that ends the session by POST, and asks first by GET: "/auth/logout". */
  get logoutPath() {
    return this.#paths()[1];
  }

  /** The paths to which providers send users back. */
  get callbackPaths() {
    return this.#paths().slice(3);
  }

  /** The address for a "Sign in" link. */
  loginUrl({ provider = null, returnTo = null } = {}) {
    const query = new URLSearchParams();
    if (provider !== null) query.set("provider", provider);
    if (returnTo !== null) query.set("return_to", returnTo);
    return `${query}` === "" ? this.loginPath : `${this.loginPath}?${query}`;
  }

  /**
   * Ends sessions from now on, in every copy of their cookies: those of a user, `sub`, of a session at the provider,
   * `sid`, or `all`. `provider`, its name in the settings, or `iss` says whose they are.
   */
  endSessions(selector) {
    native().app_end_sessions(this.#handle, text(JSON.stringify(selector)));
  }

  /** Who sent this Cookie header? */
  userFromCookie(cookie) {
    if (cookie === null || cookie === undefined) return ANONYMOUS;
    return new User(native().app_user_from_cookie(this.#handle, octets(cookie)));
  }

  /** The numbers for monitoring, of this process; docs/monitoring.md describes them. */
  stats() {
    return JSON.parse(native().app_stats_json(this.#handle));
  }

  /** The same as text for Prometheus, of the type "text/plain; version=0.0.4". */
  statsPrometheus() {
    return native().app_stats_prometheus(this.#handle);
  }

  /** One HTTP request: `target` is path and query as received, `headers` are pairs of name and value. */
  request(options) {
    return Request.make(this, this.#handle, options);
  }

  /** Fetches metadata and keys of all providers, so the first login need not. */
  async preload() {
    const request = Request.makePreload(this, this.#handle);
    try {
      await request.begin();
    } finally {
      request.close();
    }
  }

  /** Frees the application; requests made from it stay usable. */
  close() {
    if (this.#handle === null) return;
    forgotten.unregister(this);
    native().app_free(this.#handle);
    this.#handle = null;
  }

  #paths() {
    const paths = native().app_paths(this.#handle);
    if (paths[0] === null) throw new InvalidArgument("the application is closed", { code: "invalid_handle" });
    return paths;
  }
}


function written(value) {
  if (typeof value === "string") return text(value);
  if (typeof value === "boolean" || Number.isInteger(value)) return String(value);
  throw new TypeError(`a setting must be text, an integer or a boolean, not ${typeof value}`);
}

/** Writes to stderr: warnings and errors, or what STAUTH_LOG asks for. */
function standardLog() {
  const name = process.env.STAUTH_LOG ?? "";
  const least = LEVELS[name];
  if (least === undefined) process.emitWarning(`STAUTH_LOG must be info, warning or error, not ${name}`);
  return (level, line) => {
    if (LEVELS[level] >= (least ?? LEVELS.warning)) process.stderr.write(`${line}\n`);
  };
}

/** What the function throws must not go through the library. */
function surviving(log) {
  if (typeof log !== "function") throw new TypeError("log must be a function");
  return (level, line) => {
    try {
      log(NAMES[level] ?? "warning", line);
    } catch (error) {
      process.emitWarning(`stauth: the log function failed: ${error}`);
    }
  };
}

module.exports = { App, standIn };
