"""The client for providers: what it sends, what it accepts, whom it trusts."""

from __future__ import annotations

import threading
import time

from provider import Provider, forwarding
from site_server import Site

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MIB = 1024 * 1024
GOOD = {
    "/length": (OK + b"Content-Length: 2\r\n\r\n{}ignored", "200 2 {}"),
    "/close": (OK + b"\r\n{}", "200 1 {}"),
    "/chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n{\r\n1\r\n}\r\n0\r\n\r\n", "200 2 {}"),
    "/informational": (b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\n{}", "200 2 {}"),
    "/redirect": (b"HTTP/1.1 302 Found\r\nLocation: /length\r\nContent-Length: 0\r\n\r\n", "302 2 "),
    "/empty": (b"HTTP/1.1 204 No Content\r\n\r\n", "204 0 "),
    "/identity": (OK + b"Content-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}", "200 3 {}"),
}
BAD = {
    "/cut": OK + b"Content-Length: 20\r\n\r\n{}",
    "/cut-chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
    "/endless-chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n{}",
    "/large-chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % (MIB + 1) + b"x" * (MIB + 1) + b"\r\n0\r\n\r\n",
    "/bad-chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    "/other-transfer": OK + b"Transfer-Encoding: gzip\r\n\r\n{}",
    "/encoded": OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    "/two-lengths": OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
    "/negative": OK + b"Content-Length: -2\r\n\r\n{}",
    "/large": OK + b"Content-Length: %d\r\n\r\n" % (MIB + 1) + b"x" * (MIB + 1),
    "/large-close": OK + b"\r\n" + b"x" * (MIB + 1),
    "/large-head": OK + b"X: " + b"x" * 70000 + b"\r\n\r\n{}",
    "/many-headers": OK + b"X: x\r\n" * 20000 + b"\r\n{}",
    "/no-colon": OK + b"broken\r\n\r\n{}",
    "/not-http": b"SSH-2.0-x\r\n\r\n",
    "/nothing": b"",
}


def url(provider: Provider, path: str, scheme: str = "http") -> str:
    return f"{scheme}://localhost:{provider.port}{path}"


def test_good_responses(site: Site) -> None:
    provider = Provider({path: answer for path, (answer, _) in GOOD.items()})
    for path, (_, expected) in GOOD.items():
        assert site.send(url(provider, path)) == expected, path
    provider.close()


def test_bad_responses(site: Site) -> None:
    provider = Provider(BAD)
    for path in BAD:
        assert site.send(url(provider, path)).startswith("no response: "), path
    provider.close()


def test_what_is_sent(site: Site) -> None:
    provider = Provider({"/token?a=b": OK + b"Content-Length: 0\r\n\r\n"})
    site.send(url(provider, "/token?a=b#fragment"), method="POST", body="code=x&y=%C3%A4")
    head, _, body = provider.asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /token?a=b HTTP/1.1\r\nHost: localhost:%d\r\n" % provider.port), head
    assert body == b"code=x&y=%C3%A4" and b"\r\nContent-Length: 15\r\n" in head and b"forged" not in head
    provider.close()


def test_time_limit_of_all_steps(site: Site) -> None:
    """A provider that sends nothing, or a byte now and then, is not waited for longer."""
    ended = threading.Event()

    def trickle(connection):
        while not ended.wait(0.05):
            connection.sendall(b"H")

    provider = Provider({"/trickle": trickle, "/silent": lambda _: ended.wait(30)})
    for path in ("/trickle", "/silent"):
        started = time.monotonic()
        answer = site.send(url(provider, path), timeout="300")
        assert answer == "no response: timeout" and time.monotonic() - started < 4, answer
    ended.set()
    provider.close()


def test_nobody_listens(site: Site) -> None:
    provider = Provider({})
    provider.close()
    assert site.send(url(provider, "/")).startswith("no response: ")


