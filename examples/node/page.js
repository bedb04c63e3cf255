"use strict";

const STYLE = `
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
  body { max-width: 38rem; margin: 0 auto; padding: 0 1.5rem; overflow-wrap: anywhere }
  header { display: flex; gap: 1rem; align-items: center; padding: 1rem 0; border-bottom: 1px solid #8884 }
  header b { flex: 1 }
  form { margin: 0 }
  .button { padding: .5rem 1.2rem; border: 0; border-radius: 8px; background: #2b5fd0; color: #fff }
  .button { font: inherit; text-decoration: none }
`;

const SPECIAL = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text) {
  return String(text ?? "").replace(/[&<>"']/g, (found) => SPECIAL[found]);
}

/** The page for this user. */
exports.page = (auth, user) => {
  const name = user.get("name") ? `, ${escaped(user.get("name"))}` : "";
  const [top, main] = user.isLoggedIn
    ? [`<span>${escaped(user.get("email"))}</span>
  <form method="post" action="${auth.logoutPath}"><button class="button">Log out</button></form>`,
      `<h1>Hello${name}</h1>
<p>To ${escaped(user.get("iss"))} you are ${escaped(user.get("sub"))}.</p>`]
    : [`<a class="button" href="${auth.loginPath}">Log in</a>`,
      "<h1>Hello</h1>\n<p>Log in, and this page knows your name.</p>"];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Guest book</title>
<style>${STYLE}</style>
<header>
  <b>Guest book</b>
  ${top}
</header>
${main}
</html>
`;
};
