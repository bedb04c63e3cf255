"use strict";

const { App } = require("./lib/app.js");
const { Request } = require("./lib/request.js");
const { User, AccessToken } = require("./lib/user.js");
const { fetchHandler } = require("./lib/fetch.js");
const { middleware, handler } = require("./lib/middleware.js");
const { fastifyPlugin } = require("./lib/fastify.js");
const { koaMiddleware } = require("./lib/koa.js");
const { BY_STATUS, makeError, ...errors } = require("./lib/errors.js");

module.exports = {
  App, Request, User, AccessToken, middleware, handler, fastifyPlugin, fetchHandler, koaMiddleware, ...errors,
};
