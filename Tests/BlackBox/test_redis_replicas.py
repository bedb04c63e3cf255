"""Sentinel, a cluster, and processes that are killed: what fails over loses nobody that a browser which tries once more
does not get back."""

from __future__ import annotations

import signal
import socket
from contextlib import ExitStack

import pytest

import killed_processes
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
    site = start(new_provider(), **settings(*watching, redis_sentinel_master="mymaster", store_timeout="1s"))
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
    site = start(new_provider(), **settings(*cluster[:2], refresh_claims="1h", store_timeout="2s"))
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


@pytest.mark.parametrize(("fault", "number"), [("killed", 2), ("stalled", 2), ("stalled", 0)])
def test_node_of_a_cluster_dies(cluster, start, new_provider, fault, number):
    """Its sessions are away. The others are found at once, however often somebody asks for those."""
    site = start(new_provider(), **settings(*cluster, store_timeout="1s"))
    dead = cluster[number]
    near, away = [], []
    while len(near) < 4 or len(away) < 2:
        count, browser = len(dead.keys()), site.browser()
        site.log_in(browser)
        (away if len(dead.keys()) > count else near).append(browser)
    dead.command("save")
    if fault == "killed":
        dead.kill()
    else:
        dead.signal(signal.SIGSTOP)
    for _ in range(4):
        assert not any(site.is_signed_in(browser) for browser in away)
        assert all(site.is_signed_in(browser) for browser in near)
    if fault == "killed":
        dead.start()
    else:
        dead.signal(signal.SIGCONT)
    for browser in near + away:
        wait_until(lambda: site.is_signed_in(browser), "it is found again")  # noqa: B023


def test_processes_are_killed_during_logins(start, new_provider, opened, tmp_path):
    redis = RedisServer(tmp_path / "redis")
    opened.callback(redis.kill)
    provider = new_provider()
    options = settings(redis, store_timeout="2s")
    site = killed_processes.Site(lambda public: start(provider, public=public, **options))
    assert site.run(100) == 0
