"""Section H: where the user is sent after the login, and what gets into headers, pages and logs."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from browser import send_raw
from provider import OpenIDProvider
from victim import Victim

EVIL = "evil.example"
# Refused targets: whatever a browser might take for another place, also once a proxy or framework on the way has
# undone an encoding or two. %s stands for the app's own host and port.
PAYLOADS = [
    "", " ", "x", "x/y", "?x", "#x", ".", "..", "./x", "../x", "*", "@", ":", "&", "=",
    f"//{EVIL}", f"///{EVIL}", f"////{EVIL}", f"//{EVIL}/%2f..", f"//{EVIL}@%s", f"//%s@{EVIL}", f"//{EVIL}:80",
    "//", "///",
    f"//{EVIL}/x?y#z", f"//[::1]/{EVIL}", "//0", "//1.1.1.1", f"//user:pw@{EVIL}",
    f"/\\{EVIL}", f"\\/{EVIL}", f"\\\\{EVIL}", f"/\\/{EVIL}", f"\\/\\/{EVIL}", f"/\\\\{EVIL}", f"\\{EVIL}",
    f"/x\\..\\{EVIL}",
    "/\\", "/a\\b", "/%5c\\x",
    f"/\t/{EVIL}", f"\t//{EVIL}", f"/\n/{EVIL}", f"/\r/{EVIL}", f"/\r\n/{EVIL}", f"\n//{EVIL}", f" //{EVIL}",
    f"\x00//{EVIL}",
    f"/\x00/{EVIL}", f"\x0b//{EVIL}", f"\x0c//{EVIL}", f"\x1f//{EVIL}", f"\x7f//{EVIL}", f"\xa0//{EVIL}",
    f"/\x0b/{EVIL}",
    "/x\ty", "/x\ny", "/x\ry", "/x\0y", "/x\x7fy", "/x\x1by", "/x y", " /x", "\t/x", "\n/x", "/x ", "/x\n",
    "/x\r\nSet-Cookie: a=b", "/x\r\nLocation: https://evil.example", "/x\n\n<script>", "/\u560d\u560aSet-Cookie: a=b",
    "/x\u2028y", "/x\u0085y", "/\u202ex",
    f"https://{EVIL}", f"http://{EVIL}", f"HTTPS://{EVIL}", f"https:{EVIL}", f"https:/{EVIL}", f"https:///{EVIL}",
    f"https:\\\\{EVIL}", f"https://{EVIL}/%s", f"http://%s@{EVIL}", f"http://%s.{EVIL}", f"http://{EVIL}#%s",
    f"http://{EVIL}?%s",
    f"http://{EVIL}\\@%s", f"http://%s\\@{EVIL}", f"http://%s:x@{EVIL}", f"http://%s%%2f@{EVIL}", f"http:////{EVIL}",
    "http://", "http:", "https:", "http://%s:1/", "https://%s/", "http://127.0.0.1/", "http://localhost",
    "http://LOCALHOST:1/x",
    "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "javascript://%s/%%0aalert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "blob:x", "about:blank",
    "mailto:x@y",
    "view-source:x", "ftp://x", "ws://x", "tel:1",
    f"\uff0f\uff0f{EVIL}", f"/\uff0f{EVIL}", f"\u2215\u2215{EVIL}", f"//{EVIL[:4]}\u3002example",
    f"\u29f8{EVIL}", f"/\u2044{EVIL}",
    "//\u24d4vil.example", f"/\uff3c{EVIL}", "/\u200b/evil.example", f"\ufeff//{EVIL}",
    "/%2f%2fevil.example", "/%2F%2Fevil.example", "/%2fevil.example", "/%09/evil.example", "/%5cevil.example",
    "/%252f%252fevil.example", "/%25252fevil.example", "/%255cevil.example", "/%0d%0aSet-Cookie:a=b", "/%00",
    "/%E4", "/%",
    "/" + "x" * 9000, "/?" + "y" * 70_000,
]  # fmt: skip

# Paths of this site that look odd but are good. Sent back byte for byte.
OWN_PATHS = [
    "/", "/x", "/x/", "/x?y=z", "/x?y=z&y=%20", "/x?next=//evil.example", "/x?next=https://evil.example", "/x?a=b?c",
    "/x//evil.example", "/@evil.example", "/.evil.example", "/;@evil.example", "/:80", "/~user/a-b_c.d", "/a+b",
    "/a,b;c",
    "/x?", "/a%20b", "/%C3%A4", "/javascript:alert(1)", "/x'y", "/x!$&()*+,;=:@", "/a%2fb", "/100%25",
    "/x?y=%0d%0a%00%ff",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(start_shared, new_provider):
    return start_shared(new_provider())


def location_after(site, return_to: str) -> str:
    browser = site.browser()
    page = site.begin(browser, None, return_to.replace("%s", site.public.split("/")[2]))
    if page.status != 302:  # too long for the host's HTTP server; that is a refusal, too
        assert page.status in (400, 413, 414, 431), page.status
        return "/"
    answer = page.follow().follow()
    assert answer.status == 302 and "Set-Cookie: a" not in str(answer.headers)
    return answer.header("Location")


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: ascii(payload)[:60])
def test_h93_return_target_elsewhere(site, payload):
    assert location_after(site, payload) == "/"


@pytest.mark.parametrize("path", OWN_PATHS)
def test_h93_return_target_here(site, path):
    assert location_after(site, path) == path


@pytest.mark.parametrize("path", ["/ä", "/x?ä=ö"])
def test_h93_unicode_paths_are_escaped_or_refused(site, path):
    assert location_after(site, path) in ("/", quote(path, safe="/?="))


def test_h93_fragment_stays_harmless(site):
    assert location_after(site, "/x#//evil.example") in ("/", "/x", "/x#//evil.example")


def test_h93_return_to_twice(site):
    page = site.browser().open(site.url(f"/auth/login?return_to=/x&return_to=//{EVIL}"), follow=False)
    if page.status == 302:
        assert page.follow().follow().header("Location") in ("/", "/x")
    else:
        assert page.status == 400


@pytest.mark.parametrize("path", [f"//{EVIL}", f"///{EVIL}/x", f"//{EVIL}?a=b", "/%09/x", f"/%2f%2f{EVIL}", "/%5cx"])
def test_h93_page_of_an_odd_path_as_referer(site, path):
    """The page that had the login link may be at a path that looks like another host: nobody is sent there."""
    answer = site.begin(site.browser(), Referer=site.public + path).follow().follow()
    assert answer.header("Location") == "/"


def test_h93_odd_paths_in_a_referer_are_read_at_all(site):
    assert site.begin(site.browser(), Referer=site.public + "/a//b").follow().follow().header("Location") == "/a//b"


def test_h93_deep_link_of_another_login_is_not_ours(site):
    """H95: the target is sealed with its own login; two tabs do not mix them."""
    browser = site.browser()
    first = site.begin(browser, None, "/one").follow().target
    second = site.begin(browser, None, "/two").follow().target
    assert browser.open(second + "&return_to=/evil", follow=False).header("Location") == "/two"
    assert browser.open(first + "&return_to=//evil.example", follow=False).header("Location") == "/one"


POISON = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "'onload='x", "</pre><b>", "{{7*7}}",
    "${x}", "\x1b[2J",
          "\r\nX-Evil: 1", "\u202eevil", "&#60;script&#62;"]  # fmt: skip
PLACES = ["/auth/login?provider={}", "/auth/login?return_to={}&provider=nobody", "/oauth2callback?code={}&state=x",
          "/oauth2callback?code=x&state={}", "/oauth2callback?error={}&state=x",
          "/oauth2callback?error=x&state=x&error_description={}",
          "/oauth2callback?{}=x", "/oauth2callback?iss={}&state=x&code=y"]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_t40_error_pages_escape(site, place):
    for poison in POISON:
        page = site.browser().open(site.url(place.format(quote(poison, safe=""))), follow=False)
        assert page.status in (400, 404), f"{poison!r}: {page.status}"
        for raw in ("<script>alert", "<img", "'onload='", "</pre><b>", "\x1b", "\u202e"):
            assert raw not in page.text, f"{poison!r} is in the page"
        assert page.header("X-Evil") is None
        assert "\x1b" not in site.host.log() and "\u202e" not in site.host.log()


def test_error_page_cannot_run_or_load_anything(site):
    page = site.browser().open(site.redirect_uri, follow=False)
    policy = page.header("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy and "<script" not in page.text.lower()
    assert page.header("X-Content-Type-Options") == "nosniff"
    assert page.header("Referrer-Policy") == "no-referrer"
    assert "src=" not in page.text and "https://" not in page.text and "lang=" in page.text


def test_redirects_do_not_leak_the_code(site):
    """The callback's URL has the code in it: the next page must not get it as a Referer."""
    browser = site.browser()
    page = browser.open(site.callback(browser), follow=False)
    assert page.status == 302 and page.header("Referrer-Policy") == "no-referrer"
    assert "code-" not in str(page.headers)


