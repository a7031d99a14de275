"""A real browser, one for many cards, driven through Chromium's own debugging pipe; and what it measures."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import cache
from io import BytesIO
from threading import Timer
from typing import IO, TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageChops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from browser_cards import Side

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
    "--allow-file-access-from-files",
    "--remote-debugging-pipe",
)
_LEAST = 45  # tenths of contrast that text has to have
_NOTABLE = 24  # of 255 by which a pixel differs that shows text
_KNEE = 0.04045  # of sRGB's curve
_LONGEST = 600  # seconds that a browser may run
_PATIENCE = 30  # seconds to wait for what comes at once
# What Chromium answers where the page that was asked is left before it has answered.
_LEFT = ("navigated or closed", "context was destroyed", "Cannot find context", "default execution context")
# Chromium reads orders from file descriptor 3 and answers on 4.
_EXEC = (
    "import fcntl, os, sys;"
    "orders, answers = (fcntl.fcntl(int(fd), fcntl.F_DUPFD, 10) for fd in sys.argv[1:3]);"
    "os.dup2(orders, 3); os.dup2(answers, 4); os.execv(sys.argv[3], sys.argv[3:])"
)
_READY = """
(async () => {
  if (document.readyState != "complete") await new Promise(done => addEventListener("load", done));
  await document.fonts.ready;
  await Promise.all([...document.images].filter(image => image.complete || image.loading != "lazy")
    .map(image => image.decode().catch(() => 0)));
  document.getElementById("answer")?.scrollIntoView();  // as Anki does when a card is turned
  document.getAnimations().forEach(animation => animation.finish());
  return scrollY;
})()
"""

_LOADED = """
(async () => {
  if (document.readyState != "complete") await new Promise(done => addEventListener("load", done));
})()
"""
_SETTLED = """
(async () => {
  await document.fonts.ready;
  await Promise.all([...document.images].filter(image => image.complete || image.loading != "lazy")
    .map(image => image.decode().catch(() => 0)));
  document.getAnimations().forEach(animation => { try { animation.finish() } catch {} });
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))));
})()
"""
_KEY_NUMBERS = {
    "Backspace": 8,
    "Enter": 13,
    "End": 35,
    "Escape": 27,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
}
# By a sheet of its own, which also a page takes that forbids styles within it.
_HIDE_TEXT = """
{ const hidden = new CSSStyleSheet();
hidden.replaceSync("*, *::before, *::after, *::placeholder {"
  + " -webkit-text-fill-color: transparent !important; text-shadow: none !important }");
document.adoptedStyleSheets = [hidden]; }
0
"""
_LAYOUT = """
(() => {
  const root = document.querySelector(".dw"), wrong = [], lines = [], places = {};
  const tenth = length => Math.round(10 * length) / 10;
  const box = ({left, top, width, height}) =>
    ({x: tenth(left), y: tenth(top + scrollY), width: tenth(width), height: tenth(height)});
  const say = (element, what) => wrong.push(`${element.tagName}.${element.className}: ${what}`);
  const scrolls = element => getComputedStyle(element).overflowX == "auto";
  if (document.documentElement.scrollWidth > innerWidth) say(document.body, "scrolls sideways");
  for (const element of root.querySelectorAll("*")) {
    if (!element.checkVisibility() || element.ownerSVGElement || element.matches("table, pre, .dw-crop"))
      continue;
    if (element.clientWidth && element.scrollWidth > element.clientWidth + 1) say(element, "is too narrow");
    if (element.clientHeight && element.scrollHeight > element.clientHeight + 1 && scrolls(element))
      say(element, "is too low");
    const {width, height} = element.getBoundingClientRect();
    if (element.matches("summary, button") && (width < 44 || height < 44)) say(element, "is hard to tap");
  }
  const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const node = words.currentNode, parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const slack = parseFloat(getComputedStyle(parent).fontSize) * .4;
    for (const line of range.getClientRects()) {
      for (let around = parent; around != root.parentElement; around = around.parentElement) {
        if (around.matches("table, pre")) break;
        if (["inline", "contents"].includes(getComputedStyle(around).display)) continue;
        const {left, right, top, bottom} = around.getBoundingClientRect();
        if (line.left < left - 1 || line.right > right + 1
            || line.top < top - slack || line.bottom > bottom + slack)
          say(around, `does not hold “${node.data.trim().slice(0, 30)}”`);
      }
      for (const [other, text] of lines) {
        const across = Math.min(line.right, other.right) - Math.max(line.left, other.left);
        const down = Math.min(line.bottom, other.bottom) - Math.max(line.top, other.top);
        if (across > 2 && down > slack) say(parent, `“${node.data.trim().slice(0, 30)}” lies on “${text}”`);
      }
      if (line.width) lines.push([line, node.data.trim().slice(0, 30)]);
    }
  }
  for (const name of [".dw-grid > .dw-scene", ".dw-scene > img", ".dw-symbol", ".dw-veil path + path",
                      ".dw-big", ".dw-solo .dw-big", ".dw-pins img", ".dw-pins b", ".dw-sheet", ".dw-cue",
                      ".dw-cue > img", "summary"])
    places[name] = [...document.querySelectorAll(name)].filter(one => one.checkVisibility())
      .map(one => box(one.getBoundingClientRect()));
  for (const image of document.images) if (!image.naturalWidth) say(image, "has no picture");
  const fonts = [...document.fonts].filter(font => font.status == "loaded").map(font => font.family);
  return {wrong, places, scrolled: scrollY, images: document.images.length, fonts, lines: lines.length};
})()
"""


class NavigatedError(Exception):
    """The page that was asked something was left for another before it had answered."""


class Browser:
    """A running Chromium that shows one page at a time."""

    def __init__(self, orders: IO[bytes], answers: IO[bytes]) -> None:
        self._orders, self._answers = orders, answers
        self._numbers = itertools.count(1)
        self._unread = b""
        self._session = ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def show(self, side: Side, media: Path, *, scale: float = 1) -> None:
        """Show a side with the pictures of the folder *media*."""
        self.open(side.page(), media, (side.width, side.height), scale=scale)

    def open(self, html: str, media: Path, size: tuple[int, int], *, scale: float = 1) -> None:
        """Open a page that lies in the folder *media* for a moment, and wait until it is there and still."""
        self.resize(size, scale=scale)
        page = media / "page.html"
        page.write_text(html, "utf-8")
        self._call("Page.navigate", url=page.as_uri())
        self.run(_READY)
        page.unlink()

    def navigate(self, url: str) -> None:
        """Go to a page that a server has, and wait until it is loaded."""
        self._call("Page.navigate", url=url)
        self.run(_LOADED)

    def key(self, key: str, code: str = "", *, modifiers: int = 0) -> None:
        """Press and release a key, as in `"a"` or `"ArrowLeft"`; *modifiers* are 1 Alt, 2 Ctrl, 8 Shift."""
        text = "\r" if key == "Enter" else key if len(key) == 1 and not modifiers & 3 else ""
        number = _KEY_NUMBERS.get(key, ord(key.upper()) if len(key) == 1 else 0)
        pressed = {"key": key, "code": code or key, "modifiers": modifiers, "windowsVirtualKeyCode": number}
        down = {"type": "keyDown" if text else "rawKeyDown", **({"text": text} if text else {})}
        self._call("Input.dispatchKeyEvent", **pressed, **down)
        self._call("Input.dispatchKeyEvent", **pressed, type="keyUp")

    def type(self, text: str) -> None:
        """Write *text* where the cursor is."""
        self._call("Input.insertText", text=text)

    def mouse(self, kind: str, x: float, y: float, *, held: bool = False) -> None:
        """Move the mouse, or press or release its left button: *kind* is `Moved`, `Pressed` or `Released`."""
        acting = {"button": "none"} if kind == "Moved" else {"button": "left", "clickCount": 1}
        self._call("Input.dispatchMouseEvent", type=f"mouse{kind}", x=x, y=y, buttons=int(held), **acting)

    def settle(self) -> None:
        """Wait until what was asked for is painted, with its fonts and pictures, and nothing moves."""
        self.run(_SETTLED)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag with the left button, in steps as a hand does."""
        self.mouse("Moved", *start)
        self.settle()
        self.mouse("Pressed", *start, held=True)
        for step in (0.25, 0.5, 0.75, 1):
            there = (a + step * (b - a) for a, b in zip(start, end, strict=True))
            self.mouse("Moved", *there, held=True)
        self.mouse("Released", *end)
        self.settle()

    def resize(self, size: tuple[int, int], *, scale: float = 1) -> None:
        """Give the window another size, in CSS pixels."""
        window = {"width": size[0], "height": size[1], "deviceScaleFactor": scale, "mobile": False}
        self._call("Emulation.setDeviceMetricsOverride", **window)

    def unfold(self) -> None:
        """Open all that folds."""
        self.run("document.querySelectorAll('details').forEach(one => { one.open = true })")

    def run(self, script: str) -> Any:
        """Return what an expression, or the promise of one, comes to in the page."""
        found = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, condition: str) -> float:
        """Wait until a condition holds in the page, or in the next one; return the seconds it took."""
        start = time.monotonic()
        while time.monotonic() < start + _PATIENCE:
            with suppress(NavigatedError):
                if self.run(condition):
                    return time.monotonic() - start
            time.sleep(0.02)
        raise AssertionError(f"{condition}\n{self.run('document.body.innerText')[:2000]}")

    def back(self) -> None:
        """Go back to the page before; whoever asks waits for it."""
        with suppress(NavigatedError):  # it may leave before it has answered
            self.run("history.back()")

    def screenshot(self, *, whole: bool = False) -> Image.Image:
        """Return a picture of the window, or with *whole* of the page down to its end."""
        clip = {}
        if whole:
            width, height = self.run("[innerWidth, document.documentElement.scrollHeight]")
            clip = {"clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}}
        answer = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole, **clip)
        return Image.open(BytesIO(base64.b64decode(answer["data"]))).convert("RGB")

    def layout(self) -> dict[str, Any]:
        """Measure the page: what stands where, and what is wrong with it in any window."""
        found: dict[str, Any] = self.run(_LAYOUT)
        return found

    def weak_texts(self) -> list[str]:
        """Return where text has less than 4.5:1 against its ground, measured on the page's pixels.

        The page is compared with itself without its text. Every glyph has pixels that are all ink: a pixel's
        contrast counts as the best within some pixels of it, so that smooth edges are no weak text.
        """
        written = self.screenshot(whole=True)
        self.run(_HIDE_TEXT)
        ground = self.screenshot(whole=True)
        self.run("document.adoptedStyleSheets = []; 0")
        return weak_places(written, ground)

    def prefer(self, **features: str) -> None:
        """Set what the reader prefers, as in `prefers_reduced_motion="reduce"`."""
        chosen = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self._call("Emulation.setEmulatedMedia", features=chosen)

    def downloads(self, folder: Path) -> None:
        """Keep what is downloaded in *folder*."""
        self._call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    @contextmanager
    def without_scripts(self) -> Iterator[None]:
        """Let pages run no scripts meanwhile; then nothing that waits by one, as `settle` does, ever ends."""
        self._call("Emulation.setScriptExecutionDisabled", value=True)
        try:
            yield
        finally:
            self._call("Emulation.setScriptExecutionDisabled", value=False)

    def go(self, url: str) -> None:
        """Go to a page, and wait until it is loaded, by asking again and again."""
        self._call("Page.navigate", url=url)
        self.until(f"location.href == {json.dumps(url)} && document.readyState == 'complete'")

    def _call(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        order: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            order["sessionId"] = self._session
        self._orders.write(json.dumps(order).encode() + b"\0")
        self._orders.flush()
        while True:  # events may come in between
            answer = json.loads(self._read())
            if answer.get("id") == number:
                told = answer.get("error", {}).get("message", "")
                if any(word in told for word in _LEFT):
                    raise NavigatedError(told)
                assert "error" not in answer, (method, answer)
                return answer["result"]

    def _read(self) -> bytes:
        parts = [self._unread]
        while b"\0" not in parts[-1]:
            parts.append(os.read(self._answers.fileno(), 1 << 20))
            assert parts[-1], "chromium ended"
        message, _, self._unread = b"".join(parts).partition(b"\0")
        return message


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium; without one the test fails in CI, and is skipped on a laptop."""
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no chromium here; `apt-get install chromium`")
    (theirs_in, orders), (answers, theirs_out) = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", _EXEC, str(theirs_in), str(theirs_out)),
                *(CHROMIUM, *FLAGS, f"--user-data-dir={profile}"),
            ],
            pass_fds=(theirs_in, theirs_out),
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        watch = Timer(_LONGEST, process.kill)
        watch.start()
        try:
            with os.fdopen(orders, "wb") as sent, os.fdopen(answers, "rb") as received:
                yield Browser(sent, received)
        finally:  # it ends when its pipe does
            process.wait(timeout=30)
            watch.cancel()


def weak_places(written: Image.Image, ground: Image.Image) -> list[str]:
    """Return where the two pictures of one page differ by less than 4.5:1, as `x,y contrast`."""
    changed = ImageChops.difference(written, ground)
    red, green, blue = (band.point(lambda value: 255 if value > _NOTABLE else 0) for band in changed.split())
    marks = ImageChops.lighter(ImageChops.lighter(red, green), blue).tobytes()
    inks, grounds = written.tobytes(), ground.tobytes()
    where = list(itertools.compress(range(len(marks)), marks))
    contrasts = bytearray(len(marks))
    for place in where:
        at = 3 * place
        contrasts[place] = _tenths(inks[at : at + 3], grounds[at : at + 3])
    best = Image.frombytes("L", written.size, bytes(contrasts))
    for step in (1, 3):  # the best of nine pixels across, then down
        best = ImageChops.lighter(best, ImageChops.lighter(_moved(best, step, 0), _moved(best, -step, 0)))
        best = ImageChops.lighter(best, ImageChops.lighter(_moved(best, 0, step), _moved(best, 0, -step)))
    found = best.tobytes()
    width = written.width
    return [
        f"{place % width},{place // width} {found[place] / 10}" for place in where if found[place] < _LEAST
    ]


def _moved(picture: Image.Image, right: int, down: int) -> Image.Image:
    return ImageChops.offset(picture, right, down)


@cache
def _tenths(ink: bytes, ground: bytes) -> int:
    """Return the contrast of two colours as WCAG 2 has it, in tenths."""
    dark, light = sorted((_luminance(ink), _luminance(ground)))
    return int(10 * (light + 0.05) / (dark + 0.05))


def _luminance(colour: bytes) -> float:
    linear = (
        value / 12.92 if value <= _KNEE else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in colour)
    )
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
