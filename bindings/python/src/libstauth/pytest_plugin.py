"""The pytest fixture `stauth_app`; pytest finds it automatically."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from libstauth.testing import App


@pytest.fixture
def stauth_app() -> Iterator[App]:
    """An App that signs users in without a provider: `stauth_app.sign_in(email="ada@example.org")`."""
    with App() as app:
        yield app
