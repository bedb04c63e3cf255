"""The token request of Streamlit's login over TLS: Authlib's client on httpx, a new one for each login.

One more argument: the provider's origin. The file of authorities is in SSL_CERT_FILE.
"""

from __future__ import annotations

import asyncio

import bench
from authlib.integrations.httpx_client import AsyncOAuth2Client

(ORIGIN,) = bench.MORE
LOOP = asyncio.new_event_loop()


async def fetch() -> None:
    """Like authlib.integrations.base_client for Starlette."""
    async with AsyncOAuth2Client("benchmark", "secret", redirect_uri="https://app.example/oauth2callback") as client:
        verifier = "hB3nK0vQ9rT2yWx5ZcE8fA1sD4gJ7mLpUoIiYtReWqS"
        token = await client.fetch_token(f"{ORIGIN}/token", code=verifier, code_verifier=verifier)
        assert token["id_token"]


bench.run({"token request over TLS, Streamlit's client": lambda: LOOP.run_until_complete(fetch())})
