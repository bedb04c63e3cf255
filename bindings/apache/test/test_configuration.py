"""What Apache says about a configuration, before it starts."""

from __future__ import annotations

import subprocess

from server import Server, folder


def complaint(configuration: str, **settings: object) -> str:
    with folder() as place:
        status, said = Server(place, configuration, **settings).check()
        assert status != 0, said
        return said


def test_good_configuration() -> None:
    with folder() as place:
        configuration = "StauthSecrets SECRETS\n<Location />\nAuthType stauth\nRequire stauth-claim a b\n</Location>"
        status, said = Server(place, configuration).check()
        # At the level info, the library says before what one process remembers.
        assert (status, said.splitlines()[-1]) == (0, "Syntax OK"), said


def test_settings_that_are_missing() -> None:
    said = complaint("StauthSecrets /missing/secrets.toml")
    assert "StauthSecrets /missing/secrets.toml:" in said and "no such file" in said, said


def test_all_problems_of_the_settings() -> None:
    said = complaint("StauthSecrets SECRETS", cookie_secret="weak", redirect_uri="nowhere", no_such_key=1)
    for key in ("cookie_secret", "redirect_uri"):
        assert sum(key in line for line in said.splitlines()) == 1, said
    assert "weak" not in said.replace("too weak", ""), said


def test_start_with_bad_settings() -> None:
    with folder() as place:
        server = Server(place, "StauthSecrets SECRETS", cookie_secret=None)
        done = subprocess.run(server.command("-D", "FOREGROUND"), capture_output=True, text=True, timeout=30)
        assert done.returncode != 0 and "cookie_secret: is missing" in done.stderr + server.log(), done


def test_bad_settings_of_a_virtual_host() -> None:
    host = "<VirtualHost *:1>\nServerName other\nStauthSecrets /missing/other.toml\n</VirtualHost>"
    assert "/missing/other.toml" in complaint(f"StauthSecrets SECRETS\n{host}")


def test_secrets_of_a_place() -> None:
    said = complaint("<Location />\nStauthSecrets SECRETS\n</Location>")
    assert "StauthSecrets not allowed" in said, said


def test_claims_that_are_not_complete() -> None:
    for line in ("", "groups", ":admin", "groups:admin staff:x extra"):
        said = complaint(
            f"StauthSecrets SECRETS\n<Location />\nAuthType stauth\nRequire stauth-claim {line}\n</Location>"
        )
        assert "needs a name and a value" in said, (line, said)
