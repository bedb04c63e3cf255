"""A scriptable OpenID provider that can misbehave in every way. Start with OpenIDProvider."""

from .access_token import AUDIENCE, ProofKey, access_token, opaque_token
from .assertion import AssertionVerifier
from .authorization import RequestObjects
from .claims import ClaimsProvider
from .device import DeviceFlow
from .dpop import DPoP
from .encryption import Encryption
from .logout_token import logout_token, report_logout
from .mutual_tls import MutualTLS
from .oauth2 import OAuth2Provider
from .openid import REMOVE, OpenIDProvider
from .replies import Reply, Request
from .rotation import Rotation
from .server import AliasServer, ProviderServer, Sink

__all__ = [
    "AUDIENCE",
    "REMOVE",
    "AliasServer",
    "AssertionVerifier",
    "ClaimsProvider",
    "DPoP",
    "DeviceFlow",
    "Encryption",
    "MutualTLS",
    "OAuth2Provider",
    "OpenIDProvider",
    "ProofKey",
    "ProviderServer",
    "Reply",
    "Request",
    "RequestObjects",
    "Rotation",
    "Sink",
    "access_token",
    "logout_token",
    "opaque_token",
    "report_logout",
]
