"""The preview's own server, run as its author runs it, and asked as a browser or a stranger would."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, Any

from support import TOOL, write_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SOURCE = """\
# A deck whose comments stay.
deck: Tests::Preview   # its name
id: tests-preview
tags: [Tests]
scene: scene.png
cards: {scene: false}

sections:
  One:
    # the first
    - fact: Spinal cord   # where
      mnemonic: Spina Cord
      explanation: |
        Its target is the **dorsal horn**.

    - Spasticity ~ Spast-tick   # on one line

  Two:   # side effects
    - fact: "Nausea"
      mnemonic: 'Naval sea'
      ask: What may it cause?
      tags: later
# the end
"""
_LONGEST = 30  # seconds to wait for what comes at once
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


@dataclass
class Answer:
    """What the server sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, where it is a JSON object."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Served:
    """A running preview of the project in *folder*; *said* is what it printed so far."""

    folder: Path
    process: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)
    token: str = ""

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def source(self) -> Path:
        """The deck's file."""
        return self.folder / "cards.yaml"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request with `Host` and these headers alone (`sec_fetch_site` is `sec-fetch-site`)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_LONGEST)
        connection.putrequest(method, path, skip_host="host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if body is not None and "content_length" not in headers:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        found = Answer(
            answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        )
        connection.close()
        return found

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self.ask("GET", path)

    def post(self, path: str, body: bytes | dict[str, Any]) -> Answer:
        """Ask for a change, as the page itself does."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, data, origin=self.address, x_deckwright=self.token)

    def state(self, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Wait until the page's state is as *wanted*, and return it."""
        end = time.monotonic() + _LONGEST
        while time.monotonic() < end:
            state = self.get("/api/state").json
            if state.get("version") and wanted(state):
                return state
            time.sleep(0.02)
        raise AssertionError(state)

    def note(self, fact: str) -> dict[str, Any]:
        """Wait for the note of that fact, and return its entry."""
        found: dict[str, Any] = next(
            note for note in self.state(lambda state: fact in facts(state))["notes"] if note["fact"] == fact
        )
        return found

    def stop(self, number: int = signal.SIGINT) -> int:
        """End it, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=_LONGEST)


def facts(state: dict[str, Any]) -> list[str]:
    """Return the facts of the notes in a state."""
    return [note["fact"] for note in state["notes"]]


@contextmanager
def served(folder: Path, *options: str, source: str = SOURCE, **media: bytes) -> Iterator[Served]:
    """Make a project in *folder*, unless it has one, and run its preview."""
    if not (folder / "cards.yaml").exists():
        write_project(folder, source, **media)
    command: list[str | Path] = [TOOL, "preview", folder, "--no-open", *options]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    address = _ADDRESS.search(first)
    assert address, first + process.stderr.read()
    run = Served(folder, process, int(address[1]), [first])
    listener = Thread(target=run.said.extend, args=(process.stderr,), daemon=True)
    listener.start()
    found = re.search(rb'name="token" content="([^"]+)"', run.get("/").body)
    assert found
    run.token = found[1].decode()
    try:
        yield run
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        process.wait(timeout=_LONGEST)
        listener.join(timeout=_LONGEST)
        process.stderr.close()
