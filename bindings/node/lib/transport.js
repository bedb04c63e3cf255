"use strict";

const dns = require("node:dns");
const fs = require("node:fs");
const http = require("node:http");
const net = require("node:net");
const tls = require("node:tls");

/** The library accepts no larger reply. */
const LONGEST_REPLY = 1024 * 1024;
const LONGEST_HEADERS = 64 * 1024;
/** Node brings authorities of its own, but the system's are those that its operator maintains. */
const AUTHORITIES = [
  process.env.SSL_CERT_FILE, "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
];

const loopback = new net.BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addSubnet("0.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");
loopback.addAddress("::", "ipv6");

/**
 * Sends an exchange with Node's own client, obeying all that it says; never blocks. Gives the reply: its status, its
 * headers as a flat array, and its body. Rejects without one.
 */
async function send(exchange) {
  const url = new URL(exchange.url);
  const limit = new AbortController();
  const end = setTimeout(() => limit.abort(new Error("the provider did not answer in time")), exchange.timeout);
  let socket;
  try {
    socket = await connected(exchange, url, limit);
    return await exchangeMessages(exchange, url, socket, limit.signal);
  } finally {
    clearTimeout(end);
    socket?.destroy();
  }
}

async function connected(exchange, url, limit) {
  const end = setTimeout(() => limit.abort(new Error("the provider was not reached in time")), exchange.connectTimeout);
  try {
    return await connect(exchange, url, limit.signal);
  } finally {
    clearTimeout(end);
  }
}

/** A connection to the provider, through the proxy if there is one. */
async function connect(exchange, url, signal) {
  const isTLS = url.protocol === "https:";
  const proxy = exchange.proxy === null ? null : new URL(exchange.proxy);
  const end = proxy ?? url;
  const lookup = exchange.allowsLoopback || proxy !== null ? dns.lookup : lookUpElsewhere;
  if (lookup === lookUpElsewhere && isLoopback(hostOf(end))) throw new Error("a loopback address is not allowed");
  let socket = net.connect({ host: hostOf(end), port: portOf(end), lookup, autoSelectFamily: true });
  await ready(socket, "connect", signal);
  if (proxy !== null && isTLS) await tunnel(socket, proxy, url, signal);
  if (isTLS) {
    const servername = net.isIP(hostOf(url)) ? undefined : hostOf(url);
    const host = hostOf(url); // what the certificate must name
    socket = tls.connect({ socket, host, servername, secureContext: contextOf(exchange.caFile), rejectUnauthorized: true });
    await ready(socket, "secureConnect", signal);
  }
  socket.on("error", () => {}); // whoever waits for the reply gets it, too
  return socket;
}

function ready(socket, event, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => socket.destroy(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed")));
    socket.once(event, () => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
    if (signal.aborted) abort();
  });
}

/** Has the proxy pass on bytes to the provider (RFC 9110, section 9.3.6). */
function tunnel(socket, proxy, url, signal) {
  const target = `${url.hostname}:${portOf(url)}`;
  const request = http.request({
    method: "CONNECT", path: target, headers: { Host: target, ...credentials(proxy) }, createConnection: () => socket, signal,
  });
  return new Promise((resolve, reject) => {
    request.once("error", reject);
    request.once("connect", (reply) => {
      if (reply.statusCode === 200) resolve();
      else reject(new Error(`the proxy answered with status ${reply.statusCode}`));
    });
    request.once("response", () => reject(new Error("the proxy made no tunnel")));
    request.end();
  });
}

function credentials(proxy) {
  if (proxy.username === "") return {};
  const both = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "Proxy-Authorization": `Basic ${Buffer.from(both).toString("base64")}` };
}

function exchangeMessages(exchange, url, socket, signal) {
  const isForwarded = exchange.proxy !== null && url.protocol === "http:";
  const headers = [...exchange.headers, "Host", url.host];
  if (exchange.method !== "GET") headers.push("Content-Length", String(exchange.body.length));
  if (isForwarded) headers.push(...Object.entries(credentials(new URL(exchange.proxy))).flat());
  const request = http.request({
    method: exchange.method, path: isForwarded ? url.href : url.pathname + url.search, headers, signal,
    createConnection: () => socket, maxHeaderSize: LONGEST_HEADERS, insecureHTTPParser: false,
  });
  return new Promise((resolve, reject) => {
    request.once("error", reject);
    request.once("response", (reply) => read(reply).then(resolve, reject));
    request.end(exchange.body);
  });
}

async function read(reply) {
  const pieces = [];
  let length = 0;
  for await (const piece of reply) {
    length += piece.length;
    if (length > LONGEST_REPLY) throw new Error("the reply is too large");
    pieces.push(piece);
  }
  if (reply.headers["content-encoding"] !== undefined) throw new Error("the reply is encoded, which was not asked for");
  return { status: reply.statusCode, headers: reply.rawHeaders, body: Buffer.concat(pieces) };
}

function hostOf(url) {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

function portOf(url) {
  return Number(url.port) || (url.protocol === "https:" ? 443 : 80);
}

function isLoopback(address) {
  const family = net.isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** dns.lookup() without addresses of this machine. */
function lookUpElsewhere(name, options, done) {
  dns.lookup(name, { ...options, all: true }, (error, found) => {
    if (error) return done(error);
    const allowed = found.filter(({ address }) => !isLoopback(address));
    if (allowed.length === 0) return done(new Error("a loopback address is not allowed"));
    return options.all ? done(null, allowed) : done(null, allowed[0].address, allowed[0].family);
  });
}

const contexts = new Map(); // by file and time of change: reading the authorities takes a while

function contextOf(caFile) {
  const file = caFile ?? AUTHORITIES.find((path) => path && fs.existsSync(path));
  const key = file === undefined ? "" : `${file} ${fs.statSync(file).mtimeMs}`;
  if (!contexts.has(key)) {
    contexts.clear();
    contexts.set(key, tls.createSecureContext({ ca: file && fs.readFileSync(file), minVersion: "TLSv1.2" }));
  }
  return contexts.get(key);
}

module.exports = { send };
