"""The response to an uncaught error, the same for every framework."""

from __future__ import annotations

from http import HTTPStatus
from typing import Optional

from libstauth.errors import NOT_SIGNED_IN, StauthError
from libstauth.log import logger
from libstauth.request import Request

Response = tuple[int, list[tuple[str, str]], bytes]


def refusal(error: StauthError, request: Optional[Request]) -> Response:
    """Status, headers and body: the library's page with the code. The text of the error is for developers, and goes to
    the log: it may name internal addresses."""
    report(error)
    if request is not None and error.code != NOT_SIGNED_IN:
        try:
            request.refuse(error.code)
            return request.status, request.headers, request.content
        except StauthError:  # the request is closed
            pass
    text = "Sign in first." if error.code == NOT_SIGNED_IN else HTTPStatus(error.http_status).phrase
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
    return error.http_status, headers, f"{text}\n\n{error.code}\n".encode()


def report(error: StauthError) -> None:
    """Logs an error that nobody else will see."""
    if error.http_status == 500:  # a mistake in the program, or in the settings
        logger.error("uncaught: %s", error, exc_info=error)
    elif error.code != NOT_SIGNED_IN:
        logger.warning("uncaught: %s: %s", error.code, error)
