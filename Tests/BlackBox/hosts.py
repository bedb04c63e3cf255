"""The host programs under test: all of test_scenarios.py runs against each. Those of a binding are in languages/.

A host finds its secrets.toml by STAUTH_SECRETS or its command line, and its port by PORT or its command line. Once it
listens it prints a line with its port, on stdout or stderr. It serves: an HTML page at any path, `/user.json`
(st_user_json), `/login?provider=NAME` (st_login), `POST /logout` (st_logout), and the library's own paths. With
STAUTH_LOG=info it prints the library's events.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import languages
from program import LIBRARY, ROOT, Host, Program, Runtime

START_SECONDS, STOP_SECONDS = 60, 15
# What servers write when one of their workers has crashed, and Python when it crashes itself.
WORKER_CRASH = re.compile(
    r"(?:was sent SIG(?!TERM|INT|QUIT|HUP)|exit signal|exited on signal|"
    r"WORKER TIMEOUT|Child process \[\d+\] died|Fatal Python error).*"
)


def _demo() -> Program:
    path = Path(os.environ.get("STAUTH_DEMO", ROOT / "build" / "demo" / "demo")).absolute()
    return Program((str(path), "{secrets}", "{port}"), environment={"STAUTH_DEMO_LOG": "1"})


def _event_loop() -> Program:
    path = ROOT / "build" / "event-loop" / "server"
    return Program((str(path), "{secrets}", "{port}"), environment={"STAUTH_DEMO_LOG": "1"})


def _gunicorn(name: str, *more: str) -> Program:
    application = "application" if name == "django" else "server" if name == "dash" else "app"
    return _python(name, "gunicorn", "--bind=127.0.0.1:{port}", *more, f"app:{application}")


def _uvicorn(name: str, *more: str) -> Program:
    return _python(name, "uvicorn", "--port={port}", *more)


def _python(name: str, *server: str, **environment: str) -> Program:
    """examples/python/NAME as its users start it."""
    return python_program(ROOT / "examples" / "python" / name, *server, **environment)


def python_program(folder: Path, *server: str, **environment: str) -> Program:
    """A module such as gunicorn and its arguments, or a file of the folder, with the Python package on its path."""
    how = () if server[0].endswith(".py") else ("-m",)
    environment = {
        "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "STAUTH_LIBRARY": str(LIBRARY),
    } | environment
    # Python's development mode reports objects that a binding forgets to close, and where a crash occurred.
    arguments = (sys.executable, "-X", "dev", *how, *server)
    return Program(arguments, folder, environment)


# Workers that share one App, which was made before they were forked.
_FORKED = ("--preload", "--workers=2", "--threads=8")

C = Runtime("C", ("12",), ("cc", "--version"), "`stauth.h`, pkg-config, CMake", "any server")
PYTHON = Runtime(
    name="Python",
    versions=("3.11",),
    asks=(sys.executable, "--version"),
    package="wheel `libstauth`, by ctypes",
    adapters="WSGI, ASGI, Flask, Django, FastAPI, Starlette, Dash, Gradio, NiceGUI, Streamlit",
)
# In the order in which the scenarios run.
RUNTIMES: list[tuple[Runtime, list[Host]]] = [
    (C, [Host("c", _demo()), Host("c-event-loop", _event_loop())]),
    (
        PYTHON,
        [
            Host("flask", _gunicorn("flask", "--threads=8")),
            Host("flask-preload", _gunicorn("flask", *_FORKED), processes=2),
            Host("flask-gevent", _gunicorn("flask", "--worker-class=gevent")),
            Host("django", _gunicorn("django", "--threads=8")),
            Host("django-asgi", _uvicorn("django", "--lifespan=off", "app:asgi_application")),
            Host("fastapi", _uvicorn("fastapi", "app:app")),
            Host("dash", _gunicorn("dash", "--threads=8")),
            Host("gradio", _uvicorn("gradio", "app:app")),
            Host("nicegui", _python("nicegui", "app.py")),
        ],
    ),
    *((language.RUNTIME, language.HOSTS) for language in languages.ALL),
]
HOSTS = [host for _, hosts in RUNTIMES for host in hosts]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RunningHost:
    """A host and the workers that it forks. All output goes to a file, so that no process waits for a reader."""

    def __init__(self, host: Host, secrets: Path, port: int, clock: Clock | None = None) -> None:
        self.port = port
        self.processes, self.hangs_up, self.ends_by = host.processes, host.hangs_up, host.ends_by
        self.checks_names, self.has_names = host.checks_names, host.has_names
        self.log_path = secrets.parent / "host.log"
        program = host.program
        arguments = [argument.format(secrets=secrets, port=port) for argument in program.arguments]
        for needed in (Path(arguments[0]), program.folder):
            assert needed.exists(), f"the host {host.name} needs {needed}: build it first (`./run test` does)"
        # NiceGUI is another program when it notices a test.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment |= {"STAUTH_SECRETS": str(secrets), "PORT": str(port), "STAUTH_LOG": "info"}
        # Proxies of the environment have no say in this library; a dead one shows when they have (E68).
        environment |= dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
        environment |= program.environment
        if clock:
            preload = [clock.environment()["LD_PRELOAD"], program.environment.get("LD_PRELOAD", "")]
            environment |= clock.environment() | {"LD_PRELOAD": ":".join(filter(None, preload))}
        self.log_path.unlink(missing_ok=True)
        with self.log_path.open("ab") as log:  # some processes open it once more, by its descriptor
            self.process = subprocess.Popen(
                arguments,
                cwd=program.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a process group for it and its workers
            )
        self._wait_until_ready(host.name)

    def _wait_until_ready(self, name: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not (self._named_its_port() and self._accepts()):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.02)  # its end is worth waking up for
            if not self.alive() or time.monotonic() > deadline:
                status = self.stop()
                raise AssertionError(f"the host {name} did not start, status {status}:\n{self.log()[-4000:]}")

    def _named_its_port(self) -> bool:
        return re.search(rf"(?<!\d){self.port}(?!\d).*\n", self.log()) is not None

    def _accepts(self) -> bool:
        """Some servers print their line a moment before they listen."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def log(self) -> str:
        return self.log_path.read_text("utf-8", "replace")

    def crashed_worker(self) -> str | None:
        """What the log says about a worker's crash. The server may have started another one since."""
        found = WORKER_CRASH.search(self.log())
        return found and found.group()

    def alive(self) -> bool:
        return self.process.poll() is None and self.crashed_worker() is None

    def memory(self) -> int:
        """Resident bytes."""
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> int:
        """Ends the host as a supervisor does; 0 if neither it nor a worker crashed and it ended in time."""
        if self.process.poll() is None:
            self.process.send_signal(self.ends_by)
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            status = -signal.SIGKILL
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # whatever it left behind
        self.process.wait()
        if self.crashed_worker() is not None:
            return status or 1
        # A JVM ends by itself then, with the status that a shell would report; a process of Starman's that ends can
        # send SIGINT to its parent, which is about to end, too.
        return 0 if status in (-signal.SIGTERM, -signal.SIGINT, 128 + signal.SIGTERM) else status


class Clock:
    """A clock that a test can set. The host sees it from its next look at the time of day on."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "clock"
        self.library = folder / "moved_clock.so"
        self.offset = 0
        source = Path(__file__).with_name("moved_clock.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O", "-Wall", "-Werror", "-o", self.library, source], check=True)
        self.path.write_bytes(bytes(8))

    def move(self, seconds: int) -> None:
        self.offset += seconds
        with self.path.open("r+b", buffering=0) as file:
            file.write(self.offset.to_bytes(8, sys.byteorder, signed=True))

    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "MOVED_CLOCK": str(self.path)}
