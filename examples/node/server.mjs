// Start: STAUTH_SECRETS=secrets.toml PORT=8501 node server.mjs
import { App } from "stauth";
import { site } from "./site.mjs";

const port = Number(process.env.PORT);
site(new App()).listen(port, "127.0.0.1", () => console.log(`http://localhost:${port}`));
