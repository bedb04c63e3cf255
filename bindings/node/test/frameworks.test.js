"use strict";

const assert = require("node:assert/strict");
const { Readable } = require("node:stream");
const test = require("node:test");
const { fetchFrom, newApp, serve, stauth } = require("./helper.js");
const { Fastify, Koa } = require("./frameworks.js");

const { App, fastifyPlugin, koaMiddleware, StauthError } = stauth;
const FORM = { Origin: "http://localhost:8501", "Content-Type": "application/x-www-form-urlencoded" };
const HTML = { Accept: "text/html" };

/**
 * Each makes a server whose pages are functions of a visit, by path: they return text, or nothing. `cookies` are the
 * program's own. "/echo" gives the body of a POST.
 */
const FRAMEWORKS = {
  async Fastify(auth, pages, { options = {}, cookies = [] } = {}) {
    const app = new Fastify();
    await app.register(fastifyPlugin, { auth, ...options });
    for (const [path, page] of Object.entries(pages)) {
      app.get(path, async (request, reply) => {
        for (const cookie of cookies) reply.header("Set-Cookie", cookie);
        reply.header("Vary", "Accept");
        return page(request.stauth);
      });
    }
    app.post("/logout", async (request) => { await request.stauth.logout(); });
    app.post("/echo", async (request) => request.body);
    return app.server();
  },
  async Koa(auth, pages, { options = {}, cookies = [] } = {}) {
    const app = new Koa().use(koaMiddleware(auth, options));
    app.use(async (ctx) => {
      const visit = ctx.state.stauth;
      if (ctx.method === "POST" && ctx.path === "/logout") await visit.logout();
      else if (ctx.method === "POST" && ctx.path === "/echo") ctx.body = ctx.req;
      else if (pages[ctx.path]) {
        for (const cookie of cookies) ctx.append("Set-Cookie", cookie);
        ctx.set("Vary", "Accept");
        const body = await pages[ctx.path](visit);
        if (body !== undefined) ctx.body = body;
      }
    });
    return app.server();
  },
};

const who = (visit) => visit.user.get("sub") ?? "nobody";
const textOf = (header) => [header].flat().join(", ");

