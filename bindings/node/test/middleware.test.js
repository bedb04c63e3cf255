"use strict";

const assert = require("node:assert/strict");
const http = require("node:http");
const net = require("node:net");
const test = require("node:test");
const { assertFails, fetchFrom, newApp, PAGE, serve, stauth, visit } = require("./helper.js");

const { handler, middleware, InvalidArgument } = stauth;
const FORM = { Origin: "http://localhost:8501", "Content-Type": "application/x-www-form-urlencoded" };

test("the user, and the headers that say so", async (t) => {
  const app = newApp(t);
  const who = handler(app, (req, res) => {
    const name = req.stauth.user.get("sub");
    res.writeHead(200, "Fine", { "Cache-Control": "no-store", "Set-Cookie": "mine=1", Vary: "Accept" }).end(name ?? "");
  });
  const answer = await visit(t, who, { headers: { Cookie: await app.signIn({ sub: "ada" }) } });
  assert.deepEqual([answer.text, answer.headers.vary, answer.headers["cache-control"]], ["ada", "Accept, Cookie", "no-store"]);
  assert.equal((await visit(t, who)).text, "");
});

test("cookies are added, however the page begins", async (t) => {
  const app = newApp(t, { settings: { "auth.idle_timeout": "1m", "auth.session_lifetime": "1h" } });
  const pages = {
    "implicit header": (req, res) => { res.setHeader("Set-Cookie", ["a=1", "b=2"]); res.end("x"); },
    object: (req, res) => res.writeHead(200, { "Set-Cookie": ["a=1", "b=2"] }).end("x"),
    "flat array": (req, res) => res.writeHead(200, ["Set-Cookie", "a=1", "Set-Cookie", "b=2"]).end("x"),
    flushed: (req, res) => { res.setHeader("Set-Cookie", ["a=1", "b=2"]); res.flushHeaders(); res.end("x"); },
  };
  for (const [name, page] of Object.entries(pages)) {
    const listener = handler(app, (req, res) => {
      assert.ok(req.stauth.user);
      page(req, res);
    });
    const { headers } = await visit(t, listener);
    assert.deepEqual([headers["set-cookie"].slice(0, 2), headers.vary], [["a=1", "b=2"], "Cookie"], name);
  }
});

test("a login", async (t) => {
  const app = newApp(t);
  const answer = await visit(t, handler(app, async (req, res) => {
    res.setHeader("Content-Type", "text/plain");
    res.setHeader("X-Mine", "1");
    assert.equal(await req.stauth.login(null, { prompt: "login" }), true);
  }));
  assert.match(answer.headers.location, /^https:\/\/provider\.test\/authorize\?.*prompt=login/);
  assert.deepEqual([answer.status, answer.text, answer.headers["content-type"], answer.headers["x-mine"]], [302, "", undefined, "1"]);
});

test("calls that come too late", async (t) => {
  const app = newApp(t);
  let result;
  const answer = await visit(t, handler(app, async (req, res) => {
    res.write("begun");
    result = [await req.stauth.login(), await req.stauth.logout(), await req.stauth.requireLogin()];
    await assertFails(InvalidArgument, "out_of_sequence", () => req.stauth.refresh());
    res.end();
  }));
  assert.deepEqual([answer.status, answer.text, result], [200, "begun", [false, false, false]]);
});

test("a request after its response", async (t) => {
  const app = newApp(t);
  let kept;
  const cookie = await app.signIn({ sub: "ada" });
  const port = await serve(t, http.createServer(handler(app, (req, res) => {
    kept = req.stauth;
    assert.equal(kept.user.get("sub"), "ada");
    res.end();
    res.on("close", () => process.nextTick(() => res.emit("seen")));
  })));
  await fetchFrom(port, { headers: { Cookie: cookie } });
  await new Promise(setImmediate);
  assert.equal(kept.user.get("sub"), "ada");
  assert.equal(await kept.login(), false);
  await assertFails(InvalidArgument, "invalid_handle", () => kept.accessToken());
});

test("errors are the library's pages", async (t) => {
  const app = newApp(t);
  const unknown = await visit(t, handler(app, (req) => req.stauth.login("nobody")));
  assert.equal(unknown.status, 404);
  assert.match(unknown.text, /provider_unknown/);
  const down = newApp(t, { transport: async () => { throw new Error("down"); } });
  const unreachable = await visit(t, handler(down, (req) => req.stauth.login()));
  assert.deepEqual([unreachable.status >= 500, /provider_unreachable/.test(unreachable.text)], [true, true]);
  const own = await visit(t, handler(app, (req) => req.stauth.fail(new Error("a secret of the program"))));
  assert.deepEqual([own.status, /internal_error/.test(own.text), /a secret/.test(own.text)], [500, true, false]);
});

test("requests that are refused", async (t) => {
  const app = newApp(t);
  for (const options of [{ headers: { Cookie: "x".repeat(70_000) } }, { target: `/${"x".repeat(70_000)}` }]) {
    const answer = await visit(t, handler(app, PAGE), options);
    assert.ok(answer.status >= 400 && answer.text.includes("too_large") && answer.headers["content-security-policy"]);
  }
});

