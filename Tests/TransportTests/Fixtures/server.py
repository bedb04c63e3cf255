"""The other end of the transport's tests: one process with all listeners.

Prints one line of JSON with their ports when everything is ready, and ends when its standard input does, that is, with
the test that started it.
"""

from __future__ import annotations

import json
import ssl
import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path

import behaviours
import proxy
from certificates import Certificates
from http_server import Journal, listen, wait_for_end


def tls(certificates: Certificates, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate(name), certificates.key(name))
    return context


def old_tls(certificates: Certificates) -> ssl.SSLContext:
    context = tls(certificates, "good")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        # Python advises against these versions, and so do we: that is what is tested.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def tls_1_2(certificates: Certificates) -> ssl.SSLContext:
    context = tls(certificates, "good")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def main() -> None:
    journal = Journal()
    handle = partial(behaviours.handle, journal=journal)
    with tempfile.TemporaryDirectory() as name:
        certificates = Certificates(Path(name))
        ports = {
            certificate: listen(handle, tls(certificates, certificate))
            for certificate in (
                *("good", "self_signed", "wrong_host", "only_common_name", "expired", "not_yet_valid"),
                "unknown_authority",
            )
        }
        ports["tls_1_2"] = listen(handle, tls_1_2(certificates))
        ports["old_tls"] = listen(handle, old_tls(certificates))
        ports["plain"] = listen(handle)
        # Takes connections and never says a word, so that a TLS handshake waits.
        ports["mute"] = listen(wait_for_end)
        ports["proxy"] = listen(partial(proxy.handle, journal=journal))
        ports["tls_proxy"] = listen(partial(proxy.handle, journal=journal), tls(certificates, "proxy"))
        ready = {"ports": ports, "authorityFile": str(certificates.authority), "folder": name}
        print(json.dumps(ready), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
