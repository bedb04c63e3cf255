"""The user's part of a login at each real provider, over HTTP.

Each function takes the authorization request that the relying party sent the browser to, does what the provider's
own pages do, and gives the callback URL that the provider sends the browser back to.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

from glewlwyd_admin import ALICE
from providers import NANOIDP_PASSWORD
from user_agent import Answer, UserAgent


def at_mock(request: str) -> str:
    return UserAgent().post_form(request, {"sub": "alice"}).redirect


def denied_at_mock(request: str) -> str:
    return UserAgent().post_form(request, {"action": "deny"}).redirect


def at_nanoidp(request: str) -> str:
    user_agent = UserAgent()
    login_page = user_agent.get(request)
    refused = _submit_at_nanoidp(user_agent, login_page, "not-the-password")
    assert refused.status == 200 and "Invalid username or password" in refused.text
    return _submit_at_nanoidp(user_agent, refused, NANOIDP_PASSWORD).redirect


def _submit_at_nanoidp(user_agent: UserAgent, page: Answer, password: str) -> Answer:
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.text)
    fields = {name: html.unescape(value) for name, value in hidden}
    return user_agent.post_form(page.url, fields | {"username": "alice", "password": password})


def at_glewlwyd(request: str, ca_file: Path) -> str:
    return answer_of_glewlwyd(request, ca_file).redirect


def form_of_glewlwyd(page: str) -> tuple[str, dict[str, str]]:
    """With response_mode=form_post: where its page posts, and what."""
    action = re.search(r'submit\(\)"><form method="post" action="([^"]*)">', page)
    assert action, page[:500]
    inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    return html.unescape(action[1]), {name: html.unescape(value) for name, value in inputs}


def answer_of_glewlwyd(request: str, ca_file: Path, user_agent: UserAgent | None = None) -> Answer:
    """What takes the browser back: a redirect, or a page with a form that its script submits."""
    user_agent = user_agent or UserAgent(ca_file)
    login_page = user_agent.get(request).redirect
    query = {name: values[0] for name, values in parse_qs(urlsplit(login_page).query).items()}
    for password, status in (("not-the-password", 401), (ALICE.password, 200)):
        account = {"username": ALICE.username, "password": password}
        assert user_agent.send_json("POST", urljoin(login_page, "/api/auth/"), account).status == status
    grant = urljoin(login_page, "/api/auth/grant/" + query["client_id"])
    assert user_agent.send_json("PUT", grant, {"scope": query["scope"]}).status == 200
    return user_agent.get(query["callback_url"] + "&g_continue")


def silently(request: str, ca_file: Path) -> str:
    """A provider that may not show a page (prompt=none) answers at once."""
    return UserAgent(ca_file).get(request).redirect
