"use strict";

const { App } = require("./app.js");
const { Gate } = require("./gate.js");
const { Visit } = require("./visit.js");

/**
 * Middleware for Express, Connect and everything that calls `(req, res, next)`: answers the library's own paths, and
 * puts a Visit into `req.stauth`. Use it before anything that reads bodies.
 */
function middleware(auth = new App(), options) {
  if (!(auth instanceof App)) throw new TypeError("the first argument is a stauth App");
  const gate = Gate.of(options);
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

module.exports = { middleware, handler };
