"""The options of one login."""

from __future__ import annotations

from typing import Any, Optional, TypedDict

from libstauth._library import text


class LoginOptions(TypedDict, total=False):
    """What one login asks for, beyond the configuration. stauth.h explains each at st_request_set()."""

    login_hint: Optional[str]
    prompt: Optional[str]
    acr_values: Optional[str]
    max_age: Optional[int]
    ui_locales: Optional[str]


def encoded(return_to: Optional[str], options: LoginOptions) -> dict[bytes, bytes]:
    """The options of a login, as st_request_set() takes them."""
    given: dict[str, Any] = {"return_to": return_to, **options}
    for key, value in given.items():
        if key not in ("return_to", *LoginOptions.__annotations__):
            raise TypeError(f"login() got an unexpected keyword argument {key!r}")
        if key == "max_age" and isinstance(value, int) and not isinstance(value, bool):
            given[key] = str(value)
    return {key.encode(): text(value) for key, value in given.items() if value is not None}
