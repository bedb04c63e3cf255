"""Lists the lines of the modules that judge what comes from outside which no Swift test reaches: coverage.py [--write].

The modules are compiled again with counters, and linked to the tests that `./run test swift` has built. All tests run,
the flows with both drivers. Each line that none reaches needs a reason in unreached.toml, and a line there must not be
reached. `--write` writes docs/coverage.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import mutate

ROOT = mutate.ROOT
PAGE, REASONS = ROOT / "docs/coverage.md", ROOT / "scripts/unreached.toml"
MODULES = ["OpenIDConnect", "JOSE", "Session", "Cookies"]
COUNTING = ["-profile-generate", "-profile-coverage-mapping"]
HEAD = """\
# Coverage

The first table shows how many lines the Swift tests reach in the modules that check input from outside. The second
one lists every line that no test reaches, with the reason, except for lines with only a brace. The fuzz targets and
the tests in C and over HTTP reach more, and are not counted. `./run coverage` measures this, and fails if a line is
missing here; `./run coverage --write` writes this page.
"""


def build() -> Path:
    objects: dict[str, Path] = {}
    for module in MODULES:
        files = sorted((ROOT / "Sources" / module).rglob("*.swift"))
        objects[module] = mutate.compile_module(module, files, *COUNTING)
    return mutate.link(objects, COUNTING[0])


def measure(program: Path) -> dict[str, dict[int, int]]:
    """How often each line of each file was reached."""
    folder = mutate.WORK / "profiles"
    shutil.rmtree(folder, ignore_errors=True)
    environment = {**os.environ, "LLVM_PROFILE_FILE": f"{folder}/%p-%m.profraw"}
    for driver, filtered in [("", []), ("steps", ["--filter", "^RelyingPartyTests"])]:
        arguments = [str(program), "--testing-library", "swift-testing", *filtered]
        done = subprocess.run(
            arguments, cwd=ROOT, env={**environment, "STAUTH_TEST_DRIVER": driver}, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"the tests fail: {done.stdout[-3000:]}")
    tools = Path(shutil.which("swift") or "").resolve().parent
    data = mutate.WORK / "profile"
    mutate.run([str(tools / "llvm-profdata"), "merge", "-sparse", "-o", str(data), *map(str, folder.iterdir())])
    sources = [str(ROOT / "Sources" / module) for module in MODULES]
    command = [str(tools / "llvm-cov"), "export", "-format=lcov", "-instr-profile", str(data), str(program), *sources]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found: dict[str, dict[int, int]] = {}
    file = ""
    for line in lines:
        kind, _, value = line.partition(":")
        if kind == "SF":
            file = str(Path(value).relative_to(ROOT / "Sources"))
            found[file] = {}
        elif kind == "DA":
            number, count = value.split(",")[:2]
            found[file][int(number)] = int(count)
    return found


def unreached(counts: dict[str, dict[int, int]]) -> list[tuple[str, str]]:
    """File and text of each, without those that have nothing but a brace."""
    found = []
    for file in sorted(counts):
        text = (ROOT / "Sources" / file).read_text(encoding="utf-8").splitlines()
        lines = [text[number - 1].strip() for number, count in sorted(counts[file].items()) if count == 0]
        found += [(file, line) for line in lines if line.strip("{}() ")]
    return found


def page(counts: dict[str, dict[int, int]], missed: list[tuple[str, str]], reasons: dict[tuple[str, str], str]) -> str:
    lines = [HEAD, "| module | lines | reached | |", "|---|---|---|---|"]
    for module in MODULES:
        every = [count for file, of in counts.items() if file.startswith(f"{module}/") for count in of.values()]
        reached = sum(count > 0 for count in every)
        lines.append(f"| {module} | {len(every)} | {reached} | {100 * reached / len(every):.1f} % |")
    lines += ["", "| file | line | why no test reaches it |", "|---|---|---|"]
    for file, line in missed:
        text = line.replace("|", "\\|")
        lines.append(f"| {file} | `{text}` | {reasons.get((file, line), '')} |")
    return "\n".join([*lines, ""])


def main() -> int:
    mutate.WORK.mkdir(parents=True, exist_ok=True)
    counts = measure(build())
    missed = unreached(counts)
    given = tomllib.loads(REASONS.read_text(encoding="utf-8")).get("line", [])
    reasons = {(entry["file"], entry["text"]): entry["reason"] for entry in given}
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page(counts, missed, reasons), encoding="utf-8")
    problems = [f"{file}: not reached: {line}" for file, line in missed if (file, line) not in reasons]
    problems += [f"{file}: is reached, or gone: {line}" for file, line in reasons.keys() - set(missed)]
    print("\n".join(sorted(problems)) or f"{len(missed)} lines are not reached, each for a reason")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