test("a logout, and one of another site", async (t) => {
  const app = newApp(t);
  const logout = handler(app, (req) => req.stauth.logout());
  const headers = { Cookie: await app.signIn() };
  const answer = await visit(t, logout, { method: "POST", headers });
  assert.equal(answer.status, 303);
  assert.match(answer.headers["set-cookie"][0], /Max-Age=0/);
  assert.equal((await visit(t, logout, { method: "POST", headers: { ...headers, "Sec-Fetch-Site": "cross-site" } })).status, 403);
});

test("a form", async (t) => {
  const app = newApp(t);
  const options = { target: "/auth/login", method: "POST", headers: FORM };
  const answer = await visit(t, handler(app, PAGE), { ...options, body: "return_to=/x" });
  assert.deepEqual([answer.status, answer.headers.location !== undefined], [303, true]);
  assert.equal((await visit(t, handler(app, PAGE), { ...options, body: "x".repeat(65_537) })).status, 413);
  const echo = handler(app, (req, res) => { req.pipe(res); });
  assert.equal((await visit(t, echo, { ...options, target: "/page", body: "mine" })).text, "mine");
});

test("a body that something has parsed before", async (t) => {
  const use = middleware(newApp(t));
  for (const [parsed, status] of [[(text) => Object.fromEntries(new URLSearchParams(text)), 303], [(text) => text, 303],
    [(text) => Buffer.from(text), 303], [() => undefined, 400]]) {
    const listener = async (req, res) => {
      let text = "";
      for await (const piece of req) text += piece;
      req.body = parsed(text);
      use(req, res, () => PAGE(req, res));
    };
    const options = { target: "/auth/login", method: "POST", headers: FORM, body: "return_to=/x" };
    assert.equal((await visit(t, listener, options)).status, status);
  }
});

test("a gate", async (t) => {
  const app = newApp(t);
  const gated = handler(app, PAGE, { requireLogin: true, openPaths: ["/health", "/static/"] });
  const expected = {
    "/": 302, "/health": 200, "/health?x": 200, "/health/x": 302, "/static/a.css": 200, "/static/..%2fx": 302,
    "/static": 302, "/static/%2e%2e/x": 302, "http://localhost:8501/health": 200,
  };
  const headers = { Accept: "text/html" };
  const signedIn = { ...headers, Cookie: await app.signIn() };
  for (const [target, status] of Object.entries(expected)) {
    assert.equal((await visit(t, gated, { target, headers })).status, status, target);
    assert.equal((await visit(t, gated, { target, headers: signedIn })).status, 200, target);
  }
  assert.equal((await visit(t, gated, { headers: { Accept: "application/json" } })).status, 401);
});

test("bad gates", async (t) => {
  const app = newApp(t);
  assert.throws(() => middleware(app, { openPaths: ["/x"] }), TypeError);
  assert.throws(() => middleware({}), TypeError);
  for (const path of ["health", "/a/../b"]) {
    assert.throws(() => middleware(app, { requireLogin: true, openPaths: [path] }), stauth.ConfigurationError);
  }
  assert.throws(() => middleware(app, { requireLogin: true, openPaths: ["/\0"] }), InvalidArgument);
});

test("the gate of the settings judges the path that the program routes by", async (t) => {
  const app = newApp(t, { settings: { "auth.require_login": true, "auth.open_paths": "/open/" } });
  const use = middleware(app);
  const mounted = (req, res) => {
    req.originalUrl = req.url;
    req.url = req.url.replace(/^\/open/, "");
    use(req, res, () => PAGE(req, res));
  };
  assert.equal((await visit(t, handler(app, PAGE), { target: "/open/x" })).status, 200);
  assert.equal((await visit(t, mounted, { target: "/open/secret" })).status, 302);
});

test("a browser that goes while the library waits", async (t) => {
  const app = newApp(t, { transport: () => new Promise(() => {}) });
  let closed;
  const gone = new Promise((resolve) => { closed = resolve; });
  const listener = handler(app, PAGE);
  const port = await serve(t, http.createServer((req, res) => {
    res.on("close", closed);
    listener(req, res);
    socket.destroy();
  }));
  const socket = net.connect(port, "127.0.0.1");
  socket.write("GET /auth/login HTTP/1.1\r\nHost: localhost:8501\r\n\r\n");
  await gone;
});

test("the rest of the program goes on while a login waits", async (t) => {
  let answer;
  const app = newApp(t, { transport: () => new Promise((resolve, reject) => { answer = reject; }) });
  const port = await serve(t, http.createServer(handler(app, PAGE)));
  const waiting = fetchFrom(port, { target: "/auth/login" });
  while (answer === undefined) await new Promise(setImmediate);
  assert.equal((await fetchFrom(port, {})).text, "the page");
  answer(new Error("down"));
  assert.ok((await waiting).status >= 500);
});

test("the log names request and client", async (t) => {
  const lines = [];
  const app = new stauth.App({ settings: require("./helper.js").SETTINGS, log: (level, line) => lines.push(line) });
  await visit(t, handler(app, PAGE), { target: "/oauth2callback?code=x&state=y", headers: { "X-Request-Id": "id-7" } });
  assert.match(lines.join("\n"), /request_id=id-7 client_address=127\.0\.0\.1$/m);
});
