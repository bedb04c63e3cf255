"""What MkDocs does besides reading docs/: it takes in the other documents of the repository, makes a page for each
provider and example and the references, and leads links of the repository to the pages of the site."""

from __future__ import annotations

import os
import posixpath
import re
import sys
from collections.abc import Iterator
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).parent))

import c_reference
import python_reference
from places import ROOT, places, provider_chapters, title

PLACES = places()
PICTURES = Path(os.environ.get("STAUTH_PICTURES", ROOT / "build" / "pictures"))
PICTURE = re.compile(r"<!-- picture: ([\w-]+), (.+) -->")
# Python-Markdown takes the last character of "# C#" for the end of a heading.
SHARP = re.compile(r"^(#+ .*\w)#$", re.M)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
FILE = re.compile(r"[\w./-]+\.md")
CODE = re.compile(r"<code>.*?</code>")
TABLE = re.compile(r"<table>.*?</table>", re.S)
FENCE = re.compile(r"^ *```")
NAMES = {"github": "GitHub", "gitlab": "GitLab", "linkedin": "LinkedIn", "cpp": "C++", "csharp": "C#", "php": "PHP"}
NAMES |= {"erlang": "Erlang and Elixir", "lua": "nginx with Lua", "node": "Node.js", "java": "Java"}
NAMES |= {"fastapi": "FastAPI", "nicegui": "NiceGUI", "c-event-loop": "C with an event loop"}
LANGUAGES = {".js": "js", ".mjs": "js", ".py": "python", ".rs": "rust", ".erl": "erlang", ".hpp": "cpp", ".h": "c"}
LANGUAGES |= {".conf": "nginx", ".psgi": "perl", ".ru": "ruby", ".cs": "csharp", ".R": "r", ".shtml": "html"}
PROVIDER = "\nRegister your application as shown, then add the settings below [the `[auth]` table](providers.md).\n"
KEPT = {".c", ".h", ".cpp", ".hpp", ".cs", ".erl", ".go", ".html", ".java", ".js", ".mjs", ".lua", ".psgi", ".php"}
KEPT |= {".swift", ".py", ".R", ".rb", ".ru", ".erb", ".rs", ".conf", ".shtml", ".sh"}
# Pages whose source is elsewhere than their place says, for their links.
SOURCES: dict[str, str] = {page: source for source, page in PLACES.items() if (ROOT / source).is_file()}


def called(name: str) -> str:
    return NAMES.get(name, name.capitalize())


def on_config(config: Any) -> Any:
    pages = {page for page in [*PLACES.values(), *generated()] if page.endswith(".md")}
    named = set(re.findall(r"[\w/-]+\.md", str(config.nav)))

    def filled(entries: list[Any]) -> Iterator[Any]:
        for entry in entries:
            if isinstance(entry, str) and entry.endswith("*"):
                folder = entry.removesuffix("*").removesuffix("/")
                for page in sorted(page for page in pages - named if posixpath.dirname(page) == folder):
                    yield {called(Path(page).stem): page} if folder == "runtimes" else page
            elif isinstance(entry, dict):
                [(title, value)] = entry.items()
                yield {title: list(filled(value)) if isinstance(value, list) else value}
            else:
                yield entry

    config.nav = list(filled(config.nav))
    return config


def example(path: str) -> str:
    """The files of an example, one after the other."""
    folder = ROOT / path
    name = called(folder.name)
    text = [f"# Example: {name}\n\nThis is the complete program in `{path}`. `./run test` signs users in with it.\n"]
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in KEPT and "test" not in file.name.lower() and "/t/" not in str(file):
            language = LANGUAGES.get(file.suffix, file.suffix.removeprefix("."))
            content = file.read_text("utf-8").rstrip()
            text.append(f"\n## {file.relative_to(folder)}\n\n```{language}\n{content}\n```\n")
    return "".join(text)


def decisions() -> str:
    text = "# Decisions\n\nEach page explains one decision about the library's design, and the reasons for it.\n\n"
    for path in sorted((ROOT / "docs" / "adr").glob("*.md")):
        text += f"- [{path.read_text('utf-8').splitlines()[0].removeprefix('# ')}]({path.name})\n"
    return text


def generated() -> dict[str, str]:
    """The pages that no file of docs/ is, with their text."""
    found = {
        "reference/c.md": c_reference.page(ROOT / "include" / "stauth.h"),
        "reference/python.md": python_reference.page(ROOT / "bindings" / "python" / "src" / "libstauth"),
        "adr/index.md": decisions(),
        "project/license.md": "# License\n\n```text\n" + (ROOT / "LICENSE").read_text("utf-8") + "```\n",
    }
    for source, page in PLACES.items():
        path = ROOT / source
        if path.suffix == ".md" and not source.startswith("docs/"):
            found[page] = path.read_text("utf-8")
        elif page.startswith("examples/") and path.is_dir():
            found.setdefault(page, example(source))
    for name, text in provider_chapters().items():
        page = f"providers/{name}.md" if name else "providers/index.md"
        found[page] = f"# {called(name)}\n{PROVIDER}{text}" if name else text
        SOURCES[page] = "docs/providers.md"
    return found