def test_loopback(site: Site) -> None:
    provider = Provider({"/": OK + b"Content-Length: 2\r\n\r\n{}"})
    for host in (
        "localhost",
        "LOCALHOST",
        "127.0.0.1",
        "127.1.2.3",
        "0.0.0.0",
        "[::1]",
        "a.localhost",
        "[::ffff:127.0.0.1]",
    ):
        answer = site.send(f"http://{host}:{provider.port}/", loopback="0")
        assert answer == "no response: a loopback address", (host, answer)
    assert provider.asked == []
    provider.close()


def test_certificates(site: Site) -> None:
    for name, context in site.certificates.items():
        provider = Provider({"/": OK + b"Content-Length: 2\r\n\r\n{}"}, context)
        answer = site.send(url(provider, "/", "https"))
        assert (answer == "200 2 {}") == (name == "trusted"), (name, answer)
        assert any(provider.asked) == (name == "trusted"), name
        provider.close()


def test_authorities_of_the_settings(site: Site) -> None:
    provider = Provider({"/": OK + b"Content-Length: 2\r\n\r\n{}"})
    assert "ca_file" in site.send(url(provider, "/"), ca_file="/a.pem")
    assert "ca_file" in site.send(url(provider, "/"), ca_file="/a.pem", trusted="/b.pem")
    assert site.send(url(provider, "/"), ca_file="/a.pem", trusted="/a.pem") == "200 2 {}"
    provider.close()


def test_proxy(site: Site) -> None:
    target = "http://provider.example:81/x?y"
    proxy = Provider({target: OK + b"Content-Length: 2\r\n\r\n{}"})
    answer = site.send(target, proxy=f"http://me:se%40cret@localhost:{proxy.port}", loopback="0")
    assert answer == "200 2 {}", answer
    assert b"\r\nHost: provider.example:81\r\nProxy-Authorization: Basic bWU6c2VAY3JldA==\r\n" in proxy.asked[0]
    proxy.close()


def test_proxy_of_tls(site: Site) -> None:
    provider = Provider({"/": OK + b"Content-Length: 2\r\n\r\n{}"}, site.certificates["trusted"])
    proxy = Provider({f"localhost:{provider.port}": lambda connection: forwarding(connection, provider.port)})
    assert site.send(url(provider, "/", "https"), proxy=f"http://localhost:{proxy.port}") == "200 2 {}"
    assert proxy.asked[0].startswith(b"CONNECT ") and b"GET / HTTP" in provider.asked[0]
    refusing = Provider({f"localhost:{provider.port}": b"HTTP/1.1 407 No\r\n\r\n"})
    answer = site.send(url(provider, "/", "https"), proxy=f"http://localhost:{refusing.port}")
    assert answer == "no response: the proxy refuses: 407", answer
    early = Provider({f"localhost:{provider.port}": b"HTTP/1.1 200 OK\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\n{}"})
    answer = site.send(url(provider, "/", "https"), proxy=f"http://localhost:{early.port}")
    assert answer == "no response: the proxy says something before TLS begins", answer
    for each in (provider, proxy, refusing, early):
        each.close()


def test_urls_that_are_not_understood(site: Site) -> None:
    for odd in ("ftp://localhost/", "http://", "http:///x", "/x", "", "http://[::1"):
        assert site.send(odd).startswith("no response: "), odd
    assert site.send("http://localhost:1/", proxy="socks5://localhost:1").startswith("no response: a URL")


def test_others_while_one_waits(site: Site) -> None:
    """Many requests wait for a provider, more than there are workers; all others are answered meanwhile."""
    asked, may_answer = threading.Semaphore(0), threading.Event()

    def wait(connection):
        asked.release()
        may_answer.wait(30)
        connection.sendall(OK + b"Content-Length: 2\r\n\r\n{}")

    provider, answers = Provider({"/": wait}), []
    threads = [
        threading.Thread(target=lambda: answers.append(site.send(url(provider, "/"), timeout="30000")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert asked.acquire(timeout=30)
    assert [site.get("/plain").body for _ in range(20)] == ["plain"] * 20 and answers == []
    may_answer.set()
    for thread in threads:
        thread.join()
    provider.close()
    assert answers == ["200 2 {}"] * 8
