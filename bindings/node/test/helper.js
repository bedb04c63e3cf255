"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const stauth = require("stauth");
const { App } = require("stauth/testing");

exports.ROOT = path.join(__dirname, "..", "..", "..");
exports.HEADER = fs.readFileSync(path.join(exports.ROOT, "include", "stauth.h"), "utf8");
exports.SETTINGS = {
  "auth.redirect_uri": "http://localhost:8501/oauth2callback", "auth.client_id": "x", "auth.client_secret": "y",
  "auth.cookie_secret": "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e",
  "auth.server_metadata_url": "https://provider.test/.well-known/openid-configuration",
};

/** An App of the test, which ends with it. */
exports.newApp = (t, options = {}) => {
  const app = new App({ log: () => {}, ...options });
  t.after(() => app.close());
  return app;
};

/** The error of a call, or of a promise. */
exports.assertFails = async (Kind, code, act) => {
  let found;
  await assert.rejects(async () => act(), (error) => {
    found = error;
    assert.ok(error instanceof Kind, `${error.stack}`);
    assert.equal(error.code, code);
    return true;
  });
  return found;
};

exports.begun = async (t, app, claims = null, headers = []) => {
  const cookies = claims === null ? [] : [["Cookie", await app.signIn(claims)]];
  const more = [["Sec-Fetch-Site", "same-origin"], ...cookies, ...headers];
  const request = app.request({ method: "GET", target: "/page", headers: more });
  t.after(() => request.close());
  assert.equal(await request.begin(), false);
  return request;
};

/** Starts a server that ends with the test; its port. */
exports.serve = async (t, server) => {
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  t.after(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return server.address().port;
};

/** Sends a request to a listener, and gives the whole response. */
exports.visit = async (t, listener, { target = "/", method = "GET", headers = {}, body = "" } = {}) => {
  const port = await exports.serve(t, http.createServer({ maxHeaderSize: 200_000 }, listener));
  return exports.fetchFrom(port, { target, method, headers, body });
};

exports.fetchFrom = (port, { target = "/", method = "GET", headers = {}, body = "" }) => new Promise((resolve, reject) => {
  const all = { Host: "localhost:8501", "Sec-Fetch-Site": "same-origin", ...headers };
  const request = http.request({ port, path: target, method, headers: all, agent: false }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (piece) => { text += piece; });
    response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    response.on("error", reject);
  });
  request.on("error", reject);
  request.end(body);
});

exports.PAGE = (req, res) => { res.end("the page"); };
exports.stauth = stauth;
