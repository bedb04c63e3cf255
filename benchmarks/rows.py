"""The promises: our figure, what it is compared with, and the required ratio."""

from __future__ import annotations

from dataclasses import dataclass

from groups import (
    ALGORITHMS,
    FIRST_LIBCURL,
    FIRST_STAUTH,
    LIBCURL_LOOP,
    LIBCURL_REQUEST,
    LOGIN_PARTS,
    MODULE,
    REFRESH_REQUESTS,
    ROUND_TRIP,
    STORED_REFRESH,
    STORED_REQUEST,
    TOKEN_REQUEST,
    validation,
)
from samples import Samples, Sum, difference, one

# From seconds to the displayed unit.
SCALES = {"µs": 1e6, "ms": 1e3}
LIMIT, PEER, PLAIN = "limit", "peer", "plain"
# Of a row whose figure of ours is that of the row above it.
SAME = "the same"


@dataclass(frozen=True)
class Row:
    """`kind` says what `wanted` is: the most times that we may take of a limit, the times that we must be less than
    a peer, or the most that our figure itself may be. None: the figure is only reported."""

    what: str
    group: str
    ours: Sum
    kind: str = PLAIN
    other: Sum = ()
    label: str = ""
    wanted: float | None = None
    unit: str = "µs"
    metric: str = "cpu"
    other_group: str = ""  # if it is not the same
    reason: str = ""  # a chapter of texts.md, for when the target is missed
    best: bool = False  # of the best tenth of the turns, for what needs more of the machine than it always has


@dataclass(frozen=True)
class Result:
    row: Row
    ours: float
    other: float | None
    ratio: float | None

    @property
    def reached(self) -> bool | None:
        if self.row.wanted is None:
            return None
        if self.row.kind == PEER:
            return self.ratio is not None and self.ratio >= self.row.wanted
        figure = self.ours * SCALES.get(self.row.unit, 1) if self.ratio is None else self.ratio
        return figure <= self.row.wanted


def judge(row: Row, samples: dict[str, Samples]) -> Result:
    own = samples[row.group]
    if row.best:
        ours, other = own.best(row.ours, row.metric), own.best(row.other, row.metric)
        return Result(row, ours, other, other / ours)
    ours = own.median(row.ours, row.metric)
    if not row.other:
        return Result(row, ours, None, None)
    beside = samples[row.other_group or row.group]
    other = beside.median(row.other, row.metric)
    if beside is not own:
        ratio = ours / other if row.kind == LIMIT else other / ours
    elif row.kind == LIMIT:
        ratio = own.ratio(row.ours, row.other, row.metric)
    else:
        ratio = own.ratio(row.other, row.ours, row.metric)
    return Result(row, ours, other, ratio)


def cookie_rows() -> list[Row]:
    group = "cookie"
    ours = one("stauth: user from cookie")
    streamlit = {"kind": PEER, "other": one("Streamlit's cookie"), "label": "Streamlit's cookie load"}
    who, everything = one("stauth in Python: who"), one("stauth in Python: all claims")
    threads = {"group": "threads", "kind": PEER, "label": "one thread", "metric": "wall"}
    return [
        Row(
            "User JSON from a Cookie header, 1 KB of claims, in C",
            group,
            ours,
            LIMIT,
            one("AES-256-GCM and base64"),
            "AES-256-GCM and base64 alone",
            1.2,
            reason="cookie",
        ),
        Row(SAME, group, ours, PEER, one("gorilla/securecookie"), "gorilla/securecookie (Go)"),
        Row("Signed in, and who: from Python", group, who, **streamlit, wanted=5, reason="python"),
        Row("All claims as a dict: from Python", group, everything, **streamlit, wanted=3, reason="python"),
        Row(
            "A whole request: the library's own CPU",
            "request",
            one("stauth: whole request"),
            PEER,
            MODULE,
            "mod_auth_openidc's own CPU",
            5,
            reason="request",
        ),
        *(
            Row(
                f"Two threads over one: {name}",
                ours=one(f"{name}, 2 threads"),
                other=one(f"{name}, 1 thread"),
                **threads,
            )
            for name in ("counting", "AES-256-GCM and base64")
        ),
        Row(
            "Two threads over one: user from cookie",
            ours=one("stauth: user from cookie, 2 threads"),
            other=one("stauth: user from cookie, 1 thread"),
            **threads,
            wanted=1.9,
            reason="threads",
        ),
        *(
            Row(
                f"In the best turns: {name}",
                ours=one(f"{name}, 2 threads"),
                other=one(f"{name}, 1 thread"),
                **threads,
                best=True,
            )
            for name in ("counting", "AES-256-GCM and base64", "stauth: user from cookie")
        ),
        Row(
            "What a million ended sessions add to a user from a cookie",
            "ended",
            difference("user from cookie, a million have ended", "user from cookie, nothing has ended"),
            wanted=0.1,
            reason="ended",
        ),
        Row(
            "Heap allocations of a user from a cookie",
            "allocations",
            ours,
            wanted=2,
            unit="",
            metric="allocations",
            reason="allocations",
        ),
    ]


