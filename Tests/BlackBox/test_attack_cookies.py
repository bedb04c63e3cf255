"""Section G: session and login cookies that were changed, mixed, doubled, swapped or made up."""

from __future__ import annotations

import json

import pytest

from browser import send_raw
from large_claims import incompressible
from refusal import assert_refused

ANONYMOUS = {"is_logged_in": False}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture(scope="module")
def site(start_shared, new_provider):
    providers = {name: new_provider(name) for name in ("default", "large", "huge")}
    providers["large"].claims["blob"] = incompressible(4000)
    return start_shared(providers)


@pytest.fixture(scope="module")
def value(site):
    """A good session cookie's value."""
    browser = site.browser()
    site.log_in(browser)
    return browser.jar.get(site.session_cookie)


@pytest.fixture(scope="module")
def chunks(site):
    """The two values of a large session."""
    browser = site.browser()
    site.log_in(browser, "large")
    assert browser.jar.names() == ["stauth_session", "stauth_session-2"]
    return [browser.jar.get(name) for name in browser.jar.names()]


def user_of(site, header: str) -> dict:
    return site.user(site.browser(), Cookie=header)


def test_the_value_is_good(site, value):
    assert user_of(site, f"stauth_session={value}")["provider"] == "default"


def test_g87_value_is_made_of_cookie_characters(value, chunks):
    assert all(character in ALPHABET + ".~" for text in [value, *chunks] for character in text)


def test_value_tells_nothing(site, value):
    """Sealed, not just signed: neither the text nor its base64 form can be read."""
    import base64

    padded = value + "=" * (-len(value) % 4)
    decoded = base64.urlsafe_b64decode(padded.encode())
    assert b"ada@" not in decoded and b"sub" not in decoded and "ada" not in value


def test_g90_two_seals_of_one_user_differ(site):
    values = set()
    for _ in range(5):
        browser = site.browser()
        site.log_in(browser)
        values.add(browser.jar.get(site.session_cookie))
    assert len(values) == 5 and len({text[8:40] for text in values}) == 5


def test_g82_every_character_changed(site, value):
    for index in range(len(value)):
        other = ALPHABET[(ALPHABET.index(value[index]) + 1) % 64] if value[index] in ALPHABET else "A"
        assert user_of(site, f"stauth_session={value[:index]}{other}{value[index + 1 :]}") == ANONYMOUS, index


def test_g82_every_truncation(site, value):
    for length in range(len(value)):
        assert user_of(site, f"stauth_session={value[:length]}") == ANONYMOUS, length


@pytest.mark.parametrize("bend", [
    lambda v: v + "A", lambda v: "A" + v, lambda v: v + v, lambda v: v + "=", lambda v: v + "==", lambda v: v + ".",
    lambda v: v[::-1], lambda v: v.swapcase(), lambda v: v.lower(), lambda v: f'"{v}"', lambda v: "%41" + v[1:],
    lambda v: "", lambda v: "null", lambda v: "{}", lambda v: "A" * len(v), lambda v: "A" * 4096,
    lambda v: v[:20] + "," + v[20:], lambda v: v[:20] + " " + v[20:], lambda v: v[:20] + "\t" + v[20:],
    lambda v: v[:20] + "\xff" + v[20:],
    lambda v: v.replace("-", "+").replace("_", "/") + "+",
])  # fmt: skip
def test_g82_other_values(site, value, bend):
    assert user_of(site, f"stauth_session={bend(value)}") == ANONYMOUS


def test_g84_login_cookie_as_session_and_back(site, value):
    browser = site.browser()
    callback = site.callback(browser)
    name = site.pending(browser)[0]
    assert user_of(site, f"stauth_session={browser.jar.get(name)}") == ANONYMOUS
    browser.jar.set(name, value)
    assert_refused(site, browser.open(callback, follow=False), "state_mismatch", named=False)


def test_g83_login_cookie_under_another_name(site):
    """The name is part of the seal: one login's cookie does not serve another login."""
    browser = site.browser()
    first, second = site.callback(browser), site.callback(browser)
    names = site.pending(browser)
    values = [browser.jar.get(name) for name in names]
    browser.jar.set(names[0], values[1])
    browser.jar.set(names[1], values[0])
    for url in (first, second):
        assert browser.open(url, follow=False).code == "state_mismatch"


