"""Clients with a certificate (RFC 8705), at a server that asks for it and hands it to the provider."""

from __future__ import annotations

import itertools

import pytest
from joserfc.jwk import ECKey

from mutual_tls_fixtures import TLSProviders, section
from provider import REMOVE, AssertionVerifier, OpenIDProvider, Reply
from provider.certificates import ClientCertificate, authority, self_signed, stranger
from victim import Victim

TLS_METHOD, SELF_SIGNED = "tls_client_auth", "self_signed_tls_client_auth"
ALIASED = ["token", "userinfo"]
# In TLS 1.3 the client hears of it after its handshake, as an end of the connection.
FAILED = {"provider_tls_failed", "provider_unreachable"}


@pytest.fixture
def servers(pytestconfig):
    """Makes servers that end with the test."""
    started = []

    def make(*certificates: ClientCertificate, keeps_connections: bool = False) -> TLSProviders:
        made = TLSProviders(
            *certificates, keeps_connections=keeps_connections, polite=pytestconfig.getoption("--polite")
        )
        started.append(made)
        return made

    yield make
    for each in started:
        each.close()


def shown(provider: OpenIDProvider) -> dict[str, bytes | None]:
    return {request.endpoint: request.certificate for request in provider.requests}


def assert_shown_where_it_belongs(provider: OpenIDProvider, certificate: ClientCertificate, *more: str) -> None:
    aliased = {*ALIASED, *more}
    expected = {name: certificate.der if name in aliased else None for name in shown(provider)}
    assert shown(provider) == expected and aliased <= set(expected)


def assert_key_is_nowhere(site, certificate: ClientCertificate) -> None:
    assert not [line for line in certificate.key_pem.splitlines()[1:-1] if line in site.host.log()]


@pytest.mark.conformance("oidcc-client-test-mtls-endpoint-aliases")
@pytest.mark.parametrize("method", [TLS_METHOD, SELF_SIGNED])
def test_certificate_at_the_aliases_and_nowhere_else(start, servers, tmp_path, method):
    certificate = authority().client("the client") if method == TLS_METHOD else self_signed("the client")
    provider = servers(certificate).add(certificate, method)
    site = start(provider, more={"default": section(certificate, tmp_path, method)})
    for _ in range(2):
        site.log_in(site.browser())
    assert_shown_where_it_belongs(provider, certificate)
    for request in provider.seen("token"):
        assert request.value("client_id") == provider.client_id and request.value("client_secret") is None
    assert_key_is_nowhere(site, certificate)


def test_method_of_a_client_with_nothing_but_a_certificate(start, servers, tmp_path):
    certificate = authority().client("the client")
    provider = servers().add(certificate)
    site = start(provider, more={"default": section(certificate, tmp_path, None)})
    site.log_in(site.browser())
    assert_shown_where_it_belongs(provider, certificate)


@pytest.mark.conformance("fapi2-security-profile-final-client-test-happy-path")
def test_certificate_beside_another_method(start, servers, tmp_path):
    """The certificate only binds the access token (RFC 8705 3), as FAPI 2.0 has it: pushed requests, a client key."""
    key, certificate = ECKey.generate_key("P-256"), self_signed("the client")
    provider = servers(certificate).add(certificate, None, "PS256")
    public = ECKey.import_key(key.as_dict(private=False))
    assertions = AssertionVerifier(provider.client_id, provider.issuer, ["ES256"], public)
    provider.fapi2(assertions, mutual_tls=provider.mutual_tls)
    more = {"client_private_key": key.as_pem(private=True).decode(), "profile": "fapi2"}
    site = start(provider, more={"default": section(certificate, tmp_path, None) | more})
    site.log_in(site.browser())
    assert_shown_where_it_belongs(provider, certificate, "pushed")


def test_pushed_request_of_a_client_with_a_certificate(start, servers, tmp_path):
    certificate = authority().client("the client")
    provider = servers().add(certificate)
    provider.pushes = True
    more = {"require_pushed_authorization_requests": True}
    site = start(provider, more={"default": section(certificate, tmp_path) | more})
    site.log_in(site.browser())
    assert_shown_where_it_belongs(provider, certificate, "pushed")


def test_chain_up_to_the_authority(start, servers, tmp_path):
    """More certificates may follow the client's own."""
    certificate = authority().client("the client")
    provider = servers().add(certificate)
    keys = section(certificate, tmp_path)
    keys["client_certificate"] += authority().pem.decode()
    site = start(provider, more={"default": keys})
    site.log_in(site.browser())
    assert_shown_where_it_belongs(provider, certificate)