PEER_LABELS = {
    "cjose": "cjose, signature alone",
    "libjwt": "libjwt, signature alone",
    "rhonabwy": "rhonabwy",
    "iddawc": "iddawc",
    "PyJWT": "PyJWT",
    "Authlib": "Authlib and joserfc",
    "go-oidc": "go-oidc",
}


def token_rows() -> list[Row]:
    rows = []
    for algorithm in ALGORITHMS:
        what, group, ours = f"ID token in full, {algorithm}", f"id-token-{algorithm.lower()}", validation(algorithm)
        verify = one(f"EVP verify, {algorithm}")
        rows.append(Row(what, group, ours, LIMIT, verify, "EVP verify", 1.15, reason="validation"))
        rows.append(Row(SAME, group, ours, LIMIT, one(f"EVP verify and jansson, {algorithm}"), "and jansson"))
        for name, label in PEER_LABELS.items():
            if algorithm == "EdDSA" and name in ("cjose", "libjwt"):
                continue
            rows.append(Row(SAME, group, ours, PEER, one(f"{name}, {algorithm}"), label, 1, reason="validation"))
    return rows


def login_rows() -> list[Row]:
    rows = [Row("Login start, warm caches", "login", one("login start, RS256"), wanted=15, reason="login start")]
    for algorithm in ALGORITHMS:
        limit = one(f"EVP verify and two seals, {algorithm}")
        what, ours = f"Callback without network, {algorithm}", one(f"callback, {algorithm}")
        rows.append(Row(what, "login", ours, LIMIT, limit, "EVP verify and two seals", 1.5, reason="callback"))
        more = one(f"EVP verify, two seals and jansson, {algorithm}")
        rows.append(Row(SAME, "login", ours, LIMIT, more, "and jansson"))
    requests, plain = "provider requests per login", {"unit": "", "metric": "value"}
    size = "cookie bytes, stauth"
    return [
        *rows,
        Row("Provider requests of a login, warm caches", "login", one(requests), wanted=1, **plain),
        *(
            Row(SAME, "login", one(requests), PEER, one(f"{requests}, {peer}"), peer, other_group=group, **plain)
            for peer, group in (("Streamlit", "streamlit"), ("mod_auth_openidc", "request"))
        ),
        *(
            Row(what, "streamlit", one(size), PEER, one(f"cookie bytes, {peer}"), label, 1, other_group=group, **plain)
            for what, peer, label, group in (
                ("Cookie bytes of the same user", "Streamlit", "Streamlit's two cookies", "streamlit"),
                (SAME, "mod_auth_openidc", "mod_auth_openidc's cookies", "request"),
            )
        ),
    ]


def start_rows() -> list[Row]:
    ours, group = one("start: stauth, to the first check"), "start"
    python = one("start: stauth in Python")
    value, kilobytes = {"metric": "value"}, {"metric": "value", "unit": "KiB"}
    reason = {"reason": "start"}
    crypto = one("start: libcrypto")
    return [
        Row(
            "dlopen, application and first check",
            group,
            ours,
            LIMIT,
            crypto,
            "dlopen of libcrypto",
            1.5,
            "ms",
            **reason,
        ),
        Row(SAME, group, ours, LIMIT, one("start: OpenSSL"), "with SHA-256 and AES looked up", unit="ms"),
        Row(SAME, group, ours, PEER, one("start: iddawc"), "iddawc's load", unit="ms"),
        Row(SAME, group, ours, PEER, one("start: libcurl"), "dlopen of libcurl", unit="ms"),
        Row(
            "The same from Python", group, python, PEER, one("start: Authlib in Python"), "Authlib's import", unit="ms"
        ),
        Row(
            "Network libraries loaded by then",
            group,
            one("network libraries after the first check"),
            wanted=0,
            unit="",
            **value,
        ),
        Row("Memory added to the host, private", group, one("private memory added: stauth"), wanted=2048, **kilobytes),
        Row("Memory added to the host, with shared pages", group, one("memory added: stauth"), **kilobytes),
        Row(
            "Memory of one more application", "memory", one("memory of one more application"), wanted=2048, **kilobytes
        ),
        Row("Memory of a million checks", "memory", one("memory of a million checks"), wanted=0, **kilobytes),
    ]


