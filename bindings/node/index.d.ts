import type { IncomingMessage, ServerResponse } from "node:http";

/** An operation failed. The message is for developers and never contains a secret. */
export class StauthError extends Error {
  /** A stable word for programs and for support, such as "state_mismatch"; docs/errors.md lists them. */
  readonly code: string;
  /** A suggestion for the response, 400 to 599. */
  readonly httpStatus: number;
  /** The same, where Express looks. */
  readonly status: number;
  /** What the provider sent; null if nothing. For logs and operators, never for a page or a decision. */
  readonly providerCode: string | null;
  readonly providerDescription: string | null;
}
/** The caller's mistake: a closed object, text that is not valid. */
export class InvalidArgument extends StauthError {}
/** The settings are invalid. The message lists all problems, one per line. */
export class ConfigurationError extends StauthError {}
/** The provider was not reached, or not in time. */
export class NetworkError extends StauthError {}
/** The provider answered with an error, or not as the protocol says. */
export class ProviderError extends StauthError {}
/** The user, the provider or an authorization rule said no. */
export class AuthorizationDenied extends StauthError {}
/** The ID token failed a check. */
export class TokenInvalid extends StauthError {}
/** The callback belongs to no login of this browser: expired, replayed or forged. */
export class LoginInvalid extends StauthError {}
/** A refused request, such as a logout caused by another site. */
export class RequestRefused extends StauthError {}
/** An input is too large. The message names it and its limit. */
export class LimitExceeded extends StauthError {}
export class NoRequest extends StauthError {}
/** OpenSSL failed, for instance because it had no randomness. */
export class CryptographyError extends StauthError {}
/** A defect of the library. Please report it. */
export class InternalError extends StauthError {}
/** libstauth.so.0 could not be loaded. The message lists what was tried. */
export class LibraryNotFound extends StauthError {}

/** The claims of a user. The provider decides which there are. */
export class User {
  readonly isLoggedIn: boolean;
  /** The section of the provider in secrets.toml; undefined if nobody is signed in. */
  readonly provider: string | undefined;
  /** All claims, which do not change. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** A claim, such as get("email"); undefined if the provider does not send it. */
  get(name: string): unknown;
  toJSON(): Readonly<Record<string, unknown>>;
}

/** A token to call an API with: `Bearer ${token.secret}`. */
export class AccessToken {
  readonly secret: string;
  /** null if the provider does not say. */
  readonly expiresAt: Date | null;
  /** What it is for, separated by spaces. */
  readonly scope: string;
}

/** What one login asks for. */
export interface LoginOptions {
  /** The path where the user returns to; by default this page. */
  returnTo?: string | null;
  /** A user name or e-mail address for the provider to suggest. */
  loginHint?: string | null;
  prompt?: "login" | "select_account" | "consent" | "none" | null;
  acrValues?: string | null;
  /** How many seconds ago the user may have authenticated; enforced. */
  maxAge?: number | null;
  uiLocales?: string | null;
}

/** A request to a provider, and what whoever sends it must obey. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** Flat: name, value, name, value. */
  readonly headers: string[];
  readonly body: Uint8Array;
  /** Milliseconds. */
  readonly timeout: number;
  readonly connectTimeout: number;
  readonly proxy: string | null;
  readonly caFile: string | null;
  readonly allowsLoopback: boolean;
}

export interface Reply {
  status: number;
  /** Flat: name, value, name, value. */
  headers: string[];
  body: Uint8Array;
}

export interface AppOptions {
  /** A secrets.toml; by default $STAUTH_SECRETS, otherwise .streamlit/secrets.toml. */
  file?: string | null;
  /** The text of one instead. */
  toml?: string | null;
  /** Single keys that replace its keys, {"auth.port": 8501}, or all keys. */
  settings?: Record<string, string | number | boolean> | null;
  /** Gets the library's events, lines of logfmt. By default warnings and errors go to stderr, or what STAUTH_LOG asks for. */
  log?: (level: "info" | "warning" | "error", line: string) => void;
  /** Sends requests to providers in place of Node's own client. Must obey the exchange, and not follow redirects. */
  transport?: (exchange: Exchange) => Promise<Reply>;
}

/** A relying party: checked settings, keys, and what is cached of the providers. Usually a process has one. */
export class App {
  constructor(options?: AppOptions);
  /** True if the settings require a login for the pages of the site. */
  readonly requiresLogin: boolean;
  /** The path that begins a login, for links: "/auth/login". */
  readonly loginPath: string;
  /** The path that ends the session by POST, and asks first by GET: "/auth/logout". */
  readonly logoutPath: string;
  /** The paths to which providers send users back. */
  readonly callbackPaths: string[];
  /** The address for a "Sign in" link. */
  loginUrl(options?: { provider?: string | null; returnTo?: string | null }): string;
  /** Ends sessions from now on: of a user, `sub`; of a session at the provider, `sid`; or `all` of them. */
  endSessions(selector: { sub?: string; sid?: string; all?: true; provider?: string; iss?: string }): void;
  /** Who sent this Cookie header? */
  userFromCookie(cookie: string | null | undefined): User;
  /** The numbers for monitoring, of this process; docs/monitoring.md describes them. */
  stats(): Record<string, unknown>;
  /** The same as text for Prometheus, of the type "text/plain; version=0.0.4". */
  statsPrometheus(): string;
  /** One HTTP request, for servers without node:http. `target` is path and query as received. */
  request(options: {
    method: string;
    target: string;
    headers?: Iterable<readonly [string, string]>;
    clientAddress?: string | null;
  }): Request;
  /** Fetches metadata and keys of all providers, so the first login need not. */
  preload(): Promise<void>;
  /** Frees the application; requests made from it stay usable. */
  close(): void;
}

