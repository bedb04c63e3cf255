"""The user: the provider's claims, as an immutable mapping."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Optional

from libstauth.errors import InvalidArgument

_SIGNED_IN = b'{"is_logged_in":true'


class AccessToken(str):
    """An access token: text for an Authorization header, such as f"Bearer {token}"."""

    __slots__ = ("expires_at", "scope")

    expires_at: Optional[int]  # in seconds since 1970; None if the provider does not say
    scope: str

    def __repr__(self) -> str:
        return "<AccessToken>"  # a repr ends up in logs


class User(Mapping[str, Any]):
    """The claims of a user, by key or as attributes: `user["email"]`, `user.email`, `user.get("email")`.

    `is_logged_in` and, when that is true, `provider` are always present. The provider decides about the rest: read
    it with `get()`. With `expose_tokens`, `tokens` is a dict of the tokens, if they could be kept. Two users are equal
    if all their claims are.
    """

    __slots__ = ("_claims", "_json")

    def __init__(self, json_text: bytes) -> None:
        self._json = json_text
        self._claims: Optional[dict[str, Any]] = None

    @property
    def is_logged_in(self) -> bool:
        """True if the user is signed in. Costs next to nothing."""
        return self._json.startswith(_SIGNED_IN)  # the library writes this member first

    def refresh(self) -> None:
        """Only `libstauth.user`, the user of the current request, can be refreshed."""
        raise InvalidArgument("only libstauth.user can be refreshed, or a Request", "out_of_sequence")

    def to_dict(self) -> dict[str, Any]:
        """All claims, in a new dict."""
        parsed: dict[str, Any] = json.loads(self._json)
        return parsed

    def __getitem__(self, name: str) -> Any:
        value = self._cut_out(name) if self._claims is None else None
        return self._all()[name] if value is None else value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the user has no claim {name!r}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        # Claims are personal data, and a repr ends up in logs.
        return f"<User is_logged_in={self.is_logged_in}>"

    def __reduce__(self) -> tuple[type[User], tuple[bytes]]:
        return User, (self._json,)

    def _all(self) -> dict[str, Any]:
        if self._claims is None:
            self._claims = self.to_dict()
        return self._claims

    def _cut_out(self, name: str) -> Optional[str]:
        """A text claim, without parsing the others; None if parsing is necessary.

        `"name":"` is found at a member's beginning only, if `{` or `,` stands before it: inside of text each quote has
        a backslash before it, and after text comes no name. And the member is the user's own if no other object has
        begun yet.
        """
        if not isinstance(name, str) or not name.isidentifier():
            return None
        whole, member = self._json, b'"%b":"' % name.encode()
        start = whole.find(member, 1)
        if start < 0 or whole[start - 1] not in b"{," or whole.find(b"{", 1, start) >= 0:
            return None
        start += len(member)
        value = whole[start : whole.find(b'"', start)]
        return None if b"\\" in value else value.decode()


ANONYMOUS = User(b'{"is_logged_in":false}')
