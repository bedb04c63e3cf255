"""Breaks the library in many small ways, one at a time, and lists those that no test notices.

    mutate.py [--flows] [--sample COUNT] MODULE...

In a copy of a module, each condition is wrapped in a function that can turn it around or make it hold, each check of
its own in one that can skip it, and each number in one that can add 1. A variable chooses which of them is active, so
one build serves all: the module alone is compiled again, and linked to the tests that `./run test swift` has built.
Then the module's tests run once for each; what survives them runs against the flows (RelyingPartyTests) with --flows.
A test that fails, crashes or hangs has noticed. `--sample`: so many of them, always the same.
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/swift-test"
WORK = ROOT / "build/mutants"
MODULES = ["OpenIDConnect", "Session", "Cookies", "Cryptography", "JOSE"]
LONGEST_RUN = 300
# Of the module's command, what writes beside the object file or compiles only what has changed.
DROPPED = {"-emit-dependencies", "-emit-module", "-incremental", "-enable-batch-mode", "-serialize-diagnostics"} | {
    "-parseable-output",
    "-emit-objc-header",
    "-warnings-as-errors",
}
DROPPED_WITH_VALUE = {"-emit-module-path", "-output-file-map", "-index-store-path", "-emit-objc-header-path"}

SWITCH = """\
import Glibc

/// Which part of the module is broken.
enum Mutant {
    private static let active = getenv("STAUTH_MUTANT").flatMap { Int(String(cString: $0)) } ?? -1

    static func flips(_ number: Int, _ holds: Bool) -> Bool { number == active ? !holds : holds }
    static func holds(_ number: Int, _ holds: Bool) -> Bool { number == active ? true : holds }
    static func adds<Number: BinaryInteger>(_ number: Int, _ value: Number) -> Number {
        number == active ? value + 1 : value
    }
    static func skips(_ number: Int) -> Bool { number == active }
}
"""


@dataclass(frozen=True)
class Mutant:
    number: int
    place: str
    what: str
    text: str

    def row(self) -> str:
        return f"{self.place}: {self.what}: {self.text}"


def clauses(text: str) -> list[str]:
    """The parts of a condition between its commas, but not between those in parentheses, brackets, braces, strings."""
    parts, depth, in_string = [""], 0, False
    for character in text:
        in_string ^= character == '"'
        depth += 0 if in_string else {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if character == "," and depth == 0 and not in_string:
            parts.append("")
        else:
            parts[-1] += character
    return parts


class Breaker:
    """Writes mutants into the text of files."""

    def __init__(self) -> None:
        self.mutants: list[Mutant] = []
        self.place = ("", "")

    def next(self, what: str) -> int:
        place, text = self.place
        self.mutants.append(Mutant(len(self.mutants), place, what, text))
        return self.mutants[-1].number

    def condition(self, clause: str) -> str:
        """A Bool that can be turned around, and can be made to hold."""
        text = clause.strip()
        if not text or re.match(r"(let|var|case|#|await)\b", text) or "try" in text:
            return clause
        space = clause[: len(clause) - len(clause.lstrip())]
        return f"{space}Mutant.holds({self.next('always holds')}, Mutant.flips({self.next('turned around')}, {text}))"

    def numbers(self, line: str) -> str:
        """Each number from 2 on in a constant."""
        return re.sub(
            r"(?<![\w.$#-])(\d[\d_]*)(?![\w.]|\.\d)",
            lambda match: (
                f"Mutant.adds({self.next('one more')}, {match[1]})" if int(match[1].replace("_", "")) > 1 else match[1]
            ),
            line,
        )

    def line(self, line: str) -> str:
        match = re.fullmatch(r"(\s*guard )(.+)( else \{.*)", line)
        if match is None and line.count("{") == 1:  # another brace would be a closure in the condition
            match = re.fullmatch(r"(\s*(?:if|\} else if|while) )(.+?)( \{.*)", line)
        if match:
            return match[1] + ",".join(map(self.condition, clauses(match[2]))) + match[3]
        if re.match(r"\s+try (?:\w+\.)*(?:validate|verify|require|check)\w*\(.*\)$", line):
            indentation = line[: len(line) - len(line.lstrip())]
            return f"{indentation}if !Mutant.skips({self.next('skipped')}) {{ {line.strip()} }}"
        match = re.fullmatch(r"(\s+return )([^{}?]*(?: == | != | < | <= | > | >= | && )[^{}?]*)", line)
        if match and "try" not in line and match[2].count("(") == match[2].count(")"):
            return match[1] + self.condition(match[2])
        if re.match(r"\s*(package |private |fileprivate )?static let \w+(: \w+)? = [\d_ *+]+$", line):
            return self.numbers(line)
        return line

    def text(self, text: str, name: str) -> str:
        lines = text.split("\n")
        for index, line in enumerate(lines):
            self.place = (f"{name}:{index + 1}", line.strip())
            lines[index] = self.line(line)
        return "\n".join(lines)


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


def compile_module(module: str, files: list[Path]) -> Path:
    found = command(rf'"C\.{module}-[^"]*\.module":')
    kept: list[str] = []
    for before, argument in zip(["", *found], found, strict=False):
        if before not in DROPPED_WITH_VALUE and argument not in DROPPED | DROPPED_WITH_VALUE and argument[0] != "@":
            kept.append(argument)
    output = WORK / f"{module}.o"
    run([*kept, "-wmo", *map(str, files), "-o", str(output)])
    return output


def link(module: str, output: Path) -> Path:
    """The tests with this object in place of the module's own."""
    found = command(r'outputs: \["[^"]*/stauthPackageTests\.xctest"\]')
    (listed,) = [argument for argument in found if argument.endswith("Objects.LinkFileList")]
    objects = [name for name in Path(listed[1:]).read_text().split() if f"/{module}.build/" not in name]
    (WORK / f"{module}.list").write_text("\n".join([*objects, str(output)]) + "\n")
    program = WORK / f"{module}.xctest"
    target = found[found.index("-o") + 1]
    replaced = {listed: f"@{WORK}/{module}.list", target: str(program)}
    run([replaced.get(argument, argument) for argument in found])
    return program


