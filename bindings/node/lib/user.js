"use strict";

const util = require("node:util");

/** The claims of a user. The provider decides which there are. */
class User {
  #json;
  #claims;

  constructor(json) {
    this.#json = json;
  }

  get isLoggedIn() {
    return this.#json.startsWith('{"is_logged_in":true'); // the library writes this member first
  }

  /** The section of the provider in secrets.toml; undefined if nobody is signed in. */
  get provider() {
    return this.claims.provider;
  }

  /** A claim, such as get("email"); undefined if the provider does not send it. */
  get(name) {
    return Object.hasOwn(this.claims, name) ? this.claims[name] : undefined;
  }

  /** All claims, which do not change. */
  get claims() {
    this.#claims ??= deepFreeze(JSON.parse(this.#json));
    return this.#claims;
  }

  toJSON() {
    return this.claims;
  }

  /** Does not show claims: they are personal data, and this text ends up in logs. */
  toString() {
    return `User { isLoggedIn: ${this.isLoggedIn} }`;
  }

  [util.inspect.custom]() {
    return this.toString();
  }
}

function deepFreeze(value) {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

const ANONYMOUS = new User('{"is_logged_in":false}');

/** A token to call an API with: `Bearer ${token.secret}`. */
class AccessToken {
  #secret;

  constructor(secret, expiry, scope) {
    this.#secret = secret;
    this.expiresAt = expiry === 0 ? null : new Date(expiry * 1000);
    this.scope = scope ?? "";
  }

  get secret() {
    return this.#secret;
  }

  toString() {
    return "AccessToken {}"; // this text ends up in logs
  }
}

module.exports = { User, ANONYMOUS, AccessToken };
