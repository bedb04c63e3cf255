"""The user's part of a logout at a real provider: takes the address that the relying party sent the browser to, and
gives the one that the provider sends it back to."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

from user_agent import UserAgent


def at_mock(request: str) -> str:
    """It asks on a page of its own."""
    user_agent = UserAgent()
    page = user_agent.get(request)
    assert page.status == 200 and "not set" not in page.text, "the page misses an id_token_hint"
    action = re.search(r'<form method="post" action="([^"]*)"', page.text)
    target = re.search(r'name="redirect_uri" value="([^"]*)"', page.text)
    assert action and target
    return user_agent.post_form(urljoin(page.url, action[1]), {"redirect_uri": html.unescape(target[1])}).redirect


def at_nanoidp(request: str) -> str:
    return UserAgent().get(request).redirect
