"""A lock that was lost comes back from the packages that the project built."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deckwright.adoption.kin import kin_of
from deckwright.adoption.takeover import Takeover, Wish, take_over
from deckwright.apkg.lock import read_lock
from deckwright.apkg.read import read_package
from deckwright.apkg.values import NoRoomError, UnreadablePackage
from deckwright.deck.model import place
from deckwright.deck.names import slug
from deckwright.source.diagnostics import error
from deckwright.workspace import read_decks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from deckwright.apkg.package import Package
    from deckwright.deck.history import Lock
    from deckwright.deck.model import Deck
    from deckwright.workspace import Project

_DRAFT = re.compile(r"-draft(-\d+)?$")


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came of looking for a lock: no *takeover* where none was lost; *told* says what was found."""

    takeover: Takeover | None = None
    told: str = ""

    @property
    def lock(self) -> Lock | None:
        """The lock that was taken back."""
        return self.takeover.lock if self.takeover else None


def recover(project: Project, places: Sequence[Path], wish: Wish) -> Recovered:
    """Take the lock of a project that has none with notes back from those packages at *places* that are its.

    Where less than half of the packages' notes are found again, that is the error `lock-missing`.

    Raises:
        OSError: a source, the lock or a picture cannot be read.

    """
    lock, report = read_lock(project.lock)
    if report.has_errors:
        return Recovered()
    _, written = read_decks(project)
    decks = [w.deck for w in written if w.deck is not None]
    readable = _packages(project, places, decks)
    found = {path: package for path, package in readable if _is_of(package, decks)}
    if not found:
        return Recovered()
    takeover = take_over(replace(project, only=None), [*found.values()], lock, wish)
    known = len(takeover.pairs)
    notes = known + len(takeover.strangers)
    names = " and ".join(f"`{_near(path, project)}`" for path in found)
    if takeover.lock and known * 2 < notes:
        head = takeover.compiled.head
        message = f"`cards.lock` is missing, and only {known} of {notes} notes of {names} are found again"
        advice = (
            "take a copy back, or run `deckwright adopt`; to start anew, delete the package, change `id:`"
        )
        span = head.deck.key_span("deck") if head.deck else None
        head.report.add(error("lock-missing", message, span, advice=advice))
        return Recovered(Takeover(takeover.compiled))
    return Recovered(takeover, f"{known} of {notes} notes are known again by {names}")


def _packages(project: Project, places: Sequence[Path], decks: list[Deck]) -> Iterator[tuple[Path, Package]]:
    """Yield what can be read of the packages at *places*, but for drafts."""
    real = {project.package(deck.deck, draft=False) for deck in decks}
    for path in places:
        if path in real or not _DRAFT.search(path.stem):
            try:
                yield path, read_package(path)
            except NoRoomError:
                raise
            except UnreadablePackage:
                continue


def _is_of(package: Package, decks: list[Deck]) -> bool:
    """Tell whether a package holds notes of these decks: by their names or ids, or by most of its facts."""
    kin = kin_of([package])
    names, ids = {deck.deck for deck in decks}, {deck.id for deck in decks}
    if any(one.deck in names or one.home in ids for one in kin):
        return True
    if all(deck.id for deck in decks):
        return False
    facts = {slug(placed.note.fact) for deck in decks for placed in place(deck)}
    ours = [slug(one.title) in facts for one in kin if one.ours]
    return bool(ours) and sum(ours) * 2 >= len(ours)


def _near(path: Path, project: Project) -> str:
    return path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else str(path)
