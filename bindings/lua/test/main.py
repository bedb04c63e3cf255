"""Runs the tests of the module in an nginx, and reports them as TAP."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

import test_client
import test_configuration
import test_site
from site_server import Site


def main() -> int:
    failures, number = 0, 0
    with tempfile.TemporaryDirectory() as name:
        site = Site(Path(name))
        site.start()
        lines = site.get("/unit").body.splitlines()
        print("\n".join(line for line in lines if not line.startswith("1..")), flush=True)
        number += sum(line.startswith(("ok ", "not ok ")) for line in lines)
        failures += sum(line.startswith("not ok ") for line in lines) + (f"1..{number}" not in lines)
        # The last ones end the server.
        for module in (test_configuration, test_client, test_site):
            for test in [each for name, each in vars(module).items() if name.startswith("test_")]:
                number += 1
                try:
                    test(site)
                except Exception:
                    failures += 1
                    print(f"not ok {number} - {test.__name__}")
                    print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()[-12:]), end="")
                else:
                    print(f"ok {number} - {test.__name__}")
        site.end()
    print(f"1..{number}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
