"use strict";

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const http = require("node:http");
const path = require("node:path");
const test = require("node:test");
const { Worker } = require("node:worker_threads");
const { newApp, serve } = require("./helper.js");

const PACKAGE = JSON.stringify(path.join(__dirname, ".."));
const START = `
  const { App } = require(${PACKAGE} + "/testing.js");
  const app = new App({ log: () => {} });
`;
const FOREVER = `${START}
  (async () => { for (;;) { await app.signIn(); report(); } })();
`;

const run = async (script) => {
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"], timeout: 30_000 });
  let output = "";
  child.stdout.on("data", (piece) => { output += piece; });
  const [code, signal] = await once(child, "close");
  return [code, signal, output];
};

test("a process that ends while requests run", async () => {
  const script = FOREVER.replace("report()", "process.exit(0)");
  assert.deepEqual(await run(script), [0, null, ""]);
  const waiting = `const { App } = require(${PACKAGE});
    const app = new App({ settings: ${JSON.stringify(require("./helper.js").SETTINGS)}, transport: () => new Promise(() => {}) });
    app.request({ method: "GET", target: "/auth/login" }).begin();`;
  assert.deepEqual(await run(waiting), [0, null, ""], "nothing keeps it alive");
});

test("a time limit that is over keeps no process alive", async (t) => {
  const port = await serve(t, http.createServer((req, res) => res.end("x")));
  const limits = "timeout: 600_000, connectTimeout: 600_000, proxy: null, caFile: null, allowsLoopback: true";
  const script = `require(${PACKAGE} + "/lib/transport.js").send({ method: "GET", url: "http://localhost:${port}/",
    headers: [], body: Buffer.alloc(0), ${limits} }).then(({ status }) => console.log(status));`;
  assert.deepEqual(await run(script), [0, null, "200\n"]);
});

test("a process that ends in the log function", async () => {
  const script = `${START.replace("() => {}", "() => process.exit(7)")} app.signIn();`;
  assert.deepEqual(await run(script), [7, null, ""]);
});

test("workers that end while requests run", async () => {
  for (let index = 0; index < 5; index++) {
    const script = FOREVER.replace("report()", "require('node:worker_threads').parentPort.postMessage(1)");
    const worker = new Worker(script, { eval: true });
    await once(worker, "message");
    await worker.terminate();
  }
});

test("each worker has its own apps, errors and log", async (t) => {
  const script = `${START}
    const { parentPort } = require("node:worker_threads");
    (async () => {
      const cookie = await app.signIn({ sub: "worker" });
      let code;
      try { app.userFromCookie("x".repeat(70000)); } catch (error) { code = error.code; }
      parentPort.postMessage([app.userFromCookie(cookie).get("sub"), code]);
    })();`;
  const workers = Array.from({ length: 3 }, () => new Worker(script, { eval: true }));
  const answers = await Promise.all(workers.map((worker) => once(worker, "message")));
  for (const [answer] of answers) assert.deepEqual(answer, ["worker", "too_large"]);
  assert.ok(newApp(t).loginPath);
});

test("many users at once", async (t) => {
  const app = newApp(t);
  await Promise.all(Array.from({ length: 20 }, async (_, number) => {
    const Cookie = await app.signIn({ sub: String(number) });
    for (let index = 0; index < 20; index++) {
      const request = app.request({ method: "GET", target: "/", headers: [["Cookie", Cookie]] });
      await request.begin();
      assert.equal(request.user.get("sub"), String(number));
      request.close();
    }
  }));
});
