"""Writes docs/performance.md and its plots."""

from __future__ import annotations

import datetime
import os
import platform
import re
import subprocess
from pathlib import Path

import plot
from groups import ALGORITHMS, Bar, Group
from overhead import LONGEST_STALL, MOST_CALLS, RESULTS, Overheads
from plot import short
from profiles import Profile
from rows import LIMIT, PEER, PLAIN, SAME, SCALES, Result, Section
from samples import Samples

LOAD = os.getloadavg()[0]  # of the last minute, when this module is loaded
IN_OTHER_LANGUAGES = "In other languages"
PACKAGES = {
    "OpenSSL": "libssl3",
    "libcurl": "libcurl4",
    "cjose": "libcjose0",
    "libjwt": "libjwt0",
    "rhonabwy": "librhonabwy1.1",
    "iddawc": "libiddawc1.1",
    "mod_auth_openidc": "libapache2-mod-auth-openidc",
    "Apache": "apache2-bin",
    "Go": "golang-go",
    "go-oidc": "golang-github-coreos-go-oidc-dev",
    "gorilla/securecookie": "golang-github-gorilla-securecookie-dev",
    "golang.org/x/oauth2": "golang-golang-x-oauth2-dev",
}
# The cases of benchmarks/c whose instructions explain the figures of a chapter of texts.md.
CASES = {
    "cookie": "stauth: user from cookie",
    "request": "stauth: whole request",
    "ended": "user from cookie, a million have ended",
    "validation": "refused at last, RS256",
    "login start": "login start, RS256",
    "callback": "callback, RS256",
    "threads": "stauth: user from cookie",
    "start": "start: stauth, to the first check",
}


def machine() -> dict[str, str]:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    found = {
        "processor": model[1] if model else platform.machine(),
        "available processors": str(len(os.sched_getaffinity(0))),
        "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}",
        "other load at the start": f"{LOAD:.1f} runnable processes",
        "Python": platform.python_version(),
    }
    for name, package in PACKAGES.items():
        command = ["dpkg-query", "--show", "--showformat=${Version}", package]
        found[name] = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for line in Path(__file__).with_name("requirements.txt").read_text().splitlines():
        name, _, version = line.partition("==")
        if version:
            found[name] = version
    return found


def _figure(value: float, unit: str) -> str:
    scaled = value * SCALES.get(unit, 1)
    return (f"{scaled:g}" if unit == "" and scaled == int(scaled) else short(scaled)) + (f" {unit}" if unit else "")


def _cells(result: Result) -> list[str]:
    row = result.row
    ours = [row.what, _figure(result.ours, row.unit)] if row.what != SAME else ["", ""]
    other = _figure(result.other, row.unit) if result.other is not None else ""
    ratio = "" if result.ratio is None else f"{result.ratio:.2f} times {'it' if row.kind == LIMIT else 'ours'}"
    wanted = ""
    if row.wanted is not None and row.kind == PLAIN:
        wanted = f"at most {row.wanted:g} {row.unit}".rstrip()
    elif row.wanted == 1:
        wanted = "more than ours"
    elif row.wanted is not None:
        wanted = f"{'at least' if row.kind == PEER else 'at most'} {row.wanted:g} times"
    verdict = {None: "", True: "yes", False: "**no**"}[result.reached]
    return [*ours, row.label, other, ratio, wanted, verdict]


HEADINGS = ["what", "stauth", "compared with", "its figure", "ratio", "target", "reached"]


