"""The preview of a deck in which one note is changed again and again."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.builds import Written
from benchmarks.goals import Row
from benchmarks.measure import ROOT, Failed, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SIZE = 2_000
_MOST = 300  # milliseconds
_LONGEST = 60.0  # seconds to wait for what is compiled
_REST = 1.0  # seconds in which nothing is rendered before the next save
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
_FACT = re.compile(r"fact: (.+)\n      mnemonic: (.+)\n")


@dataclass(frozen=True, slots=True)
class Page:
    """What the page in the browser does: it listens for news, and asks for what it shows."""

    port: int

    def get(self, path: str) -> bytes:
        """Return what the server answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_LONGEST)
        connection.request("GET", path)
        answer = connection.getresponse().read()
        connection.close()
        return answer

    def news(self) -> Iterator[dict[str, Any]]:
        """Yield what the server tells of itself, for as long as it is asked."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_LONGEST)
        connection.request("GET", "/events")
        with connection.getresponse() as answer:
            while line := answer.readline():
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))
        connection.close()

    def shows(self, fact: str) -> str:
        """Return the front of the first card of a note."""
        state = json.loads(self.get("/api/state"))
        note = next((note for note in state.get("notes", []) if note["fact"] == fact), None)
        if note is None:
            return ""
        card = note["cards"][0]
        path = f"/card/{state['version']}/{note['deck']}/{card['at']}/{card['ordinal']}/front?night=0"
        return self.get(path).decode()


def measure(room: Path, rounds: int) -> Iterator[Row]:
    """Yield the rows about the preview."""
    project = Written(room / "preview", _SIZE)
    project.write()
    counter = room / "rendered"
    counter.touch()
    with _served(project.folder, counter) as page:
        taken = list(_saves(project.folder / "cards.yaml", page, counter, rounds))
    milliseconds, rendered = (median(one) for one in zip(*taken, strict=True))
    what = f"one note of {_SIZE:,} changed"
    yield Row(f"{what}: from the save to its card", milliseconds, _MOST, unit="ms")
    yield Row(f"{what}: notes rendered", int(rendered), 1)
    shutil.rmtree(project.folder)


def _saves(source: Path, page: Page, counter: Path, rounds: int) -> Iterator[tuple[float, int]]:
    """Save the file *rounds* times with another mnemonic of the note in its middle.

    Yields the milliseconds until the page has the changed card, and how many notes were rendered for it.
    """
    text = source.read_text("utf-8")
    found = list(_FACT.finditer(text))[_SIZE // 2]
    news = page.news()
    _wait(news, page, found[1], found[2])
    for number in range(rounds):
        before, mnemonic = _at_rest(counter), f"Changed Mnemonic {number}"
        aside = source.with_suffix(".tmp")  # as many editors save
        aside.write_text(text[: found.start(2)] + mnemonic + text[found.end(2) :], "utf-8", newline="\n")
        aside.replace(source)
        start = time.perf_counter()
        _wait(news, page, found[1], mnemonic)
        milliseconds = (time.perf_counter() - start) * 1000
        yield milliseconds, _at_rest(counter) - before


def _at_rest(counter: Path) -> int:
    """Return how many notes were rendered until now, once no more are for a while."""
    seen = -1
    while seen != (size := counter.stat().st_size):
        seen = size
        time.sleep(_REST)
    return size


def _wait(news: Iterator[dict[str, Any]], page: Page, fact: str, words: str) -> None:
    """Wait until the page is told of a state in which the note's card says *words*."""
    end = time.monotonic() + _LONGEST
    for told in news:
        if told["version"] and words in page.shows(fact):
            return
        if time.monotonic() > end:
            break
    raise TimeoutError(words)


@contextmanager
def _served(folder: Path, counter: Path) -> Iterator[Page]:
    """Run the preview of a project; a byte goes to *counter* for each note that it renders."""
    script = ROOT / "benchmarks" / "counted.py"
    command = (sys.executable, script, counter, "preview", folder, "--no-open")
    with subprocess.Popen(  # noqa: S603 - the tool itself
        command,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            said = process.stderr.readline() if process.stderr else ""
            address = _ADDRESS.search(said)
            if address is None:
                raise Failed(said)
            yield Page(int(address[1]))
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=_LONGEST)
