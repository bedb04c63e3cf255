"""The documentation site: it is built as `./run docs` does, strictly, and its check finds what is broken."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from chromium import chromium
from hosts import ROOT

SITE = ROOT / "scripts" / "site"
BUILD = 'source scripts/common.sh && build_site "$1" "$2"'


def check(folder: Path) -> str:
    done = subprocess.run([sys.executable, SITE / "check.py", folder], capture_output=True, text=True)
    assert done.returncode == (0 if done.stdout.startswith("the site's links lead") else 1), done
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pictures, folder = tmp_path_factory.mktemp("pictures"), tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, SITE / "pictures.py", pictures], check=True)
    done = subprocess.run(["bash", "-c", BUILD, "-", pictures, folder], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_links_lead_somewhere(built: Path) -> None:
    assert check(built) == "the site's links lead somewhere, and it loads nothing from elsewhere\n"


def test_each_document_is_a_page(built: Path) -> None:
    """Those of docs/, of each binding, of each preset, and of each function."""
    for path in (ROOT / "docs").rglob("*.md"):
        if path.name != "providers.md":
            assert (built / path.relative_to(ROOT / "docs").with_suffix(".html")).is_file(), path
    for path in (ROOT / "bindings").glob("*/README.md"):
        assert (built / "runtimes" / f"{path.parent.name}.html").is_file(), path
    assert (built / "providers" / "keycloak.html").is_file()
    functions = (built / "reference" / "c.html").read_text("utf-8")
    for line in (ROOT / "include" / "stauth.h").read_text("utf-8").splitlines():
        if line.startswith("ST_API"):
            assert line.partition("(")[0].split()[-1].strip("*") in functions, line


FAULTS = {
    "page": ('<a href="nowhere.html">x</a>', "leads to nowhere.html, which is missing"),
    "place": ('<a href="#nowhere">x</a>', "leads to #nowhere, which has no such place"),
    "script": ('<script src="https://cdn.example/x.js"></script>', "loads https://cdn.example/x.js"),
    "font": ('<link rel="preconnect" href="https://fonts.example">', "loads https://fonts.example"),
    "list": ("<p>- a<br>- b</p>", "has Markdown in its text: - a- b"),
    "table": ("<p>key | ours | remark</p>", "has Markdown in its text: key | ours | remark"),
    "diagram": ('<pre class="mermaid"></pre>', "has a diagram whose program comes from elsewhere"),
}
FINE = """<p id="here"><a href="#here">x</a> <a href="https://id.example">not loaded</a> <code>- a | b | c</code></p>
<link rel="stylesheet" href="own.css">"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "search").mkdir()
    (tmp_path / "search" / "search_index.json").write_text("{}")
    (tmp_path / "own.css").write_text("p { background: url(data:image/png;base64,AA==) }")
    (tmp_path / "index.html").write_text(FINE)
    return tmp_path


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_finds_faults(fault: str, small: Path) -> None:
    text, complaint = FAULTS[fault]
    assert "lead somewhere" in check(small)
    (small / "index.html").write_text(FINE + text)
    assert check(small) == f"index.html {complaint}\n"


def test_the_check_finds_a_style_from_elsewhere(small: Path) -> None:
    (small / "own.css").write_text("@import url('https://fonts.example/css');\n")
    assert check(small) == "own.css loads a style or a font from elsewhere\n"


def test_documents_are_called_by_their_titles(built: Path) -> None:
    """Where the repository names a file, as in [docs/errors.md](errors.md)."""
    for page in built.rglob("*.html"):
        named = re.findall(r"<a [^>]*>(?:[\w-]+/)*[\w-]+\.md</a>", page.read_text("utf-8"))
        assert named == [], page


def test_no_page_is_a_dead_end(built: Path) -> None:
    """Each example is shown, and a wrong address leads on."""
    for page in (built / "examples").glob("*.html"):
        assert '<div class="highlight"' in page.read_text("utf-8"), page
    assert "start page" in (built / "404.html").read_text("utf-8")


def test_cells_say_which_column_they_are_in(built: Path) -> None:
    """Also if its name has quotes."""
    tokens = (built / "bearer-tokens.html").read_text("utf-8")
    assert 'data-label="&quot;jwt&quot; (RFC 9068)"' in tokens
    for page in built.rglob("*.html"):
        for table in re.findall(r"<table data-wide>.*?</table>", page.read_text("utf-8"), re.S):
            assert table.count("<td") == table.count('<td data-label="') > 0, page


def test_wide_tables_fit_a_phone(built: Path, tmp_path: Path) -> None:
    """And nothing else is wider than the page: what is scrolls by itself."""
    narrow = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    with chromium(tmp_path) as driver:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
        for page in ("configuration", "errors", "runtimes", "attacks", "moving/streamlit", "runtimes/swift"):
            driver.get((built / f"{page}.html").as_uri())
            tables = driver.find_elements(By.CSS_SELECTOR, "table[data-wide]")
            assert tables and all(table.rect["x"] + table.rect["width"] <= 390 for table in tables), page
            assert driver.execute_script("return document.documentElement.scrollWidth") <= 390, page


def test_the_colours_are_those_of_the_system(built: Path, tmp_path: Path) -> None:
    """Also once they have changed."""
    with chromium(tmp_path) as driver:
        for wanted in ("dark", "light", "dark"):
            features = [{"name": "prefers-color-scheme", "value": wanted}]
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
            driver.get((built / "index.html").as_uri())
            shown = driver.find_element(By.TAG_NAME, "body").get_attribute("data-md-color-scheme")
            assert shown == {"light": "default", "dark": "slate"}[wanted]