def _table(headings: list[str], lines: list[list[str]]) -> str:
    rows = [headings, ["---"] * len(headings), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def as_text(results: list[Result]) -> str:
    lines = [HEADINGS, *map(_cells, results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _texts() -> dict[str, str]:
    parts = re.split(r"^# (.+)\n", Path(__file__).with_name("texts.md").read_text(), flags=re.MULTILINE)
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def _profile_table(case: str, found: Profile) -> str:
    rows = [[f"`{name}`", f"{together:,}", f"{alone:,}"] for name, together, alone in found.functions]
    shares = ", ".join(f"{name} {count:,}" for name, count in list(found.libraries.items())[:5])
    title = (
        f"Instructions of one call of “{case}”: {found.instructions:,}. By library: {shares}. Under these functions:"
    )
    return f"{title}\n\n{_table(['function', 'including callees', 'itself'], rows)}"


def _missed(results: list[Result], texts: dict[str, str], profiles: dict[str, Profile]) -> list[str]:
    reasons: dict[str, list[Result]] = {}
    for result in results:
        if result.reached is False:
            reasons.setdefault(result.row.reason, []).append(result)
    parts = []
    for reason, missed in reasons.items():
        lines = [_cells(result) for result in missed]
        parts += [f"### {reason.capitalize()}", _table(HEADINGS, lines), texts.get(f"reason: {reason}", "")]
        if reason in CASES:
            parts.append(_profile_table(CASES[reason], profiles[CASES[reason]]))
    return parts


def _plot(folder: Path, group: Group, samples: Samples) -> str:
    scale = SCALES[group.unit]

    def value(bar: Bar) -> float:
        return samples.median(bar.figure, group.metric) * scale

    bars = [(bar.label, value(bar), bar.kind) for bar in group.bars]
    plot.draw(folder / f"{group.name}.svg", group.title, bars, group.unit)
    return f"![{group.title}](performance/{group.name}.svg)"


def _section(
    folder: Path,
    section: Section,
    text: str,
    results: list[Result],
    groups: dict[str, Group],
    samples: dict[str, Samples],
) -> list[str]:
    plots = [_plot(folder, groups[name], samples[name]) for name in section.groups]
    table = _table(HEADINGS, [_cells(result) for result in results])
    return [part for part in (f"## {section.title}", text, table, *plots) if part]


def write_overheads(docs: Path, found: Overheads) -> None:
    """That chapter alone, and the file that docs/runtimes.md has its figures from."""
    (docs / RESULTS).write_text(found.as_json())
    page = docs / "performance.md"
    chapters = re.split(r"^(?=## )", page.read_text(), flags=re.MULTILINE)
    place = next(place for place, text in enumerate(chapters) if text.startswith(f"## {IN_OTHER_LANGUAGES}\n"))
    chapters[place] = "\n\n".join([f"## {IN_OTHER_LANGUAGES}", *_overheads(found)]) + "\n\n"
    page.write_text("".join(chapters))


def _overheads(found: Overheads) -> list[str]:
    """Its text, the table of the runtimes, and a line about the hosts."""

    def cells(figure: float | None, limit: float | None) -> list[str]:
        if figure is None or limit is None:
            return ["", ""]
        return [f"{short(figure)} µs", f"{short(limit)} µs, {figure / limit:.2f} times"]

    rows = []
    for name, each in found.runtimes.items():
        call = "" if each.call is None else f"{each.call:.3f} µs"
        verdict = "yes" if each.calls <= MOST_CALLS else "**no**"
        request, cookie = cells(each.request, each.request_limit), cells(each.cookie, each.cookie_limit)
        rows.append([name, *request, *cookie, str(each.calls), verdict, call])
    limits = ["request", "C and the calls", "cookie check", "C and a call"]
    headings = ["runtime", *limits, "calls", f"{MOST_CALLS} at most", "one call"]
    slowest = max(found.stalls, key=lambda name: found.stalls[name])
    longest = f"{slowest} stalls longest: {found.stalls[slowest]:.1f} ms"
    stalls = f"Of {len(found.stalls)} hosts, {longest}. The target is {LONGEST_STALL:g} ms."
    return [_texts()[IN_OTHER_LANGUAGES], _table(headings, rows), stalls]


def _instructions(profiles: dict[str, Profile]) -> str:
    counts = {name: found.instructions for name, found in profiles.items()}
    limits = {"stauth: user from cookie": "AES-256-GCM and base64"}
    limits["start: stauth, to the first check"] = "start: OpenSSL"
    for algorithm in ALGORITHMS:
        whole = counts[f"refused at last, {algorithm}"] - counts[f"refused at once, {algorithm}"]
        counts[f"ID token in full, {algorithm}"] = whole
        limits[f"ID token in full, {algorithm}"] = f"EVP verify, {algorithm}"
        limits[f"EVP verify and jansson, {algorithm}"] = f"EVP verify, {algorithm}"
        limits[f"callback, {algorithm}"] = f"EVP verify and two seals, {algorithm}"
        limits[f"EVP verify, two seals and jansson, {algorithm}"] = f"EVP verify and two seals, {algorithm}"
    rows = []
    for name, count in counts.items():
        limit = limits.get(name)
        shares = list(profiles[name].libraries.items())[:3] if name in profiles else []
        most = ", ".join(f"{library} {share:,}" for library, share in shares)
        rows.append([name, f"{count:,}", f"{count / counts[limit]:.2f} times {limit}" if limit else "", most])
    return _table(["what", "instructions of one call", "compared with the limit", "mostly in"], rows)


def write(
    docs: Path,
    judged: list[tuple[Section, list[Result]]],
    groups: list[Group],
    samples: dict[str, Samples],
    profiles: dict[str, Profile],
    overheads: Overheads,
) -> None:
    folder = docs / "performance"
    folder.mkdir(parents=True, exist_ok=True)
    texts = _texts()
    by_name = {group.name: group for group in groups}
    missed = _missed([result for _, results in judged for result in results], texts, profiles)
    parts = [
        "# Performance",
        f"Made by `./run bench` on {datetime.date.today().isoformat()}; do not edit.",
        texts["introduction"],
        *(
            part
            for section, results in judged
            for part in _section(folder, section, texts.get(section.title, ""), results, by_name, samples)
        ),
        f"## {IN_OTHER_LANGUAGES}",
        "## Missed targets, and why",
        *(missed or ["Nothing."]),
        "## Instructions",
        texts["instructions"],
        _instructions(profiles),
        "## How it is measured",
        texts["method"],
        "## Where it was measured",
        _table(["what", "version"], [[name, value] for name, value in machine().items()]),
    ]
    (docs / "performance.md").write_text("\n\n".join(parts) + "\n")
    write_overheads(docs, overheads)
