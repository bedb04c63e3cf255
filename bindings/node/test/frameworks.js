"use strict";

// Fastify and Koa, as far as their documentation promises what the adapters rely on. Neither is a package of Debian's.

const http = require("node:http");

const bytesOf = async (req) => {
  const pieces = [];
  for await (const piece of req) pieces.push(piece);
  return Buffer.concat(pieces);
};

/** Fastify: Lifecycle, Hooks, Reply, Plugins and Server of its reference. */
exports.Fastify = class Fastify {
  #routes = [];
  #hooks = [];
  #decorated = new Map();
  warnings = []; // what Fastify's logger would say
  notFound = null; // setNotFoundHandler(): hooks run before it, but not before the default answer

  /** What a plugin does stays in its own context, unless it has the symbol. */
  async register(plugin, options = {}) {
    const scope = plugin[Symbol.for("skip-override")] === true ? this : new Fastify();
    await plugin(scope, { ...options, prefix: "" });
    return this;
  }

  decorateRequest(name, value) {
    if (this.#decorated.has(name)) throw new Error(`FST_ERR_DEC_ALREADY_PRESENT: ${name}`);
    if (value !== null && typeof value === "object") throw new Error("FST_ERR_DEC_REFERENCE_TYPE");
    this.#decorated.set(name, value);
  }

  addHook(name, hook) {
    if (name !== "onRequest" || hook.length !== 2) throw new Error("an async hook takes the request and the reply");
    this.#hooks.push(hook);
  }

  all(url, handler) { return this.route(["GET", "HEAD", "POST", "PUT", "DELETE"], url, handler); }
  get(url, handler) { return this.route(["GET", "HEAD"], url, handler); }
  post(url, handler) { return this.route(["POST"], url, handler); }

  route(methods, url, handler) {
    for (const method of methods) {
      const isTaken = this.#routes.some((each) => each.method === method && each.url === url);
      if (isTaken) throw new Error("FST_ERR_DUPLICATED_ROUTE");
      this.#routes.push({ method, url, handler });
    }
  }

  server() {
    return http.createServer((req, res) => this.#answer(req, res));
  }

  /** Those without a wildcard come first. */
  #find(req) {
    const { pathname } = new URL(req.url, "http://localhost");
    const fitting = this.#routes.filter(({ method }) => method === req.method);
    return fitting.find(({ url }) => url === pathname)
      ?? fitting.find(({ url }) => url.endsWith("*") && pathname.startsWith(url.slice(0, -1)));
  }

  async #answer(req, res) {
    const request = { raw: req, ip: "203.0.113.7", query: {}, body: undefined, ...Object.fromEntries(this.#decorated) };
    const reply = new Reply(res, this);
    const handler = this.#find(req)?.handler ?? this.notFound;
    try {
      for (const hook of handler === null ? [] : this.#hooks) {
        await hook(request, reply);
        if (reply.sent) return;
      }
      if (handler !== null && req.method === "POST") await this.#parse(request, reply);
      if (reply.sent) return;
      const payload = await (handler ?? (() => reply.callNotFound()))(request, reply);
      if (reply.isHijacked) return;
      if (payload !== undefined && payload !== reply) reply.send(payload);
      else if (!reply.sent) throw new Error("FST_ERR_PROMISE_NOT_FULFILLED");
    } catch (error) {
      if (reply.sent) this.warnings.push(error.message);
      else reply.code(error.statusCode ?? 500).send(error.message);
    }
  }

  async #parse(request, reply) {
    const type = request.raw.headers["content-type"];
    const body = await bytesOf(request.raw);
    if (type === "application/json") request.body = JSON.parse(body);
    else if (type === "text/plain") request.body = body.toString();
    else if (body.length > 0) reply.code(415).send("FST_ERR_CTP_INVALID_MEDIA_TYPE");
  }
};

class Reply {
  #headers = {};
  #status = 200;
  isHijacked = false;

  constructor(raw, instance) {
    this.raw = raw;
    this.instance = instance;
  }

  get sent() { return this.isHijacked || this.raw.writableEnded; }

  hijack() {
    this.isHijacked = true;
    return this;
  }

  code(status) {
    this.#status = status;
    return this;
  }

  header(name, value) {
    const lowered = name.toLowerCase();
    const before = this.#headers[lowered];
    this.#headers[lowered] = lowered === "set-cookie" && before !== undefined ? [before, value].flat() : value;
    return this;
  }

  callNotFound() {
    if (this.instance.notFound !== null) return this.instance.notFound(null, this);
    this.code(404).send("Route not found");
    return this;
  }

  send(payload) {
    if (this.sent) throw new Error("FST_ERR_REP_ALREADY_SENT");
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    const own = { "content-type": "text/plain", ...this.#headers, "content-length": Buffer.byteLength(text) };
    this.raw.writeHead(this.#status, own);
    this.raw.end(this.raw.req.method === "HEAD" ? undefined : text);
    return this;
  }
}

/** Koa: Application, Context, Request and Response of its reference. */
exports.Koa = class Koa {
  #middleware = [];

  use(each) {
    this.#middleware.push(each);
    return this;
  }

  server() {
    return http.createServer(async (req, res) => {
      const ctx = new Context(req, res);
      const run = async (index) => this.#middleware[index]?.(ctx, () => run(index + 1));
      try {
        await run(0);
        ctx.send();
      } catch (error) {
        ctx.onerror(error);
      }
    });
  }
};

class Context {
  #body;
  #hasStatus = false;

  constructor(req, res) {
    Object.assign(this, { req, res, url: req.url, originalUrl: req.url, ip: "203.0.113.7", state: {} });
    res.statusCode = 404;
  }

  get method() { return this.req.method; }
  get path() { return new URL(this.url, "http://localhost").pathname; }
  get headerSent() { return this.res.headersSent; }
  get status() { return this.res.statusCode; }

  set status(status) {
    this.#hasStatus = true;
    this.res.statusCode = status;
  }

  get body() { return this.#body; }

  set body(value) {
    this.#body = value;
    if (value === null || value === undefined) {
      if (!this.#hasStatus) this.res.statusCode = 204;
      return;
    }
    if (!this.#hasStatus) this.status = 200;
    const type = Buffer.isBuffer(value) ? "application/octet-stream" : "text/plain";
    if (!this.res.hasHeader("Content-Type")) this.set("Content-Type", type);
    if (Buffer.isBuffer(value) || typeof value === "string") this.set("Content-Length", String(Buffer.byteLength(value)));
  }

  get(name) { return this.res.getHeader(name) ?? ""; }
  set(name, value) { if (!this.headerSent) this.res.setHeader(name, value); }
  remove(name) { if (!this.headerSent) this.res.removeHeader(name); }

  append(name, value) {
    const before = this.get(name);
    this.set(name, before ? [before].flat().concat(value) : value);
  }

  send() {
    if (this.respond === false || this.headerSent) return;
    if (this.#body === undefined) this.res.end(this.method === "HEAD" ? undefined : "Not Found");
    else if (typeof this.#body?.pipe === "function") this.#body.pipe(this.res);
    else this.res.end(this.method === "HEAD" ? undefined : this.#body ?? undefined);
  }

  onerror(error) {
    if (this.headerSent) return;
    for (const name of this.res.getHeaderNames()) this.res.removeHeader(name);
    this.res.statusCode = error.status ?? 500;
    this.res.end(error.expose ? error.message : "Internal Server Error");
  }
}
