"""Each block of docs/sessions.md and docs/monitoring.md, run: the settings with their stores, the pages in Python, the
page's JavaScript, the C program, and nginx in front."""

from __future__ import annotations

import json
import re
import subprocess
import textwrap
import tomllib
from contextlib import ExitStack
from urllib.parse import quote

import pytest
import yaml

import front_servers
from browser import Browser
from hosts import ROOT, Host, python_program
from provider import Rotation
from provider.certificates import authority
from providers import free_port
from redis_servers import PASSWORD, USER, RedisServer

BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```", re.S | re.M)
SESSIONS, MONITORING = (BLOCK.findall((ROOT / "docs" / name).read_text()) for name in ("sessions.md", "monitoring.md"))
# What a test gives instead.
OWN = {"redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url", "redis_url"}
PAGE = re.compile(r'# (HELP|TYPE) stauth_\w+ .+|stauth_\w+({(\w+="[^"]*",?)+})? [0-9.]+')
APP = """
from flask import Flask, Response, jsonify

import libstauth.flask

app = Flask(__name__)
auth = libstauth.flask.init_app(app)


@app.get("/")
def page():
    return "start"


@app.get("/user.json")
def user():
    return jsonify(libstauth.user.to_dict())


@app.get("/transfer")
def transfer():
{fresh}
    return "transferred"


@app.get("/close")
def close():
{end}
    return "closed"


{metrics}
"""
PROGRAM = """
#include <stauth.h>
#include <stdio.h>

int main(int count, char **arguments) {{
    st_config *config = NULL;
    st_app *app = NULL;
    st_error *error = NULL;
    if (count != 2 || st_config_new(&config, &error) != ST_OK ||
        st_config_load_file(config, arguments[1], &error) != ST_OK || st_app_new(config, &app, &error) != ST_OK)
        return 1;
{block}
    return 0;
}}
"""


def blocks(page, language):
    return [text for found, text in page if found == language]


def test_every_block_is_here():
    languages = [[language for language, _ in page] for page in (SESSIONS, MONITORING)]
    assert languages == [
        ["toml", "c", "python", "toml", "python", "js", "toml", "toml", "toml", "toml"],
        ["c", "python", "nginx", "yaml"],
    ]


def shown(text):
    return tomllib.loads(text)["auth"]


@pytest.fixture
def opened():
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def servers(opened, tmp_path):
    """What the settings name: a Redis with TLS and the user of the page, or a master with two sentinels."""

    def start(settings):
        if settings.get("session_store") != "redis":
            return {}
        if "redis_sentinel_master" not in settings:
            redis = RedisServer(tmp_path / "redis", "user default off", USER, tls=True)
            opened.callback(redis.kill)
            assert settings["redis_url"] == "rediss://stauth:PASSWORD@redis.example.com:6379"
            url = f"rediss://stauth:{quote(PASSWORD, safe='')}@localhost:{redis.port}"
            return {"redis_url": url, "redis_ca_file": str(authority().write(tmp_path)), "store_timeout": "2s"}
        master = RedisServer(tmp_path / "master")
        opened.callback(master.kill)
        urls = []
        for number, _ in enumerate(settings["redis_url"]):
            line = f"sentinel monitor {settings['redis_sentinel_master']} 127.0.0.1 {master.port} 1"
            sentinel = RedisServer(tmp_path / f"sentinel{number}", line, program="redis-sentinel")
            opened.callback(sentinel.kill)
            urls.append(sentinel.url)
        return {"redis_url": urls, "store_timeout": "2s"}

    return start


@pytest.mark.parametrize("text", blocks(SESSIONS, "toml"))
def test_settings(text, servers, start, new_provider):
    """They are taken as they are, but for names, and users sign in with them."""
    settings = shown(text)
    own = servers(settings)
    provider = new_provider()
    provider.rotation = Rotation(0)
    site = start(provider, own_clock=True, **{key: value for key, value in settings.items() if key not in OWN}, **own)
    browser = site.browser()
    site.log_in(browser)
    site.wait(60)
    assert site.is_signed_in(browser)
    if "session_store" in settings:
        assert len(browser.jar.get(site.session_cookie)) <= 120
    if "idle_timeout" in settings:
        site.wait(1800)
        assert not site.is_signed_in(browser)
    assert "session_store_failed" not in site.host.log()


def named(text):
    """The pages' example, about the user of the tests."""
    assert "google" in text and "1234" in text
    return text.replace("google", "default").replace("1234", "user-1")


@pytest.fixture
def site(start, new_provider, tmp_path):
    """A site in Python with the pages of both documents, and a session path."""
    [end, fresh], [metrics] = blocks(SESSIONS, "python"), blocks(MONITORING, "python")
    pages = {"fresh": textwrap.indent(fresh, "    "), "end": textwrap.indent(named(end), "    "), "metrics": metrics}
    (tmp_path / "documented.py").write_text(APP.format(**pages))
    program = python_program(tmp_path, "gunicorn", "--bind=127.0.0.1:{port}", "documented:app")
    settings = {"session_path": shown(blocks(SESSIONS, "toml")[0])["session_path"], "idle_timeout": "30m"}
    return start(new_provider(), host=Host("documented", program), **settings)


def test_page_that_wants_a_fresh_login(site):
    provider = site.providers["default"]
    browser = site.browser()
    provider.claims["auth_time"] = provider.now() - 1000
    site.log_in(browser)
    provider.claims["auth_time"] = provider.now()
    page = browser.open(site.url("/transfer"))
    assert page.text == "transferred" and page.url == site.url("/transfer")
    assert [request.value("max_age") for request in provider.seen("authorize")] == [None, "300"]
    assert browser.open(site.url("/transfer"), follow=False).text == "transferred", "it is fresh now"


def test_page_that_asks_how_long_the_session_lasts(site, tmp_path):
    [text] = blocks(SESSIONS, "js")
    [example] = re.findall(r"^// (.*)$", text, re.M)
    browser = site.browser()
    user = site.log_in(browser)
    cookies = "; ".join(f"{name}={browser.jar.get(name)}" for name in browser.jar.names())
    headers = {"Cookie": cookies, "Sec-Fetch-Site": "same-origin"}
    frame = (
        f"const send = globalThis.fetch, origin = 'http://127.0.0.1:{site.host.port}';\n"
        f"globalThis.fetch = (path) => send(origin + path, {{ headers: {json.dumps(headers)} }});\n"
        f"{text}\nconsole.log(JSON.stringify(session));\n"
    )
    (tmp_path / "page.mjs").write_text(frame)
    done = subprocess.run(["node", str(tmp_path / "page.mjs")], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["user"] == user and found.keys() == json.loads(example.replace("…", "")).keys()


def run_in_c(text, folder, secrets):
    (folder / "program.c").write_text(PROGRAM.format(block=textwrap.indent(text, "    ")))
    prefix = ROOT / "build" / "prefix"
    command = ["cc", "-Wall", "-Werror", f"-I{prefix / 'include'}", str(folder / "program.c"), "-o"]
    command += [str(folder / "program"), f"-L{prefix / 'lib'}", "-lstauth", f"-Wl,-rpath,{prefix / 'lib'}"]
    subprocess.run(command, check=True)
    return subprocess.run([str(folder / "program"), str(secrets)], capture_output=True, text=True, check=True).stdout


def test_operator_ends_sessions(site, tmp_path):
    """In Python, where it is seen, and in C, where it succeeds."""
    browser, other = site.browser(), site.browser()
    site.providers["default"].claims["sub"] = "another"
    site.log_in(other)
    site.providers["default"].claims["sub"] = "user-1"
    site.log_in(browser)
    assert browser.open(site.url("/close")).text == "closed"
    assert not site.is_signed_in(browser) and site.is_signed_in(other)
    [text] = blocks(SESSIONS, "c")
    secrets = site.host.log_path.parent / "secrets.toml"
    assert run_in_c(f"{named(text)}\nif (error != NULL)\n    return 2;", tmp_path, secrets) == ""


def is_a_page_of_numbers(text):
    return all(PAGE.fullmatch(line) for line in text.splitlines()) and "stauth_start_time_seconds " in text


def test_page_of_numbers_in_c(site, tmp_path):
    [text] = blocks(MONITORING, "c")
    text = re.sub(r"^    \.\.\. .*$", "    fwrite(page, 1, length, stdout);", text, flags=re.M)
    assert is_a_page_of_numbers(run_in_c(text, tmp_path, site.host.log_path.parent / "secrets.toml"))


def test_numbers_behind_nginx(site):
    """As Prometheus asks for them, at the path of its settings; others are refused."""
    [nginx], [prometheus] = blocks(MONITORING, "nginx"), blocks(MONITORING, "yaml")
    [job] = yaml.safe_load(prometheus)["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["app.example.com:80"]}] and job["job_name"]
    site.log_in(site.browser())
    for allowed, status in (("10.0.0.0/8", 403), ("127.0.0.1", 200)):
        assert "allow 10.0.0.0/8;" in nginx
        location = nginx.replace("10.0.0.0/8", allowed).replace("127.0.0.1:8501", f"127.0.0.1:{site.host.port}")
        port = free_port()
        server = f"server {{ listen 127.0.0.1:{port}; {location} }}"
        with front_servers.front_folder() as folder:
            configuration = front_servers.NGINX_FRAME.format(folder=folder, servers=server)
            with front_servers.running(["/usr/sbin/nginx", "-c"], configuration, folder, port):
                page = Browser().open(f"http://127.0.0.1:{port}{job['metrics_path']}")
        assert page.status == status
        assert is_a_page_of_numbers(page.text) == (status == 200)
    assert page.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    assert 'event="login_succeeded",provider="default"' in page.text
