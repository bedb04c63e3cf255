"""Every block that the documents show is right in its language: compiled, parsed, or taken by the library. What only
other tests can run is listed in documented.py."""

from __future__ import annotations

import ast
import ctypes
import importlib.util
import os
import re
import subprocess
import textwrap
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import jinja2  # which Flask brings
import pytest
import yaml

from documented import CHECKED, ROOT, Block, blocks
from languages import apache, lua
from program import LIBRARY, PREFIX
from provider.certificates import authority

SECRET = "kd93kEdl30dkElk3mcLqpz81Zmnv"
SHARED = f'redirect_uri = "https://app.example.com/oauth2callback"\ncookie_secret = "{SECRET}"\n'
PROVIDER = '[auth.google]\nprovider = "google"\nclient_id = "1234"\nclient_secret = "…"\n'
CHECKS: dict[str, Callable[[str, Path], None]] = {}


def check(language: str) -> Callable[[Callable[[str, Path], None]], Callable[[str, Path], None]]:
    def register(function: Callable[[str, Path], None]) -> Callable[[str, Path], None]:
        CHECKS[language] = function
        return function

    return register


def run(*command: str | Path, folder: Path, **environment: str) -> None:
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


def in_function(text: str, head: str, tail: str) -> str:
    """Statements as the body of a function, behind what must stand at the top of a file."""
    lines = text.splitlines()
    top = [line for line in lines if line.startswith(("#include", "import ", "using "))]
    return "\n".join([*top, head, *(line for line in lines if line not in top), tail, ""])


@check("toml")
def taken_by_the_library(text: str, folder: Path) -> None:
    """As it is, but for secrets, and with what the page has said before."""
    tables = tomllib.loads(text)
    if "auth" not in tables:
        return
    if "redirect_uri" not in text:
        text = text.replace("[auth]\n", f"[auth]\n{SHARED}") if "[auth]\n" in text else f"[auth]\n{SHARED}{text}"
    if "client_id" not in text:
        text += PROVIDER
    chain, key = authority().issue()
    for name in re.findall(r'\{ file = "([^"]+)" \}', text):
        (folder / name).write_bytes(key_for(name, chain, key))
    named = dict.fromkeys(re.findall(r'\{ env = "(\w+)" \}', text), SECRET)
    path = written(folder, "secrets.toml", text.replace("…", SECRET))
    program = "import libstauth, sys; libstauth.App(sys.argv[1]).close()"
    own = {"PYTHONPATH": str(ROOT / "bindings" / "python" / "src"), "STAUTH_LIBRARY": str(LIBRARY)}
    run("python3", "-c", program, path, folder=folder, **own, **named)


def key_for(name: str, chain: bytes, key: bytes) -> bytes:
    """What the page's file of this name holds."""
    if name.startswith("client-certificate"):
        return key if "key" in name else chain
    of_kind = ["RSA"] if name.startswith("decryption") else ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    return subprocess.run(["openssl", "genpkey", "-algorithm", *of_kind], check=True, capture_output=True).stdout


@check("python")
def parsed_python(text: str, folder: Path) -> None:
    """As a module, or as the body of a function: pages return something."""
    try:
        ast.parse(text)
    except SyntaxError:
        ast.parse("async def page():\n" + textwrap.indent(text, "    "))


@check("js")
def parsed_js(text: str, folder: Path) -> None:
    name = "block.cjs" if "require(" in text and "\nimport " not in text else "block.mjs"
    body = text if name.endswith("mjs") else f"async () => {{\n{text}\n}};\n"
    run("node", "--check", written(folder, name, body), folder=folder)


@check("sh")
def parsed_sh(text: str, folder: Path) -> None:
    run("bash", "-n", written(folder, "block.sh", text), folder=folder)


@check("html")
def parsed_template(text: str, folder: Path) -> None:
    jinja2.Environment().parse(text)


@check("xml")
def parsed_xml(text: str, folder: Path) -> None:
    ElementTree.fromstring(f"<web-app>{text}</web-app>")


@check("yaml")
def parsed_yaml(text: str, folder: Path) -> None:
    assert isinstance(yaml.safe_load(text), dict)


@check("c")
def compiled_c(text: str, folder: Path) -> None:
    """A whole program; other tests run the parts of programs."""
    assert "int main(" in text
    prefix = ROOT / "build" / "prefix" / "include"
    path = written(folder, "block.c", text)
    run("cc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{prefix}", path, folder=folder)