def on_files(files: Files, config: Any) -> Files:
    for page, text in generated().items():
        if existing := files.get_file_from_path(page):
            files.remove(existing)
        files.append(File.generated(config, page, content=text))
    files.append(File.generated(config, "site.css", abs_src_path=str(Path(__file__).with_name("site.css"))))
    for path in sorted(PICTURES.glob("*.png")):
        files.append(File.generated(config, f"pictures/{path.name}", abs_src_path=str(path)))
    return files


def place_of(target: str, source: str) -> str | None:
    """The page of the site for a link in a document of the repository; None if the site has none."""
    file, hashed, anchor = target.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), file)) if file else source
    page = PLACES.get(path)
    if page == "providers/index.md" and anchor and anchor in provider_chapters():
        return f"providers/{anchor}.md"
    return page and page + hashed + anchor


def linked(text: str, page: str, source: str) -> str:
    """The text with its links to pages of the site; what the site does not have is named without a link."""

    def lead(match: re.Match[str]) -> str:
        mark, words, target = match.groups()
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        place = place_of(target, source)
        if place is None:
            assert (ROOT / posixpath.dirname(source) / target.partition("#")[0]).exists(), f"{source}: {target}"
            return words
        file, hashed, anchor = place.partition("#")
        if FILE.fullmatch(words):  # a page of the site has a title, where the repository has a file
            words = title(posixpath.normpath(posixpath.join(posixpath.dirname(source), target.partition("#")[0])))
        relative = posixpath.relpath(file, posixpath.dirname(page) or ".")
        return f"{mark}[{words}]({'' if file == page and hashed else relative}{hashed}{anchor})"

    return LINK.sub(lead, text)


def deepened(markdown: str) -> Iterator[tuple[bool, str]]:
    """Whether each line is code, and the line, in lists with the four columns that Python-Markdown wants, where GitHub
    takes two."""
    deeper, is_fenced = 0, False
    for line in markdown.splitlines():
        if not is_fenced and (item := re.match(r"(- |\d+\. +)\S", line)):
            deeper = 4 - len(item[1])
        elif line and not line.startswith(" "):
            deeper = 0
        elif line:
            line = " " * deeper + line
        if FENCE.match(line):
            is_fenced = not is_fenced
        yield is_fenced or (line.startswith("    ") and not deeper), line


def pictured(text: str, page: str) -> str:
    """With its pictures, in both colours. A document only names them, because they are made when the site is."""
    folder = posixpath.relpath("pictures", posixpath.dirname(page) or ".")

    def shown(match: re.Match[str]) -> str:
        name, words = match.groups()
        both = (f"![{words}]({folder}/{name}-{colours}.png#only-{colours})" for colours in ("light", "dark"))
        return "\n".join(both)

    return PICTURE.sub(shown, text)


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    name = page.file.src_uri
    source = SOURCES.get(name, f"docs/{name}")
    if name.startswith(("adr/", "examples/", "project/")):
        page.meta["search"] = {"boost": 0.3}  # what users look for comes before
    written = []
    for is_code, lines in groupby(deepened(markdown), key=lambda line: line[0]):
        text = "\n".join(line for _, line in lines) + "\n"
        text = SHARP.sub(r"\1\\#", text)
        is_kept = is_code or name.startswith("reference/")
        written.append(text if is_kept else pictured(linked(text, name, source), name))
    return "".join(written)


def on_page_content(html: str, page: Any, config: Any, files: Files) -> str:
    """Names the column in each cell of a wide table: a narrow screen shows the cells one below the other."""

    def labelled(match: re.Match[str]) -> str:
        table = CODE.sub(lambda code: code[0].replace("_", "_<wbr>"), match[0])  # where long names may break
        names = [re.sub(r"<.*?>", "", name) for name in re.findall(r"<th[^>]*>(.*?)</th>", table, re.S)]
        if len(names) < 3:
            return table

        def row(found: re.Match[str]) -> str:
            labels = iter(names)
            return re.sub(r"<td", lambda _: f'<td data-label="{escape(unescape(next(labels)))}"', found[0])

        return re.sub(r"<tr>.*?</tr>", row, table.replace("<table>", "<table data-wide>"), flags=re.S)

    return TABLE.sub(labelled, html)
