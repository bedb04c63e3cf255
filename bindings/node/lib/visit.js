"use strict";

const { StauthError, InvalidArgument } = require("./errors.js");
const { LONGEST_BODY } = require("./request.js");

/** A request of node:http or Express, and its response. What is `req.stauth`. */
class Visit {
  #auth;
  #req;
  #res;
  #request = null;
  #clientAddress;
  #beforeAnswer;

  /** `beforeAnswer` is called whenever the library's response is about to be sent. */
  constructor(auth, req, res, { clientAddress = req.ip ?? req.socket?.remoteAddress ?? null, beforeAnswer = null } = {}) {
    this.#auth = auth;
    this.#req = req;
    this.#res = res;
    this.#clientAddress = clientAddress;
    this.#beforeAnswer = beforeAnswer;
  }

  /** True if the program makes the page. Otherwise the library has answered. A promise if it waits. */
  begin(gate) {
    const req = this.#req;
    this.#request = this.#auth.request({
      method: req.method, target: withoutOrigin(req.originalUrl ?? req.url), headers: pairs(req.rawHeaders),
      clientAddress: this.#clientAddress,
    });
    this.#res.once("close", () => this.#request.close());
    if (!this.#request.wantsBody) return this.#judge(gate);
    return bodyOf(req).then((body) => {
      this.#request.setBody(body);
      return this.#judge(gate);
    });
  }

  #judge(gate) {
    const route = routeOf(this.#req);
    if (this.#auth.requiresLogin) this.#request.addRoute(route);
    return then(this.#request.begin(), (answered) => {
      if (answered) return this.#answer();
      const passes = gate === null ? true : this.#request.requireLogin(route, gate.handle);
      return then(passes, (mayPass) => (mayPass ? this.#proceed() : this.#answer()));
    });
  }

  #proceed() {
    this.#req.stauth = this;
    addHeadersLater(this.#request, this.#res);
    return true;
  }

  /** Who sent this request. Read it before the response begins, which then says that it depends on the user. */
  get user() {
    return this.#request.user;
  }

  /** Answers with a redirect to this provider; if that fails, with the library's page, and false. */
  login(provider = null, options = {}) {
    return this.#answered(() => this.#request.login(provider, options));
  }

  /** Ends the session and answers with a redirect; if that fails, with the library's page, and false. */
  logout(options = {}) {
    return this.#answered(async () => this.#request.logout(options));
  }

  /** True for signed-in users. Otherwise it has answered: with a redirect to the login, or 401. */
  async requireLogin() {
    try {
      return (await this.#request.requireLogin()) || this.#answer();
    } catch (error) {
      return this.fail(error);
    }
  }

  accessToken() {
    return this.#request.accessToken();
  }

  refresh() {
    return this.#request.refresh();
  }

  isFresh(seconds) {
    return this.#request.isFresh(seconds);
  }

  async #answered(act) {
    try {
      await act();
      this.#answer();
      return true;
    } catch (error) {
      return this.fail(error);
    }
  }

  /** Sends the library's response. */
  #answer() {
    const res = this.#res;
    if (res.headersSent || this.#request.isClosed) return false;
    this.#beforeAnswer?.();
    const { status, content, headers } = this.#request;
    this.#request.isLate = true;
    for (const name of ["Content-Type", "Content-Encoding", "ETag", "Last-Modified"]) res.removeHeader(name);
    for (const [name, value] of headers) res.appendHeader(name, value);
    res.setHeader("Content-Length", content.length);
    if (!this.#req.complete) res.setHeader("Connection", "close"); // of a body that is too long
    res.statusCode = status;
    res.end(this.#req.method === "HEAD" ? undefined : content);
    return false;
  }

  /** Answers with the library's page for an error, whose text goes to the log. Always false. */
  fail(error) {
    if (this.#res.destroyed || this.#request?.isClosed) return false; // the browser is gone
    const code = report(error);
    if (this.#request === null) {
      this.#request = this.#auth.request({ method: "GET", target: "/" }); // the library has not even taken the request
      this.#res.once("close", () => this.#request.close());
    }
    this.#request.refuse(code);
    return this.#answer();
  }
}

/** Writes the text of an error, which is for developers, to stderr. The code for the visitor's page. */
function report(error) {
  const isKnown = error instanceof StauthError;
  process.stderr.write(`stauth: ${isKnown ? `${error.code}: ${error.message}` : error?.stack ?? error}\n`);
  return isKnown ? error.code : "internal_error";
}

/** A value now, or a promise of it. */
function then(value, use) {
  return value instanceof Promise ? value.then(use) : use(value);
}

function* pairs(rawHeaders) {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) yield [rawHeaders[index], rawHeaders[index + 1]];
}

/** A target in absolute form, which browsers send to proxies alone, as a path (RFC 9112, section 3.2.2). */
function withoutOrigin(target) {
  return target.replace(/^https?:\/\/[^/?#]*/i, "") || "/";
}

/** The path that the program routes by, decoded once, as bytes in Latin-1. */
function routeOf(req) {
  const [path] = withoutOrigin(req.url).split(/[?#]/, 1);
  return path.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
}

/** At most a byte more than the library accepts, so that it refuses what is too long. */
async function bodyOf(req) {
  if (req.readableEnded || req.readableDidRead) { // something has read it before us
    if (req.body !== null && typeof req.body === "object" && !Buffer.isBuffer(req.body)) {
      return Buffer.from(new URLSearchParams(req.body).toString());
    }
    if (req.body === undefined) throw new InvalidArgument("the body was read before", { code: "request_incomplete" });
    return Buffer.from(req.body);
  }
  const pieces = [];
  let length = 0;
  for await (const piece of req.iterator({ destroyOnReturn: false })) {
    pieces.push(piece);
    length += piece.length;
    if (length > LONGEST_BODY) break;
  }
  return Buffer.concat(pieces).subarray(0, LONGEST_BODY + 1);
}

/** Adds the library's headers when the response begins, never in place of others. */
function addHeadersLater(request, res) {
  const { writeHead } = res;
  res.writeHead = function begin(status, ...rest) {
    if (!request.isLate && !request.isClosed && (status < 100 || status >= 200 || status === 101)) {
      const given = rest.at(-1);
      if (given !== null && typeof given === "object") {
        rest.pop();
        setAll(res, given);
      }
      request.isLate = true;
      for (const [name, value] of request.headers) add(res, name, value);
    }
    return writeHead.call(res, status, ...rest);
  };
}

/** As writeHead() would: an object, or a flat array in which names may repeat. */
function setAll(res, given) {
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given)) res.setHeader(name, value);
    return;
  }
  const flat = given.flat();
  const names = new Set();
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const lowered = String(flat[index]).toLowerCase();
    if (names.has(lowered)) res.appendHeader(flat[index], String(flat[index + 1]));
    else res.setHeader(flat[index], flat[index + 1]);
    names.add(lowered);
  }
}

function add(res, name, value) {
  const isCookie = name.toLowerCase() === "set-cookie";
  const before = res.getHeader(name);
  if (before === undefined || isCookie) res.appendHeader(name, value);
  else res.setHeader(name, `${[before].flat().join(", ")}, ${value}`);
}

module.exports = { Visit, bodyOf, pairs, report, routeOf, withoutOrigin };
