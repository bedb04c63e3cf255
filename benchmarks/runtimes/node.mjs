// The figures of c.c, from Node.js. A foreign call is one of the addon, which makes one or several of the library.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [inputs, turns, iterations, ...more] = process.argv.slice(2);
const load = createRequire(`${process.env.STAUTH_BENCH_PACKAGE}/`);
const { App } = load("./index.js");
const addon = load("./lib/native.js").native();
const read = (name) => readFileSync(`${inputs}/${name}`, "latin1");

const app = new App({ toml: read("secrets") });
const cookie = read("cookie");
const headers = read("headers").trimEnd().split("\n").map((line) => line.split(/: (.*)/s, 2));
const must = (holds) => { if (!holds) throw new Error("a figure of something that failed"); };

const cases = {
  "request, Node.js": () => {
    const request = app.request({ method: "GET", target: "/report?id=3", headers, clientAddress: "192.0.2.7" });
    must(request.begin() === false);
    must(request.user.isLoggedIn);
    must(request.status === 0 && request.headers.length > 0);
    request.close();
  },
  "cookie, Node.js": () => must(app.userFromCookie(cookie).isLoggedIn),
  "20 foreign calls, Node.js": () => { for (let call = 0; call < 20; call++) addon.request_status(null); },
};

if (more.length > 0) {
  let calls = 0;
  for (const [name, call] of Object.entries(addon)) {
    addon[name] = (...given) => { calls++; return call(...given); };
  }
  cases["request, Node.js"]();
  console.log(JSON.stringify({ name: "calls, Node.js", value: calls }));
} else {
  for (let turn = -1; turn < turns; turn++) {
    for (const [name, call] of Object.entries(cases)) {
      const cpu = process.cpuUsage(), wall = performance.now();
      for (let i = 0; i < iterations; i++) call();
      const used = process.cpuUsage(cpu);
      const figures = { seconds: (used.user + used.system) / 1e6, wall: (performance.now() - wall) / 1e3 };
      if (turn >= 0) console.log(JSON.stringify({ name, iterations: Number(iterations), ...figures }));
    }
  }
}