def build(module: str) -> tuple[list[Mutant], Path]:
    folder = WORK / module
    shutil.rmtree(folder, ignore_errors=True)
    breaker = Breaker()
    files: list[Path] = []
    for path in sorted((ROOT / "Sources" / module).rglob("*.swift")):
        name = path.relative_to(ROOT)
        files.append(folder / path.relative_to(ROOT / "Sources" / module))
        files[-1].parent.mkdir(parents=True, exist_ok=True)
        files[-1].write_text(breaker.text(path.read_text(encoding="utf-8"), str(name)), encoding="utf-8")
    files.append(folder / "Mutant.swift")
    files[-1].write_text(SWITCH, encoding="utf-8")
    return breaker.mutants, link(module, compile_module(module, files))


def survives(program: Path, mutant: int, suite: str) -> bool:
    environment = {**os.environ, "STAUTH_MUTANT": str(mutant), "SWIFT_BACKTRACE": "enable=no"}
    arguments = [str(program), "--testing-library", "swift-testing", "--filter", suite]
    try:
        done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, timeout=LONGEST_RUN)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def try_module(module: str, sample: int | None, with_flows: bool) -> tuple[int, list[Mutant]]:
    """How many mutants there were, and those that survived."""
    mutants, program = build(module)
    suites = [f"^{module}Tests\\."] + (["^RelyingPartyTests\\."] if with_flows else [])
    for suite in suites:
        if not survives(program, -1, suite):
            raise SystemExit(f"{suite} fails without any mutant")
    if sample is not None:
        mutants = random.Random(1).sample(mutants, sample)
    survivors: list[Mutant] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        outcomes = pool.map(lambda mutant: all(survives(program, mutant.number, suite) for suite in suites), mutants)
        for mutant, has_survived in zip(mutants, outcomes, strict=True):
            if has_survived:
                survivors.append(mutant)
                print(mutant.row(), flush=True)
    print(f"{module}: {len(mutants)} mutants, {len(survivors)} survived", flush=True)
    return len(mutants), survivors


def main() -> int:
    parser = argparse.ArgumentParser(description="Breaks modules in small ways, and lists what no test notices.")
    parser.add_argument("modules", nargs="*", help=f"some of {', '.join(MODULES)}; all of them if none is named")
    parser.add_argument("--flows", action="store_true", help="run what survives against the flows as well")
    parser.add_argument("--sample", type=int, help="only so many of each module")
    arguments = parser.parse_args()
    if unknown := set(arguments.modules) - set(MODULES):
        parser.error(f"no such module: {', '.join(unknown)}")
    WORK.mkdir(parents=True, exist_ok=True)
    results = [try_module(module, arguments.sample, arguments.flows) for module in arguments.modules or MODULES]
    count, survived = sum(number for number, _ in results), sum(len(survivors) for _, survivors in results)
    print(f"{count} mutants, {count - survived} noticed, {survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
