"""User: a mapping with attributes that nobody changes, and a shortcut for text that must never be wrong."""

from __future__ import annotations

import copy
import json
import pickle
import random
from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest

import libstauth
from libstauth.user import ANONYMOUS, User

CLAIMS = {
    "is_logged_in": True,
    "provider": "google",
    "sub": "1",
    "email": "ada@example.org",
    "email_verified": True,
    "name": 'Ada "the first" \\ Lovelace \U0001f980',
    "address": {"country": "GB", "email": "inner", "postal_code": None},
    "groups": ["a", "b", {"email": "innermost"}],
    "phone": "after the object",
    "https://example.org/role": "admin",
    "keys": "a claim with the name of a method",
    "age": 36.5,
    "big": 2**70,
    "empty": "",
}


def written(claims: Mapping[str, Any], *, ascii_only: bool = False) -> bytes:
    """As the library writes it: no white space."""
    return json.dumps(claims, ensure_ascii=ascii_only, separators=(",", ":")).encode()


@pytest.fixture
def user() -> User:
    return User(written(CLAIMS))


@pytest.mark.parametrize("name", CLAIMS)
def test_by_key(user: User, name: str) -> None:
    assert user[name] == user.get(name) == CLAIMS[name]
    assert type(user[name]) is type(CLAIMS[name])
    assert name in user


@pytest.mark.parametrize("name", [name for name in CLAIMS if name.isidentifier() and name != "keys"])
def test_as_attribute(user: User, name: str) -> None:
    assert getattr(user, name) == CLAIMS[name]


def test_methods_come_before_claims(user: User) -> None:
    assert list(user.keys()) == list(CLAIMS)


def test_mapping(user: User) -> None:
    assert isinstance(user, Mapping)
    assert dict(user) == dict(user.items()) == {**user} == CLAIMS
    assert (len(user), list(user), list(user.values())) == (len(CLAIMS), list(CLAIMS), list(CLAIMS.values()))
    match = {name: user.get(name, "default") for name in ("nickname", "country", "postal_code")}
    assert set(match.values()) == {"default"}


@pytest.mark.parametrize("name", ["nickname", "", "country", "innermost", "Email", 'ema"il', "\ud800", "é", "\0"])
def test_absent(user: User, name: str) -> None:
    assert name not in user
    assert user.get(name) is None
    with pytest.raises(KeyError) as missing:
        user[name]
    assert missing.value.args == (name,)
    with pytest.raises(AttributeError):
        getattr(user, name)


def test_absent_attribute_is_named(user: User) -> None:
    with pytest.raises(AttributeError, match="no claim 'nickname'"):
        user.nickname  # noqa: B018
    assert not hasattr(user, "nickname")


@pytest.mark.parametrize("name", [1, None, 1.5, b"email", ("email",), True])
def test_names_are_text(name: Any) -> None:
    user = User(b'{"is_logged_in":true,"1":"x","None":"x","1.5":"x","True":"x","b\'email\'":"x","email":"x"}')
    assert name not in user
    assert user.get(name) is None


def test_name_of_an_enumeration(user: User) -> None:
    class Name(str, Enum):
        EMAIL = "email"

    assert user[Name.EMAIL] == "ada@example.org"


def test_unhashable_name(user: User) -> None:
    with pytest.raises(TypeError):
        user[[]]


def test_read_only(user: User) -> None:
    for name in ("email", "is_logged_in", "new", "to_dict"):
        with pytest.raises(AttributeError):
            setattr(user, name, "mallory")
        with pytest.raises(AttributeError):
            delattr(user, name)
    with pytest.raises(TypeError):
        user["email"] = "mallory"
    with pytest.raises(TypeError):
        del user["email"]
    assert dict(user) == CLAIMS


def test_dict_is_the_callers_own(user: User) -> None:
    mine = user.to_dict()
    mine["email"] = "mallory"
    mine["groups"].append("admin")
    assert user.to_dict() == CLAIMS
    assert dict(user) == CLAIMS


