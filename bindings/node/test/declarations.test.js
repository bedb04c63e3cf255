"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const { HEADER, ROOT, stauth } = require("./helper.js");

const FOLDER = path.join(ROOT, "bindings", "node");
const read = (...names) => fs.readFileSync(path.join(FOLDER, ...names), "utf8");
const matches = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
const FUNCTIONS = matches(HEADER, /^ST_API\s[^;(]*?(\w+)\(/gm);
const OURS = matches(read("src", "library.h"), /X\((st_\w+)\)/g);

/** What this binding does not call, and why. */
const UNUSED = [
  "st_version_string", "st_status_name", // the numbers are enough
  "st_config_set_clock", "st_config_set_random", // for tests of the library
  "st_config_set_transport", "st_app_preload", "st_request_may_block", "st_request_login_may_block", // nothing blocks
  "st_request_logout_may_block", // nor here
  "st_config_set_session_store", "st_record_set", // Node programs use Redis
  // for programs without a site
  "st_native_new", "st_native_login", "st_native_callback", "st_native_device_login",
  "st_native_poll", "st_native_is_pending", "st_native_wait_ms", "st_native_expires_in",
  "st_native_url", "st_native_verification_uri", "st_native_user_code", "st_native_session",
  "st_app_shared", // a program has a place to keep an App
  "st_config_log_to_fd", // a function may log wherever it likes
  "st_request_loads_page", // st_request_require_login() asks it
  "st_request_add_header", "st_request_response_header_count", "st_request_response_header", // all in one call
  "st_request_is_logged_in", "st_request_claim", // JavaScript has JSON
  "st_request_bind", "st_request_unbind", "st_login", "st_logout", "st_user_json", // one thread has many requests
];

test("the header is understood", () => {
  assert.equal(FUNCTIONS.length, HEADER.split("ST_API ").length - HEADER.split("#define ST_API ").length);
});

test("every function is there, or listed as unused", () => {
  assert.deepEqual(OURS, FUNCTIONS.filter((name) => !UNUSED.includes(name)));
  assert.deepEqual(UNUSED.filter((name) => !FUNCTIONS.includes(name)), []);
});

test("the addon calls every function that it looks for", () => {
  const sources = fs.readdirSync(path.join(FOLDER, "src")).filter((name) => name.endsWith(".c"));
  const text = sources.map((name) => read("src", name)).join("");
  assert.deepEqual(OURS.filter((name) => !new RegExp(`(?:st\\.|found->)${name}\\b`).test(text)), []);
});

test("statuses are error classes", () => {
  const section = /ST_OK = 0[^}]*/.exec(HEADER)[0];
  const names = matches(section, /ST_(\w+) = \d/g).slice(1).map((name) => name.replace(/_ERROR$/, "").replaceAll("_", "").toLowerCase());
  const { BY_STATUS } = require(path.join(FOLDER, "lib", "errors.js"));
  assert.deepEqual(BY_STATUS.slice(1).map(({ name }) => name.replace(/Error$/, "").toLowerCase()), names);
});

test("numbers", () => {
  const request = require(path.join(FOLDER, "lib", "request.js"));
  for (const name of ["PROCEED", "RESPOND", "WAIT"]) assert.match(HEADER, new RegExp(`ST_${name} = ${request[name]}[,\\s]`));
  assert.match(HEADER, /enum \{ ST_LOG_INFO = 1, ST_LOG_WARNING = 2, ST_LOG_ERROR = 3 \}/);
  const words = HEADER.split(/\s+/).join(" ");
  assert.ok(words.includes("so. At most 64 KiB") && request.LONGEST_BODY === 65536);
  assert.ok(words.includes("65,536 bytes always suffice without a session store"));
  assert.ok(read("src", "app.c").includes("usual[64 * 1024]"));
  assert.ok(words.includes("its decoded body, at most 1 MiB") && read("lib", "transport.js").includes("1024 * 1024"));
});

test("request headers", () => {
  const listed = /Add all of them, or at least ([\w ,\n-]+);/.exec(HEADER)[1].split(/,\s+|\s+and\s+/);
  const { HEADERS } = require(path.join(FOLDER, "lib", "request.js"));
  assert.deepEqual(listed.map((name) => name.toLowerCase()).sort(), [...HEADERS].sort());
});

test("the version is that of the header", () => {
  const number = Number(/#define ST_VERSION_NUMBER (\d+)u/.exec(HEADER)[1]);
  const version = [Math.floor(number / 10000), Math.floor(number / 100) % 100, number % 100].join(".");
  assert.equal(JSON.parse(read("package.json")).version, version);
});

test("both kinds of module have the same names, and types declare them", async () => {
  const modules = await import("stauth");
  assert.deepEqual(Object.keys(modules).filter((name) => name !== "default").sort(), Object.keys(stauth).sort());
  const types = read("index.d.ts");
  for (const name of Object.keys(stauth)) assert.match(types, new RegExp(`^export (?:class|function) ${name}\\b`, "m"));
  const { Visit } = require(path.join(FOLDER, "lib", "visit.js"));
  for (const [Kind, name] of [[stauth.App, "App"], [stauth.Request, "Request"], [stauth.User, "User"], [Visit, "Visit"]]) {
    const section = new RegExp(`^export (?:class|interface) ${name}\\b.*?^}`, "ms").exec(types)[0];
    const own = Object.getOwnPropertyNames(Kind.prototype).filter((each) => !["constructor", "toString", "isLate"].includes(each));
    const expected = name === "Visit" ? own.filter((each) => each !== "begin") : own;
    for (const each of expected) assert.match(section, new RegExp(`\\b${each}\\b`), `${name}.${each}`);
  }
});
