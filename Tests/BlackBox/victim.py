"""A host app under attack by its provider, and a user who has a session there already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import conformance
from browser import Browser, Page
from deployment import Deployment
from provider import OpenIDProvider
from refusal import assert_goes_on, assert_refused

Bend = Callable[[OpenIDProvider], Any]


class Victim:
    """`provider` misbehaves. The user's session comes from another one, `safe`, and has to survive everything."""

    def __init__(self, site: Deployment) -> None:
        self.site = site
        self.provider = site.providers["default"]
        self._signed_in = site.browser()
        site.log_in(self._signed_in, "safe")

    def warm(self) -> Victim:
        """Lets the host fetch metadata and keys while they are still good."""
        self.site.log_in(self.site.browser())
        self.provider.requests.clear()
        return self

    def browser(self) -> Browser:
        return self._signed_in.copy()

    def login(self, browser: Browser | None = None) -> Page:
        return self.site.login(browser or self.browser())

    def refuses(self, page: Page, codes: str | set[str], *, named: bool = True) -> None:
        """The login was refused as it should be, nobody used what came with it, and the old session stands."""
        assert_refused(self.site, page, codes, named=named)
        assert self.provider.seen("userinfo") == [], "UserInfo was asked with a token that is not to be trusted"
        assert self.site.user(page.browser)["provider"] == "safe"
        assert self.site.host.alive()

    def ignores_response(self, codes: str | set[str]) -> None:
        """The provider's scripted response belongs to no login of the browser, and the pending one stays good. All but
        signed-in users get an error page; these only if the response is a refusal, or malformed."""
        for browser in (self.site.browser(), self.browser()):
            is_signed_in = self.site.is_signed_in(browser)
            page = self.login(browser)
            answer = page if page.code else page.history[-1]
            # A form of the provider's page comes without the session's cookie.
            brings_session = is_signed_in and answer.request.method == "GET"
            if brings_session and codes == "state_mismatch" and "error=" not in answer.url:
                assert_goes_on(self.site, answer)
            else:
                assert_refused(self.site, answer, codes, named=False)
            assert self.site.is_signed_in(browser) is is_signed_in
            assert len(self.site.pending(browser)) == 1, "the pending login is still good"
        assert self.site.user(browser)["provider"] == "safe"
        assert self.provider.seen("token") == [] and self.site.host.alive()

    def refuses_login(self, codes: str | set[str], *, token_requests: int = 1) -> Page:
        """A login with the provider's scripted answer is refused, after exactly one token request."""
        page = self.login()
        self.refuses(page, codes)
        assert len(self.provider.seen("token")) == token_requests
        return page

    def refuses_userinfo(self, codes: str | set[str]) -> None:
        """The same where it is UserInfo that was bent: it is asked once."""
        page = self.login()
        requests = len(self.provider.seen("userinfo"))
        self.provider.requests.clear()
        self.refuses(page, codes)
        assert requests == 1

    def refuses_to_begin(self, codes: str | set[str]) -> Page:
        """The provider's metadata is bad: the browser is not even sent there."""
        page = self.site.begin(self.browser())
        self.refuses(page, codes, named=False)
        assert page.cookies == [] and self.provider.seen("token") == self.provider.seen("authorize") == []
        return page

    def accepts_login(self) -> dict[str, Any]:
        """The control: a login with this answer is good. In a browser of its own: it would end the user's session."""
        return self.site.log_in(self.site.browser())


def case(name: str, codes: str | set[str] | None, bend: Bend, **more: Any) -> Any:
    """One row of a table of attacks. `codes`: None where the login has to succeed. The name begins with the number in
    docs/attacks.md, and has the conformance suite's module where there is one."""
    return pytest.param(bend, codes, *more.values(), id=name, marks=conformance.marks(name))


def claims(change: Any) -> Bend:
    return lambda provider: provider.id_token(claims=change)


def header(change: Any) -> Bend:
    return lambda provider: provider.id_token(header=change)


def raw(change: Callable[[str], Any]) -> Bend:
    """The finished token, altered."""
    return lambda provider: provider.id_token(raw=change)


def check(victim: Victim, bend: Bend, codes: str | set[str] | None) -> None:
    """Runs one row."""
    victim.provider.behave()
    bend(victim.provider)
    try:
        if codes is None:
            victim.accepts_login()
        else:
            victim.refuses_login(codes)
    finally:
        victim.provider.behave()