@pytest.mark.parametrize("keeps_connections", [False, True])
def test_two_clients_at_one_server(start, servers, tmp_path, keeps_connections):
    """Same host, same port: a connection of the one must never serve the other, nor a TLS session of it."""
    both = servers(keeps_connections=keeps_connections)
    certificates = [authority().client("one"), authority().client("two")]
    providers = {
        name: both.add(certificate) for name, certificate in zip(("default", "two"), certificates, strict=True)
    }
    sections = {
        name: section(certificate, tmp_path) for name, certificate in zip(("default", "two"), certificates, strict=True)
    }
    site = start(providers, more=sections)
    for name, _ in itertools.product(providers, range(2)):
        site.log_in(site.browser(), name)
    for name in ("two", "default", "two"):
        site.log_in(site.browser(), name)
    for provider, certificate in zip(providers.values(), certificates, strict=True):
        assert_shown_where_it_belongs(provider, certificate)
        assert {request.certificate for request in provider.seen("token")} == {certificate.der}


def test_without_aliases_the_endpoints_themselves(start, servers, tmp_path):
    """RFC 8705 5: aliases are optional. One server for both: it sees the certificate where it belongs."""
    certificate = authority().client("the client")
    tls = servers()
    provider = tls.add(certificate)
    provider.mutual_tls.origin = tls.plain.origin
    provider.metadata({"mtls_endpoint_aliases": REMOVE})
    site = start(provider, more={"default": section(certificate, tmp_path)})
    site.log_in(site.browser())
    assert_shown_where_it_belongs(provider, certificate)


@pytest.fixture
def victim(start, servers, tmp_path, new_provider):
    """Makes a victim of a provider that one certificate is registered at, with another to show."""

    def make(registered: ClientCertificate, used: ClientCertificate, method=TLS_METHOD, **more) -> Victim:
        signed_by_itself = [each for each in (registered, used) if each.certificate.issuer == each.certificate.subject]
        provider = servers(*signed_by_itself).add(registered, method)
        providers = {"default": provider, "safe": new_provider("safe")}
        return Victim(start(providers, more={"default": section(used, tmp_path, method) | more}))

    return make


def test_subject_of_another(victim):
    victim(authority().client("the client"), authority().client("another")).refuses_login("client_refused")


def test_subject_that_another_claims(victim):
    """The right name, and nobody vouches for it."""
    victim(authority().client("the client"), self_signed("the client")).refuses_login("client_refused")


def test_self_signed_with_another_key(victim):
    victim(self_signed("the client"), self_signed("another"), SELF_SIGNED).refuses_login("client_refused")


def test_certificate_that_the_server_does_not_take(victim):
    """It ends the handshake: nobody sees the request."""
    made = victim(authority().client("the client"), stranger().client("the client"))
    page = made.login()
    made.refuses(page, FAILED)
    assert made.provider.seen("token") == []


def test_alias_that_is_no_https(victim):
    certificate = authority().client("the client")
    made = victim(certificate, certificate)
    made.provider.metadata(lambda m: m["mtls_endpoint_aliases"].update(token_endpoint="http://127.0.0.1:9/token"))
    made.refuses_to_begin("metadata_invalid")


@pytest.mark.parametrize("alias", [REMOVE, 7, "", [], None])
def test_alias_that_is_no_text(victim, alias):
    """Without one, or with an empty one, the certificate goes to the endpoint itself, which has to accept it."""
    certificate = authority().client("the client")
    made = victim(certificate, certificate)

    def bend(metadata):
        aliases = metadata["mtls_endpoint_aliases"]
        aliases.pop("token_endpoint") if alias is REMOVE else aliases.update(token_endpoint=alias)

    made.provider.metadata(bend)
    if alias in (REMOVE, "", None):
        page = made.login()
        made.refuses(page, "token_request_refused")
        assert made.provider.seen("token")[-1].url == made.provider.issuer + "/token"
    else:
        made.refuses_to_begin("metadata_invalid")


def test_plain_http_is_never_shown_a_certificate(start, new_provider, tmp_path):
    """A provider on this machine may do without TLS. A client with a certificate may not."""
    certificate = authority().client("the client")
    provider = new_provider()
    provider.client_secret = None
    victim = Victim(start({"default": provider, "safe": new_provider("safe")},
                          more={"default": section(certificate, tmp_path)}))  # fmt: skip
    page = victim.login()
    victim.refuses(page, "metadata_invalid")
    assert provider.seen("token") == []


def test_redirect_of_the_token_endpoint(victim):
    """The certificate does not travel on."""
    certificate = authority().client("the client")
    made = victim(certificate, certificate)
    made.provider.respond("token", lambda r: Reply(307, b"", {"Location": made.provider.issuer + "/token"}))
    made.refuses_login("token_request_refused")


def test_other_clients_show_none(start, servers, tmp_path, new_provider):
    """A provider beside it in the same configuration, on the same server, without a certificate."""
    certificate = authority().client("the client")
    tls = servers()
    provider, beside = tls.add(certificate), tls.plain.add("beside")
    beside_section = {"ca_file": str(authority().write(tmp_path)), "userinfo": True}
    site = start({"default": provider, "beside": beside},
                 more={"default": section(certificate, tmp_path), "beside": beside_section})  # fmt: skip
    for name in ("default", "beside", "default", "beside"):
        site.log_in(site.browser(), name)
    assert set(shown(beside).values()) == {None} and set(ALIASED) <= set(shown(beside))
    assert_shown_where_it_belongs(provider, certificate)
