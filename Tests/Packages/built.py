"""What `./run package` made."""

from __future__ import annotations

from hosts import ROOT

PACKAGES = ROOT / "build" / "packages"
