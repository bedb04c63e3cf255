"""What a binding costs: the programs of benchmarks/runtimes, their foreign calls, and how long hosts stand still."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from groups import LIBRARY, ROOT, WORK, Group, compiled, python
from samples import Program, Samples, difference

sys.path.insert(0, str(ROOT / "Tests" / "BlackBox"))
import languages
from hosts import RUNTIMES
from languages import name_of

RESULTS = "performance/runtimes.json"
MOST_CALLS, LONGEST_STALL = 12, 20.0  # milliseconds
APACHE = difference("Apache with mod_stauth", "Apache alone")
COUNTED_REQUESTS = 100
SCRIPTS = ROOT / "scripts" / "languages"
# By the name of the runtime, those that have a program. Apache's module has none: see APACHE.
LANGUAGES = {
    each.RUNTIME.name: name_of(each)
    for each in languages.ALL
    if "\nbenchmark() {" in (SCRIPTS / f"{name_of(each)}.sh").read_text()
}
COUNTED = {
    "STAUTH_LIBRARY": str(WORK / "counted" / "lib" / LIBRARY.name),
    "LD_LIBRARY_PATH": str(WORK / "counted" / "lib"),
    "STAUTH_BENCH_LIBRARY": str(WORK / "counted" / "lib"),
    "STAUTH_BENCH_COUNTED": str(LIBRARY),
}


@dataclass(frozen=True)
class Counting(Program):
    """Counts the foreign calls of a request. A program with C of its own between its language and the library counts
    its calls of that itself; all others use a library that counts. They make `before` requests that are not timed."""

    runtime: str = ""
    before: int = COUNTED_REQUESTS

    def run(self, inputs: str) -> list[dict[str, Any]]:
        name = f"calls, {self.runtime}"
        with tempfile.NamedTemporaryFile() as counts:
            environment = self.environment | COUNTED | {"STAUTH_BENCH_COUNTS": counts.name}
            program = Program(self.command, 1, COUNTED_REQUESTS, ("requests",), environment)
            counted_itself = [line for line in program.run(inputs) if line["name"] == name]
            calls = int.from_bytes(Path(counts.name).read_bytes(), sys.byteorder)
        # What starts the program is less than a call of each request.
        return counted_itself or [{"name": name, "value": calls // (self.before + COUNTED_REQUESTS)}]


def programs() -> dict[str, Program]:
    turns, iterations = 3, 3000
    found = {
        "C": compiled("runtime-c", turns, iterations),
        "Python": python("../runtimes/python.py", turns, iterations),
    }
    for name, language in LANGUAGES.items():
        command = (str(ROOT / "scripts" / "bench_runtime.sh"), language)
        found[name] = Program(command, turns, iterations)
    found["PHP by FFI"] = replace(found["PHP"], environment={"BENCH_WAY": "ffi"})
    return found


# And of make_groups(), the one that APACHE is in.
GROUPS = ("request", "runtimes", "calls", "stalls")


def make_overhead_groups() -> list[Group]:
    measured = programs()
    counting = [
        Counting(each.command, environment=each.environment, runtime=name, before=1 if name in ("C", "Python") else 100)
        for name, each in measured.items()
    ]
    environment = {"STAUTH_LIBRARY": str(LIBRARY), "PATH": os.environ["PATH"]}
    interpreter = ROOT / "build" / "venv" / "bin" / "python"
    stalls = [
        replace(python("stall.py", 10, 60, host.name, interpreter=interpreter), environment=environment)
        for _, hosts in RUNTIMES
        for host in hosts
    ]
    return [
        Group("runtimes", "Requests in other languages", list(measured.values()), 5),
        Group("calls", "Foreign calls", counting, 1),
        Group("stalls", "Hosts while a provider is silent", stalls, 1),
    ]


@dataclass(frozen=True)
class Overhead:
    """Of a runtime, in microseconds: a request and the check of a cookie, and the limit of each, which is what C takes
    and its foreign calls."""

    request: float
    cookie: float | None
    calls: int
    call: float | None
    request_limit: float
    cookie_limit: float | None


@dataclass
class Overheads:
    """`stalls` are milliseconds, by the host's name."""

    runtimes: dict[str, Overhead] = field(default_factory=dict)
    stalls: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> str:
        runtimes = {name: vars(found) for name, found in self.runtimes.items()}
        rounded = json.loads(json.dumps({"runtimes": runtimes, "stalls": self.stalls}), parse_float=_rounded)
        return json.dumps(rounded, indent=1) + "\n"


def _rounded(number: str) -> float:
    return round(float(number), 2)


def judge_overheads(samples: dict[str, Samples]) -> Overheads:
    own, found = samples["runtimes"], Overheads()

    def micros(name: str) -> float:
        return 1e6 * statistics.median(own.by_turn(((1, name),), "cpu").values())

    bare = {kind: micros(f"{kind}, C") for kind in ("request", "cookie")}
    for name in programs():
        calls = int(samples["calls"].median(((1, f"calls, {name}"),), "value"))
        call = micros(f"20 foreign calls, {name}") / 20
        limits = bare["request"] + calls * call, bare["cookie"] + call
        figures = micros(f"request, {name}"), micros(f"cookie, {name}")
        found.runtimes[name] = Overhead(*figures, calls, call, *limits)
    apache = 1e6 * samples["request"].median(APACHE, "cpu")
    found.runtimes["Apache"] = Overhead(apache, None, 0, None, bare["request"], None)
    for name, lines in samples["stalls"].lines.items():
        # Of the turn that the rest of the machine disturbed least.
        found.stalls[name.removeprefix("stall, ")] = 1e3 * min(line["value"] for line in lines.values())
    return found
