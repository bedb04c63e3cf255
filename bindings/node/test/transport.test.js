"use strict";

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");
const zlib = require("node:zlib");
const { serve } = require("./helper.js");
const { send } = require("../lib/transport.js");

const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), "stauth-tls-"));
process.on("exit", () => fs.rmSync(FOLDER, { recursive: true }));

/** A self-signed certificate for these names, and its key. */
function certificate(names) {
  const [key, cert] = ["key", "cert"].map((name) => path.join(FOLDER, `${names.replace(/\W/g, "-")}.${name}`));
  const options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=x"];
  execFileSync("openssl", ["req", "-x509", ...options, "-addext", `subjectAltName=${names}`, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  return { key: fs.readFileSync(key), cert: fs.readFileSync(cert), file: cert };
}

const RIGHT = certificate("DNS:localhost,IP:127.0.0.1");
const WRONG = certificate("DNS:other.example");
const exchange = (url, more = {}) => ({
  method: "GET", url, headers: ["Accept", "application/json"], body: Buffer.alloc(0), timeout: 5000, connectTimeout: 5000,
  proxy: null, caFile: null, allowsLoopback: true, ...more,
});

test("a form, and its reply", async (t) => {
  const port = await serve(t, http.createServer(async (req, res) => {
    let text = "";
    for await (const piece of req) text += piece;
    const seen = [req.method, req.url, text, req.headers.host, req.headers.accept];
    res.writeHead(201, ["X-A", "1", "X-A", "\xe4"]).end(JSON.stringify(seen));
  }));
  const reply = await send(exchange(`http://localhost:${port}/token?x=1`, { method: "POST", body: Buffer.from("a=b") }));
  assert.equal(reply.status, 201);
  assert.deepEqual(JSON.parse(reply.body), ["POST", "/token?x=1", "a=b", `localhost:${port}`, "application/json"]);
  assert.deepEqual(reply.headers.slice(0, 4), ["X-A", "1", "X-A", "\xe4"]);
});

test("TLS needs a trusted certificate of the right name", async (t) => {
  const right = await serve(t, https.createServer(RIGHT, (req, res) => res.end("safe")));
  const wrong = await serve(t, https.createServer(WRONG, (req, res) => res.end("no")));
  for (const host of ["localhost", "127.0.0.1"]) {
    const reply = await send(exchange(`https://${host}:${right}/`, { caFile: RIGHT.file }));
    assert.equal(String(reply.body), "safe");
  }
  await assert.rejects(send(exchange(`https://localhost:${right}/`)), /self-signed|self signed/);
  await assert.rejects(send(exchange(`https://localhost:${right}/`, { caFile: WRONG.file })));
  await assert.rejects(send(exchange(`https://localhost:${wrong}/`, { caFile: WRONG.file })), /altnames|Hostname/);
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  t.after(() => { delete process.env.NODE_TLS_REJECT_UNAUTHORIZED; });
  await assert.rejects(send(exchange(`https://localhost:${right}/`)), "the environment has no say");
});

test("a loopback address that is not allowed", async (t) => {
  let connections = 0;
  const server = http.createServer((req, res) => res.end());
  server.on("connection", () => { connections += 1; });
  const port = await serve(t, server);
  for (const host of ["127.0.0.1", "localhost", "127.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]", "2130706433"]) {
    await assert.rejects(send(exchange(`http://${host}:${port}/`, { allowsLoopback: false })), /loopback/, host);
  }
  assert.equal(connections, 0);
});

test("redirects are not followed", async (t) => {
  const port = await serve(t, http.createServer((req, res) => res.writeHead(302, { Location: "/other" }).end()));
  assert.equal((await send(exchange(`http://localhost:${port}/`))).status, 302);
});

test("replies that are too large, or encoded", async (t) => {
  const port = await serve(t, http.createServer((req, res) => {
    if (req.url === "/large") res.end(Buffer.alloc(1024 * 1024 + 1));
    else if (req.url === "/largest") res.end(Buffer.alloc(1024 * 1024));
    else res.writeHead(200, { "Content-Encoding": "gzip" }).end(zlib.gzipSync("{}"));
  }));
  await assert.rejects(send(exchange(`http://localhost:${port}/large`)), /too large/);
  await assert.rejects(send(exchange(`http://localhost:${port}/gzip`)), /encoded/);
  assert.equal((await send(exchange(`http://localhost:${port}/largest`))).body.length, 1024 * 1024);
});

test("time limits", async (t) => {
  const silent = await serve(t, net.createServer(() => {}));
  const slow = { timeout: 100 };
  await assert.rejects(send(exchange(`http://localhost:${silent}/`, slow)), /in time|aborted/);
  await assert.rejects(send(exchange(`https://localhost:${silent}/`, { connectTimeout: 100 })), /in time|aborted/);
  const dripping = await serve(t, http.createServer((req, res) => {
    const timer = setInterval(() => res.write("x"), 10);
    res.on("close", () => clearInterval(timer));
  }));
  await assert.rejects(send(exchange(`http://localhost:${dripping}/`, slow)), /in time|aborted/);
});

test("broken replies", async (t) => {
  for (const bytes of ["", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "HTTP/1.1 200 OK\r\nA\r\n\r\n"]) {
    const port = await serve(t, net.createServer((socket) => socket.once("data", () => socket.end(bytes))));
    await assert.rejects(send(exchange(`http://localhost:${port}/`)), JSON.stringify(bytes));
  }
  await assert.rejects(send(exchange("http://localhost:1/")));
  await assert.rejects(send(exchange("nonsense")));
});

/** A proxy, which counts, and asks for a password. */
async function proxyOf(t, tunnels) {
  const server = http.createServer(async (req, res) => {
    tunnels.push([req.method, req.url, req.headers["proxy-authorization"]]);
    res.end("by the proxy");
  });
  server.on("connect", (req, socket) => {
    tunnels.push([req.method, req.url, req.headers["proxy-authorization"]]);
    if (req.url.startsWith("refused")) {
      socket.end("HTTP/1.1 403 No\r\n\r\n");
      return;
    }
    const other = net.connect(Number(req.url.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      other.pipe(socket).pipe(other);
    });
    socket.on("error", () => other.destroy());
    other.on("error", () => socket.destroy());
  });
  return `http://ada:p%40ss@localhost:${await serve(t, server)}`;
}

test("a proxy", async (t) => {
  const tunnels = [];
  const proxy = await proxyOf(t, tunnels);
  const secure = await serve(t, https.createServer(RIGHT, (req, res) => res.end(req.headers["proxy-authorization"] ?? "safe")));
  const plain = await send(exchange("http://provider.test/x?y", { proxy }));
  assert.equal(String(plain.body), "by the proxy");
  const safe = await send(exchange(`https://localhost:${secure}/`, { proxy, caFile: RIGHT.file }));
  assert.equal(String(safe.body), "safe", "the proxy's password is not for the provider");
  const password = `Basic ${Buffer.from("ada:p@ss").toString("base64")}`;
  assert.deepEqual(tunnels, [
    ["GET", "http://provider.test/x?y", password], ["CONNECT", `localhost:${secure}`, password],
  ]);
  await assert.rejects(send(exchange("https://refused.test/", { proxy })), /status 403/);
});

test("proxies of the environment", async (t) => {
  process.env.http_proxy = "http://localhost:1";
  t.after(() => { delete process.env.http_proxy; });
  const port = await serve(t, http.createServer((req, res) => res.end("direct")));
  assert.equal(String((await send(exchange(`http://localhost:${port}/`))).body), "direct");
});
