"""Processes: fork, the end of the interpreter, subinterpreters, memory."""

from __future__ import annotations

import platform
import sys

import pytest
from conftest import cookie_header, run_python

import libstauth
import libstauth.testing

CPYTHON = platform.python_implementation() == "CPython"
needs_subinterpreters = pytest.mark.skipif(
    not CPYTHON or sys.version_info >= (3, 13), reason="_xxsubinterpreters is of CPython 3.9 to 3.12"
)

SETUP = """
import multiprocessing, os, sys, threading, time
import libstauth, libstauth.testing
auth = libstauth.testing.App()
def header(**claims):
    return "; ".join(f"{name}={value}" for name, value in auth.sign_in(**claims).items())
ada = header(sub="ada")
def visit():
    with auth.request("GET", "/", [("Cookie", ada)]) as request:
        request.begin()
        return request.user.sub
"""

# ---- fork -----------------------------------------------------------------------------------------------------------

# While other threads are in calls, children are made that use the application, and make one of their own.
FORK = """
os.environ["PYTHONWARNINGS"] = "ignore"  # that threads and fork do not mix is said by Python 3.12; that is the test
import warnings; warnings.simplefilter("ignore", DeprecationWarning)
stop = threading.Event()
def work():
    while not stop.is_set():
        assert auth.user_from_cookie(header(sub="bob")).sub == "bob"
        assert visit() == "ada"
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for _ in range(50):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            assert auth.user_from_cookie(ada).sub == visit() == "ada"
            assert auth.user_from_cookie(header(sub="child")).sub == "child"
            assert libstauth.testing.App().sign_in()
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
stop.set()
for thread in threads: thread.join()
"""


def test_fork_while_threads_are_in_calls() -> None:
    run_python(SETUP + FORK)


def test_fork_before_the_application() -> None:
    """Each of the children loads the library for itself."""
    code = """
import os, libstauth.testing
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        libstauth.testing.App().sign_in()
        os._exit(0)
    children.append(child)
assert all(os.waitpid(child, 0)[1] == 0 for child in children)
"""
    run_python(code)


def test_child_that_ends_as_a_program_does() -> None:
    """Its finalizers run, and the parent's objects stay."""
    code = """
request = auth.request("GET", "/", [("Cookie", ada)])
child = os.fork()
if child == 0:
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
request.begin()
assert request.user.sub == visit() == "ada"
"""
    run_python(SETUP + code)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(method: str, tmp_path: object) -> None:
    """A User goes to another process and back. An application does not; it is made there."""
    program = f"{tmp_path}/program.py"
    code = """
def answer(user):
    assert user.is_logged_in and libstauth.testing.App().sign_in()
    return user
if __name__ == "__main__":
    with multiprocessing.get_context(METHOD).Pool(2) as pool:
        user = auth.user_from_cookie(ada)
        assert pool.map(answer, [user] * 4) == [user] * 4
        pool.close()
        pool.join()
"""
    with open(program, "w") as file:
        file.write(SETUP + code.replace("METHOD", repr(method)))
    run_python("import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')", program)


# ---- the end of the interpreter -------------------------------------------------------------------------------------


def test_end_with_live_objects() -> None:
    code = """
request = auth.request("GET", "/")
with_cycle = auth.request("GET", "/"); with_cycle.me = with_cycle
sys.kept = [auth, request, auth.user_from_cookie(ada)]
import atexit
atexit.register(visit)
print(visit())
"""
    assert run_python(SETUP + code).stdout == "ada\n"


@pytest.mark.parametrize("ending", ["", "sys.exit(0)", "os.kill(os.getpid(), 15)", "raise SystemExit(0)"])
def test_end_while_threads_are_in_calls(ending: str) -> None:
    """Daemon threads stay in the library, its callbacks included, when Python is gone."""
    code = """
started = threading.Barrier(5)
import logging
logging.getLogger("libstauth").addHandler(logging.NullHandler())
logging.getLogger("libstauth").setLevel("INFO")
def work():
    started.wait()
    while True:
        auth.user_from_cookie(header(sub="bob")); visit()
for _ in range(4): threading.Thread(target=work, daemon=True).start()
started.wait()
"""
    for _ in range(3):
        done = run_python(SETUP + code + ending, check=False)
        assert done.returncode == (-15 if "kill" in ending else 0), done.stderr
        assert done.stderr == ""


def test_end_while_a_thread_waits_for_the_provider() -> None:
    code = """
reached = threading.Event()
def never(url, body):
    reached.set()
    threading.Event().wait()
app = libstauth.testing.App()
app._provider._answer = never
threading.Thread(target=app.sign_in, daemon=True).start()
reached.wait()
print("over")
"""
    assert run_python(SETUP + code).stdout == "over\n"


@needs_subinterpreters
def test_subinterpreters() -> None:
    """As mod_wsgi has them."""
    code = """
import _xxsubinterpreters as interpreters
one, two = interpreters.create(), interpreters.create()
inner = '''
import logging, libstauth, libstauth.testing
logging.getLogger("libstauth").setLevel("CRITICAL")
auth = libstauth.testing.App()
cookies = "; ".join(f"{n}={v}" for n, v in auth.sign_in(sub="inner").items())
assert auth.user_from_cookie(cookies).sub == "inner"
try:
    auth.sign_in(nonce="x")
except libstauth.TokenInvalid:
    pass
'''
for number in (one, two, one):
    interpreters.run_string(number, inner)
    assert visit() == "ada"
interpreters.destroy(one)
interpreters.run_string(two, inner)
interpreters.destroy(two)
print(visit())
"""
    assert run_python(SETUP + code).stdout == "ada\n"


# ---- memory ---------------------------------------------------------------------------------------------------------

MEMORY = """
import gc, resource
def rounds(count):
    for number in range(count):
        with auth.request("GET", "/report", [("Cookie", ada), ("Sec-Fetch-Site", "same-origin")]) as request:
            request.begin(); request.user.to_dict(); request.login(); request.headers; request.content
            try: request.begin()
            except libstauth.InvalidArgument: pass
        unclosed = auth.request("GET", "/oauth2callback?code=x&state=y", [("Cookie", ada)])
        unclosed.begin(); unclosed.error; unclosed.content
        auth.user_from_cookie(ada); auth.user_from_cookie("x")
        try: auth.user_from_cookie("x" * 70_000)
        except libstauth.LimitExceeded: pass
        if number % 100 == 0:
            libstauth.testing.App().close()
def resident():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
import logging
logging.getLogger("libstauth").setLevel("CRITICAL")
rounds(2000)
before = resident()
rounds(10_000)  # two requests each
grown = resident() - before
assert grown < 1_000_000, f"grown by {grown} bytes"
"""


@pytest.mark.skipif(not CPYTHON, reason="PyPy collects garbage when it likes")
def test_memory_does_not_grow() -> None:
    run_python(SETUP + MEMORY)


def test_nothing_is_left_to_the_collector(auth: libstauth.testing.App) -> None:
    """No reference cycles: objects go as soon as nobody has them."""
    import gc
    import weakref

    if not CPYTHON:
        pytest.skip("PyPy counts no references")
    gc.collect()
    gc.disable()
    try:
        app = libstauth.testing.App()
        request = app.request("GET", "/", [("Cookie", cookie_header(app.sign_in()))])
        request.begin()
        seen = [weakref.ref(app), weakref.ref(request)]
        del app, request
        assert [reference() for reference in seen] == [None, None]
    finally:
        gc.enable()
