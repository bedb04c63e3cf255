"""E67, C37, C39: TLS that is not to be trusted, and addresses that no provider has."""

from __future__ import annotations

import socket
import ssl

import pytest

from provider import ProviderServer, certificates
from provider.certificates import DAY, NOW, authority, stranger
from victim import Victim

TLS, ADDRESS, METADATA = "provider_tls_failed", "provider_address_refused", "metadata_invalid"


def old_tls() -> ssl.SSLContext:
    context = authority().server_context()
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    return context


def only(version: ssl.TLSVersion) -> ssl.SSLContext:
    context = authority().server_context()
    context.minimum_version = context.maximum_version = version
    return context


def no_encryption() -> ssl.SSLContext:
    context = only(ssl.TLSVersion.TLSv1_2)
    context.set_ciphers("eNULL:@SECLEVEL=0")
    return context


BAD = {
    "unknown authority": lambda: stranger().server_context(),
    "self-signed": lambda: certificates.Authority("self").server_context(),
    "wrong host": lambda: authority().server_context(("example.org",), "example.org"),
    "expired": lambda: authority().server_context(begin=NOW - 3 * DAY, end=NOW - 2 * DAY),
    "not yet valid": lambda: authority().server_context(begin=NOW + DAY, end=NOW + 2 * DAY),
    "wildcard for everything": lambda: authority().server_context(("*",), "*"),
    "common name without subjectAltName": lambda: authority().server_context(()),
    "IP address only": lambda: authority().server_context(("127.0.0.1",), "x"),
    "TLS 1.1": old_tls,
    "cipher without encryption": no_encryption,
}


@pytest.fixture
def secure(start, new_provider, tmp_path, pytestconfig):
    """Makes a victim whose bad provider speaks TLS with these settings."""
    servers = []

    def make(context: ssl.SSLContext, host: str = "localhost", trusted: bool = True, **section) -> Victim:
        server = ProviderServer(context, host, pytestconfig.getoption("--polite"))
        servers.append(server)
        providers = {"default": server.add("tls"), "safe": new_provider("safe")}
        if trusted:
            section["ca_file"] = str(authority().write(tmp_path))
        return Victim(start(providers, more={"default": section}))

    yield make
    for server in servers:
        server.close()


@pytest.mark.parametrize("name", BAD)
def test_e67_bad_tls(secure, name):
    victim = secure(BAD[name]())
    victim.refuses_to_begin(TLS)
    assert victim.provider.requests == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda version: version.name)
def test_good_tls(secure, version):
    victim = secure(only(version))
    # The browser of these tests speaks no TLS, so the callback is made by hand, as the provider would.
    page = victim.site.begin(victim.browser())
    assert page.target.startswith(victim.provider.issuer + "/authorize?")
    assert [request.endpoint for request in victim.provider.requests] == ["metadata"]


def test_good_tls_for_an_address(secure):
    victim = secure(authority().server_context(), "127.0.0.1")
    assert victim.site.begin(victim.browser()).status == 302


def test_e67_without_ca_file_the_authority_is_unknown(secure):
    secure(authority().server_context(), trusted=False).refuses_to_begin(TLS)


def test_e67_environment_does_not_turn_verification_off(secure, monkeypatch, tmp_path):
    bundle = str(authority().write(tmp_path))
    for name in ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, bundle)
    secure(stranger().server_context()).refuses_to_begin(TLS)


def test_e65_handshake_that_never_ends(start, new_provider):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        provider = new_provider()
        url = f"https://localhost:{silent.getsockname()[1]}/.well-known/openid-configuration"
        site = start({"default": provider, "safe": new_provider()},
                     more={"default": {"server_metadata_url": url, "timeout": 1}})  # fmt: skip
        Victim(site).refuses_to_begin("provider_timeout")


DOWNGRADES = ["authorization_endpoint", "token_endpoint", "jwks_uri"]


@pytest.mark.parametrize("endpoint", DOWNGRADES)
def test_c37_plain_endpoints_of_a_secure_issuer(secure, endpoint):
    """Loopback or not: an https issuer names https endpoints."""
    victim = secure(authority().server_context())
    victim.provider.metadata({endpoint: "http://127.0.0.1:9/x"})
    victim.refuses_to_begin(METADATA)


def test_c37_plain_userinfo_endpoint_of_a_secure_issuer(secure):
    """Nothing is sent there: a login that needs it is refused before its code is spent, any other goes on."""
    victim = secure(authority().server_context(), userinfo=True)
    victim.provider.metadata({"userinfo_endpoint": "http://127.0.0.1:9/x"})
    victim.refuses_login(METADATA, token_requests=0)
    victim = secure(authority().server_context())
    victim.provider.metadata({"userinfo_endpoint": "http://127.0.0.1:9/x"})
    victim.accepts_login()


ADDRESSES = {
    "cloud metadata service": "https://169.254.169.254/x",
    "the same as IPv6": "https://[::ffff:169.254.169.254]/x",
    "the same as NAT64": "https://[64:ff9b::a9fe:a9fe]/x",
    "link-local IPv6": "https://[fe80::1]/x",
    "unspecified": "https://0.0.0.0/x",
    "unspecified IPv6": "https://[::]/x",
    "multicast": "https://224.0.0.1/x",
    "broadcast": "https://255.255.255.255/x",
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_c39_settings_name_an_address_of_no_provider(start, new_provider, name):
    """Reported at startup."""
    more = {"default": {"server_metadata_url": ADDRESSES[name], "issuer": ADDRESSES[name]}}
    with pytest.raises(AssertionError, match="issuer: is an address that no provider can have"):
        start({"default": new_provider(), "safe": new_provider()}, more=more)


@pytest.mark.parametrize("name", ADDRESSES)
def test_c39_metadata_names_an_address_of_no_provider(secure, name):
    """Judged before anything is sent there."""
    victim = secure(authority().server_context())
    victim.provider.metadata({"token_endpoint": ADDRESSES[name]})
    victim.refuses_login(ADDRESS, token_requests=0)


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "017700000001", "127.1", "127.0.0.1.", "①②⑦.0.0.1"])
def test_c39_other_spellings_of_an_address(secure, spelling):
    victim = secure(authority().server_context())
    victim.provider.metadata({"token_endpoint": f"https://{spelling}/token"})
    victim.refuses_to_begin(METADATA)
