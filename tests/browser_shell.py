"""Cards in a real browser: Anki's own page around the HTML that real Anki rendered."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=5000",
)
_STYLE = (
    "<style>body { margin: 24px; display: flex; gap: 24px; background: #d9d4ca }"
    " iframe { border: 0; flex: none }</style>"
)
_MEASURE = """
window.onload = () => {
  const box = element => {
    const {left, top, width, height} = element.getBoundingClientRect();
    return {x: left, y: top, width, height, visible: element.checkVisibility()};
  };
  const measured = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument;
    const found = {};
    for (const name of %s)
      found[name] = [...page.querySelectorAll(name)].map(box);
    return {
      found,
      scroll: page.documentElement.scrollWidth,
      broken: [...page.images].filter(image => !image.naturalWidth).map(image => image.src),
      images: page.images.length,
    };
  });
  const result = document.createElement("pre");
  result.id = "result";
  result.textContent = JSON.stringify(measured);
  document.body.append(result);
};
"""


@dataclass(frozen=True)
class Side:
    """One side of a card, as a window of *width* by *height* pixels shows it."""

    body: str
    css: str
    width: int
    height: int
    night: bool = False

    def frame(self) -> str:
        """Return it as a frame with the classes that Anki's web view gives its page."""
        night = "nightMode night_mode" if self.night else ""
        page = (
            f'<!doctype html><html class="{"night-mode" if self.night else ""}"><head><meta charset="utf-8">'
            f"<style>body {{ margin: 0 }} {self.css}</style></head>"
            f'<body class="card card1 {night}"><div id="qa">{self.body}</div></body></html>'
        )
        size = f'width="{self.width}" height="{self.height}"'
        return f'<iframe {size} srcdoc="{html.escape(page)}"></iframe>'


def measure(sides: list[Side], media: Path, *selectors: str) -> list[dict[str, Any]]:
    """Lay out the sides, and return for each the boxes of *selectors*, its scroll width and its images."""
    script = _MEASURE % json.dumps(selectors)
    dumped = _run(sides, media, f"<script>{script}</script>", "--dump-dom")
    result = re.search(r'<pre id="result">(.*?)</pre>', dumped, re.DOTALL)
    assert result is not None, dumped[-2000:]
    measured: list[dict[str, Any]] = json.loads(html.unescape(result[1]))
    return measured


def photograph(sides: list[Side], media: Path, picture: Path) -> None:
    """Write a picture of the sides, next to each other."""
    width = sum(side.width for side in sides) + 24 * (len(sides) + 1)
    height = max(side.height for side in sides) + 48
    size = f"--window-size={width},{height}"
    _run(sides, media, "", f"--screenshot={picture}", size, "--force-device-scale-factor=2")


def _run(sides: list[Side], media: Path, extra: str, *flags: str) -> str:
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no chromium here; `apt-get install chromium`")
    frames = "".join(side.frame() for side in sides)
    page = media / "page.html"
    page.write_text(f'<!doctype html><meta charset="utf-8">{_STYLE}{frames}{extra}', "utf-8")
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [CHROMIUM, *FLAGS, *flags, f"--user-data-dir={profile}", page.as_uri()],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    page.unlink()
    assert done.returncode == 0, done.stderr
    return done.stdout
