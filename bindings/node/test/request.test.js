"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const v8 = require("node:v8");
const vm = require("node:vm");
const { native } = require("../lib/native.js");
const { assertFails, begun, newApp, stauth } = require("./helper.js");

const { InvalidArgument, LimitExceeded, RequestRefused } = stauth;

const locationOf = (request) => request.headers.find(([name]) => name === "Location")?.[1];

test("a NUL", async (t) => {
  const app = newApp(t);
  const bad = [
    { method: "G\0T", target: "/" }, { method: "GET", target: "/\0" },
    { method: "GET", target: "/", headers: [["Cookie", "a\0"]] }, { method: "GET", target: "/", clientAddress: "1\0" },
  ];
  for (const options of bad) await assertFails(InvalidArgument, "invalid_text", () => app.request(options));
  const request = await begun(t, app);
  await assertFails(InvalidArgument, "invalid_text", () => request.login("a\0b"));
  await assertFails(InvalidArgument, "invalid_text", () => request.login(null, { loginHint: "a\0b" }));
  await assertFails(InvalidArgument, "invalid_text", () => request.refuse("a\0b"));
  assert.equal(request.status, 0);
});

test("text that is not text", async (t) => {
  const app = newApp(t);
  const request = await begun(t, app);
  await assertFails(InvalidArgument, "invalid_text", () => request.login("\ud800"));
  await assertFails(InvalidArgument, "invalid_text", () => app.request({ method: "GET", target: "/\xff" }));
  await assert.rejects(request.login(7), TypeError);
  await assert.rejects(request.login(null, { hint: "x" }), TypeError);
  const odd = app.request({ method: "GET", target: "/", headers: [["Referer", "\xff\xfe"], ["Cookie", "\u20ac=\xff"]] });
  assert.equal(await odd.begin(), false);
});

test("huge input", async (t) => {
  const app = newApp(t);
  const huge = "x".repeat(70_000);
  for (const name of ["Cookie", "Referer", "Accept"]) {
    const options = { method: "GET", target: "/", headers: [[name, huge]] };
    await assertFails(LimitExceeded, "too_large", () => app.request(options));
  }
  await assertFails(LimitExceeded, "too_large", () => app.request({ method: "GET", target: `/${huge}` }));
  const request = await begun(t, app);
  await assertFails(LimitExceeded, "too_large", () => request.login(huge));
  const form = app.request({ method: "POST", target: "/auth/login" });
  await assertFails(LimitExceeded, "too_large", () => form.setBody(Buffer.from(huge)));
  await assertFails(InvalidArgument, "invalid_argument", () => form.setBody("text"));
});

test("a request after its end", async (t) => {
  const request = await begun(t, newApp(t), { sub: "ada" });
  assert.equal(request.user.get("sub"), "ada");
  request.close();
  request.close();
  assert.equal(request.user.get("sub"), "ada", "it was read before the end");
  for (const name of ["begin", "login", "logout", "refresh", "accessToken", "requireLogin"]) {
    await assertFails(InvalidArgument, "invalid_handle", () => request[name]());
  }
  await assertFails(InvalidArgument, "invalid_handle", () => request.content);
  await assertFails(InvalidArgument, "invalid_handle", () => request.headers);
  assert.deepEqual([request.status, request.error, request.wantsBody, request.isFresh(9)], [-1, null, false, false]);
});

test("calls out of order", async (t) => {
  const request = newApp(t).request({ method: "GET", target: "/" });
  await assertFails(InvalidArgument, "out_of_sequence", () => request.login());
  assert.equal(request.user.isLoggedIn, false);
});

test("a request that ends while it waits", async (t) => {
  let answer;
  const app = newApp(t, { transport: () => new Promise((resolve) => { answer = resolve; }) });
  const request = await begun(t, app);
  const login = request.login();
  request.close();
  answer({ status: 200, headers: [], body: Buffer.from("{}") });
  await assertFails(InvalidArgument, "invalid_handle", () => login);
});

test("calls wait for one another", async (t) => {
  const request = await begun(t, newApp(t));
  const logins = Array.from({ length: 5 }, () => request.login(null, { returnTo: "/x" }));
  await Promise.all(logins);
  assert.match(locationOf(request), /^https:\/\/provider\.test\/authorize/);
});

test("options of a login", async (t) => {
  const request = await begun(t, newApp(t));
  const options = { returnTo: "/x", loginHint: "ada", prompt: "login", acrValues: "mfa", maxAge: 300, uiLocales: "de" };
  await request.login(null, options);
  const location = locationOf(request);
  for (const part of ["login_hint=ada", "prompt=login", "acr_values=mfa", "max_age=300", "ui_locales=de"]) {
    assert.ok(location.includes(part), part);
  }
});

test("an option that is refused leaves none", async (t) => {
  const request = await begun(t, newApp(t));
  await assertFails(InvalidArgument, "option_invalid", () => request.login(null, { loginHint: "ada", maxAge: -1 }));
  await request.login();
  assert.ok(!locationOf(request).includes("login_hint"));
});

test("freshness", async (t) => {
  const request = await begun(t, newApp(t), { auth_time: Math.floor(Date.now() / 1000) - 100 });
  assert.deepEqual([request.isFresh(50), request.isFresh(1000)], [false, true]);
});

test("access token and refresh", async (t) => {
  const app = newApp(t, { settings: { "auth.expose_tokens": "access" } });
  const request = await begun(t, app, { sub: "ada" });
  const token = await request.accessToken();
  assert.ok(Math.abs(token.expiresAt - Date.now() - 3600_000) < 60_000);
  await request.refresh();
  assert.equal(request.user.get("sub"), "ada");
  const anonymous = await begun(t, app);
  await assertFails(RequestRefused, "not_signed_in", () => anonymous.accessToken());
  await assertFails(stauth.StauthError, "not_signed_in", () => anonymous.refresh());
});

test("logout", async (t) => {
  const app = newApp(t);
  const request = await begun(t, app, { sub: "ada" });
  request.logout({ local: true });
  assert.deepEqual([request.status, request.user.isLoggedIn], [303, false]);
  const refused = app.request({ method: "POST", target: "/x", headers: [["Sec-Fetch-Site", "cross-site"]] });
  await refused.begin();
  await assertFails(RequestRefused, "cross_site_request", () => refused.logout());
});

test("forgotten requests are freed", async (t) => {
  const app = newApp(t);
  const addon = native();
  const free = t.mock.method(addon, "request_free");
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc");
  for (let index = 0; index < 10; index++) app.request({ method: "GET", target: "/" });
  const deadline = Date.now() + 20_000;
  while (free.mock.callCount() < 9 && Date.now() < deadline) {
    collect();
    await new Promise(setImmediate);
  }
  assert.ok(free.mock.callCount() >= 9);
});
