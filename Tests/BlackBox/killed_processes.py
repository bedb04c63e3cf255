"""Four processes of the host share a Redis, behind a server that asks them in turn. One after the other is killed and
started again, in the middle of logins; a browser tries once more.

python killed_processes.py [LOGINS]      prints how many logins were lost
"""

from __future__ import annotations

import http.client
import itertools
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from browser import Browser
from deployment import Deployment
from hosts import HOSTS
from provider import ProviderServer
from redis_servers import RedisServer, settings

PROCESSES = 4
BROWSERS = 4  # at a time
LOGINS_OF_A_KILL = 25


class Site:
    """`start`: starts a process, with the origin that users see, or none for the first."""

    def __init__(self, start: Callable[[str | None], Deployment]) -> None:
        self.processes = [start(None)]
        self.public = self.processes[0].public
        self.processes += [start(self.public) for _ in range(PROCESSES - 1)]
        self._start = start
        self._turns = itertools.cycle(range(PROCESSES))

    def replace(self, number: int) -> None:
        """Kills a process, and starts another one in its place."""
        host = self.processes[number].host
        assert host.alive(), host.log()
        host.process.kill()
        host.process.wait()
        again = self._start(self.public).host
        host.port, host.process = again.port, again.process

    def attempt(self, browser: Browser, action: Callable[[Deployment], Any]) -> Any:
        """At the next process that takes connections; once more, at another one, if it dies meanwhile."""
        died: list[Deployment] = []
        while len(died) < 2:
            process = self.processes[next(self._turns)]
            if process in died:
                continue
            browser.routes = {self.public: process.host.port}
            try:
                return action(process)
            except ConnectionRefusedError:
                continue  # what a server in front does
            except (OSError, http.client.HTTPException):
                died.append(process)
        raise AssertionError("two processes died")

    def log_in(self) -> bool:
        """Whether a new browser is signed in at the end, at any process. A login that fails begins once more."""
        browser = Browser()
        for _ in range(2):
            at_provider = self.attempt(browser, lambda process: process.begin(browser)).follow()
            page = self.attempt(browser, lambda _: browser.open(at_provider.target, follow=False))  # noqa: B023
            if page.redirects:
                return self.attempt(browser, lambda process: process.is_signed_in(browser))
        return False

    def run(self, logins: int) -> int:
        """The number of logins that were lost."""
        done = 0
        with ThreadPoolExecutor(BROWSERS) as pool:
            for kill in range(logins // LOGINS_OF_A_KILL):
                results = pool.map(lambda _: self.log_in(), range(LOGINS_OF_A_KILL))
                self.replace(kill % PROCESSES)
                done += sum(results)
        return logins - done


def main() -> None:
    logins = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        provider = opened.enter_context(closing(ProviderServer())).add("killed", "ES256")
        redis = RedisServer(folder / "redis")
        opened.callback(redis.kill)
        numbers = itertools.count()

        def start(public: str | None) -> Deployment:
            # The machine is busier than usual.
            options = settings(redis, store_timeout="2s")
            place = folder / f"process{next(numbers)}"
            process = Deployment(HOSTS[0], place, {"default": provider}, public=public, **options)
            opened.callback(lambda: process.host.alive() and process.stop())
            return process

        lost = Site(start).run(logins)
    print(f"{logins} logins, {logins // LOGINS_OF_A_KILL} processes killed, {lost} lost")


if __name__ == "__main__":
    main()
