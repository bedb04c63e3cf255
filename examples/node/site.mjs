// A site with a login on node:http.
import http from "node:http";
import { handler } from "stauth";
import { page } from "./page.js";

/** The server. Every path shows the page, but for those below. */
export function site(auth) {
  return http.createServer(handler(auth, async (req, res) => {
    const { pathname, searchParams } = new URL(req.url.replace(/^\/+/, "/"), "http://localhost");
    const visit = req.stauth;
    if (pathname === "/user.json") {
      const text = JSON.stringify(visit.user); // before the response begins, which then says that it depends on the user
      res.writeHead(200, { "Content-Type": "application/json" }).end(text);
    } else if (pathname === "/login") {
      await visit.login(searchParams.get("provider"));
    } else if (pathname === "/logout" && req.method === "POST") {
      await visit.logout();
    } else if (pathname === "/members") {
      if (await visit.requireLogin()) res.end(`Welcome, ${visit.user.get("name") ?? "member"}`);
    } else {
      const text = page(auth, visit.user);
      res.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(text);
    }
  }));
}
