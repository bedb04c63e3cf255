"use strict";

const assert = require("node:assert/strict");
const http = require("node:http");
const test = require("node:test");
const { App } = require("stauth/testing");

const ADA = { sub: "ada", email: "ada@example.org", name: "Ada <3" };
const SITES = {
  "node:http": async (auth) => (await import("./site.mjs")).site(auth),
  Express: async (auth) => http.createServer(require("./express.js").site(auth)),
};

for (const [name, make] of Object.entries(SITES)) {
  test(name, async (t) => {
    const auth = new App({ log: () => {} });
    const server = await make(auth);
    await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
    t.after(() => {
      server.closeAllConnections();
      server.close();
      auth.close();
    });
    const visit = (path, user = null, { method = "GET", from = "same-origin" } = {}) => new Promise((resolve, reject) => {
      (user === null ? Promise.resolve("") : auth.signIn(user)).then((Cookie) => {
        const headers = { Host: "localhost:8501", "Sec-Fetch-Site": from, Cookie };
        const request = http.request({ port: server.address().port, path, method, headers, agent: false }, async (response) => {
          let text = "";
          for await (const piece of response.setEncoding("utf8")) text += piece;
          resolve({ status: response.statusCode, headers: response.headers, text });
        });
        request.on("error", reject).end();
      }, reject);
    });

    assert.match((await visit("/any/page")).text, /href="\/auth\/login"/);
    const page = await visit("/any/page", ADA);
    for (const part of ["ada@example.org", "Hello, Ada &lt;3", "you are ada", 'action="/auth/logout"']) {
      assert.ok(page.text.includes(part), part);
    }
    const json = await visit("/user.json", ADA);
    assert.deepEqual([JSON.parse(json.text).email, json.headers.vary], ["ada@example.org", "Cookie"]);
    assert.equal((await visit("/members", ADA)).text, "Welcome, Ada <3");
    assert.equal((await visit("/members", { sub: "x" })).text, "Welcome, member");
    for (const path of ["/members", "/login"]) {
      assert.match((await visit(path)).headers.location, /^https:\/\/provider\.test\/authorize\?/);
    }
    const unknown = await visit("/login?provider=nobody");
    assert.deepEqual([unknown.status, unknown.text.includes("provider_unknown")], [404, true]);
    const logout = await visit("/logout", ADA, { method: "POST" });
    assert.deepEqual([logout.status, /Max-Age=0/.test(logout.headers["set-cookie"][0])], [303, true]);
    assert.equal((await visit("/logout", ADA, { method: "POST", from: "cross-site" })).status, 403);
  });
}
