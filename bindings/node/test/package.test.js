"use strict";

const assert = require("node:assert/strict");
const { execFileSync, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");
const { ROOT } = require("./helper.js");

const LIBRARY = path.join(ROOT, "build", "prefix", "lib", "libstauth.so.0");
const { version } = require("../package.json");

/** A folder with the package in node_modules, as npm unpacks it. */
function installed(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stauth-package-"));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const target = path.join(folder, "node_modules", "stauth");
  fs.mkdirSync(target, { recursive: true });
  const tarball = path.join(ROOT, "build", "dist", `stauth-${version}.tgz`);
  execFileSync("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
  return folder;
}

const run = (folder, file, environment) => {
  const { STAUTH_LIBRARY, LD_LIBRARY_PATH, NODE_PATH, ...rest } = process.env;
  return spawnSync(process.execPath, [file], { cwd: folder, env: { ...rest, ...environment }, encoding: "utf8" });
};

test("the package works from both kinds of module", (t) => {
  const folder = installed(t);
  const use = "const app = new App(); app.signIn().then((cookie) => console.log(cookie.split('=')[0]));";
  fs.writeFileSync(path.join(folder, "a.mjs"), `import { App } from "stauth/testing"; import "stauth"; ${use}`);
  fs.writeFileSync(path.join(folder, "b.cjs"), `const { App } = require("stauth/testing"); require("stauth"); ${use}`);
  for (const file of ["a.mjs", "b.cjs"]) {
    const { stdout, stderr } = run(folder, file, { STAUTH_LIBRARY: LIBRARY });
    assert.equal(stdout, "stauth_session\n", stderr);
  }
  const bySystem = run(folder, "b.cjs", { LD_LIBRARY_PATH: path.dirname(LIBRARY) });
  assert.equal(bySystem.stdout, "stauth_session\n", bySystem.stderr);
  const platform = `${process.platform}-${process.arch}`;
  const prebuilt = path.join(folder, "node_modules", "stauth", "prebuilds", platform);
  fs.copyFileSync(LIBRARY, path.join(prebuilt, "libstauth.so.0"));
  assert.equal(run(folder, "b.cjs", {}).stdout, "stauth_session\n", "the package's own file");
  fs.rmSync(prebuilt, { recursive: true });
  assert.match(run(folder, "b.cjs", {}).stderr, /LibraryNotFound.*could not be loaded/);
});

test("the package has all files that it names, and no tests", (t) => {
  const target = path.join(installed(t), "node_modules", "stauth");
  const { exports: named } = require("../package.json");
  const files = Object.values(named).flatMap((kinds) => Object.values(kinds));
  for (const file of [...files, "README.md", "LICENSE", "package.json"]) assert.ok(fs.existsSync(path.join(target, file)), file);
  assert.ok(!fs.existsSync(path.join(target, "test")));
});

const TYPED = `
import http = require("node:http");
import { App, AccessToken, ConfigurationError, fetchHandler, handler, middleware, StauthError, User } from "stauth";
import { fastifyPlugin, koaMiddleware, FastifyInstanceLike, KoaContextLike, KoaVisit } from "stauth";
import { App as TestApp } from "stauth/testing";

const auth: App = new App({ settings: { "auth.port": 8501 }, log: (level, line) => level.concat(line) });
const user: User = auth.userFromCookie(null);
const claim: unknown = user.get("email");
http.createServer(handler(auth, async (req, res) => {
  if (await req.stauth.requireLogin()) await req.stauth.login("google", { maxAge: 300, prompt: "login" });
  const token: AccessToken = await req.stauth.accessToken();
  res.end(token.secret);
}, { requireLogin: true, openPaths: ["/health"] }));
middleware(auth, { requireLogin: false });
const handle: (request: Request, context: { name: string }) => Promise<Response> = fetchHandler(
  auth, async (request, visit, context: { name: string }) => (await visit.requireLogin() ? new Response(context.name) : visit.login()),
);
declare const instance: FastifyInstanceLike;
declare const context: KoaContextLike;
const registered: Promise<void> = fastifyPlugin(instance, { auth, requireLogin: true, openPaths: ["/health"] });
const answered: Promise<void> = koaMiddleware(auth, { requireLogin: true })(context, async () => {
  const visit: KoaVisit = context.state.stauth;
  await visit.login("google", { prompt: "login" });
});
// @ts-expect-error
fastifyPlugin(instance, { auth: {} });
const error: StauthError = new ConfigurationError("x");
const cookie: Promise<string> = new TestApp({ providers: ["google"] }).install().signIn({ sub: "ada" }, { provider: "google" });
// @ts-expect-error
auth.login();
// @ts-expect-error
new App({ settings: { x: {} } });
// @ts-expect-error
handler(auth, (req) => req.stauth.login("x", { promt: "login" }));
void [claim, error, cookie, handle, registered, answered];
`;

// What the types need of @types/node, which Debian does not have for every version of Node.
const NODE_TYPES = `
declare module "http" {
  interface IncomingMessage {}
  interface ServerResponse { end(text?: string): void }
  function createServer(listener: (req: IncomingMessage, res: ServerResponse) => void): unknown;
}
declare module "node:http" { export * from "http"; }
`;

test("types", (t) => {
  const folder = installed(t);
  fs.writeFileSync(path.join(folder, "use.ts"), TYPED);
  fs.writeFileSync(path.join(folder, "node.d.ts"), NODE_TYPES);
  const compilerOptions = { noEmit: true, strict: true, module: "node16", moduleResolution: "node16", target: "es2022", types: [] };
  const project = { compilerOptions, files: ["use.ts", "node.d.ts"] };
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(project));
  const { status, stdout } = spawnSync("tsc", { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, stdout);
});