/** One HTTP request, and the library's part of the response; App.request() makes it. Calls in the order of stauth.h. */
export class Request {
  private constructor();
  readonly wantsBody: boolean;
  setBody(body: Uint8Array): void;
  /** Names the path that the program routes by, as bytes in Latin-1, before begin(). */
  addRoute(path: string): void;
  /** True if the library has answered: send its response. A promise if it waits for a provider. */
  begin(): boolean | Promise<boolean>;
  readonly user: User;
  login(provider?: string | null, options?: LoginOptions): Promise<void>;
  logout(options?: { local?: boolean }): void;
  /** True if this user may see the page. If not, the library has answered. A promise if it waits for a provider. */
  requireLogin(): boolean | Promise<boolean>;
  accessToken(): Promise<AccessToken>;
  refresh(): Promise<void>;
  isFresh(seconds: number): boolean;
  /** Makes the response the library's page for an error code. */
  refuse(code: string): void;
  /** Why this request's login was refused; null if it was not. */
  readonly error: StauthError | null;
  /** The status of the library's response; 0 if the program's page is the response; -1 after close(). */
  readonly status: number;
  readonly headers: [string, string][];
  readonly content: Uint8Array;
  readonly isClosed: boolean;
  close(): void;
}

/** A request of node:http or Express, and its response: `req.stauth`. */
export interface Visit {
  /** Who sent this request. Read it before the response begins, which then says that it depends on the user. */
  readonly user: User;
  /** Answers with a redirect to this provider; if that fails, with the library's page, and false. Never rejects. */
  login(provider?: string | null, options?: LoginOptions): Promise<boolean>;
  /** Ends the session and answers with a redirect; if that fails, with the library's page, and false. Never rejects. */
  logout(options?: { local?: boolean }): Promise<boolean>;
  /** True for signed-in users. Otherwise it has answered: with a redirect to the login, or 401. Never rejects. */
  requireLogin(): Promise<boolean>;
  /** A token to call an API with, refreshed if it would expire soon. Requires expose_tokens with "access". */
  accessToken(): Promise<AccessToken>;
  /** Reads the user's claims anew. */
  refresh(): Promise<void>;
  /** True if the provider authenticated the user at most so many seconds ago. */
  isFresh(seconds: number): boolean;
  /** Answers with the library's page for an error, whose text goes to stderr. Always false. */
  fail(error: unknown): false;
}

declare module "http" {
  interface IncomingMessage {
    /** Inside of a stauth middleware or handler. */
    stauth: Visit;
  }
}

export interface MiddlewareOptions {
  /** Only signed-in users pass, but for the open paths. */
  requireLogin?: boolean;
  /** "/health" is that path alone, "/static/" that folder and all below it. */
  openPaths?: string[];
}

/** Middleware for Express, Connect and everything that calls (req, res, next). */
export function middleware(
  auth?: App,
  options?: MiddlewareOptions,
): (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

/** A listener for http.createServer(), around another. */
export function handler(
  auth: App,
  listener: (req: IncomingMessage, res: ServerResponse) => unknown,
  options?: MiddlewareOptions,
): (req: IncomingMessage, res: ServerResponse) => void;

/** What `app.register()` of Fastify takes: an instance, as far as this plugin uses it. */
export interface FastifyInstanceLike {
  decorateRequest(name: string, value: null): unknown;
  addHook(name: "onRequest", hook: (request: any, reply: any) => Promise<unknown>): unknown;
  all(url: string, handler: (request: any, reply: any) => Promise<unknown>): unknown;
}

/** A plugin of Fastify for the whole instance: puts a Visit into `request.stauth`. */
export function fastifyPlugin(instance: FastifyInstanceLike, options?: MiddlewareOptions & { auth?: App }): Promise<void>;

/** What middleware of Koa gets, as far as this one uses it. */
export interface KoaContextLike {
  readonly method: string;
  readonly url: string;
  readonly originalUrl: string;
  readonly ip: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly headerSent: boolean;
  state: Record<string, any>;
  status: number;
  body: unknown;
  respond?: boolean;
  set(name: string, value: string): void;
  append(name: string, value: string): void;
  remove(name: string): void;
}

/** What is `ctx.state.stauth`. The response of a call, which is to be awaited, takes the place of the program's. */
export type KoaVisit = Visit;

/** Middleware of Koa, for before anything that reads bodies. */
export function koaMiddleware(
  auth?: App,
  options?: MiddlewareOptions,
): (ctx: KoaContextLike, next: () => Promise<unknown>) => Promise<void>;

/** What a program of the shape `(Request) => Response` gets. Its login() and logout() give Responses, and reject with a
 * StauthError; if nobody catches it, the answer is the library's page. */
export interface FetchVisit {
  /** Who sent this request. Read it before the response is returned, which then says that it depends on the user. */
  readonly user: User;
  login(provider?: string | null, options?: LoginOptions): Promise<Response>;
  logout(options?: { local?: boolean }): Response;
  /** True for signed-in users. Otherwise any response is replaced by a redirect to the login, or 401. */
  requireLogin(): Promise<boolean>;
  accessToken(): Promise<AccessToken>;
  refresh(): Promise<void>;
  isFresh(seconds: number): boolean;
}

/** For programs of the shape `(Request) => Response`, such as those of Hono and the route handlers of Next.js. */
export function fetchHandler<Rest extends unknown[]>(
  auth: App,
  handle: (request: globalThis.Request, visit: FetchVisit, ...rest: Rest) => Response | Promise<Response>,
  options?: MiddlewareOptions,
): (request: globalThis.Request, ...rest: Rest) => Promise<Response>;