def logins_rows() -> list[Row]:
    login, token, kept = (one(name) for name in LOGIN_PARTS)
    clock = {"group": "logins", "metric": "wall"}
    cpu = {"group": "logins"}
    return [
        Row(
            "Logins per second, at a provider on loopback", ours=login, group="logins", metric="rate", unit="per second"
        ),
        Row("One of them, by the clock", ours=login, **clock),
        Row("of it, this process's CPU", ours=login, **cpu),
        Row("of that, without what libcurl alone takes", ours=difference(LOGIN_PARTS[0], LOGIN_PARTS[1]), **cpu),
        Row("Its token request by libcurl alone, by the clock", ours=token, **clock),
        Row("of it, this process's CPU", ours=token, **cpu),
        Row("The same on a connection that stays, by the clock", ours=kept, **clock),
        Row("of it, this process's CPU", ours=kept, **cpu),
    ]


def tls_rows() -> list[Row]:
    group = "tls"
    go = one("token request over TLS, Go's oauth2")
    streamlit = one("token request over TLS, Streamlit's client")
    first = {"group": "first-tls", "unit": "ms"}
    return [
        Row(
            "CPU of a token request over TLS",
            group,
            TOKEN_REQUEST,
            LIMIT,
            LIBCURL_REQUEST,
            "libcurl alone, connection kept",
            1.3,
            reason="token request over TLS",
        ),
        Row("The same by libcurl, in a loop of nothing else", group, LIBCURL_LOOP),
        Row(SAME, group, TOKEN_REQUEST, PEER, streamlit, "Streamlit's client", 10, reason="token request over TLS"),
        Row(SAME, group, TOKEN_REQUEST, PEER, go, "golang.org/x/oauth2 (Go)"),
        Row(
            "A callback at a provider 50 ms away and back, by the clock",
            "far-tls",
            one("callback over TLS, far away"),
            wanted=70,
            unit="ms",
            metric="wall",
        ),
        Row(
            "CPU of a process's first requests over TLS",
            ours=FIRST_STAUTH,
            kind=LIMIT,
            other=FIRST_LIBCURL,
            label="libcurl alone",
            wanted=1.2,
            reason="first requests over TLS",
            **first,
        ),
        Row(
            "The first ones to another provider",
            ours=one("another provider's first requests over TLS, stauth"),
            kind=LIMIT,
            other=one("another provider's first requests over TLS, libcurl"),
            label="libcurl alone",
            **first,
        ),
    ]


def redis_rows() -> list[Row]:
    clock = {"group": "redis", "metric": "wall"}
    return [
        Row(
            "A signed-in request, with Redis on the same machine, by the clock",
            ours=STORED_REQUEST,
            kind=LIMIT,
            other=ROUND_TRIP,
            label="Redis' round trip, libcurl alone",
            wanted=1.2,
            reason="session in Redis",
            **clock,
        ),
        Row(
            "The same, with Redis on another machine",
            ours=STORED_REQUEST,
            kind=LIMIT,
            other=ROUND_TRIP,
            label="Redis' round trip, libcurl alone",
            wanted=1.2,
            group="far-redis",
            metric="wall",
        ),
        Row("This process's CPU of such a request", ours=STORED_REQUEST, group="redis"),
        Row("A refresh, at a provider in the process, by the clock", ours=STORED_REFRESH, **clock),
        Row("Provider requests of a refresh", "redis", REFRESH_REQUESTS, wanted=1, unit="", metric="value"),
    ]


def event_loop_rows() -> list[Row]:
    beside = {"group": "event-loop", "unit": "ms", "metric": "value"}
    name = "a request beside 200 logins"
    return [
        Row("A request while 200 logins wait, 99th percentile", ours=one(f"{name}, event loop"), wanted=5, **beside),
        Row(
            "The same of the C demo, which blocks a thread for each",
            ours=one(f"{name}, a thread for each connection"),
            **beside,
        ),
    ]


@dataclass(frozen=True)
class Section:
    """A table of docs/performance.md, and the groups whose plots belong to it."""

    title: str
    groups: tuple[str, ...]
    rows: list[Row]


def make_sections() -> list[Section]:
    tokens = tuple(f"id-token-{algorithm.lower()}" for algorithm in ALGORITHMS)
    return [
        Section("Who is this?", ("cookie", "request"), cookie_rows()),
        Section("ID tokens", tokens, token_rows()),
        Section("Logins", ("login",), login_rows()),
        Section("Start and memory", ("start",), start_rows()),
        Section("A provider on loopback", ("logins",), logins_rows()),
        Section("A provider over TLS", ("tls", "first-tls"), tls_rows()),
        Section("A session in Redis", ("redis",), redis_rows()),
        Section("One thread for all", (), event_loop_rows()),
    ]