def test_g82_changed_login_cookie(site):
    browser = site.browser()
    callback = site.callback(browser)
    name = site.pending(browser)[0]
    good = browser.jar.get(name)
    for index in range(0, len(good), 7):
        other = ALPHABET[(ALPHABET.index(good[index]) + 1) % 64] if good[index] in ALPHABET else "A"
        browser.jar.set(name, good[:index] + other + good[index + 1 :])
        assert browser.open(callback, follow=False).code == "state_mismatch", index
        assert site.pending(browser) == [name], "a cookie that was changed ended the login"
    browser.jar.set(name, good)
    assert browser.open(callback, follow=False).status == 302


def joined(*pairs: tuple[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in pairs)


def test_large_session(site, chunks):
    one, two = chunks
    header = joined(("stauth_session", one), ("stauth_session-2", two))
    assert len(user_of(site, header)["blob"]) == 4000
    assert len(user_of(site, joined(("stauth_session-2", two), ("stauth_session", one)))["blob"]) == 4000
    assert sum(map(len, chunks)) <= 7400


def test_g85_chunks(site, value, chunks):
    one, two = chunks
    other = site.browser()
    site.log_in(other, "large")
    theirs = [other.jar.get(name) for name in other.jar.names()]
    first, second = "stauth_session", "stauth_session-2"
    bad = {
        "second missing": [(first, one)],
        "first missing": [(second, two)],
        "swapped": [(first, two), (second, one)],
        "first twice": [(first, one), (second, one)],
        "second of another login": [(first, one), (second, theirs[1])],
        "first of another login": [(first, theirs[0]), (second, two)],
        "second truncated": [(first, one), (second, two[:-1])],
        "second extended": [(first, one), (second, two + "A")],
        "second empty": [(first, one), (second, "")],
        "second of another's name": [(first, one), ("stauth_session-3", two)],
        "all in one": [(first, one + two)],
        "cut elsewhere": [(first, one[:-1]), (second, one[-1] + two)],
    }
    for name, pairs in bad.items():
        assert user_of(site, joined(*pairs)) == ANONYMOUS, name


@pytest.mark.parametrize("junk", ["junk", "", "A" * 3000])
def test_g85_left_over_chunk_does_no_harm(site, value, junk):
    """What an older, larger session left must not lock the user out, nor count as part of the new one."""
    user = user_of(site, joined(("stauth_session", value), ("stauth_session-2", junk)))
    assert user in (ANONYMOUS, user_of(site, f"stauth_session={value}"))


def test_g85_smaller_session_clears_the_second_cookie(site):
    browser = site.browser()
    site.log_in(browser, "large")
    assert len(browser.jar.cookies) == 2
    site.log_in(browser)
    assert browser.jar.names() == ["stauth_session"]


OTHER_NAMES = ["stauth_session" + end for end in ("-0", "-1", "-99999999", "--1", "-02", "_1", ".2", "x")]


@pytest.mark.parametrize("name", [*OTHER_NAMES, "stauth_sessio", "Stauth_session"])
def test_g85_other_names(site, value, chunks, name):
    assert user_of(site, joined(("stauth_session", chunks[0]), (name, chunks[1]))) == ANONYMOUS
    assert user_of(site, joined((name, value))) == ANONYMOUS
    assert user_of(site, joined((name, chunks[1]), ("stauth_session", value)))["provider"] == "default"


def test_g87_session_too_large(site):
    browser = site.browser()
    site.log_in(browser)
    for size, fits in ((3000, True), (5000, True), (6500, None), (7600, False), (20_000, False), (45_000, False)):
        site.providers["huge"].claims["blob"] = incompressible(size)
        page = site.login(browser, "huge")
        if fits is None:
            continue
        if fits:
            assert page.status == 200 and site.user(browser)["provider"] == "huge", size
            stored = [c for c in page.history[-1].cookies if not c.deletes]
            assert sum(len(c.value) for c in stored) <= 7400 and all(len(c.header) <= 4096 for c in stored)
        else:
            assert_refused(site, page, "session_too_large")
            assert site.user(browser)["provider"] == "huge" and "blob" in site.user(browser)


def test_g86_two_cookies_of_one_name(site, value):
    """Cookie tossing: whichever comes first, a made-up one never wins."""
    for junk in ("", "junk", "A" * 300):
        for values in ([value, junk], [junk, value]):
            user = user_of(site, joined(*(("stauth_session", text) for text in values)))
            assert user == ANONYMOUS or user["provider"] == "default"


def test_g86_two_good_sessions(site, value):
    browser = site.browser()
    site.providers["default"].claims["sub"] = "mallory"
    try:
        site.log_in(browser)
    finally:
        site.providers["default"].claims["sub"] = "user-of-" + site.providers["default"].name
    other = browser.jar.get(site.session_cookie)
    orders = [[value, other], [other, value]]
    users = [user_of(site, joined(*(("stauth_session", text) for text in order))) for order in orders]
    assert users == [ANONYMOUS, ANONYMOUS], "a tossed session must not win by its place"


FRAMES = {
    "spaces before": "   stauth_session={}",
    "tab before": "\tstauth_session={}; a=b",
    "no space between": "a=b;stauth_session={};c=d",
    "empty pairs": ";;; ;stauth_session={};;",
    "pairs without =": "x; stauth_session={}; y",
    "equals signs": "=; ==; stauth_session={}; a==b=",
    "quotes elsewhere": 'q="a; b"; stauth_session={}',
    "100 neighbours": "; ".join(f"n{i}=v" for i in range(100)) + "; stauth_session={}",
    "bytes that are not UTF-8": "x=\xff\xfe; stauth_session={}",
    "names of everyone's": "stauth_sessionx=1; xstauth_session=2; stauth_session={}",
}


@pytest.mark.parametrize("frame", FRAMES)
def test_g88_neighbours_in_the_header(site, value, frame):
    assert user_of(site, FRAMES[frame].format(value))["provider"] == "default"


STORMS = {
    "1 MB": b"Cookie: a=" + b"x" * 1_000_000,
    "10,000 pairs": b"Cookie: " + b"a=b; " * 10_000,
    "100,000 semicolons": b"Cookie: " + b";" * 100_000,
    "20,000 bytes of equals signs": b"Cookie: " + b"=" * 20_000,
    "NUL": b"Cookie: stauth_session=a\0b",
    "lone CR": b"Cookie: stauth_session=a\rb",
    "folded": b"Cookie: stauth_session=a\r\n b",
    "10,000 sessions": b"Cookie: " + b"stauth_session=A; " * 10_000,
    "500 logins": b"Cookie: " + b"; ".join(b"stauth_login-%08d=A" % i for i in range(500)),
    "200 headers": b"\r\n".join([b"Cookie: stauth_session=A"] * 200),
    "empty": b"Cookie: ",
    "no value": b"Cookie:",
}


@pytest.mark.parametrize("storm", STORMS)
@pytest.mark.parametrize("path", ["/user.json", "/auth/login", "/oauth2callback?code=a&state=b"])
def test_g88_header_storms(site, storm, path):
    request = b"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n\r\n" % (path.encode(), STORMS[storm])
    answer = send_raw(site.host.port, request)
    status = int(answer.split(b" ", 2)[1]) if answer else None
    expected = {"/user.json": 200, "/auth/login": 302}.get(path, 400)
    assert status in (None, expected, 400, 413, 414, 431), answer[:200]
    assert b'"is_logged_in":true' not in answer
    assert user_of(site, "a=b") == ANONYMOUS and site.host.alive()


def test_g88_session_in_several_headers(site, value, chunks):
    """HTTP/2 may split the header; a host then gives several (RFC 9113 8.2.3)."""
    lines = [f"Cookie: stauth_session={chunks[0]}", f"Cookie: stauth_session-2={chunks[1]}"]
    request = "\r\n".join(["GET /user.json HTTP/1.1", "Host: localhost", "Connection: close", *lines, "", ""])
    body = send_raw(site.host.port, request.encode()).partition(b"\r\n\r\n")[2]
    assert len(json.loads(body)["blob"]) == 4000


def test_too_many_pending_logins_in_the_header(site):
    """An attacker fills the jar with login cookies of a made-up kind: a real login still works."""
    browser = site.browser()
    page = site.begin(browser)
    junk = "; ".join(f"stauth_login-{i:08d}=A" for i in range(100))
    name = site.pending(browser)[0]
    answer = browser.open(page.follow().target, follow=False, Cookie=f"{junk}; {name}={browser.jar.get(name)}")
    assert answer.status == 302 and answer.header("Location") == "/"
