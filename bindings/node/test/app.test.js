"use strict";

const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");
const util = require("node:util");
const { assertFails, begun, newApp, SETTINGS, stauth } = require("./helper.js");

const { App, ConfigurationError, InvalidArgument, LimitExceeded, NetworkError } = stauth;

test("an error of the settings lists all problems", async () => {
  const act = () => new App({ toml: "[auth]\nredirect_uri = 'x'\nclient_idd = 'ä'\n" });
  const error = await assertFails(ConfigurationError, "configuration_invalid", act);
  assert.match(error.message, /redirect_uri[^]*client_idd|client_idd[^]*redirect_uri/);
  assert.deepEqual([error.httpStatus, error.status, error.providerCode, error.name], [500, 500, null, "ConfigurationError"]);
});

test("the file of the environment", (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stauth-"));
  const file = path.join(folder, "secrets.toml");
  process.env.STAUTH_SECRETS = file;
  t.after(() => {
    delete process.env.STAUTH_SECRETS;
    fs.rmSync(folder, { recursive: true });
  });
  assert.throws(() => new App(), ConfigurationError);
  const lines = Object.entries(SETTINGS).map(([key, value]) => `${key.slice(5)} = '${value.replace("oauth2callback", "in")}'`);
  fs.writeFileSync(file, `[auth]\n${lines.join("\n")}\n`);
  const app = new App();
  assert.deepEqual([app.callbackPaths, app.loginPath, app.logoutPath], [["/in"], "/auth/login", "/auth/logout"]);
  assert.equal(app.loginUrl({ provider: "a b", returnTo: "/x?y" }), "/auth/login?provider=a+b&return_to=%2Fx%3Fy");
  assert.equal(app.loginUrl(), "/auth/login");
});

test("bad settings", async () => {
  for (const bad of ["a\0b", "\ud800"]) {
    await assertFails(InvalidArgument, "invalid_text", () => new App({ file: bad }));
    await assertFails(InvalidArgument, "invalid_text", () => new App({ settings: { "auth.client_id": bad } }));
    await assertFails(InvalidArgument, "invalid_text", () => new App({ settings: { [bad]: "x" } }));
  }
  assert.throws(() => new App({ toml: "[auth]\0" }), ConfigurationError);
  assert.throws(() => new App({ settings: { "auth.port": 1.5 } }), TypeError);
  assert.throws(() => new App({ settings: SETTINGS, log: "x" }), TypeError);
});

test("sessions that the program ends", async (t) => {
  const app = newApp(t);
  const cookie = await app.signIn();
  await assertFails(InvalidArgument, "option_invalid", () => app.endSessions({ sub: "ada" }));
  app.endSessions({ all: true });
  assert.equal(app.userFromCookie(cookie).isLoggedIn, false);
});

test("numbers for monitoring", async (t) => {
  const app = newApp(t);
  await app.signIn();
  const { events } = app.stats();
  const succeeded = events.filter(({ event }) => event === "login_succeeded");
  assert.deepEqual(succeeded, [{ event: "login_succeeded", provider: "default", count: 1 }]);
  const line = 'stauth_events_total{event="login_succeeded",provider="default",code=""} 1\n';
  assert.ok(app.statsPrometheus().includes(line));
});

test("numbers of many providers", () => {
  const section = (number) => `[auth.p${number}]\nclient_id = 'c'\nclient_secret = 's-0123456789-abcdefghijklmnop'\n`
    + "server_metadata_url = 'https://op.example/.well-known/openid-configuration'\n";
  const toml = "[auth]\nredirect_uri = 'http://localhost/cb'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n"
    + Array.from({ length: 60 }, (_, number) => section(number)).join("");
  assert.equal(new App({ toml }).statsPrometheus().split("_count{").length, 61);
});

test("the user of a cookie", async (t) => {
  const app = newApp(t);
  const user = app.userFromCookie(await app.signIn({ email: "ä@example.org", n: [1, { a: null }], ["__proto__"]: 1 }));
  assert.deepEqual([user.isLoggedIn, user.get("email"), user.provider], [true, "ä@example.org", "default"]);
  assert.deepEqual([user.get("n"), user.get("no"), user.get("toString")], [[1, { a: null }], undefined, undefined]);
  assert.throws(() => { user.claims.n[1].a = 1; }, TypeError);
  for (const cookie of [null, undefined, "", "a=b", "stauth_session=\xff"]) {
    assert.equal(app.userFromCookie(cookie).isLoggedIn, false);
  }
  await assertFails(InvalidArgument, "invalid_text", () => app.userFromCookie("a=\0"));
  await assertFails(LimitExceeded, "too_large", () => app.userFromCookie("x".repeat(70_000)));
});