for (const [name, serverOf] of Object.entries(FRAMEWORKS)) {
  const start = async (t, auth, pages = {}, more = {}) => serve(t, await serverOf(auth, { "/": who, ...pages }, more));

  test(`${name}: the user, and the headers that say so`, async (t) => {
    const auth = newApp(t, { settings: { "auth.idle_timeout": "1m", "auth.session_lifetime": "1h" } });
    const port = await start(t, auth, {}, { cookies: ["a=1", "b=2"] });
    const answer = await fetchFrom(port, { headers: { Cookie: await auth.signIn({ sub: "ada" }) } });
    assert.deepEqual([answer.status, answer.text, textOf(answer.headers.vary)], [200, "ada", "Accept, Cookie"]);
    assert.deepEqual(answer.headers["set-cookie"].slice(0, 2), ["a=1", "b=2"]);
    assert.equal((await fetchFrom(port, {})).text, "nobody");
  });

  test(`${name}: a login`, async (t) => {
    const auth = newApp(t);
    const result = [];
    const port = await start(t, auth, {
      "/login": async (visit) => { result.push(await visit.login(null, { prompt: "login" })); },
      "/members": async (visit) => ((await visit.requireLogin()) ? "members" : undefined),
    });
    const answer = await fetchFrom(port, { target: "/login" });
    assert.match(answer.headers.location, /^https:\/\/provider\.test\/authorize\?.*prompt=login/);
    assert.deepEqual([answer.status, answer.text, answer.headers["content-type"], result], [302, "", undefined, [true]]);
    assert.equal((await fetchFrom(port, { target: "/members", headers: HTML })).status, 302);
    assert.equal((await fetchFrom(port, { target: "/members", headers: { Accept: "application/json" } })).status, 401);
    assert.equal((await fetchFrom(port, { target: "/members", headers: { Cookie: await auth.signIn() } })).text, "members");
  });

  test(`${name}: the library's own paths`, async (t) => {
    const auth = newApp(t);
    const port = await start(t, auth);
    const expected = {
      "/auth/login": 302, "/auth/logout": 200, "/auth/backchannel-logout": 405, "/oauth2callback?code=x&state=y": 400,
    };
    for (const [target, status] of Object.entries(expected)) {
      const answer = await fetchFrom(port, { target, headers: HTML });
      assert.equal(answer.status, status, `${target}: ${answer.text}`);
    }
    for (const target of ["/auth/other", "/unknown"]) assert.equal((await fetchFrom(port, { target })).status, 404, target);
    const head = await fetchFrom(port, { target: "/auth/login", method: "HEAD" });
    assert.deepEqual([head.status, head.text], [405, ""]);
  });

  test(`${name}: a form, and bodies of the program's`, async (t) => {
    const port = await start(t, newApp(t));
    const form = { target: "/auth/login", method: "POST", headers: FORM };
    assert.equal((await fetchFrom(port, { ...form, body: "return_to=/x" })).status, 303);
    assert.equal((await fetchFrom(port, { ...form, body: "x".repeat(65_537) })).status, 413);
    const echo = { target: "/echo", method: "POST", headers: { "Content-Type": "text/plain" }, body: "mine" };
    assert.equal((await fetchFrom(port, echo)).text, "mine");
  });

  test(`${name}: a logout, and one of another site`, async (t) => {
    const auth = newApp(t);
    const port = await start(t, auth);
    const headers = { Cookie: await auth.signIn(), "Sec-Fetch-Site": "same-origin" };
    const logout = { target: "/logout", method: "POST", headers: { ...headers, "Sec-Fetch-Site": "cross-site" } };
    assert.equal((await fetchFrom(port, logout)).status, 403);
    const answer = await fetchFrom(port, { ...logout, headers });
    assert.deepEqual([answer.status, /Max-Age=0/.test(answer.headers["set-cookie"][0])], [303, true]);
  });

  test(`${name}: errors are the library's pages, the program's its own`, async (t) => {
    const failed = new Error("a secret of the program");
    const port = await start(t, newApp(t), {
      "/unknown-provider": async (visit) => { await visit.login("nobody"); },
      "/fail": async (visit) => { visit.fail(failed); },
      "/throw": async () => { throw Object.assign(failed, { statusCode: 500 }); },
    });
    const unknown = await fetchFrom(port, { target: "/unknown-provider" });
    assert.deepEqual([unknown.status, /provider_unknown/.test(unknown.text)], [404, true]);
    const own = await fetchFrom(port, { target: "/fail" });
    assert.deepEqual([own.status, /internal_error/.test(own.text), /a secret/.test(own.text)], [500, true, false]);
    const thrown = await fetchFrom(port, { target: "/throw" });
    assert.deepEqual([thrown.status, /stauth|internal_error/.test(thrown.text)], [500, false]);
    for (const options of [{ headers: { Cookie: "x".repeat(15_000), ...HTML } }, { target: "/?\u00ff", headers: HTML }]) {
      const answer = await fetchFrom(port, { ...options, insecure: true });
      assert.ok(answer.status < 500, `${answer.status}`);
    }
  });

  test(`${name}: a gate`, async (t) => {
    const auth = newApp(t);
    const options = { requireLogin: true, openPaths: ["/health", "/static/"] };
    const paths = ["/health", "/health/x", "/static/a.css", "/static/..%2fx"];
    const pages = Object.fromEntries(paths.map((path) => [path, who]));
    const port = await start(t, auth, pages, { options });
    const expected = { "/": 302, "/health": 200, "/health?x": 200, "/health/x": 302, "/static/a.css": 200, "/static/..%2fx": 302 };
    const signedIn = { ...HTML, Cookie: await auth.signIn() };
    for (const [target, status] of Object.entries(expected)) {
      assert.equal((await fetchFrom(port, { target, headers: HTML })).status, status, target);
      assert.equal((await fetchFrom(port, { target, headers: signedIn })).status, 200, target);
    }
    assert.equal((await fetchFrom(port, { headers: { Accept: "application/json" } })).status, 401);
  });

  test(`${name}: bad arguments`, async (t) => {
    const auth = newApp(t);
    await assert.rejects(async () => serverOf({}, {}), TypeError);
    await assert.rejects(async () => serverOf(auth, {}, { options: { openPaths: ["/x"] } }), TypeError);
    await assert.rejects(async () => serverOf(auth, {}, { options: { requireLogin: true, openPaths: ["x"] } }), StauthError);
  });

  test(`${name}: others are answered while a login waits`, async (t) => {
    let answer;
    const auth = newApp(t, { transport: () => new Promise((resolve, reject) => { answer = reject; }) });
    const port = await start(t, auth);
    const waiting = fetchFrom(port, { target: "/auth/login" });
    while (answer === undefined) await new Promise(setImmediate);
    assert.equal((await fetchFrom(port, {})).text, "nobody");
    answer(new Error("down"));
    assert.ok((await waiting).status >= 500);
  });

  test(`${name}: the log names request and client`, async (t) => {
    const lines = [];
    const auth = new App({ settings: require("./helper.js").SETTINGS, log: (level, line) => lines.push(line) });
    t.after(() => auth.close());
    const port = await start(t, auth);
    await fetchFrom(port, { target: "/oauth2callback?code=x&state=y", headers: { "X-Request-Id": "id-7" } });
    assert.match(lines.join("\n"), /request_id=id-7 client_address=203\.0\.113\.7$/m);
  });
}

