import { App as BaseApp, AppOptions } from "stauth";

/** An App at whose provider everybody can sign in, for the tests of a program. */
export class App extends BaseApp {
  constructor(options?: {
    redirectUri?: string;
    /** Names of further providers, [auth.NAME] in a secrets.toml. */
    providers?: string[];
    settings?: Record<string, string | number | boolean>;
    log?: AppOptions["log"];
  });
  /** From now on, each App that would read a secrets.toml accepts the sessions of this one. close() ends it. */
  install(): this;
  /** Signs a user in with these claims. Gives the Cookie header of the session. */
  signIn(claims?: Record<string, unknown>, options?: { provider?: string | null }): Promise<string>;
}
