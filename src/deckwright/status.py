"""`deckwright` alone: where the project of a folder stands, and the next useful command."""

from __future__ import annotations

import os
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright import packages, project
from deckwright.cards.media import MediaFolder
from deckwright.deck.history import OWN_TYPE
from deckwright.deck.model import place
from deckwright.guards import PACKAGE_SUFFIX
from deckwright.source.diagnostics import printable
from deckwright.tally import counted, size
from deckwright.usage import UsageProblem
from deckwright.workspace import SOURCE_NAME, find_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.project import Compiled
    from deckwright.workspace import Project

_AGES = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
_NO_DECK = (
    "  deckwright new DIR            start a deck that builds at once",
    "  deckwright new DIR --example  start with one that shows every kind of card",
    "  deckwright --help             all commands",
)


@dataclass(frozen=True, slots=True)
class Package:
    """A package that the last build left: its name as seen from the project, its size and age in seconds."""

    name: str
    size: int
    age: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to be told of a project; *newer* are the sources that changed since the packages were built."""

    name: str
    decks: int
    sections: int
    notes: int
    errors: int
    warnings: int
    packages: tuple[Package, ...]
    newer: tuple[str, ...]
    release: str
    unread: bool


def of_folder(path: Path) -> str:
    """Say where the project at *path* stands and what to do next, in a few lines; a broken deck is told too.

    Raises:
        OSError: a source cannot be read.

    """
    try:
        found = find_project(path)
    except UsageProblem as problem:
        head = str(problem) if not (path / SOURCE_NAME).exists() else f"`{path}`: {problem}"
        above = next((one for one in path.absolute().parents if (one / SOURCE_NAME).is_file()), None)
        if above and not (path / SOURCE_NAME).exists():
            way = Path(os.path.relpath(above, path.absolute())).as_posix()  # which every shell takes
            lines = (f"No deck in this folder, but one in `{way}`:", f"  cd {shlex.quote(way)}")
            return "\n".join(map(printable, lines))
        return "\n".join([printable(f"No deck here: {head}"), *_NO_DECK])
    return as_text(facts_of(found, project.check(found), time.time()))


def facts_of(found: Project, compiled: Compiled, now: float) -> Facts:
    """Gather what is to be told of a project at the time *now*, in seconds since 1970."""
    built = [path for path in _packages(found, compiled) if path.is_file()]
    since = min((path.stat().st_mtime for path in built), default=now)
    head = compiled.head.deck
    last = compiled.releases.last
    return Facts(
        name=head.deck if head else found.source.name,
        decks=max(len(compiled.names), 1),
        sections=sum(len(deck.deck.deck.sections) for deck in compiled.decks)
        or len(head.sections if head else ()),
        notes=_notes(compiled),
        errors=sum(report.count("error") for report in compiled.reports),
        warnings=sum(report.count("warning") for report in compiled.reports),
        packages=tuple(_package(path, found, now) for path in built),
        newer=tuple(name for name, path in _sources(found, compiled) if path.stat().st_mtime > since),
        release=str(last.version) if last else "",
        unread=head is None,
    )


def as_text(facts: Facts) -> str:
    """Say what is known of a project, a thing a line, and the next command last."""
    lines = [
        _contents(facts),
        _found(facts),
        *_built(facts),
        f"Released: {facts.release}" if facts.release else "Not released yet",
        "",
        f"  {_next(facts)}",
        "  deckwright --help     all commands",
    ]
    return "\n".join(map(printable, lines))


def _contents(facts: Facts) -> str:
    if facts.unread:
        return f"{facts.name} cannot be read yet"
    parts = [counted(facts.notes, "note")]
    parts += [f"in {counted(facts.sections, 'section')}"] if facts.sections else []
    decks = f"{facts.decks:,} decks, " if facts.decks > 1 else ""
    return f"{facts.name}: {decks}{' '.join(parts)}"


def _found(facts: Facts) -> str:
    counts = ((facts.errors, "error"), (facts.warnings, "warning"))
    found = ", ".join(counted(count, word) for count, word in counts if count)
    return f"Found: {found}" if found else "Nothing to mend"


def _built(facts: Facts) -> Iterator[str]:
    if not facts.packages:
        yield "Not built yet"
        return
    first, *others = facts.packages
    more = f" and {len(others):,} more" if others else ""
    whole = size(sum(package.size for package in facts.packages))
    yield f"Built: {first.name}{more}, {whole}, {_age(min(package.age for package in facts.packages))}"
    if facts.newer:
        rest = f" and {len(facts.newer) - 1:,} more" if len(facts.newer) > 1 else ""
        yield f"Changed since: {facts.newer[0]}{rest}"


def _next(facts: Facts) -> str:
    if facts.errors:
        return "deckwright check      what is wrong, where, and what to write instead"
    if not facts.packages or facts.newer:
        return "deckwright build      make the file for Anki"
    if facts.warnings:
        return "deckwright check      what could be better"
    return "deckwright preview    write on, and look"


def _age(seconds: float) -> str:
    for length, unit in _AGES:
        if seconds >= length:
            return f"{counted(int(seconds // length), unit)} ago"
    return "just now"


def _notes(compiled: Compiled) -> int:
    """Count the notes; where errors stopped the line early, those that could be read."""
    if compiled.decks:
        return sum(note.note.kind == OWN_TYPE for note in compiled.notes) or sum(
            note.kind == OWN_TYPE for deck in compiled.decks for note in deck.deck.notes
        )
    return sum(1 for _ in place(compiled.head.deck)) if compiled.head.deck else 0


def _packages(found: Project, compiled: Compiled) -> Sequence[Path]:
    """Return where the packages lie; all that are there where errors leave the decks' names in doubt."""
    if compiled.decks and not compiled.has_errors:
        return [path for path, _ in packages.groups(found, compiled, None, draft=False)]
    folder = found.root / "build"
    return sorted(path for path in folder.glob(f"*{PACKAGE_SUFFIX}") if not path.stem.endswith("-draft"))


def _package(path: Path, found: Project, now: float) -> Package:
    lies = path.stat()
    return Package(path.relative_to(found.root).as_posix(), lies.st_size, now - lies.st_mtime)


def _sources(found: Project, compiled: Compiled) -> Iterator[tuple[str, Path]]:
    """Yield the files that the packages are made of, with their names, the author's own texts first."""
    for report in compiled.sources:
        path = found.root / report.source.name
        if path.is_file():
            yield report.source.name, path
    for name in MediaFolder(found.media).names():
        yield f"media/{name}", found.media / name
