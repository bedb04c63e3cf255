"""What it costs Python to know who sent a Cookie header, beside Streamlit's way with the same user.

    export STAUTH_LIBRARY=build/prefix/lib/libstauth.so.0 PYTHONPATH=bindings/python/src
    build/venv/bin/python scripts/python_cost.py

Both have a user with 1 KB of claims. They take turns, and what is shown is the median of all turns; the machine may be
busy, so read the ratios.
"""

from __future__ import annotations

import json
import secrets
import statistics
import time
from collections.abc import Callable
from typing import Any

import stauth.testing
from itsdangerous import URLSafeTimedSerializer

TURNS, CALLS = 200, 200
COOKIE = "_streamlit_user"
LONGEST_AGE = 31 * 24 * 60 * 60
# About what Microsoft says of somebody who is in a few groups.
CLAIMS = {
    "sub": "Zx3v9QkT0y7Lw2bFh8sRj5NcAe1uGdMoPiVtYq46KXE",
    "name": "Ada Lovelace",
    "preferred_username": "ada.lovelace@example.org",
    "email": "ada.lovelace@example.org",
    "email_verified": True,
    "oid": "6f1f6f0e-3b0d-4b7e-9a53-0e2d6c1b7a94",
    "tid": "9c2d7e81-54aa-4f0b-8f17-b3e06d5c2f68",
    "rh": "0.AXkAgX4tnKpUC0-PF7PgbVwvaAYAAAAAAAAAwAAAAAAAAAB5AFo.",
    "uti": "Qk7mVt2cX0uZs9rLdP4WAA",
    "picture": "https://graph.example.org/v1.0/users/6f1f6f0e-3b0d-4b7e-9a53-0e2d6c1b7a94/photo",
    "locale": "en-GB",
    "groups": [
        "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
        "e58ed763-928c-4155-bee9-fdbaaadc15f3",
        "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "d9428888-122b-11e1-b85c-61cd3cbb3210",
        "3f333df6-90a4-4fda-8dd3-9485d27cee36",
        "550e8400-e29b-41d4-a716-446655440000",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "a3bb189e-8bf9-4888-9912-ace4e6543002",
        "c9bf9e57-1685-4c89-bafb-ff5af830be8a",
        "2c5ea4c0-4067-4e8c-8bdc-fb1d6e1a7b3e",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
}


def measure(calls: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Microseconds of one call each: the medians of many turns that they take one after the other."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(TURNS):
        for name, call in calls.items():
            begun = time.perf_counter()
            for _ in range(CALLS):
                call()
            taken[name].append((time.perf_counter() - begun) / CALLS * 1e6)
    return {name: statistics.median(times) for name, times in taken.items()}


def main() -> None:
    auth = stauth.testing.App()
    header = "; ".join(f"{name}={value}" for name, value in auth.sign_in(CLAIMS).items())
    secret = secrets.token_hex(32)
    # Streamlit keeps all claims of the ID token.
    protocol = {"aud": "test", "exp": 1790000300, "iat": 1790000000, "nonce": secrets.token_urlsafe(15)}
    ours = {"origin": "http://localhost:8501", "is_logged_in": True, "provider": "default"}
    theirs = json.dumps({**CLAIMS, "iss": stauth.testing.ISSUER, **protocol, **ours})
    signed = URLSafeTimedSerializer(secret, salt=COOKIE).dumps(theirs)

    def load_as_streamlit() -> Any:
        return json.loads(URLSafeTimedSerializer(secret, salt=COOKIE).loads(signed, max_age=LONGEST_AGE))

    def ask_who() -> Any:
        user = auth.user_from_cookie(header)
        return user.is_logged_in and user["email"]

    def take_all() -> Any:
        return auth.user_from_cookie(header).to_dict()

    assert load_as_streamlit()["email"] == ask_who() == take_all()["email"] == CLAIMS["email"]
    limits = {"Streamlit's cookie": 1.0, "signed in, and who": 5.0, "all claims as a dict": 3.0}
    times = measure(dict(zip(limits, (load_as_streamlit, ask_who, take_all), strict=True)))
    print(f"{len(json.dumps(take_all()))} bytes of claims; cookies: {len(header)} bytes, Streamlit's {len(signed)}")
    for name, least in limits.items():
        ratio = times["Streamlit's cookie"] / times[name]
        print(f"{name:22}{times[name]:8.1f} µs {ratio:6.1f} times cheaper, wanted {least:.0f}")


if __name__ == "__main__":
    main()
