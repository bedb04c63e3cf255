"""Two processes race on one browser's refresh token, at a provider that rotates it. They share nothing, or a Redis.

python refresh_race.py [ROUNDS]          prints what is lost at several leeways, for docs/sessions.md
python refresh_race.py ROUNDS RUNS       the same on Redis without leeway, so many times
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from browser import Browser, Page
from deployment import Deployment
from hosts import HOSTS, Clock
from provider import OpenIDProvider, ProviderServer, Rotation
from redis_servers import RedisServer, settings

AGE = 30
THREADS = 8  # of each process
SETTINGS = {"refresh_claims": f"{AGE}s", "expose_tokens": "access"}


@dataclass
class Race:
    rounds: int = 0
    collisions: int = 0  # rounds in which a refresh token reached the provider more than once
    lost: int = 0  # rounds after which the browser is signed out, at either process
    nobody: int = 0  # pages, of sixteen in each round, that showed nobody


def all_at_once(sites: list[Deployment], browser: Browser) -> list[Page]:
    """The same browser's requests to all processes, in the order of the responses."""
    barrier, pages = threading.Barrier(len(sites) * THREADS), []

    def visit(site: Deployment) -> None:
        mine = browser.copy()
        mine.routes = {site.public: site.host.port}
        barrier.wait()
        pages.append(mine.open(site.url("/user.json")))

    threads = [threading.Thread(target=visit, args=(site,)) for site in sites for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return pages


def is_signed_in(site: Deployment, browser: Browser) -> bool:
    browser.routes = {site.public: site.host.port}
    return site.is_signed_in(browser)


def run(sites: list[Deployment], provider: OpenIDProvider, rounds: int) -> Race:
    race, browser = Race(), None
    for _ in range(rounds):
        if browser is None:
            browser = sites[0].browser()
            sites[0].log_in(browser)
        provider.requests.clear()
        sites[0].wait(AGE)
        pages = all_at_once(sites, browser)
        assert len(pages) == len(sites) * THREADS, "each request is answered"
        for page in pages:
            for name, value in page.headers:
                if name.lower() == "set-cookie":
                    browser.jar.store(urlsplit(page.url), value)
        race.nobody += sum(not json.loads(page.body)["is_logged_in"] for page in pages)
        sent = Counter(request.value("refresh_token") for request in provider.seen("token"))
        race.rounds += 1
        race.collisions += max(sent.values()) > 1
        # A family that was revoked meanwhile shows at the next refresh.
        sites[0].wait(AGE)
        if not all(is_signed_in(site, browser) for site in sites):
            race.lost += 1
            browser = None
    return race


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    print("| grace period of the provider | sessions | rounds | refresh token sent twice | lost |")
    print("|---|---|---|---|---|")
    for leeway, is_shared in [(0, True)] * runs or [(0, False), (10, False), (0, True)]:
        with ExitStack() as opened:
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
            provider = opened.enter_context(closing(ProviderServer())).add("race", "ES256")
            provider.rotation = Rotation(leeway)
            clock = Clock(folder)
            more = {}
            if is_shared:
                redis = RedisServer(folder / "redis")
                opened.callback(redis.kill)
                # The machine is busier than usual.
                more = settings(redis, store_timeout="2s")
            sites: list[Deployment] = []
            for name in ("first", "second"):
                public = sites[0].public if sites else None
                options = {"clock": clock, "public": public, **SETTINGS, **more}
                sites.append(Deployment(HOSTS[0], folder / name, {"default": provider}, **options))
                opened.callback(sites[-1].stop)
            race = run(sites, provider, rounds)
        assert race.nobody == 0 or not is_shared, f"{race.nobody} pages showed nobody"
        where = "on Redis" if is_shared else "in cookies"
        print(f"| {leeway} s | {where} | {race.rounds} | {race.collisions} | {race.lost} |", flush=True)


if __name__ == "__main__":
    main()
