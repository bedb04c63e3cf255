"""Measures everything and writes build/bench.json and docs/performance.md; with `--runtimes`, only what bindings cost,
and that chapter of docs/performance.md. `--quick` shows that it works, in a minute: it measures too little for the
figures to be worth anything, and writes build/bench/docs instead of docs. `--smoke` shows in seconds that every program
still runs and prints what tables and plots are made of; it writes neither."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import report
from groups import BIN, DELAY, REDIS_DELAY, ROOT, WORK, Group, Servers, make_groups, quick, shortest
from inputs import make_inputs
from overhead import GROUPS, judge_overheads, make_overhead_groups
from profiles import CRYPTOGRAPHY, OURS, Profile, profile
from rows import Result, judge, make_sections
from samples import Samples, interleave

INPUTS = WORK / "inputs"
# What a browser sends.
HEADERS = """\
Host: app.example
User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
Accept-Language: en-GB,en;q=0.5
Accept-Encoding: gzip, deflate, br, zstd
Referer: https://app.example/
Upgrade-Insecure-Requests: 1
Sec-Fetch-Dest: document
Sec-Fetch-Mode: navigate
Sec-Fetch-Site: same-origin
Sec-Fetch-User: ?1
Priority: u=0, i
"""


@contextlib.contextmanager
def running(program: str, *arguments: str) -> Iterator[str]:
    """A server of benchmarks/go; yields its origin. It ends with its input."""
    command = [str(BIN / program), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()


@contextlib.contextmanager
def running_redis() -> Iterator[str]:
    """An empty Redis that keeps nothing; yields HOST:PORT."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--logfile", "redis.log"]
    with subprocess.Popen(command, cwd=WORK) as process:
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.02)
        try:
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def make_cookie() -> str:
    """The session of the user, for programs that do not log in themselves."""
    command = [str(BIN / "session"), str(INPUTS), "1", "1"]
    cookie = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    (INPUTS / "cookie").write_text(cookie)
    (INPUTS / "headers").write_text(f"{HEADERS}Cookie: {cookie}\n")
    return cookie


def measure(groups: list[Group]) -> dict[str, Samples]:
    samples = {}
    for group in groups:
        begun = time.monotonic()
        samples[group.name] = interleave(group.programs, group.rounds, str(INPUTS))
        print(f"   {group.title}: {time.monotonic() - begun:.0f} s", flush=True)
    return samples


def count_instructions() -> dict[str, Profile]:
    found, symbols = {}, WORK / "symbols"
    for program, iterations, more in (
        ("cookie", 50, []),
        ("ended", 50, ["244"]),
        *(("login", 10, [name]) for name in ("RS256", "ES256", "EdDSA")),
    ):
        command = [str(BIN / program), str(INPUTS), "1", str(iterations), *more]
        found |= profile(command, iterations, symbols)
    for more in (["OpenSSL"], ["stauth", str(symbols / OURS)]):
        command = [str(BIN / "startup"), str(INPUTS), "1", "1", *more]
        found |= profile(command, 1, symbols, shown=(OURS, CRYPTOGRAPHY))
    return found


def as_json(results: list[Result], samples: dict[str, Samples], profiles: dict[str, Profile]) -> dict[str, Any]:
    return {
        "machine": report.machine(),
        "rows": [
            {"what": result.row.what, "beside": result.row.label, "ours": result.ours, "other": result.other}
            | {"ratio": result.ratio, "wanted": result.row.wanted, "kind": result.row.kind, "reached": result.reached}
            for result in results
        ],
        "figures": {
            group: {name: list(lines.values()) for name, lines in of_group.lines.items()}
            for group, of_group in samples.items()
        },
        "instructions": {name: asdict(found) for name, found in profiles.items()},
    }


@contextlib.contextmanager
def running_servers() -> Iterator[Servers]:
    with (
        running("go-provider", str(INPUTS)) as origin,
        running("go-provider", str(INPUTS), "tls") as secure,
        running("go-provider", str(INPUTS), "tls") as other,
        running("go-slow-proxy", DELAY) as proxy,
        running_redis() as redis,
        running("go-slow-proxy", REDIS_DELAY, redis) as far_redis,
    ):
        yield Servers(origin, secure, other, proxy, redis, far_redis.removeprefix("http://"))


def add_own_cookie(samples: dict[str, Samples], cookie: str) -> None:
    samples["streamlit"].add(0, 0, [{"name": "cookie bytes, stauth", "value": len(cookie)}])


def smoke() -> None:
    """Several programs at a time: what counts is that each figure is printed."""
    make_inputs(INPUTS)
    cookie = make_cookie()
    with running_servers() as servers, ThreadPoolExecutor(4) as pool:
        groups = [shortest(group) for group in [*make_groups(servers), *make_overhead_groups()]]
        counting = pool.submit(profile, [str(BIN / "cookie"), str(INPUTS), "1", "1"], 1, WORK / "symbols")
        runs = [(group.name, [pool.submit(each.run, str(INPUTS)) for each in group.programs]) for group in groups]
        samples = {name: Samples() for name, _ in runs}
        for name, programs in runs:
            for place, program in enumerate(programs):
                samples[name].add(place, 0, program.result())
        assert counting.result()["stauth: user from cookie"].functions
    add_own_cookie(samples, cookie)
    results = [judge(row, samples) for section in make_sections() for row in section.rows]
    judge_overheads(samples)
    for group in groups:
        for bar in group.bars:
            samples[group.name].median(bar.figure, group.metric)
    print(f"== {sum(len(programs) for _, programs in runs)} programs run, {len(results)} rows have their figures")


def measure_runtimes() -> None:
    make_inputs(INPUTS)
    make_cookie()
    with running_servers() as servers:
        groups = [*make_groups(servers), *make_overhead_groups()]
        samples = measure([group for group in groups if group.name in GROUPS])
    report.write_overheads(ROOT / "docs", judge_overheads(samples))


def main() -> None:
    if "--smoke" in sys.argv:
        smoke()
        return
    if "--runtimes" in sys.argv:
        measure_runtimes()
        return
    is_quick = "--quick" in sys.argv
    make_inputs(INPUTS)
    cookie = make_cookie()
    print("== measuring", flush=True)
    with running_servers() as servers:
        groups = [*make_groups(servers), *make_overhead_groups()]
        if is_quick:
            groups = [quick(group) for group in groups]
        samples = measure(groups)
    add_own_cookie(samples, cookie)
    print("== counting instructions", flush=True)
    profiles = count_instructions()
    sections = make_sections()
    judged = [[judge(row, samples) for row in section.rows] for section in sections]
    results = [result for of_section in judged for result in of_section]
    (ROOT / "build" / "bench.json").write_text(json.dumps(as_json(results, samples, profiles), indent=1) + "\n")
    print(report.as_text(results))
    docs = WORK / "docs" if is_quick else ROOT / "docs"
    report.write(docs, list(zip(sections, judged, strict=True)), groups, samples, profiles, judge_overheads(samples))
    print(f"== wrote {docs.relative_to(ROOT)}/performance.md and build/bench.json")


if __name__ == "__main__":
    main()
