"""What is measured: the programs of each group, and the figures in its plot."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from samples import Program, Sum, difference, one

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "bench"
BIN = WORK / "bin"
LIBRARY = ROOT / "build" / "prefix" / "lib" / "libstauth.so.0"
PYTHON = ROOT / "build" / "venv-bench" / "bin" / "python"
STREAMLIT_PYTHON = ROOT / "build" / "venv-streamlit" / "bin" / "python"
ALGORITHMS = ("RS256", "ES256", "EdDSA")
OURS, LIMIT, PEER = "ours", "limit", "peer"


# The delays of the proxies that simulate a distant provider, and a Redis on another machine: in each direction.
DELAY, REDIS_DELAY = "25ms", "250us"


@dataclass(frozen=True)
class Servers:
    """Origins on loopback: a provider, two of them over TLS, and the proxy. HOST:PORT of a Redis, here and far away."""

    provider: str
    secure: str
    other: str
    proxy: str
    redis: str
    far_redis: str


@dataclass(frozen=True)
class Bar:
    label: str
    figure: Sum
    kind: str


@dataclass(frozen=True)
class Group:
    name: str
    title: str
    programs: list[Program]
    rounds: int
    bars: list[Bar] = field(default_factory=list)
    unit: str = "µs"
    metric: str = "cpu"


def compiled(name: str, turns: int, iterations: int, *more: str, **environment: str) -> Program:
    return Program((str(BIN / name),), turns, iterations, more, environment)


def python(script: str, turns: int, iterations: int, *more: str, interpreter: Path = PYTHON) -> Program:
    environment = {
        "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
        "PYTHONPYCACHEPREFIX": str(WORK / "pycache"),
        "PYTHONDONTWRITEBYTECODE": "",
        "STAUTH_LIBRARY": str(LIBRARY),
        "LD_LIBRARY_PATH": str(LIBRARY.parent),  # for the modules that it has a server load
    }
    path = str(ROOT / "benchmarks" / "python" / script)
    return Program((str(interpreter), path), turns, iterations, more, environment)


def validation(algorithm: str) -> Sum:
    """A whole ID token: a callback refused at the last of its checks, less one refused at the first."""
    return difference(f"refused at last, {algorithm}", f"refused at once, {algorithm}")


MODULE = difference("Apache with mod_auth_openidc", "Apache alone")

LOGIN_PARTS = (
    "login over loopback",
    "token request, libcurl alone",
    "token request, libcurl alone, one connection",
)
COOKIE_BARS = [
    Bar("OpenSSL: AES-256-GCM and base64", one("AES-256-GCM and base64"), LIMIT),
    Bar("the same with a new context", one("AES-256-GCM and base64, new context"), LIMIT),
    Bar("stauth: st_user_from_cookie()", one("stauth: user from cookie"), OURS),
    Bar("gorilla/securecookie (Go), not parsed", one("gorilla/securecookie"), PEER),
    Bar("stauth from Python: signed in, and who", one("stauth in Python: who"), OURS),
    Bar("stauth from Python: all claims", one("stauth in Python: all claims"), OURS),
    Bar("Streamlit's cookie (Python)", one("Streamlit's cookie"), PEER),
]


def token_group(algorithm: str) -> Group:
    peers = {"cjose": "cjose, signature alone", "libjwt": "libjwt, signature alone", "rhonabwy": "rhonabwy"}
    peers |= {"iddawc": "iddawc"}
    if algorithm == "EdDSA":  # neither of these has it
        del peers["cjose"], peers["libjwt"]
    programs = [compiled("login", 10, 100, algorithm)]
    programs += [compiled(name, 5, 100, algorithm) for name in peers]
    programs += [compiled("go-oidc", 5, 200, algorithm), python("id_token.py", 5, 100, algorithm)]
    labels = peers | {"go-oidc": "go-oidc", "PyJWT": "PyJWT", "Authlib": "Authlib and joserfc"}
    bars = [
        Bar("OpenSSL: EVP verify", one(f"EVP verify, {algorithm}"), LIMIT),
        Bar("the same, and its JSON by jansson", one(f"EVP verify and jansson, {algorithm}"), LIMIT),
        Bar("stauth: the whole validation", validation(algorithm), OURS),
        *(Bar(label, one(f"{name}, {algorithm}"), PEER) for name, label in labels.items()),
    ]
    return Group(f"id-token-{algorithm.lower()}", f"ID token, {algorithm}", programs, 5, bars)


def login_bars() -> list[Bar]:
    bars = [Bar("stauth: login start", one("login start, RS256"), OURS)]
    for algorithm in ALGORITHMS:
        bars.append(Bar(f"EVP verify and two seals, {algorithm}", one(f"EVP verify and two seals, {algorithm}"), LIMIT))
        more = one(f"EVP verify, two seals and jansson, {algorithm}")
        bars.append(Bar("the same, and its JSON by jansson", more, LIMIT))
        bars.append(Bar(f"stauth: callback, {algorithm}", one(f"callback, {algorithm}"), OURS))
    return bars


# What a callback takes beyond one whose provider is in the process: the library's token request, or libcurl's.
INSIDE = "callback over TLS, provider in the process"
TOKEN_REQUEST = difference("callback over TLS", INSIDE)
LIBCURL_REQUEST = difference("callback over TLS, token request by libcurl", INSIDE)
LIBCURL_LOOP = one("token request over TLS, libcurl in a loop")
FIRST_LIBCURL, FIRST_STAUTH = one("first requests over TLS, libcurl"), one("first requests over TLS, stauth")


def tls_groups(servers: Servers) -> list[Group]:
    authorities = {"SSL_CERT_FILE": str(WORK / "inputs" / "authorities.pem")}
    streamlit = python("tls_token.py", 3, 10, servers.secure)
    return [
        Group(
            "tls",
            "A token request over TLS",
            [
                compiled("over_tls", 5, 200, servers.secure),
                compiled("go-oauth2", 3, 200, servers.secure, **authorities),
                replace(streamlit, environment=streamlit.environment | authorities),
            ],
            3,
            [
                Bar("libcurl alone, connection kept", LIBCURL_REQUEST, LIMIT),
                Bar("the same in a loop of nothing else", LIBCURL_LOOP, LIMIT),
                Bar("stauth", TOKEN_REQUEST, OURS),
                Bar("golang.org/x/oauth2 (Go)", one("token request over TLS, Go's oauth2"), PEER),
                Bar("Streamlit's client (Python)", one("token request over TLS, Streamlit's client"), PEER),
            ],
        ),
        Group(
            "first-tls",
            "The first requests of a process over TLS",
            [compiled("first_tls", 1, 1, what, servers.secure, servers.other) for what in ("libcurl", "stauth")],
            15,
            [Bar("libcurl alone", FIRST_LIBCURL, LIMIT), Bar("stauth", FIRST_STAUTH, OURS)],
            unit="ms",
        ),
        Group("far-tls", "Far away", [compiled("over_tls", 5, 10, servers.secure, servers.proxy)], 1),
    ]


ROUND_TRIP, STORED_REQUEST = one("Redis' round trip, libcurl alone"), one("request, session in Redis")
STORED_REFRESH, REFRESH_REQUESTS = one("refresh, session in Redis"), one("provider requests per refresh")


def redis_groups(servers: Servers) -> list[Group]:
    bars = [
        Bar("libcurl alone: the round trip", ROUND_TRIP, LIMIT),
        Bar("stauth: a whole request", STORED_REQUEST, OURS),
    ]
    return [
        Group(
            "redis",
            "A request whose session is in Redis, by the clock",
            [compiled("redis_session", 10, 200, servers.redis)],
            5,
            bars,
            metric="wall",
        ),
        Group("far-redis", "Redis on another machine", [compiled("redis_session", 3, 100, servers.far_redis)], 2),
    ]


def event_loop_group() -> Group:
    hosts = {"event loop": "event-loop/server", "a thread for each connection": "demo/demo"}
    programs = [
        python("event_loop.py", 3, 200, f"a request beside 200 logins, {name}", str(ROOT / "build" / path))
        for name, path in hosts.items()
    ]
    return Group("event-loop", "A request while 200 logins wait", programs, 3)


def make_groups(servers: Servers) -> list[Group]:
    origin = servers.provider
    apache, streamlit = "apache.py", "streamlit_login.py"
    start = [compiled("startup", 1, 1, what) for what in ("libcrypto", "OpenSSL", "libcurl", "iddawc")]
    start += [compiled("startup", 1, 1, "stauth", str(LIBRARY))]
    start += [python("startup.py", 1, 1, what) for what in ("stauth", "Authlib")]
    counting = {"LD_PRELOAD": str(BIN / "liballocations.so")}
    return [
        Group(
            "cookie",
            "User from a Cookie header",
            [compiled("cookie", 10, 4000), compiled("go-securecookie", 5, 4000), python("cookie.py", 10, 1000)],
            7,
            COOKIE_BARS,
        ),
        Group(
            "request",
            "A whole request's own CPU",
            [compiled("cookie", 5, 2000), python(apache, 4, 1000, origin)],
            5,
            [
                Bar("stauth: all calls of a request", one("stauth: whole request"), OURS),
                Bar("mod_auth_openidc in Apache", MODULE, PEER),
            ],
        ),
        Group("threads", "Two threads over one", [compiled("threads", 40, 5000)], 5),
        Group("allocations", "Allocations", [compiled("cookie", 1, 1000, **counting)], 1),
        Group("ended", "Ended sessions", [compiled("ended", 40, 4096, "244")], 1),
        *(token_group(algorithm) for algorithm in ALGORITHMS),
        Group(
            "login",
            "The two requests of a login",
            [compiled("login", 10, 100, algorithm) for algorithm in ALGORITHMS],
            5,
            login_bars(),
        ),
        Group(
            "start",
            "From nothing to the first check",
            start,
            25,
            [
                Bar("dlopen of libcrypto", one("start: libcrypto"), LIMIT),
                Bar("the same, and two algorithms looked up", one("start: OpenSSL"), LIMIT),
                Bar("stauth: dlopen, application, check", one("start: stauth, to the first check"), OURS),
                Bar("dlopen of libcurl", one("start: libcurl"), PEER),
                Bar("iddawc: dlopen, initialisation", one("start: iddawc"), PEER),
                Bar("stauth in Python: import, application, check", one("start: stauth in Python"), OURS),
                Bar("Authlib: import", one("start: Authlib in Python"), PEER),
            ],
            unit="ms",
        ),
        Group("memory", "Memory", [compiled("memory", 1, 10000)], 1),
        Group(
            "logins",
            "One login over loopback, by the clock",
            [compiled("logins", 8, 100, origin)],
            5,
            [
                Bar("libcurl: the token request, kept connection", one(LOGIN_PARTS[2]), LIMIT),
                Bar("libcurl: the token request", one(LOGIN_PARTS[1]), LIMIT),
                Bar("stauth: the whole login", one(LOGIN_PARTS[0]), OURS),
            ],
            metric="wall",
        ),
        *tls_groups(servers),
        *redis_groups(servers),
        event_loop_group(),
        Group("streamlit", "Streamlit", [python(streamlit, 1, 1, origin, interpreter=STREAMLIT_PYTHON)], 1),
    ]


def quick(group: Group, iterations: int = 50) -> Group:
    """Just enough to show that everything works."""
    programs = [
        replace(program, turns=min(program.turns, 2), iterations=min(program.iterations, iterations))
        for program in group.programs
    ]
    return replace(group, programs=programs, rounds=1)


def shortest(group: Group) -> Group:
    """As little as a program can do, and one program where they differ by an argument only."""
    programs = group.programs[:1] if group.name == "stalls" else group.programs
    return quick(replace(group, programs=programs), iterations=2)
