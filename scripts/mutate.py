"""Breaks the library in many small ways, one at a time, and lists those that no test notices.

    mutate.py [--flows] [--sample COUNT] MODULE...
    mutate.py --short RESULTS

In a copy of a module, each condition is wrapped in a function that can turn it around or make it hold, each check of
its own in one that can skip it, and each number in one that can add 1. A variable chooses which of them is active, so
one build serves all: the module alone is compiled again, and linked to the tests that `./run test swift` has built.
Then the module's tests run once for each; what survives them runs against the flows (RelyingPartyTests) with --flows.
A test that fails, crashes or hangs has noticed. `--sample`: so many of them, always the same.

`--short` is what `./run test` does: only those in mutants.toml, each against the tests that must notice it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from mutants import SWITCH, Breaker, Mutant

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/swift-test"
WORK = ROOT / "build/mutants"
MODULES = ["OpenIDConnect", "Session", "Cookies", "Cryptography", "JOSE"]
CHOSEN = ROOT / "scripts/mutants.toml"
LONGEST_RUN = 300
# Of the module's command, what writes beside the object file or compiles only what has changed.
DROPPED = {"-emit-dependencies", "-emit-module", "-incremental", "-enable-batch-mode", "-serialize-diagnostics"} | {
    "-parseable-output",
    "-emit-objc-header",
    "-warnings-as-errors",
}
DROPPED_WITH_VALUE = {"-emit-module-path", "-output-file-map", "-index-store-path", "-emit-objc-header-path"}


def command(pattern: str) -> list[str]:
    """One of those that SwiftPM has built with."""
    match = re.search(pattern + r".*?\n    args: (\[.*?\])\n", (BUILD / "debug.yaml").read_text(), re.DOTALL)
    if match is None:
        raise SystemExit("the tests have not been built: ./run test swift")
    arguments: list[str] = json.loads(match[1])
    return arguments


def run(arguments: list[str]) -> None:
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-6000:] + done.stdout[-2000:])


def compile_module(module: str, files: list[Path], *more: str) -> Path:
    found = command(rf'"C\.{module}-[^"]*\.module":')
    kept: list[str] = []
    for before, argument in zip(["", *found], found, strict=False):
        if before not in DROPPED_WITH_VALUE and argument not in DROPPED | DROPPED_WITH_VALUE and argument[0] != "@":
            kept.append(argument)
    output = WORK / f"{module}.o"
    run([*kept, *more, "-wmo", *map(str, files), "-o", str(output)])
    return output


def link(objects: dict[str, Path], *more: str) -> Path:
    """The tests with these objects in place of the modules' own."""
    found = command(r'outputs: \["[^"]*/stauthPackageTests\.xctest"\]')
    (listed,) = [argument for argument in found if argument.endswith("Objects.LinkFileList")]
    replaced = tuple(f"/{module}.build/" for module in objects)
    kept = [name for name in Path(listed[1:]).read_text().split() if not any(part in name for part in replaced)]
    name = "-".join(objects)
    (WORK / f"{name}.list").write_text("\n".join([*kept, *map(str, objects.values())]) + "\n")
    program = WORK / f"{name}.xctest"
    others = {listed: f"@{WORK}/{name}.list", found[found.index("-o") + 1]: str(program)}
    run([others.get(argument, argument) for argument in found] + list(more))
    return program


