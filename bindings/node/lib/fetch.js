"use strict";

const { StauthError } = require("./errors.js");
const { Gate } = require("./gate.js");
const { LONGEST_BODY } = require("./request.js");

/**
 * For programs of the shape `(Request) => Response`, such as those of Hono and the route handlers of Next.js: answers the
 * library's own paths, and passes a second argument to `handle`, with the user and the calls, which give Responses.
 */
function fetchHandler(auth, handle, options) {
  const gate = Gate.of(options);
  return async (incoming, ...rest) => {
    let request = null;
    try {
      request = requestOf(auth, incoming);
      return await answer(auth, request, incoming, gate, (visit) => handle(incoming, visit, ...rest));
    } catch (error) {
      if (!(error instanceof StauthError)) throw error;
      process.stderr.write(`stauth: ${error.code}: ${error.message}\n`);
      request ??= auth.request({ method: "GET", target: "/" }); // the library has not even taken the request
      request.refuse(error.code);
      return responseOf(request, incoming);
    } finally {
      request?.close();
    }
  };
}

function requestOf(auth, { method, url, headers }) {
  const { pathname, search, host } = new URL(url);
  const given = [...headers];
  if (!headers.has("host")) given.push(["host", host]);
  return auth.request({ method, target: pathname + search, headers: given });
}

async function answer(auth, request, incoming, gate, handle) {
  if (request.wantsBody) request.setBody(await bodyOf(incoming));
  const route = routeOf(incoming);
  if (await request.begin()) return responseOf(request, incoming);
  if (gate !== null && !(await request.requireLogin(route, gate.handle))) return responseOf(request, incoming);
  const response = await handle(visitOf(request, incoming));
  return request.status > 0 ? responseOf(request, incoming) : withHeaders(response, request.headers);
}

/** What the program gets. `login()` and `logout()` give Responses, which also take the place of any other. */
function visitOf(request, incoming) {
  return {
    get user() { return request.user; },
    async login(provider, options) {
      await request.login(provider, options);
      return responseOf(request, incoming);
    },
    logout(options) {
      request.logout(options);
      return responseOf(request, incoming);
    },
    requireLogin: async () => request.requireLogin(),
    accessToken: () => request.accessToken(),
    refresh: () => request.refresh(),
    isFresh: (seconds) => request.isFresh(seconds),
  };
}

function responseOf(request, { method }) {
  const body = method === "HEAD" ? null : request.content;
  return withHeaders(new Response(body, { status: request.status }), request.headers);
}

/** A Response with these headers, too: those of some cannot be changed. */
function withHeaders(response, pairs) {
  if (pairs.length === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of pairs) headers.append(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** The path that the program routes by, decoded once, as bytes in Latin-1. */
function routeOf({ url }) {
  return new URL(url).pathname.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
}

/** At most a byte more than the library accepts, so that it refuses what is too long. */
async function bodyOf(incoming) {
  const pieces = [];
  let length = 0;
  for await (const piece of incoming.body ?? []) {
    pieces.push(piece);
    length += piece.length;
    if (length > LONGEST_BODY) break;
  }
  return Buffer.concat(pieces).subarray(0, LONGEST_BODY + 1);
}

module.exports = { fetchHandler };
