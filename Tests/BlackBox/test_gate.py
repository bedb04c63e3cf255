"""A site behind a login: `require_login` and `open_paths`. What is a page load is in Tests/RelyingPartyTests/Gate."""

from __future__ import annotations

import json

import pytest

SCRIPT = {"Accept": "application/json", "Sec_Fetch_Mode": "cors"}


@pytest.fixture
def closed(start, new_provider):
    return start(new_provider(), require_login=True, open_paths=["/health", "/static/"])


def test_page_load_leads_through_the_login_and_back(closed):
    browser = closed.browser()
    page = browser.open(closed.url("/report?id=3"))
    assert page.status == 200 and page.url == closed.url("/report?id=3")
    assert b"/report?id=3" in page.body and browser.jar.get(closed.session_cookie)
    script = browser.open(closed.url("/user.json"), **SCRIPT)
    assert json.loads(script.body)["is_logged_in"] is True
    assert script.header("Vary") == "Cookie"


def test_script_is_told_to_sign_in(closed):
    browser = closed.browser()
    page = browser.open(closed.url("/user.json"), **SCRIPT)
    assert page.status == 401 and page.body == b"Sign in first.\n\nnot_signed_in\n"
    assert page.header("Cache-Control") == "no-store" and not browser.jar.names()


@pytest.mark.parametrize("path", ["/health", "/health?x=1", "/static/a.css"])
def test_open_paths(closed, path):
    assert closed.browser().open(closed.url(path), **SCRIPT).status == 200


@pytest.mark.parametrize("path", ["/static/%2e%2e/report", "/static//report", "/healthy", "/"])
def test_closed_paths(closed, path):
    assert closed.browser().open(closed.url(path), **SCRIPT).status == 401


def test_preflight_is_the_hosts(closed):
    headers = {"Origin": "https://other.example", "Access-Control-Request-Method": "PUT"}
    page = closed.browser().go("OPTIONS", closed.url("/report"), headers=headers | {"Sec-Fetch-Mode": "cors"})
    assert page.status == 200


def test_one_page_that_the_host_closes(start, new_provider):
    site = start(new_provider())
    browser = site.browser()
    assert browser.open(site.url("/members"), **SCRIPT).status == 401
    assert browser.open(site.url("/members")).status == 200
    assert browser.open(site.url("/members"), **SCRIPT).status == 200
    assert site.is_signed_in(browser)
