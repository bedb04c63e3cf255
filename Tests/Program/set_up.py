"""A set-up that is right in every way, for a test to put one mistake into: a provider, the file, a site."""

from __future__ import annotations

import email.utils
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from program_under_test import stauth
from provider import OpenIDProvider, ProviderServer, Reply, Request, Sink
from provider.certificates import authority
from toml_writer import write_secrets


class DatedProvider(OpenIDProvider):
    """Says what time it is; `age`: in a response that a cache has kept for so many seconds."""

    age: int | None = None

    def _answer_metadata(self, request: Request) -> Reply:
        reply = super()._answer_metadata(request)
        reply.headers["Date"] = email.utils.formatdate(self.now() - (self.age or 0), usegmt=True)
        if self.age is not None:
            reply.headers["Age"] = str(self.age)
        return reply


class SetUp:
    """`shared` are the keys of [auth], `section` those of the provider. Changes count at the next `check`."""

    def __init__(self, folder: Path, server: ProviderServer, site: Sink) -> None:
        self.folder = folder
        self.server = server
        self.site = site
        self.provider: DatedProvider = server.add("op", kind=DatedProvider)
        self.provider.offer_logout()
        self.shared: dict[str, Any] = {
            "redirect_uri": f"{site.origin}/oauth2callback",
            "cookie_secret": secrets.token_hex(32),
        }
        self.section: dict[str, Any] = {
            "client_id": self.provider.client_id,
            "client_secret": self.provider.client_secret,
            "server_metadata_url": f"{self.provider.issuer}/.well-known/openid-configuration",
        }
        self.others: dict[str, dict[str, Any]] = {}
        self.text: str | None = None  # instead of all that
        self.mode = 0o600
        self.environment: dict[str, str] = {}

    @property
    def file(self) -> Path:
        return self.folder / "secrets.toml"

    def write(self) -> Path:
        text = self.text or write_secrets(self.shared, {"op": self.section, **self.others})
        self.file.write_text(text, "utf-8")
        self.file.chmod(self.mode)
        return self.file

    def check(self, *arguments: str) -> Report:
        result = stauth("check", self.write(), "--json", *arguments, environment=self.environment)
        assert result.stderr == ""
        for secret in (self.provider.client_secret, self.shared["cookie_secret"]):
            assert secret is None or secret not in result.stdout
        return Report(json.loads(result.stdout), result.returncode)


class Report:
    def __init__(self, document: dict[str, Any], status: int) -> None:
        self.document, self.status = document, status
        self.findings: list[dict[str, str]] = document["findings"]
        assert document["works"] == (status == 0)
        assert all(finding.get("advice") for finding in self.findings if finding["level"] != "ok")

    def worse_than_ok(self) -> list[dict[str, str]]:
        return [finding for finding in self.findings if finding["level"] != "ok"]

    def of(self, code: str) -> list[dict[str, str]]:
        return [finding for finding in self.findings if finding["code"] == code]


@contextmanager
def good_set_up(folder: Path, *, tls: dict[str, Any] | None = None) -> Iterator[SetUp]:
    """`tls`: of the provider's certificate, see Authority.server_context(); None for plain http on this machine."""
    context = None if tls is None else authority().server_context(**tls)
    server = ProviderServer(context, "localhost" if context else "127.0.0.1")
    site = Sink(Reply(400, "There is no login to finish."))
    try:
        set_up = SetUp(folder, server, site)
        if context:
            set_up.section["ca_file"] = str(authority().write(folder))
        yield set_up
    finally:
        server.close()
        site.close()