def build(modules: list[str]) -> tuple[list[Mutant], Path]:
    """All mutants of these modules, and the tests of a library that can be each of them."""
    breaker = Breaker()
    files: dict[str, list[Path]] = {}
    for module in modules:
        folder = WORK / module
        shutil.rmtree(folder, ignore_errors=True)
        files[module] = [folder / "Mutant.swift"]
        for path in sorted((ROOT / "Sources" / module).rglob("*.swift")):
            files[module].append(folder / path.relative_to(ROOT / "Sources" / module))
            files[module][-1].parent.mkdir(parents=True, exist_ok=True)
            text = breaker.text(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
            files[module][-1].write_text(text, encoding="utf-8")
        files[module][0].write_text(SWITCH, encoding="utf-8")
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        objects = dict(zip(modules, pool.map(compile_module, modules, files.values()), strict=True))
    return breaker.mutants, link(objects)


def survives(program: Path, mutant: int, suite: str, patience: float = LONGEST_RUN) -> bool:
    environment = {**os.environ, "STAUTH_MUTANT": str(mutant), "SWIFT_BACKTRACE": "enable=no"}
    arguments = [str(program), "--testing-library", "swift-testing", "--filter", suite]
    try:
        done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, timeout=patience)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def try_module(module: str, sample: int | None, with_flows: bool) -> tuple[int, list[Mutant]]:
    """How many mutants there were, and those that survived."""
    mutants, program = build([module])
    suites = [f"^{module}Tests\\."] + (["^RelyingPartyTests\\."] if with_flows else [])
    patience: dict[str, float] = {}
    for suite in suites:
        began = time.monotonic()
        if not survives(program, -1, suite):
            raise SystemExit(f"{suite} fails without any mutant")
        patience[suite] = 10 + 10 * (time.monotonic() - began)
    if sample is not None:
        mutants = random.Random(1).sample(mutants, sample)
    survivors: list[Mutant] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        outcomes = pool.map(
            lambda mutant: all(survives(program, mutant.number, suite, patience[suite]) for suite in suites), mutants
        )
        for mutant, has_survived in zip(mutants, outcomes, strict=True):
            if has_survived:
                survivors.append(mutant)
                print(mutant.row(), flush=True)
    print(f"{module}: {len(mutants)} mutants, {len(survivors)} survived", flush=True)
    return len(mutants), survivors


@dataclass(frozen=True)
class Chosen:
    """One of mutants.toml."""

    file: str
    part: str
    what: str
    tests: str

    def found_in(self, mutants: list[Mutant]) -> int:
        found = [m.number for m in mutants if m.place.split(":")[0] == f"Sources/{self.file}" and m.what == self.what]
        numbers = [number for number in found if self.part in mutants[number].text]
        if not numbers:
            raise SystemExit(f"{CHOSEN.name}: no mutant of {self.file} is '{self.what}' of '{self.part}'")
        return numbers[0]

    def case(self, has_survived: bool) -> str:
        failure = "<failure>No test noticed.</failure>" if has_survived else ""
        name = quoteattr(f"{self.file}: {self.what}: {self.part}")
        return f"<testcase classname='mutate' name={name}>{failure}</testcase>"


def try_chosen(results: Path) -> int:
    """Those of mutants.toml. The tests run without any, too: if they fail, or do not exist, they notice nothing."""
    chosen = [Chosen(**entry) for entry in tomllib.loads(CHOSEN.read_text(encoding="utf-8"))["mutant"]]
    mutants, program = build(sorted({one.file.split("/")[0] for one in chosen}))
    runs = [(one.found_in(mutants), one.tests) for one in chosen]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        suites = sorted({one.tests for one in chosen})
        working = pool.map(lambda suite: survives(program, -1, rf"^{suite}/"), suites)
        survived = list(pool.map(lambda run: survives(program, run[0], rf"^{run[1]}/"), runs))
    for suite, works in zip(suites, working, strict=True):
        if not works:
            raise SystemExit(f"{suite} fails without any mutant, or does not exist")
    for one, has_survived in zip(chosen, survived, strict=True):
        if has_survived:
            print(f"no test of {one.tests} notices {one.file}: {one.what}: {one.part}")
    cases = "\n".join(one.case(has_survived) for one, has_survived in zip(chosen, survived, strict=True))
    (results / "mutate.xml").write_text(f"<testsuite name='mutate'>\n{cases}\n</testsuite>\n", encoding="utf-8")
    print(f"{len(chosen)} mutants, {survived.count(True)} survived")
    return 1 if any(survived) else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Breaks modules in small ways, and lists what no test notices.")
    parser.add_argument("modules", nargs="*", help=f"some of {', '.join(MODULES)}; all of them if none is named")
    parser.add_argument("--flows", action="store_true", help="run what survives against the flows as well")
    parser.add_argument("--sample", type=int, help="only so many of each module")
    parser.add_argument("--short", type=Path, metavar="RESULTS", help="only those in mutants.toml")
    arguments = parser.parse_args()
    if unknown := set(arguments.modules) - set(MODULES):
        parser.error(f"no such module: {', '.join(unknown)}")
    WORK.mkdir(parents=True, exist_ok=True)
    if arguments.short:
        return try_chosen(arguments.short)
    results = [try_module(module, arguments.sample, arguments.flows) for module in arguments.modules or MODULES]
    count, survived = sum(number for number, _ in results), sum(len(survivors) for _, survivors in results)
    print(f"{count} mutants, {count - survived} noticed, {survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
