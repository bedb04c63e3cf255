"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { newApp, PAGE, stauth, visit } = require("./helper.js");

test("an installed app", async (t) => {
  const app = newApp(t).install();
  const twin = new stauth.App();
  assert.equal(twin.userFromCookie(await app.signIn({ sub: "ada" })).get("sub"), "ada");
  assert.throws(() => new stauth.App({ toml: "[auth]" }), stauth.ConfigurationError);
  app.close();
  assert.throws(() => new stauth.App(), stauth.ConfigurationError);
});

test("another app", async (t) => {
  assert.equal(newApp(t).userFromCookie(await newApp(t).signIn()).isLoggedIn, false);
});

test("providers", async (t) => {
  const app = newApp(t, { providers: ["google"] });
  const user = app.userFromCookie(await app.signIn({}, { provider: "google" }));
  assert.deepEqual([user.provider, user.get("sub")], ["google", "user"]);
  await assert.rejects(app.signIn({}, { provider: "nobody" }), stauth.StauthError);
});

test("a client without Accept is a browser", async (t) => {
  const gated = stauth.handler(newApp(t), PAGE, { requireLogin: true });
  assert.equal((await visit(t, gated)).status, 302);
  assert.equal((await visit(t, gated, { headers: { Accept: "application/json" } })).status, 401);
});
