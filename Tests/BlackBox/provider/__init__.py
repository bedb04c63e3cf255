"""A scriptable OpenID provider that can misbehave in every way. Start with OpenIDProvider."""

from .assertion import AssertionVerifier
from .authorization import RequestObjects
from .openid import REMOVE, OpenIDProvider
from .replies import Reply, Request
from .server import ProviderServer, Sink

__all__ = [
    "REMOVE",
    "AssertionVerifier",
    "OpenIDProvider",
    "ProviderServer",
    "Reply",
    "Request",
    "RequestObjects",
    "Sink",
]