def test_h96_claims_in_the_log(site, new_provider, start):
    """Events name the provider, never the user; and control characters stay out."""
    provider: OpenIDProvider = new_provider()
    provider.claims |= {"sub": "u", "name": "\x1b[31mEvil\r\nevent=forged\u202e", "email": "secret-mail@example.org"}
    own = start(provider)
    assert own.log_in(own.browser())["name"] == provider.claims["name"]
    log = own.host.log()
    assert "event=login_succeeded" in log and "secret-mail" not in log and "forged" not in log and "\x1b" not in log


def test_t49_log_of_a_login(start, new_provider):
    """One line for each event, with the words that operators search for."""
    victim = Victim(start({"default": new_provider(), "safe": new_provider()}))
    browser = victim.browser()
    victim.accepts_login()
    victim.site.browser().open(victim.site.redirect_uri + "?code=x&state=y")
    browser.open(victim.site.url("/")).submit("/auth/logout")
    lines = victim.site.host.log().splitlines()
    events = [dict(part.split("=", 1) for part in line.split(" ") if "=" in part) for line in lines]
    assert {"event": "login_started", "provider": "default"} in [
        {k: e.get(k) for k in ("event", "provider")} for e in events
    ]
    assert {"event": "login_succeeded", "provider": "default"} in [
        {k: e.get(k) for k in ("event", "provider")} for e in events
    ]
    assert ("login_refused", "state_mismatch") in [(e.get("event"), e.get("code")) for e in events]
    assert "logout" in [e.get("event") for e in events]


