"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const { newApp, stauth } = require("./helper.js");

const { fetchHandler, ConfigurationError, StauthError } = stauth;

const send = (handle, path = "/", { headers = {}, ...more } = {}) => {
  const all = { "sec-fetch-site": "same-origin", ...headers };
  return handle(new Request(`http://localhost:8501${path}`, { headers: all, ...more }));
};
const PAGE = () => new Response("the page", { headers: { vary: "Accept" } });

test("the user, and the headers that say so", async (t) => {
  const app = newApp(t);
  const handle = fetchHandler(app, (request, { user }) => new Response(user.get("sub") ?? "nobody", { headers: { vary: "Accept" } }));
  const answer = await send(handle, "/", { headers: { cookie: await app.signIn({ sub: "ada" }) } });
  assert.deepEqual([await answer.text(), answer.headers.get("vary")], ["ada", "Accept, Cookie"]);
  assert.equal(await (await send(handle)).text(), "nobody");
});

test("responses whose headers cannot be changed, and cookies", async (t) => {
  const app = newApp(t, { settings: { "auth.idle_timeout": "1m", "auth.session_lifetime": "1h" } });
  const handle = fetchHandler(app, (request, { user }) => {
    assert.ok(user);
    return Response.redirect("http://localhost:8501/x", 303);
  });
  const answer = await send(handle);
  assert.deepEqual([answer.status, answer.headers.get("location"), answer.headers.get("vary")], [303, "http://localhost:8501/x", "Cookie"]);
});

test("login and logout", async (t) => {
  const app = newApp(t);
  const login = await send(fetchHandler(app, (request, { login }) => login(null, { prompt: "login" })));
  assert.equal(login.status, 302);
  assert.match(login.headers.get("location"), /prompt=login/);
  assert.equal(login.headers.getSetCookie?.().length ?? 1, 1);
  const forgotten = fetchHandler(app, async (request, visit) => { await visit.login(); return PAGE(); });
  assert.equal((await send(forgotten)).status, 302, "it takes the place of any other response");
  const logout = fetchHandler(app, (request, visit) => visit.logout());
  const headers = { cookie: await app.signIn() };
  assert.equal((await send(logout, "/", { headers })).status, 303);
  assert.equal((await send(logout, "/", { headers: { ...headers, "sec-fetch-site": "cross-site" } })).status, 403);
});

test("errors", async (t) => {
  const app = newApp(t);
  const unknown = await send(fetchHandler(app, (request, visit) => visit.login("nobody")));
  assert.deepEqual([unknown.status, (await unknown.text()).includes("provider_unknown")], [404, true]);
  const huge = await send(fetchHandler(app, PAGE), "/", { headers: { cookie: "x".repeat(70_000) } });
  assert.equal((await huge.text()).includes("too_large"), true);
  await assert.rejects(send(fetchHandler(app, () => { throw new RangeError("mine"); })), RangeError);
  let kept;
  await send(fetchHandler(app, (request, visit) => { kept = visit; return PAGE(); }));
  await assert.rejects(kept.login(), StauthError);
  assert.equal(kept.user.isLoggedIn, false);
});

test("a form, and HEAD", async (t) => {
  const handle = fetchHandler(newApp(t), async (request) => new Response(await request.text()));
  const form = { method: "POST", headers: { origin: "http://localhost:8501", "content-type": "application/x-www-form-urlencoded" } };
  assert.equal((await send(handle, "/auth/login", { ...form, body: "return_to=/x" })).status, 303);
  assert.equal((await send(handle, "/auth/login", { ...form, body: "x".repeat(65_537) })).status, 413);
  assert.equal(await (await send(handle, "/page", { ...form, body: "mine" })).text(), "mine");
  assert.equal((await send(handle, "/auth/logout", { method: "HEAD" })).body, null);
});

test("gates", async (t) => {
  const app = newApp(t);
  const gated = fetchHandler(app, PAGE, { requireLogin: true, openPaths: ["/static/"] });
  const cookie = await app.signIn();
  for (const [path, status] of Object.entries({ "/": 302, "/static/a": 200, "/static/..%2fx": 302 })) {
    assert.equal((await send(gated, path)).status, status, path);
    assert.equal((await send(gated, path, { headers: { cookie } })).status, 200, path);
  }
  const settings = { "auth.require_login": true, "auth.open_paths": "/open/" };
  const closed = fetchHandler(newApp(t, { settings }), PAGE);
  assert.deepEqual([(await send(closed)).status, (await send(closed, "/open/x")).status], [302, 200]);
  const own = fetchHandler(app, async (request, visit) => new Response(String(await visit.requireLogin())));
  assert.deepEqual([(await send(own)).status, await (await send(own, "/", { headers: { cookie } })).text()], [302, "true"]);
  assert.throws(() => fetchHandler(app, PAGE, { requireLogin: true, openPaths: ["x"] }), ConfigurationError);
});

test("further arguments are passed on", async (t) => {
  const handle = fetchHandler(newApp(t), (request, visit, context) => new Response(context.name));
  const answer = await handle(new Request("http://localhost:8501/"), { name: "context" });
  assert.equal(await answer.text(), "context");
});
