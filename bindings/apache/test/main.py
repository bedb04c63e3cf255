"""Runs the tests of the module, and reports them as TAP."""

from __future__ import annotations

import sys
import traceback

import test_configuration
import test_processes
import test_users
from server import SHARED


def main() -> int:
    modules = (test_configuration, test_users, test_processes)
    tests = [(name, test) for each in modules for name, test in vars(each).items() if name.startswith("test_")]
    failures = 0
    print(f"1..{len(tests)}")
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
        except Exception:
            failures += 1
            print(f"not ok {number} - {name}")
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()[-12:]), end="", flush=True)
        else:
            print(f"ok {number} - {name}", flush=True)
    SHARED.close()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
