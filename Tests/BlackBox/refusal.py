"""What every refused login has to look like, from the outside."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit, urlunsplit

from browser import Page
from deployment import COOKIE_SECRET, Deployment
from provider import OpenIDProvider

# The HTTP status of the error page that goes with each code. Those of ID tokens: 403 where nothing else is said.
STATUS = {
    "authorization_failed": 502,
    "authorization_refused": 403,
    "client_refused": 502,
    "cross_site_request": 403,
    "id_token_missing": 502,
    "jwk_set_invalid": 502,
    "login_expired": 400,
    "login_replayed": 400,
    "metadata_invalid": 502,
    "metadata_issuer_mismatch": 502,
    "provider_address_refused": 502,
    "provider_status": 502,
    "provider_timeout": 504,
    "provider_unavailable": 503,
    "provider_tls_failed": 502,
    "provider_unknown": 404,
    "provider_unreachable": 502,
    "pushed_authorization_refused": 502,
    "pushed_authorization_response_invalid": 502,
    "response_issuer_mismatch": 400,
    "response_issuer_missing": 400,
    "response_algorithm_refused": 400,
    "response_audience_mismatch": 400,
    "response_expired": 400,
    "response_key_unknown": 400,
    "response_malformed": 400,
    "response_mode_mismatch": 400,
    "response_redirect_uri_mismatch": 400,
    "response_signature_invalid": 400,
    "response_too_large": 502,
    "session_too_large": 500,
    "state_mismatch": 400,
    "state_missing": 400,
    "token_request_refused": 502,
    "token_response_invalid": 502,
    "user_not_allowed": 403,
    "userinfo_invalid": 502,
    "userinfo_key_unknown": 403,
    "userinfo_signature_invalid": 403,
    "userinfo_subject_mismatch": 403,
    "userinfo_undecryptable": 403,
    "account_selection_required": 403,
    "consent_required": 403,
    "interaction_required": 403,
    "login_required": 403,
    "unmet_authentication_requirements": 403,
}


# A server's access log has the callback's URL. Its operator can turn that off; the library never writes one.
ACCESS_LOG = re.compile(r"(?<![A-Z])[A-Z]+ /\S* HTTP/1\.[01]\b")


def has_its_status(page: Page) -> bool:
    return page.status == STATUS.get(page.code or "", 403 if (page.code or "").startswith("id_token_") else 0)


def assert_nothing_leaked(deployment: Deployment, page: Page | None = None) -> None:
    """No secret, code, token, verifier or nonce in the page, its headers, or the host's log."""
    lines = deployment.host.log().splitlines()
    texts = {"log": "\n".join(line for line in lines if not ACCESS_LOG.search(line))}
    if page is not None:
        texts |= {"page": page.text, "headers": json.dumps(page.headers)}
    for provider in deployment.providers.values():
        for secret in secrets_of(provider):
            for where, text in texts.items():
                assert secret not in text, f"{where} holds a secret: {secret[:12]}..."


def secrets_of(provider: OpenIDProvider) -> set[str]:
    secrets = {*provider.issued, provider.client_secret or "", COOKIE_SECRET}
    signatures = {token.rpartition(".")[2] for token in secrets if token.count(".") == 2}
    return {secret for secret in secrets | signatures if len(secret) >= 12}


def altered(callback: str, **changes: str | None) -> str:
    """The callback URL with other parameters; None removes one."""
    parts = urlsplit(callback)
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    pairs = [(name, changes.get(name, value)) for name, _, value in pairs]
    query = "&".join(f"{name}={value}" for name, value in pairs if value is not None)
    return urlunsplit(parts._replace(query=query))


def assert_refused(deployment: Deployment, page: Page, codes: str | set[str], *, named: bool = True) -> None:
    """`page` is the library's error page with one of these codes. It started no session and touched none.
    named: the response's state was that of a login of this browser, so that login is over."""
    codes = {codes} if isinstance(codes, str) else codes
    log = deployment.host.log()[-1500:]
    assert page.code in codes, f"expected {sorted(codes)}, got {page.status} {page.code}: {page.text[:300]}\n{log}"
    assert has_its_status(page), f"{page.code} came with status {page.status}"
    assert (page.header("Content-Type") or "").startswith("text/html")
    assert page.header("Cache-Control") == "no-store"
    touched = [cookie.name for cookie in page.cookies if cookie.name.startswith(deployment.session_cookie)]
    assert not touched, f"the refused login touched {touched}"
    removed = [cookie for cookie in page.cookies if cookie.name.startswith(deployment.login_cookie) and cookie.deletes]
    assert len(removed) == (1 if named else 0), f"transaction cookies removed: {[c.name for c in removed]}"
    assert_nothing_leaked(deployment, page)


def assert_goes_on(deployment: Deployment, page: Page, to: str | None = None) -> None:
    """`page` sends a browser that is signed in already to the site, or to its path `to`. It touched no session."""
    where = (page.status, page.header("Location"), page.header("Cache-Control"))
    to = to or deployment.base + "/"
    assert where == (302, to, "no-store"), f"{where} {page.code}\n{deployment.host.log()[-1500:]}"
    assert not [cookie.name for cookie in page.cookies if cookie.name.startswith(deployment.session_cookie)]
    assert_nothing_leaked(deployment, page)
