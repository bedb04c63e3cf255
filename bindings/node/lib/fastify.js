"use strict";

const { App } = require("./app.js");
const { Gate } = require("./gate.js");
const { Visit } = require("./visit.js");

/**
 * A plugin: `app.register(fastifyPlugin, { auth })`. Answers the library's own paths before anything reads the body, and puts
 * a Visit into `request.stauth`. It speaks for the whole instance that registers it, not for a context of its own.
 */
async function fastifyPlugin(instance, { auth = new App(), ...options } = {}) {
  if (!(auth instanceof App)) throw new TypeError("auth is a stauth App");
  const gate = Gate.of(options);
  instance.decorateRequest("stauth", null);
  instance.addHook("onRequest", async (request, reply) => {
    const details = { clientAddress: request.ip, beforeAnswer: () => reply.hijack() };
    const visit = new Visit(auth, request.raw, reply.raw, details);
    let proceeds;
    try {
      proceeds = await visit.begin(gate);
    } catch (error) {
      proceeds = visit.fail(error);
    }
    if (proceeds) {
      request.stauth = visit;
      return undefined;
    }
    reply.hijack(); // also if the browser is gone
    return reply;
  });
  // Fastify runs no hooks where it has no route.
  for (const url of ownPaths(auth)) instance.all(url, async (request, reply) => reply.callNotFound());
}

fastifyPlugin[Symbol.for("skip-override")] = true;
fastifyPlugin[Symbol.for("fastify.display-name")] = "stauth";

/** The library's paths: those of the settings, and what is beside them. */
function ownPaths({ loginPath, logoutPath, callbackPaths }) {
  const folders = [loginPath, logoutPath].map((path) => path.slice(0, path.lastIndexOf("/") + 1));
  return new Set([loginPath, logoutPath, ...callbackPaths, ...folders.filter((folder) => folder !== "/").map((folder) => `${folder}*`)]);
}

module.exports = { fastifyPlugin };
