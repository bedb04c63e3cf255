"use strict";

const { native, text } = require("./native.js");
const { App } = require("./app.js");
const { Visit } = require("./visit.js");

const forgottenGates = new FinalizationRegistry((handle) => native().gate_free(handle));

/**
 * Middleware for Express, Connect and everything that calls `(req, res, next)`: answers the library's own paths, and
 * puts a Visit into `req.stauth`. Use it before anything that reads bodies.
 */
function middleware(auth = new App(), { requireLogin = false, openPaths = [] } = {}) {
  if (!(auth instanceof App)) throw new TypeError("the first argument is a stauth App");
  if (openPaths.length > 0 && !requireLogin) throw new TypeError("openPaths has no effect without requireLogin");
  const gate = requireLogin ? new Gate(openPaths) : null;
  return (req, res, next) => {
    const visit = new Visit(auth, req, res);
    // Without waiting for a provider, all of this happens at once.
    let proceeds;
    try {
      proceeds = visit.begin(gate);
    } catch (error) {
      proceeds = visit.fail(error);
    }
    if (typeof proceeds === "boolean") return proceeds ? next() : undefined;
    return proceeds.catch((error) => visit.fail(error)).then((result) => { if (result) next(); });
  };
}

/** The same for a listener of http.createServer(). */
function handler(auth, listener, options) {
  const use = middleware(auth, options);
  return (req, res) => use(req, res, () => listener(req, res));
}

/** The open paths of a program. */
class Gate {
  constructor(openPaths) {
    const block = openPaths.map((path) => `${text(path)}\0`).join("");
    this.handle = native().gate_new(Buffer.from(block));
    forgottenGates.register(this, this.handle);
  }
}

module.exports = { middleware, handler };