REQUESTS = {
    "target without slash": b"GET user.json HTTP/1.1\r\nHost: x\r\n\r\n",
    "absolute target": b"GET http://evil.example/user.json HTTP/1.1\r\nHost: x\r\n\r\n",
    "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL in the target": b"GET /auth/login?provider=a\0b HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes that are not UTF-8": b"GET /auth/login?provider=\xff&return_to=/\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "bare CR in the target": b"GET /auth/login?x=\ry HTTP/1.1\r\nHost: x\r\n\r\n",
    "header without name": b"GET /auth/login HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
    "Referer not UTF-8": b"GET /auth/login HTTP/1.1\r\nHost: x\r\nReferer: http://localhost/\xff\r\n\r\n",
    "Referer of 30 kB": b"GET /auth/login HTTP/1.1\r\nHost: x\r\nReferer: http://localhost/"
    + b"x" * 30_000
    + b"\r\n\r\n",
    "two Referers": b"GET /auth/login HTTP/1.1\r\nHost: x\r\nReferer: a\r\nReferer: b\r\n\r\n",
    "Bearer with broken escapes": b"GET /user.json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %zz%\r\n\r\n",
    "strange method": b"<script> /auth/login HTTP/1.1\r\nHost: x\r\n\r\n",
    "10,000 parameters": b"GET /auth/login?" + b"a&" * 10_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "nothing": b"",
    "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("name", REQUESTS)
def test_odd_requests_do_no_harm(site, name):
    answer = send_raw(site.host.port, REQUESTS[name])
    assert b"<script>" not in answer.lower().replace(b"<script> /auth", b"")
    assert site.host.alive() and site.user(site.browser()) == {"is_logged_in": False}


def test_d62_abandoned_logins_cost_no_memory(site):
    """T-22: the server remembers nothing of a login that has only begun."""
    for _ in range(100):
        site.begin(site.browser())
    before = site.host.memory()
    for _ in range(1500):
        site.begin(site.browser())
    assert site.host.memory() - before < 1 << 20
