"""Sentinel, a cluster, and several processes of the host behind a server that asks them in turn: what fails over loses
nobody that a browser which tries once more does not get back."""

from __future__ import annotations

import http.client
import itertools
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from redis_servers import RedisServer, settings, wait_until

NODES = 3


@pytest.fixture
def opened():
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def sentinels(opened, tmp_path):
    """A master, a replica and three sentinels, which call a master dead after half a second."""
    master = RedisServer(tmp_path / "master")
    opened.callback(master.kill)
    replica = RedisServer(tmp_path / "replica", f"replicaof 127.0.0.1 {master.port}")
    opened.callback(replica.kill)
    wait_until(lambda: "master_link_status:up" in replica.command("info", "replication"), "the replica follows")
    watching = []
    for number in range(NODES):
        lines = [
            f"sentinel monitor mymaster 127.0.0.1 {master.port} 2",
            "sentinel down-after-milliseconds mymaster 500",
            "sentinel failover-timeout mymaster 3000",
        ]
        watching.append(RedisServer(tmp_path / f"sentinel{number}", *lines, program="redis-sentinel"))
        opened.callback(watching[-1].kill)
    for sentinel in watching:
        wait_until(
            lambda: sentinel.command("sentinel", "ckquorum", "mymaster").startswith("OK 3"),  # noqa: B023
            "the sentinels know each other",
        )
        wait_until(
            lambda: str(replica.port) in sentinel.command("sentinel", "replicas", "mymaster"),  # noqa: B023
            "the sentinels know the replica",
        )
    return master, replica, watching


@pytest.fixture
def cluster(opened, tmp_path):
    """Three nodes, each with a third of the slots."""
    nodes = []
    for number in range(NODES):
        # Its bus has the port that Redis' own has by 10,000 more, which may be too high here.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            bus = probe.getsockname()[1]
        lines = [
            "cluster-enabled yes",
            f"cluster-port {bus}",
            "cluster-node-timeout 1000",
            "cluster-require-full-coverage no",
        ]
        nodes.append(RedisServer(tmp_path / f"node{number}", *lines))
        opened.callback(nodes[-1].kill)
    nodes[0].command("--cluster", "create", *[node.address for node in nodes], "--cluster-yes")
    for node in nodes:
        wait_until(lambda: "cluster_state:ok" in node.command("cluster", "info"), "the cluster is whole")  # noqa: B023
    return nodes


@pytest.mark.parametrize("fault", ["killed", "stalled"])
def test_sentinel_fails_over(sentinels, start, new_provider, fault):
    master, replica, watching = sentinels
    site = start(new_provider(), **settings(*watching, redis_sentinel_master="mymaster"))
    browser = site.browser()
    site.log_in(browser)
    assert site.is_signed_in(browser)
    wait_until(lambda: replica.keys(), "the replica has the session")
    if fault == "killed":
        master.kill()
    else:
        master.signal(signal.SIGSTOP)
    assert not site.is_signed_in(browser)
    wait_until(lambda: site.is_signed_in(browser), "the session is found on the new master")
    site.log_in(site.browser())
    if fault == "stalled":
        # It comes back as one that still believes to be the master.
        master.signal(signal.SIGCONT)
        wait_until(lambda: "role:slave" in master.command("info", "replication"), "it follows the new master")
        assert site.is_signed_in(browser)
    assert "event=stored_session_refused" not in site.host.log()


def test_cluster(cluster, start, new_provider):
    """Whatever node has a session's slot; and one that the operator moves to another node."""
    site = start(new_provider(), **settings(*cluster[:2], refresh_claims="1h"))
    browsers = [site.browser() for _ in range(20)]
    for browser in browsers:
        site.log_in(browser)
    assert all(node.keys() for node in cluster), "the sessions are on all nodes"
    assert all(site.is_signed_in(browser) for browser in browsers)
    [key, *_] = cluster[0].keys()
    slot = cluster[0].command("cluster", "keyslot", key)
    ids = [node.command("cluster", "myid") for node in cluster]
    cluster[2].command("cluster", "setslot", slot, "importing", ids[0])
    cluster[0].command("cluster", "setslot", slot, "migrating", ids[2])
    keys = cluster[0].command("cluster", "getkeysinslot", slot, "100").split()
    cluster[0].command("migrate", "127.0.0.1", str(cluster[2].port), "", "0", "5000", "keys", *keys)
    assert all(site.is_signed_in(browser) for browser in browsers), "ASK is followed"
    for node in (cluster[2], cluster[0], cluster[1]):
        node.command("cluster", "setslot", slot, "node", ids[2])
    assert all(site.is_signed_in(browser) for browser in browsers), "MOVED is followed"
    assert "event=session_store_failed" not in site.host.log()


def test_node_of_a_cluster_dies(cluster, start, new_provider):
    """Its sessions are away. The others are found, if not at once: failures of one node have all nodes left alone."""
    site = start(new_provider(), **settings(*cluster))
    near, away = [], []
    for _ in range(12):
        count, browser = len(cluster[2].keys()), site.browser()
        site.log_in(browser)
        (away if len(cluster[2].keys()) > count else near).append(browser)
    cluster[2].command("save")
    cluster[2].kill()
    for browser in near:
        wait_until(lambda: site.is_signed_in(browser), "it is found")  # noqa: B023
    assert not any(site.is_signed_in(browser) for browser in away)
    cluster[2].start()
    for browser in near + away:
        wait_until(lambda: site.is_signed_in(browser), "it is found again")  # noqa: B023


def test_processes_are_killed_during_logins(start, new_provider, opened, tmp_path):
    """Four processes in turn; one of them is killed and started again, again and again. A browser tries once more."""
    redis = RedisServer(tmp_path / "redis")
    opened.callback(redis.kill)
    provider = new_provider()
    options = settings(redis, store_timeout="2s")
    sites = [start(provider, **options)]
    sites += [start(provider, public=sites[0].public, **options) for _ in range(3)]
    turns = itertools.cycle(range(len(sites)))
    public = sites[0]

    def attempt(browser, action):
        """At the next process that takes connections; once more, at another one, if it dies meanwhile."""
        died = 0
        port = None
        while died < 2:
            former, port = port, sites[next(turns)].host.port
            if died and port == former:
                continue
            browser.routes = {public.public: port}
            try:
                return action()
            except ConnectionRefusedError:
                continue  # what a server in front does
            except (OSError, http.client.HTTPException):
                died += 1
        raise AssertionError("two processes died")

    def log_in(_: int) -> bool:
        browser = public.browser()
        for _ in range(2):
            at_provider = attempt(browser, lambda: public.begin(browser)).follow()
            page = attempt(browser, lambda: browser.open(at_provider.target, follow=False))  # noqa: B023
            if page.redirects:
                return attempt(browser, lambda: public.is_signed_in(browser))
        return False

    done = 0
    with ThreadPoolExecutor(4) as pool:
        for victim in range(4):
            results = pool.map(log_in, range(25))
            sites[victim].host.process.kill()
            sites[victim].host.process.wait()
            again = start(provider, public=public.public, **options)
            sites[victim].host.port, sites[victim].host.process = again.host.port, again.host.process
            done += sum(results)
    assert done == 100