@check("cpp")
def compiled_cpp(text: str, folder: Path) -> None:
    known = "#include <stauth.hpp>\n#include <stauth/microhttpd.hpp>\n"
    known += "[[maybe_unused]] stauth::Handler make_site(const stauth::App &);"
    source = in_function(text, f"{known}\nvoid block() {{", "}")
    prefix = ROOT / "build" / "prefix" / "include"
    path = written(folder, "block.cpp", source)
    run("g++", "-std=c++17", "-fsyntax-only", f"-I{prefix}", f"-I{prefix / 'stauth'}", path, folder=folder)


@check("csharp")
def parsed_csharp(text: str, folder: Path) -> None:
    source = in_function(text, "class Block { void Run() {", "} }")
    run("mcs", "--parse", written(folder, "Block.cs", source), folder=folder)


PARSE_JAVA = """
import javax.tools.*; import com.sun.source.util.JavacTask; import java.util.*;
class Parse {
    public static void main(String[] files) throws Exception {
        var problems = new DiagnosticCollector<JavaFileObject>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        var manager = compiler.getStandardFileManager(problems, null, null);
        ((JavacTask) compiler.getTask(null, manager, problems, null, null, manager.getJavaFileObjects(files))).parse();
        problems.getDiagnostics().forEach(System.err::println);
        System.exit(problems.getDiagnostics().isEmpty() ? 0 : 1);
    }
}
"""


@check("java")
def parsed_java(text: str, folder: Path) -> None:
    is_file = re.search(r"^public class ", text, re.M)
    source = text if is_file else in_function(text, "class Block { void run() {", "} }")
    run("java", written(folder, "Parse.java", PARSE_JAVA), written(folder, "Block.java", source), folder=folder)


@check("go")
def parsed_go(text: str, folder: Path) -> None:
    source = text if text.startswith("package ") else f"package block\n\nfunc _() {{\n{text}}}\n"
    if re.search(r"^func ", text, re.M):
        source = f"package block\n\n{text}"
    run("gofmt", "-e", written(folder, "block.go", source), folder=folder)


@check("rust")
def parsed_rust(text: str, folder: Path) -> None:
    """The compiler reads what it then leaves out."""
    source = f'#![crate_type = "lib"]\n#[cfg(any())]\nasync fn block() {{\n{text}}}\n'
    run("rustc", "--edition=2021", "--emit=metadata", written(folder, "block.rs", source), folder=folder)


@check("swift")
def parsed_swift(text: str, folder: Path) -> None:
    run("swiftc", "-frontend", "-parse", written(folder, "main.swift", text), folder=folder)


@check("ruby")
def parsed_ruby(text: str, folder: Path) -> None:
    run("ruby", "-wc", written(folder, "block.rb", text), folder=folder)


@check("perl")
def parsed_perl(text: str, folder: Path) -> None:
    own = {"PERL5LIB": str(ROOT / "bindings" / "perl" / "lib"), "STAUTH_LIBRARY": str(LIBRARY)}
    run("perl", "-c", written(folder, "block.pl", text), folder=folder, **own)


@check("php")
def parsed_php(text: str, folder: Path) -> None:
    run("php", "-l", written(folder, "block.php", text if "<?php" in text else f"<?php\n{text}"), folder=folder)


@check("r")
def parsed_r(text: str, folder: Path) -> None:
    path = written(folder, "block.R", text)
    run("Rscript", "-e", f"invisible(parse({str(path)!r}))", folder=folder)


ERLANG = """
{ok, Text} = file:read_file(hd(init:get_plain_arguments())),
{ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text)),
Ended = case lists:last(Tokens) of {dot, _} -> Tokens; {',', Line} -> lists:droplast(Tokens) ++ [{dot, Line}] end,
{ok, _} = erl_parse:parse_exprs(Ended), halt(0).
"""


@check("erlang")
def parsed_erlang(text: str, folder: Path) -> None:
    run("erl", "-noshell", "-eval", ERLANG, "-extra", written(folder, "block.erl", text), folder=folder)


@check("elixir")
def parsed_elixir(text: str, folder: Path) -> None:
    program = "System.argv() |> hd() |> File.read!() |> Code.string_to_quoted!()"
    run("elixir", "-e", program, written(folder, "block.ex", text), folder=folder)


def nginx_takes(text: str, folder: Path) -> None:
    path = written(folder, "nginx.conf", text)
    run("/usr/sbin/nginx", "-t", "-p", folder, "-e", "stderr", "-c", path, folder=folder, **lua.README_ENVIRONMENT)


