"""Who sent a Cookie header? Compares the Python binding with Streamlit 1.67's cookie code, for the same user."""

from __future__ import annotations

import json
from typing import Any

import bench
import libstauth.testing
from itsdangerous import URLSafeTimedSerializer

COOKIE = "_streamlit_user"
SECRET = "k8VxTzq4NfWm2RbYcJ7sLhPd-benchmark"
LONGEST_AGE = 31 * 24 * 60 * 60
USER = json.loads(bench.read("user.json"))


def signed(name: str, value: dict[str, Any]) -> str:
    return URLSafeTimedSerializer(SECRET, salt=name).dumps(json.dumps(value))


def main() -> None:
    auth = libstauth.testing.App()
    header = "; ".join(f"{name}={value}" for name, value in auth.sign_in(USER).items())
    # Streamlit keeps all claims of the ID token.
    claims = json.loads(bench.read("claims.RS256.json")) | {"nonce": bench.read("nonce")}
    user_cookie = signed(
        COOKIE, {**claims, "origin": "http://localhost:8501", "is_logged_in": True, "provider": "default"}
    )

    def load_as_streamlit() -> Any:
        return json.loads(URLSafeTimedSerializer(SECRET, salt=COOKIE).loads(user_cookie, max_age=LONGEST_AGE))

    def ask_who() -> Any:
        user = auth.user_from_cookie(header)
        return user.is_logged_in and user["email"]

    def take_all() -> Any:
        return auth.user_from_cookie(header).to_dict()

    assert load_as_streamlit()["email"] == ask_who() == take_all()["email"] == USER["email"]
    bench.run(
        {
            "Streamlit's cookie": load_as_streamlit,
            "stauth in Python: who": ask_who,
            "stauth in Python: all claims": take_all,
        }
    )
    bench.report("cookie bytes, stauth", value=len(header))


main()
