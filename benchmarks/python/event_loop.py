"""Requests to a host while logins of other users wait for their provider, as many as there are iterations.

Two more arguments: the name of the figure, and the host's program, which takes a secrets.toml and a port. The provider
is in this program: its token endpoint answers two seconds after the last callback has asked. While they wait,
one more client requests /user.json again and again. The figure is the 99th percentile of these requests, by the clock.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import bench
from servers import free_port, running

NAME, PROGRAM = bench.MORE
LOGINS, ANSWER_SECONDS, MEASURED_SECONDS = bench.ITERATIONS, 2.0, 1.2
REFUSAL = b'{"error":"invalid_grant"}'


def response(status: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


class Provider:
    """Its metadata come at once; its answer to a code takes its time, and is no."""

    def __init__(self) -> None:
        self.waiting = 0
        self.all_wait = asyncio.Event()

    async def start(self) -> str:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=2 * LOGINS)
        self.issuer = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return self.issuer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                length = 0
                while (header := await reader.readline()).strip():
                    name, _, value = header.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                await reader.readexactly(length)
                writer.write(await self._answer(line.split()[1].decode()))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, path: str) -> bytes:
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            metadata = {"issuer": self.issuer} | {name: self.issuer + path for name, path in names.items()}
            metadata |= {"response_types_supported": ["code"], "subject_types_supported": ["public"]}
            return response(
                "200 OK", json.dumps(metadata | {"id_token_signing_alg_values_supported": ["RS256"]}).encode()
            )
        self.waiting += 1
        if self.waiting == LOGINS:
            self.all_wait.set()
        await self.all_wait.wait()  # so that the slowest machine has all of them wait at once
        await asyncio.sleep(ANSWER_SECONDS)
        return response("400 Bad Request", REFUSAL)


class Client:
    """One connection to the host."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def __aenter__(self) -> Client:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def get(self, target: str, cookie: str = "") -> dict[str, str]:
        cookie_line = f"Cookie: {cookie}\r\n" if cookie else ""
        self.writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{cookie_line}\r\n".encode())
        await self.reader.readline()
        headers = {}
        while (line := (await self.reader.readline()).decode().strip()) != "":
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        await self.reader.readexactly(int(headers["content-length"]))
        return headers


async def finish_login(port: int) -> None:
    async with Client(port) as client:
        headers = await client.get("/auth/login")
        state = parse_qs(urlsplit(headers["location"]).query)["state"][0]
        await client.get(f"/oauth2callback?code=x&state={state}", headers["set-cookie"].partition(";")[0])


async def measure(port: int, provider: Provider) -> list[float]:
    async with Client(port) as client:
        await client.get("/auth/login")  # the metadata are cached from here on
    logins = [asyncio.create_task(finish_login(port)) for _ in range(LOGINS)]
    await asyncio.wait_for(provider.all_wait.wait(), 30)
    times = []
    async with Client(port) as client:
        end = time.perf_counter() + MEASURED_SECONDS
        while (begun := time.perf_counter()) < end:
            await client.get("/user.json")
            times.append(time.perf_counter() - begun)
    assert not any(login.done() for login in logins), "the logins did not wait"
    await asyncio.gather(*logins)
    return times


async def main() -> None:
    provider, port = Provider(), free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "secrets.toml").write_text(
            f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
            'cookie_secret = "k8VxTzq4NfWm2RbYcJ7sLhPd5gE1uQ3o"\nclient_id = "client"\n'
            'client_secret = "a secret of the client"\n'
            f'server_metadata_url = "{await provider.start()}/.well-known/openid-configuration"\n'
        )
        with running([PROGRAM, str(folder / "secrets.toml"), str(port)], folder, port) as host:
            for _ in range(bench.TURNS):
                provider.waiting = 0
                provider.all_wait.clear()
                times = await measure(port, provider)
                percentile = statistics.quantiles(times, n=100, method="inclusive")[98]
                bench.report(NAME, value=percentile, iterations=len(times))
            threads = len(list(Path(f"/proc/{host.pid}/task").iterdir()))
    print(f"{NAME}: {threads} threads at the end", file=sys.stderr)


asyncio.run(main())
