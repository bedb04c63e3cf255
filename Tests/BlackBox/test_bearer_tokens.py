"""Programs that call the app with access tokens: what docs/bearer-tokens.md tells them to type, and many at once."""

from __future__ import annotations

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from hosts import ROOT
from provider import AUDIENCE, ProofKey, Reply, access_token, opaque_token
from refusal import assert_nothing_leaked

PAGE = (ROOT / "docs" / "bearer-tokens.md").read_text("utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.S | re.M)
PUBLIC = "https://app.example.com"
BEARER = {"bearer_tokens": ["jwt", "introspection"], "bearer_audience": AUDIENCE}


@pytest.fixture(scope="module")
def provider(new_provider):
    return new_provider("programs")


@pytest.fixture(scope="module")
def site(start_shared, provider):
    return start_shared(provider, more={"default": BEARER})


@pytest.fixture(autouse=True)
def behave(provider):
    yield
    provider.behave()


@pytest.fixture
def typed(site, provider):
    """What each command writes, with tokens in the place of its variables."""
    key = ProofKey()
    bound = access_token(provider, cnf={"jkt": key.thumbprint})
    variables = {"TOKEN": access_token(provider), "WRONG": access_token(provider, aud="another"), "BOUND_TOKEN": bound}
    variables["PROOF"] = key.proof(site.url("/user.json"), bound, provider.now())

    def run(command: str) -> str:
        command = command.replace(PUBLIC, site.public)
        environment = variables | {"PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            ["bash", "-euc", command], env=environment, capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_commands_of_the_page(site, typed):
    good, wrong, bound = map(typed, COMMANDS)
    assert json.loads(good)["authenticated_by"] == "bearer"
    assert json.loads(bound)["authenticated_by"] == "dpop"
    # What the page shows below the second one.
    (shown,) = re.findall(r"^    HTTP/1.1 (.*?)\n\n(?=\S)", PAGE, re.S | re.M)
    shown = f"HTTP/1.1 {shown}".replace(PUBLIC, site.public)
    status, *headers, _, body = (line.strip() for line in shown.split("\n"))
    assert wrong.startswith(status.removesuffix(" Unauthorized"))
    for header in headers:
        name, _, value = header.partition(": ")
        pattern = re.escape(value).replace("…", "[^\"]+")
        assert re.search(rf"^{name}: {pattern}\r?$", wrong, re.M | re.I), (header, wrong)
    assert wrong.endswith(body)


def test_refusals_are_logged_without_the_token(site, provider):
    token = access_token(provider, exp=1)
    page = site.browser().open(site.url("/user.json"), Authorization=f"Bearer {token}")
    assert page.status == 401
    line = next(line for line in site.host.log().splitlines() if "event=access_token_refused" in line)
    assert "provider=default code=access_token_invalid" in line or "code=access_token_invalid" in line
    assert_nothing_leaked(site, page)


def test_many_programs_at_once(site, provider):
    """Each is its own user, also while the provider takes its time."""
    provider.respond("introspection", slowly(provider))
    tokens = {f"program-{index}": opaque_token(provider, sub=f"program-{index}") for index in range(12)}

    def user(token):
        page = site.browser().open(site.url("/user.json"), Authorization=f"Bearer {token}")
        return json.loads(page.body).get("sub") if page.status == 200 else page.text

    with ThreadPoolExecutor(12) as pool:
        for _ in range(2):
            assert dict(zip(tokens, pool.map(user, tokens.values()), strict=True)) == {name: name for name in tokens}


def slowly(provider):
    """What it would have said, byte by byte."""

    def answer(request):
        return Reply(body=provider.introspections[dict(request.form)["token"]], trickle=0.001)

    return answer
