"use strict";

// A site with a login on Express. Start: STAUTH_SECRETS=secrets.toml PORT=8501 node express.js
const express = require("express");
const { App, middleware } = require("stauth");
const { page } = require("./page.js");

/** The application. Every path shows the page, but for those below. */
function site(auth) {
  const app = express();
  app.use(middleware(auth));
  app.get("/user.json", (req, res) => res.json(req.stauth.user));
  app.get("/login", (req) => req.stauth.login(req.query.provider));
  app.post("/logout", (req) => req.stauth.logout());
  app.get("/members", async (req, res) => {
    if (await req.stauth.requireLogin()) res.send(`Welcome, ${req.stauth.user.get("name") ?? "member"}`);
  });
  app.use((req, res) => res.send(page(auth, req.stauth.user)));
  return app;
}

module.exports = { site };

if (require.main === module) {
  const port = Number(process.env.PORT);
  site(new App()).listen(port, "127.0.0.1", () => console.log(`http://localhost:${port}`));
}
