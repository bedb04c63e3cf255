"use strict";

const crypto = require("node:crypto");
const { App: BaseApp, standIn } = require("./lib/app.js");

const ISSUER = "https://provider.test";
const METADATA = "/.well-known/openid-configuration";

/**
 * For the tests of a program: an App at whose provider everybody can sign in. It has its own new secret, and a provider
 * inside of the process: no other App accepts its cookies. The login is still complete, with every check.
 */
class App extends BaseApp {
  #provider;
  #callback;
  #standIn;

  constructor({ redirectUri = "http://localhost:8501/oauth2callback", providers = [], settings = {}, ...more } = {}) {
    const provider = new Provider();
    const keys = { "auth.redirect_uri": redirectUri, "auth.cookie_secret": random() };
    Object.assign(keys, provider.settings("auth", ISSUER));
    for (const name of providers) Object.assign(keys, provider.settings(`auth.${name}`, `${ISSUER}/${name}`));
    const transport = async (exchange) => provider.answer(exchange);
    super({ settings: Object.assign(keys, settings), transport, ...more });
    this.takesSilenceForBrowser = true;
    this.#provider = provider;
    this.#callback = new URL(redirectUri).pathname;
    this.#standIn = { settings: keys, transport };
  }

  /**
   * From now on, each App that would read a secrets.toml is a twin of this one, which accepts the sessions of this one.
   * Call it before the program is loaded; close() ends it.
   */
  install() {
    standIn.current = this.#standIn;
    return this;
  }

  close() {
    if (standIn.current === this.#standIn) standIn.current = null;
    super.close();
  }

  /** Signs a user in with these claims. Gives the Cookie header of the session. `sub` is "user" unless given. */
  async signIn(claims = {}, { provider = null } = {}) {
    const start = await this.#visit(this.loginUrl({ provider }));
    const location = new URL(start.location);
    const issuer = `${location.origin}${location.pathname}`.replace(/\/authorize$/, "");
    const nonce = location.searchParams.get("nonce");
    const code = this.#provider.authorize({ sub: "user", ...claims, nonce, iss: issuer });
    const answer = new URLSearchParams({ code, state: location.searchParams.get("state"), iss: issuer });
    return (await this.#visit(`${this.#callback}?${answer}`, [["cookie", start.cookies]])).cookies;
  }

  async #visit(target, headers = []) {
    const request = this.request({ method: "GET", target, headers });
    try {
      await request.begin();
      if (request.error !== null) throw request.error;
      const lines = request.headers.filter(([name]) => name === "Set-Cookie").map(([, value]) => value.split(";", 1)[0]);
      const location = request.headers.find(([name]) => name === "Location")?.[1];
      return { location, cookies: lines.filter((line) => !line.endsWith("=")).join("; ") };
    } finally {
      request.close();
    }
  }
}

/** Answers the library's requests inside of the process, for all issuers. */
class Provider {
  #secret = random();
  #claims = new Map(); // by code, and then by refresh token

  settings(section, issuer) {
    return {
      [`${section}.client_id`]: "test",
      [`${section}.client_secret`]: this.#secret,
      [`${section}.server_metadata_url`]: issuer + METADATA,
      [`${section}.id_token_signed_response_alg`]: "HS256",
    };
  }

  /** Stands in for the user's consent: a code for these claims. */
  authorize(claims) {
    const code = random();
    this.#claims.set(code, claims);
    return code;
  }

  answer({ url, body }) {
    if (url.endsWith(METADATA)) return reply(metadataOf(url.slice(0, -METADATA.length)));
    if (url.endsWith("/keys")) return reply({ keys: [] }); // the ID token is signed with the client's secret
    const form = new URLSearchParams(body.toString());
    const code = form.get("code") ?? form.get("refresh_token");
    const claims = this.#claims.get(code);
    if (claims === undefined) throw new Error(`stauth/testing: an unknown code at ${url}`);
    this.#claims.delete(code);
    return reply({
      access_token: random(), token_type: "Bearer", expires_in: 3600, refresh_token: this.authorize(claims),
      id_token: this.#idToken(claims),
    });
  }

  #idToken(claims) {
    const now = Math.floor(Date.now() / 1000);
    const parts = [{ alg: "HS256" }, { aud: "test", iat: now, exp: now + 300, ...claims }];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    return `${signed}.${crypto.createHmac("sha256", this.#secret).update(signed).digest("base64url")}`;
  }
}

function metadataOf(issuer) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["HS256"],
    authorization_response_iss_parameter_supported: true,
  };
}

function reply(content) {
  return { status: 200, headers: ["Content-Type", "application/json"], body: Buffer.from(JSON.stringify(content)) };
}

function random() {
  return crypto.randomBytes(32).toString("hex");
}

module.exports = { App };