test("a user who needs more than a cookie holds", async (t) => {
  const app = newApp(t, { settings: { "auth.session_store": "memory" } });
  const user = app.userFromCookie(await app.signIn({ note: "x".repeat(100_000) }));
  assert.equal(user.get("note").length, 100_000);
});

test("users and tokens are not shown", async (t) => {
  const app = newApp(t, { settings: { "auth.expose_tokens": "access" } });
  const request = await begun(t, app, { email: "ada@example.org" });
  const token = await request.accessToken();
  assert.equal(util.inspect(request.user), "User { isLoggedIn: true }");
  assert.equal(`${request.user}`, "User { isLoggedIn: true }");
  assert.ok(!`${util.inspect(token)}${token}${JSON.stringify(token)}`.includes(token.secret) && token.secret.length > 10);
});

test("a closed app", async (t) => {
  const app = newApp(t);
  const cookie = await app.signIn({ sub: "ada" });
  const request = await begun(t, app, { sub: "ada" });
  app.close();
  app.close();
  await assertFails(InvalidArgument, "invalid_handle", () => app.userFromCookie(cookie));
  await assertFails(InvalidArgument, "invalid_handle", () => app.request({ method: "GET", target: "/" }));
  await assertFails(InvalidArgument, "invalid_handle", () => app.loginPath);
  await assertFails(InvalidArgument, "invalid_handle", () => app.preload());
  assert.equal(request.user.get("sub"), "ada", "requests keep their application");
});

test("the log", async () => {
  const lines = [];
  const app = new App({ settings: SETTINGS, log: (level, line) => lines.push(`${level} ${line}`) });
  const request = app.request({ method: "GET", target: "/oauth2callback?code=x&state=y" });
  assert.equal(await request.begin(), true);
  assert.match(lines.join("\n"), /^warning event=login_refused.*code=state_mismatch/m);
});

test("a log function that throws", async () => {
  const warned = new Promise((resolve) => { process.once("warning", resolve); });
  const app = new App({ settings: SETTINGS, log: () => { throw new Error("no disk"); } });
  const request = app.request({ method: "GET", target: "/oauth2callback?code=x&state=y" });
  assert.equal(await request.begin(), true);
  assert.equal(request.error.code, "state_mismatch");
  assert.match((await warned).message, /no disk/);
});

test("a log function that calls the library", async () => {
  let app, request;
  const seen = [];
  const look = () => seen.push(app.loginPath, request.status, request.user.isLoggedIn);
  app = new App({ settings: SETTINGS, log: () => { if (request) look(); } });
  request = app.request({ method: "GET", target: "/oauth2callback?code=x&state=y" });
  assert.equal(await request.begin(), true);
  assert.equal(seen[0], "/auth/login");
});

test("transports that fail", async () => {
  const bad = [
    async () => { throw new Error("down"); }, async () => ({ status: -1, headers: [], body: Buffer.alloc(0) }),
    async () => ({ status: 200, headers: ["Content-Type", "a\0b"], body: Buffer.from("{}") }),
    async () => ({ status: 200, headers: [], body: Buffer.alloc(2 << 20) }),
  ];
  for (const transport of bad) {
    const app = new App({ settings: SETTINGS, transport, log: () => {} });
    await assert.rejects(app.preload(), stauth.StauthError);
  }
  const down = new App({ settings: SETTINGS, transport: bad[0], log: () => {} });
  await assertFails(NetworkError, "provider_unreachable", () => down.preload());
});

test("a library that cannot be loaded", () => {
  const script = "try { new (require('stauth').App)() } catch (e) { console.log(e.code, e.message) }";
  for (const [file, expected] of [["/nowhere/x.so", "/nowhere/x.so"], ["/lib/x86_64-linux-gnu/libz.so.1", "has no st_"]]) {
    const { stdout } = spawnSync(process.execPath, ["-e", script], {
      cwd: __dirname, env: { ...process.env, STAUTH_LIBRARY: file }, encoding: "utf8",
    });
    assert.match(stdout, /^library_not_found/);
    assert.ok(stdout.includes(expected), stdout);
  }
});