test("Fastify: the plugin speaks for the instance, and once", async (t) => {
  const auth = newApp(t);
  const app = new Fastify();
  await app.register(fastifyPlugin, { auth });
  await assert.rejects(app.register(fastifyPlugin, { auth }), /already/i);
  assert.equal(fastifyPlugin[Symbol.for("fastify.display-name")], "stauth");
});

test("Fastify: a page that returns what login() gives", async (t) => {
  const app = new Fastify();
  await app.register(fastifyPlugin, { auth: newApp(t) });
  app.get("/login", async (request) => request.stauth.login());
  const port = await serve(t, app.server());
  assert.equal((await fetchFrom(port, { target: "/login" })).status, 302);
  assert.deepEqual(app.warnings, []);
});

test("Fastify: a program's answer to unknown paths passes the gate", async (t) => {
  const app = new Fastify();
  await app.register(fastifyPlugin, { auth: newApp(t), requireLogin: true });
  app.notFound = async (request, reply) => reply.code(404).send("a secret");
  const port = await serve(t, app.server());
  assert.equal((await fetchFrom(port, { target: "/unknown", headers: HTML })).status, 302);
});

test("Koa: a stream, a mounted program, and a StauthError that nobody catches", async (t) => {
  const auth = newApp(t, { settings: { "auth.require_login": true, "auth.open_paths": "/open/" } });
  const app = new Koa();
  app.use((ctx, next) => {
    ctx.url = ctx.url.replace(/^\/mount/, ""); // as koa-mount does
    return next();
  });
  app.use(koaMiddleware(auth));
  app.use(async (ctx) => {
    if (ctx.path === "/open/throw") await ctx.state.stauth.refresh();
    ctx.body = Readable.from([`${ctx.path} of `, who(ctx.state.stauth)]);
  });
  const port = await serve(t, app.server());
  assert.equal((await fetchFrom(port, { target: "/mount/open/x", headers: HTML })).text, "/open/x of nobody");
  assert.equal((await fetchFrom(port, { target: "/mount/closed", headers: HTML })).status, 302);
  const callback = await fetchFrom(port, { target: "/mount/oauth2callback?code=x&state=y", headers: HTML });
  assert.equal(callback.status, 302, "this path of the program's is closed, and not the library's");
  const thrown = await fetchFrom(port, { target: "/open/throw", headers: HTML });
  assert.deepEqual([thrown.status, /not_signed_in/.test(thrown.text)], [401, true]);
});
