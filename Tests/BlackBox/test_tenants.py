"""A provider with an issuer for each tenant, as Microsoft is: the issuer in the metadata is a template."""

from __future__ import annotations

import uuid

import pytest

from provider import OpenIDProvider
from victim import Victim

TENANT, OTHER, STRANGER = (str(uuid.uuid4()) for _ in range(3))


def section(provider: OpenIDProvider, *tenants: str) -> dict:
    return {"issuer": provider.issuer + "/{tenantid}/v2.0", "allowed_tenants": list(tenants)}


@pytest.fixture
def victim(start, new_provider) -> Victim:
    bad, safe = new_provider("bad"), new_provider("safe")
    bad.tenant = TENANT
    site = start({"default": bad, "safe": safe}, more={"default": section(bad, TENANT, OTHER.upper())})
    return Victim(site)


def test_users_of_two_tenants(victim):
    """The same sub twice, and two identities."""
    identities = set()
    for tenant in (TENANT, OTHER):
        victim.provider.tenant = tenant
        user = victim.accepts_login()
        assert user["tid"] == tenant and user["iss"] == f"{victim.provider.issuer}/{tenant}/v2.0"
        identities.add((user["iss"], user["sub"]))
    assert len(identities) == 2 and len({subject for _, subject in identities}) == 1


def test_user_of_another_tenant(victim):
    victim.provider.tenant = STRANGER
    victim.refuses_login("user_not_allowed")


BENT = {
    "another tenant's issuer": lambda p: {"iss": f"{p.issuer}/{OTHER}/v2.0"},
    "another tenant's tid": lambda p: {"tid": OTHER},
    "the template itself": lambda p: {"iss": p.issuer + "/{tenantid}/v2.0", "tid": "{tenantid}"},
    "no GUID": lambda p: {"iss": f"{p.issuer}/common/v2.0", "tid": "common"},
    "a path": lambda p: {"iss": f"{p.issuer}/{TENANT}/../{TENANT}/v2.0", "tid": f"{TENANT}/../{TENANT}"},
    "capitals": lambda p: {"iss": f"{p.issuer}/{TENANT.upper()}/v2.0", "tid": TENANT.upper()},
    "no text": lambda p: {"tid": [TENANT]},
    "another host": lambda p: {"iss": f"https://login.example.com/{TENANT}/v2.0"},
}


@pytest.mark.parametrize("claims", BENT.values(), ids=BENT)
def test_issuer_that_is_not_the_tenants(victim, claims):
    victim.provider.id_token(claims=claims(victim.provider))
    victim.refuses_login("id_token_issuer_mismatch")


def test_key_of_another_tenant(victim):
    """Microsoft's keys name the issuer that they sign for."""
    template = victim.provider.issuer + "/{tenantid}/v2.0"
    other = f"{victim.provider.issuer}/{OTHER}/v2.0"
    victim.provider.jwk_set(lambda keys: {"keys": [{**key, "issuer": other} for key in keys["keys"]]})
    victim.refuses_login("id_token_key_unknown")
    victim.provider.tenant = OTHER
    victim.accepts_login()
    assert template != other


def test_key_for_every_tenant(victim):
    template = victim.provider.issuer + "/{tenantid}/v2.0"
    victim.provider.jwk_set(lambda keys: {"keys": [{**key, "issuer": template} for key in keys["keys"]]})
    victim.accepts_login()


def test_response_of_no_tenant(victim):
    """RFC 9207: the issuer of some tenant, whichever."""
    victim.provider.authorization_response(
        lambda pairs: [*pairs[:-1], ("iss", victim.provider.issuer + "/common/v2.0")]
    )
    victim.refuses_login("response_issuer_mismatch", token_requests=0)


def test_session_ends_when_its_tenant_is_taken_off(start, new_provider):
    provider = new_provider()
    provider.tenant = TENANT
    public = "http://localhost:8599"
    first = start(provider, public=public, more={"default": section(provider, TENANT, OTHER)})
    browser = first.browser()
    first.log_in(browser)
    second = start(provider, public=public, more={"default": section(provider, OTHER)})
    browser.routes[public] = second.host.port
    assert not second.is_signed_in(browser)
