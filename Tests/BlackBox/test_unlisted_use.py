"""A provider whose metadata lists neither what logins use nor all that it takes."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest


def asked_for(site) -> dict[str, list[str]]:
    return parse_qs(urlsplit(site.begin(site.browser()).target).query)


@pytest.mark.parametrize(("name", "values", "words"), [
    ("response_types_supported", ["id_token", "code id_token"], "code is not in response_types_supported"),
    ("response_modes_supported", ["fragment"], "query is not in response_modes_supported"),
    ("prompt_values_supported", ["login", "consent"], "select_account is not in prompt_values_supported"),
])  # fmt: skip
def test_log_says_so_once_and_logins_go_on(start, new_provider, name, values, words):
    provider = new_provider()
    provider.metadata({name: values})
    site = start(provider)
    for _ in range(2):
        site.log_in(site.browser())
    lines = [line for line in site.host.log().splitlines() if "event=use_not_listed" in line]
    assert len(lines) == 1 and "provider=default" in lines[0] and words in lines[0], lines


def test_default_prompt_is_not_sent_where_it_is_unknown(start, new_provider):
    assert asked_for(start(new_provider()))["prompt"] == ["select_account"]
    provider = new_provider()
    provider.metadata({"prompt_values_supported": ["none", "login"]})
    assert "prompt" not in asked_for(start(provider))


def test_configured_prompt_is_sent_all_the_same(start, new_provider):
    provider = new_provider()
    provider.metadata({"prompt_values_supported": ["none"]})
    site = start(provider, more={"default": {"client_kwargs": {"prompt": "login"}}})
    assert asked_for(site)["prompt"] == ["login"]
    assert "login is not in prompt_values_supported" in site.host.log()