def test_is_logged_in() -> None:
    assert User(written(CLAIMS)).is_logged_in is True
    assert ANONYMOUS.is_logged_in is False
    assert ANONYMOUS["is_logged_in"] is False
    assert dict(ANONYMOUS) == {"is_logged_in": False}
    assert not User(b'{"is_logged_in":false,"x":{"is_logged_in":true}}').is_logged_in


def test_repr_tells_nothing_personal(user: User) -> None:
    for text in (repr(user), str(user), f"{user}", f"{[user]}"):
        assert text.strip("[]") == "<User is_logged_in=True>"
    assert repr(ANONYMOUS) == "<User is_logged_in=False>"


def test_copies(user: User) -> None:
    assert user["sub"] == "1"
    for again in (copy.copy(user), copy.deepcopy(user), *(pickle.loads(pickle.dumps(user, n)) for n in range(6))):
        assert type(again) is User
        assert again == user
        assert again is not user
        assert again.is_logged_in
    assert b"ada" not in pickle.dumps(ANONYMOUS)


def test_equality(user: User) -> None:
    assert user == User(written(dict(reversed(CLAIMS.items()))))
    assert user == User(written(CLAIMS, ascii_only=True))
    assert user == CLAIMS
    assert user != User(written({**CLAIMS, "sub": "2"}))
    assert user != ANONYMOUS
    assert user != "ada"
    with pytest.raises(TypeError):
        hash(user)


def test_special_names_are_no_claims() -> None:
    """What asks for __html__ and the like gets an honest no, and nothing is parsed for it."""
    user = User(b"no JSON")
    for name in ("__html__", "__array__", "_repr_html_"):
        assert not hasattr(user, name)


def test_text_is_cut_out() -> None:
    """No parsing of the others: that they cannot be parsed goes unnoticed."""
    user = User(b'{"is_logged_in":true,"email":"a@b","x":')
    assert (user.is_logged_in, user.email, user["email"], "email" in user) == (True, "a@b", "a@b", True)


PIECES = ['"', "\\", ":", ",", "{", "}", "[", "]", "a", "email", "é", "\U0001f980", "\n", "u0022", " ", "\x7f", '":"']
NAMES = ["email", "sub", "a", "aa", "é", "eemail", "_x"]


def some_text(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randrange(6)))


def some_value(chance: random.Random, depth: int = 2) -> Any:
    kind = chance.randrange(8 if depth else 6)
    if kind < 4:
        return some_text(chance)
    if kind < 6:
        return chance.choice([None, True, False, 0, -1.5, 10**30, "\ud800x", "\udc80"])
    if kind == 6:
        return [some_value(chance, depth - 1) for _ in range(chance.randrange(3))]
    return some_members(chance, depth - 1)


def some_members(chance: random.Random, depth: int = 2) -> dict[str, Any]:
    names = (chance.choice(NAMES) if chance.random() < 0.5 else some_text(chance) for _ in range(chance.randrange(6)))
    return {name: some_value(chance, depth) for name in names}


def holds_surrogates(text: str) -> bool:
    return any(0xD800 <= ord(character) < 0xE000 for character in text)


@pytest.mark.parametrize("seed", range(20))
def test_cut_out_is_what_json_says(seed: int) -> None:
    """4,000 sets of claims made to mislead: every name gives what a parser finds, or is not there."""
    chance = random.Random(seed)
    for _ in range(200):
        claims = {"is_logged_in": True, **some_members(chance)}
        surrogates = holds_surrogates(json.dumps(claims, ensure_ascii=False))
        whole = written(claims, ascii_only=surrogates or chance.random() < 0.3)
        text = whole.decode()
        asked = {*NAMES, *claims, *PIECES, *(some_text(chance) for _ in range(5))}
        asked |= {text[start : start + chance.randrange(8)] for start in range(0, len(text), 3)}
        for name in asked:
            found = User(whole).get(name, KeyError)
            assert found == claims.get(name, KeyError), (name, whole)


def test_text_before_the_name_is_no_name() -> None:
    assert "," not in User(b'{"is_logged_in":true,"k":"foo,",":":"v"}')


def test_current_user_outside_of_a_request() -> None:
    with pytest.raises(libstauth.NoRequest):
        libstauth.user.is_logged_in  # noqa: B018
    assert repr(libstauth.user) == "<User of no request>"
