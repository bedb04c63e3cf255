"use strict";

const { App } = require("./app.js");
const { Gate } = require("./gate.js");
const { StauthError } = require("./errors.js");
const { bodyOf, pairs, report, routeOf, withoutOrigin } = require("./visit.js");

/**
 * Middleware: `app.use(koaMiddleware(auth))`, before anything that reads bodies. Answers the library's own paths, and puts a
 * KoaVisit into `ctx.state.stauth`. Koa sends the responses: it supports no other way.
 */
function koaMiddleware(auth = new App(), options) {
  if (!(auth instanceof App)) throw new TypeError("the first argument is a stauth App");
  const gate = Gate.of(options);
  return async (ctx, next) => {
    let request = null;
    try {
      request = requestOf(auth, ctx);
      if (await proceeds(request, auth, ctx, gate)) {
        ctx.state.stauth = new KoaVisit(request);
        await next();
      }
    } catch (error) {
      if (!(error instanceof StauthError)) throw error;
      request ??= kept(auth.request({ method: "GET", target: "/" }), ctx); // the library has not even taken the request
      if (request.isClosed) return; // the browser is gone
      request.refuse(report(error));
    }
    finish(request, ctx);
  };
}

function requestOf(auth, ctx) {
  const target = withoutOrigin(ctx.originalUrl);
  const request = auth.request({
    method: ctx.method, target, headers: pairs(ctx.req.rawHeaders), clientAddress: ctx.ip || null,
  });
  return kept(request, ctx);
}

/** The request, which lives as long as its response. */
function kept(request, ctx) {
  ctx.res.once("close", () => request.close());
  return request;
}

async function proceeds(request, auth, ctx, gate) {
  if (request.wantsBody) request.setBody(await bodyOf(ctx.req));
  const route = routeOf(ctx);
  if (auth.requiresLogin) request.addRoute(route);
  if (await request.begin()) return false;
  return gate === null || request.requireLogin(route, gate.handle);
}

/** The library's response in place of the program's, or its headers for that. */
function finish(request, ctx) {
  if (request.isClosed || ctx.headerSent || ctx.respond === false) return;
  request.isLate = true;
  const { status, content, headers } = request;
  if (status > 0) {
    for (const name of ["Content-Type", "Content-Encoding", "ETag", "Last-Modified"]) ctx.remove(name);
    ctx.status = status;
    ctx.body = content;
    ctx.remove("Content-Type"); // Koa's guess
    if (!ctx.req.complete) ctx.set("Connection", "close"); // of a body that is too long
  }
  for (const [name, value] of headers) ctx.append(name, value);
}

/** What is `ctx.state.stauth`. The responses of its calls take the place of the program's once that is made. */
class KoaVisit {
  #request;

  constructor(request) {
    this.#request = request;
  }

  get user() {
    return this.#request.user;
  }

  login(provider = null, options = {}) {
    return this.#act(async () => {
      await this.#request.login(provider, options);
      return true;
    });
  }

  logout(options = {}) {
    return this.#act(async () => {
      this.#request.logout(options);
      return true;
    });
  }

  requireLogin() {
    return this.#act(async () => this.#request.requireLogin());
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

  async #act(act) {
    try {
      return await act();
    } catch (error) {
      return this.fail(error);
    }
  }

  /** Makes the response the library's page for an error, whose text goes to the log. Always false. */
  fail(error) {
    if (this.#request.isClosed) return false; // the browser is gone
    this.#request.refuse(report(error));
    return false;
  }
}

module.exports = { koaMiddleware, KoaVisit };
