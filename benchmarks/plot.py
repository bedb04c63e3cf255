"""Horizontal bars as SVG, readable in light and dark."""

from __future__ import annotations

from html import escape
from pathlib import Path

LABELS, BARS, FIGURES, ROW, TOP = 320, 400, 90, 26, 40
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.ours { fill: #2b5fd0 } .limit { fill: #8c959f } .peer { fill: #d4a72c }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .ours { fill: #6ea0ff } .peer { fill: #b58900 } }
"""


def draw(path: Path, title: str, bars: list[tuple[str, float, str]], unit: str) -> None:
    """`bars`: label, value, and whose it is: ours, limit or peer."""
    largest = max(value for _, value, _ in bars)
    height = TOP + ROW * len(bars) + 8
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LABELS + BARS + FIGURES}" height="{height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<text class="title" x="8" y="22">{escape(title)}, {unit}; shorter is better</text>',
    ]
    for place, (label, value, kind) in enumerate(bars):
        y = TOP + ROW * place
        width = max(1.0, value / largest * BARS)
        lines += [
            f'<text x="{LABELS - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>',
            f'<rect class="{kind}" x="{LABELS}" y="{y + 2}" width="{width:.1f}" height="{ROW - 8}" rx="2"/>',
            f'<text x="{LABELS + width + 6:.1f}" y="{y + 15}">{short(value)}</text>',
        ]
    path.write_text("\n".join([*lines, "</svg>", ""]))


def short(value: float) -> str:
    """Such figures deserve three digits."""
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:,.{digits}f}"
