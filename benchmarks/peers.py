"""Two tools from the package registry that make Anki packages of YAML too, on the same notes."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.builds import COLD, YARDSTICK, Written
from benchmarks.goals import Row
from benchmarks.measure import ROOT, Failed, Run, alternating, prepared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.measure import Cost

SIZES = (1_000, 10_000)
_HOME = ROOT / ".bench"


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool at a version: how it is run in the folder that `peer_decks` filled for it."""

    name: str
    version: str
    arguments: tuple[str, ...]

    @property
    def tool(self) -> Path:
        """The tool, in an environment of its own."""
        return _HOME / f"{self.name}-{self.version}" / "bin" / self.name

    def install(self) -> None:
        """Make its environment, unless it is there; it gets our versions of what both use."""
        if self.tool.exists():
            return
        home = self.tool.parent.parent
        prepared(sys.executable, "-m", "venv", "--clear", home)
        install = ("-m", "pip", "install", "--constraint", ROOT / "constraints.txt")
        prepared(home / "bin" / "python", *install, f"{self.name}=={self.version}")


def measure(room: Path, rounds: int) -> Iterator[Row]:
    """Yield the rows of the peers, and ours beside them."""
    for peer in PEERS:
        peer.install()
    for size in SIZES:
        yield from _measured(room / f"peers-{size}", size, rounds)


def _measured(room: Path, size: int, rounds: int) -> Iterator[Row]:
    ours = Written(room / "ours", size)
    ours.write()
    runs = {name: run for name, run in ours.runs().items() if name in (YARDSTICK, COLD)}
    slow = []
    for peer in PEERS:
        folder = room / peer.name
        folder.mkdir()
        prepared(sys.executable, "-m", "benchmarks.peer_decks", peer.name, str(size), folder)
        run = Run((peer.tool, *peer.arguments), cwd=folder)
        try:
            alternating({peer.name: run}, rounds=1, warm=False)
            runs[peer.name] = run
        except Failed as problem:
            slow.append(
                Row(f"{peer.name} {peer.version}, {size:,} notes", None, seen=str(problem).splitlines()[-1])
            )
    costs = alternating(runs, rounds)
    bare = costs.pop(YARDSTICK)
    names = {COLD: "Deckwright", **{peer.name: f"{peer.name} {peer.version}" for peer in PEERS}}
    for name, cost in costs.items():
        yield _row(f"{names[name]}, {size:,} notes", size, cost, bare)
    yield from slow
    shutil.rmtree(room)


def _row(what: str, size: int, cost: Cost, bare: Cost) -> Row:
    seen = f"{size / cost.wall:,.0f} notes a second to {size / bare.wall:,.0f}"
    return Row(what, cost.wall / bare.wall, work=cost.work / bare.work, seen=seen)


PEERS = (
    Peer("anki-yaml-tool", "0.4.0", ("build", "--file", "deck.yaml", "--output", "deck.apkg")),
    Peer("anki-librarian", "0.1.2", ("--source-directory", "source")),
)
