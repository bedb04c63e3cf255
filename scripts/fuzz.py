"""Runs the fuzz targets, two at a time: fuzz.py PROGRAM [--list | --short RESULTS | SECONDS [TARGET...]].

Each target starts with its inputs in Fuzz/corpora and those that earlier runs found in build/fuzz-corpora. Prints how
many inputs were tried and how many edges of the program they reached. An input that breaks a target goes to
build/fuzz-found.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

ROOT = Path(__file__).resolve().parent.parent
CORPORA, FOUND, NEW = ROOT / "Fuzz/corpora", ROOT / "build/fuzz-found", ROOT / "build/fuzz-corpora"
# Enough to mutate each input of a corpus many times; the same inputs in every run.
SHORT_RUNS, SHORT_SEED = 4000, 1
LIMITS = ["-max_len=8192", "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"]


@dataclass(frozen=True)
class Outcome:
    target: str
    is_good: bool
    executions: int
    edges: int
    output: str

    def row(self) -> str:
        return f"{self.target:18} {self.executions:>10} executions {self.edges:>6} edges" + (
            "" if self.is_good else "   BROKEN"
        )

    def case(self) -> str:
        failure = "" if self.is_good else f"<failure>{escape(self.output[-4000:])}</failure>"
        return f"<testcase classname='fuzz' name={quoteattr(self.target)}>{failure}</testcase>"


def last_number(pattern: str, text: str) -> int:
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def run(program: str, target: str, how: list[str]) -> Outcome:
    # libFuzzer writes to the first folder. A short run must not depend on what earlier ones found.
    new, corpus = NEW / target, CORPORA / target
    if f"-seed={SHORT_SEED}" in how:
        new = NEW / "short" / target
        shutil.rmtree(new, ignore_errors=True)
    for folder in [FOUND, new]:
        folder.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        raise SystemExit(f"{corpus} has no input")
    environment = {
        **os.environ,
        # A trap is enough; Swift's own report of it takes half a minute.
        "SWIFT_BACKTRACE": "enable=no",
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }
    command = [program, target, *LIMITS, *how, f"-artifact_prefix={FOUND}/{target}-", str(new), str(corpus)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", cwd=ROOT)
    executions = last_number(r"stat::number_of_executed_units: (\d+)", done.stderr)
    return Outcome(
        target,
        done.returncode == 0 and executions > 0,
        executions,
        last_number(r"cov: (\d+)", done.stderr),
        done.stderr,
    )


def targets(program: str) -> list[str]:
    return subprocess.run([program, "--list"], check=True, capture_output=True, text=True).stdout.split()


def main(program: str, *arguments: str) -> int:
    known = targets(program)
    if arguments[:1] == ("--list",):
        print("\n".join(known))
        return 0
    is_short = arguments[:1] == ("--short",)
    how = [f"-runs={SHORT_RUNS}", f"-seed={SHORT_SEED}"] if is_short else [f"-max_total_time={(*arguments, '20')[0]}"]
    wanted = known if is_short else list(arguments[1:]) or known
    if unknown := set(wanted) - set(known):
        raise SystemExit(f"no such target: {', '.join(sorted(unknown))}; ./run fuzz --list names them")
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for outcome in pool.map(lambda target: run(program, target, how), wanted):
            print(outcome.row(), flush=True)
            if not outcome.is_good:
                print(outcome.output[-4000:], file=sys.stderr)
            outcomes.append(outcome)
    if is_short:
        cases = "\n".join(outcome.case() for outcome in outcomes)
        Path(arguments[1], "fuzz.xml").write_text(f"<testsuite name='fuzz'>\n{cases}\n</testsuite>\n", encoding="utf-8")
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