@check("nginx")
def taken_by_nginx(text: str, folder: Path) -> None:
    """The first line of the README's program is for http; what else it shows is as well."""
    init, _, server = text.partition("\n") if text.startswith("init_by_lua") else (text, "", "")
    values = {"library": ROOT / "build" / "lua" / "lib", "port": 8501, "init": "", "server": server}
    settings = (
        SHARED
        + 'client_id = "1"\nclient_secret = "2"\nserver_metadata_url = "http://localhost/x"\nissuer = "http://localhost"\n'
    )
    secrets = written(folder, "secrets.toml", f"[auth]\n{settings}")
    values["init"] = init.replace(".new()", f'.new("{secrets}")') if server else init
    nginx_takes(lua.README_CONFIGURATION.format(**values), folder)


@check("lua")
def parsed_lua(text: str, folder: Path) -> None:
    """By the library that nginx runs Lua with, because Debian's package has no program."""
    lua_jit = ctypes.CDLL("libluajit-5.1.so.2")
    lua_jit.luaL_newstate.restype = ctypes.c_void_p
    state = ctypes.c_void_p(lua_jit.luaL_newstate())
    try:
        assert lua_jit.luaL_loadstring(state, text.encode()) == 0, "not Lua"
    finally:
        lua_jit.lua_close(state)


@check("apache")
def taken_by_apache(text: str, folder: Path) -> None:
    """With the module, and the settings where the block says."""
    secrets = written(folder, "secrets.toml", f"[auth]\n{SHARED}{PROVIDER}".replace("…", SECRET))
    text = text.replace("conf/secrets.toml", str(secrets))
    if "<Location" not in text:
        first, rest = text.split("\n", 1)
        text = f"{first}\n<Location />\n{rest}</Location>\n"
    names = ("mpm_event", "authn_core", "authz_core", "authz_user")
    loaded = [f"LoadModule {name}_module {apache.MODULES}/mod_{name}.so" for name in names]
    head = [*loaded, f"LoadModule stauth_module {apache.MODULE}", "ServerName localhost", "Listen 127.0.0.1:8501"]
    path = written(
        folder, "httpd.conf", "\n".join([*head, f"DefaultRuntimeDir {folder}", "ErrorLog /dev/stderr", text])
    )
    run("/usr/sbin/apache2", "-t", "-d", folder, "-f", path, folder=folder, LD_LIBRARY_PATH=str(PREFIX))


SHOWN = [block for block in blocks() if block.language in CHECKED and block.test is None]


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: f"{block.page}:{block.line}")
def test_block(block: Block, tmp_path: Path) -> None:
    CHECKS[block.language](block.text, tmp_path)


def test_every_language_has_its_check() -> None:
    assert CHECKS.keys() == CHECKED


WRONG = {
    "toml": '[auth]\nredirect_url = "https://app.example.com/oauth2callback"\n',
    "c": "int main(void) { return st_x(); }\n",
    "xml": "<filter>", "yaml": "- a: [", "html": "{% for x %}", "sh": "if true", "apache": "Stauth x\nRequire y\n",
    "nginx": "resolve 1.1.1.1;\n", "lua": "auth = = 1\n", "elixir": "defmodule X do\n", "erlang": "{ok, = x.\n",
    "r": "f <- function( {\n", "cpp": "stauth::Ap app;\n", "csharp": "var x = ;\n", "java": "var x = ;\n",
    "go": "x := := 1\n", "rust": "let x = ;\n", "ruby": "def x(\n", "perl": "my $x = ;\n", "php": "$x = ;\n",
    "python": "def x(:\n", "swift": "let x = = 1\n", "js": "const x = ;\n",
}  # fmt: skip


PROBLEMS = (AssertionError, SyntaxError, ElementTree.ParseError, yaml.YAMLError, jinja2.TemplateSyntaxError)


@pytest.mark.parametrize("language", sorted(CHECKED))
def test_a_wrong_block_is_found(language: str, tmp_path: Path) -> None:
    with pytest.raises(PROBLEMS):
        CHECKS[language](WRONG[language], tmp_path)


LINT = ROOT / "scripts" / "lint" / "documents.py"
UNCHECKED = {
    "no language": Block("docs/c.md", 1, "", "x"),
    "a language that nothing checks": Block("docs/c.md", 1, "cobol", "x"),
    "cmake, which only another test runs": Block("docs/limits.md", 1, "cmake", "x"),
}


@pytest.mark.parametrize("kind", UNCHECKED)
def test_the_lint_finds_a_block_that_nothing_checks(kind: str) -> None:
    specification = importlib.util.spec_from_file_location("lint_documents", LINT)
    lint = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(lint)
    assert "docs/" in lint.complaint(UNCHECKED[kind])
    assert lint.complaint(Block("docs/c.md", 1, "toml", "x")) is None
