"""A scriptable OpenID provider that can misbehave in every way. Start with OpenIDProvider."""

from .assertion import AssertionVerifier
from .authorization import RequestObjects
from .oauth2 import OAuth2Provider
from .openid import REMOVE, OpenIDProvider
from .replies import Reply, Request
from .server import ProviderServer, Sink

__all__ = [
    "REMOVE",
    "AssertionVerifier",
    "OAuth2Provider",
    "OpenIDProvider",
    "ProviderServer",
    "Reply",
    "Request",
    "RequestObjects",
    "Sink",
]
