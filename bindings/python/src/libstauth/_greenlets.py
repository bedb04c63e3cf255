"""In a program that gevent or eventlet has patched, one thread serves everybody: what waits for the network goes to a
thread of theirs, and other greenlets go on meanwhile. Without such a program, neither is imported.

A client on the patched sockets would be a second one, which would have to obey every setting that libcurl obeys."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Callable, Optional

from libstauth import log


def wait_for(function: Callable[..., int], *arguments: object) -> int:
    """Calls a C function that may wait for the network."""
    run = _thread_pool()
    if run is None:
        return function(*arguments)
    try:
        status: int = run(log.holding, (function, *arguments))
    finally:
        log.write_held()
    return status


def are_here() -> bool:
    """True if this program has been patched."""
    return _thread_pool() is not None


def _thread_pool() -> Optional[Callable[..., Any]]:
    """Asked at each call: with `--preload`, gunicorn's workers are patched after the application was made."""
    gevent = sys.modules.get("gevent.monkey")
    if gevent is not None and gevent.is_module_patched("socket"):
        pool = import_module("gevent").get_hub().threadpool
        run: Callable[..., Any] = pool.apply
        return run
    eventlet = sys.modules.get("eventlet.patcher")
    if eventlet is not None and eventlet.is_monkey_patched("socket"):
        execute = import_module("eventlet.tpool").execute
        return lambda function, arguments: execute(function, *arguments)
    return None
