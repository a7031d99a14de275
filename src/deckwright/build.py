"""`deckwright build`: the project's lock and packages, written so that no reader loses a review."""

from __future__ import annotations

import html
import os
import re
import secrets
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import filelock

from deckwright.apkg.atomic import replace_file
from deckwright.apkg.lock import LOCK_NAME, format_lock
from deckwright.apkg.read import UnreadablePackage, read_package
from deckwright.apkg.stamp import Stamped, shipped_in, stamp, update_lock
from deckwright.apkg.write import Contents, DeckContents, write_package
from deckwright.deck.identity import deck_id
from deckwright.deck.model import place
from deckwright.guards import check_out, guards, touched
from deckwright.project import Compiled, compile_project
from deckwright.recover import recover
from deckwright.source.diagnostics import error
from deckwright.takeover import Wish
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from deckwright.apkg.package import Package
    from deckwright.apkg.stamp import Shipped
    from deckwright.cards.images import Drawn
    from deckwright.deck.identity import IdentifiedDeck
    from deckwright.deck.model import Deck
    from deckwright.project import CompiledDeck
    from deckwright.workspace import Project

_YEAR_2020 = 1_577_836_800
_WAIT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Options:
    """How to build.

    *draft* writes no lock, *dry_run* nothing at all, *locked* refuses to change the lock. *refresh* stamps
    every note anew. *yes* lets many notes go, *replace* lets the deck go by another id or name.
    """

    out: Path | None = None
    draft: bool = False
    dry_run: bool = False
    locked: bool = False
    refresh: bool = False
    replace: bool = False
    yes: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A package and its decks; *replaced* is what lay in its place."""

    path: Path
    decks: tuple[CompiledDeck, ...]
    notes: tuple[Stamped, ...]
    replaced: Package | None


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did, or with `dry_run` would do; no packages when errors stopped it.

    *shipped* is what readers have of each note, by guid, as far as that is known. *lock* is the lock's new
    text, None where it stays.
    """

    compiled: Compiled
    options: Options
    packages: tuple[Made, ...] = ()
    shipped: Mapping[str, Shipped] = field(default_factory=dict)
    lock: str | None = None

    @property
    def asks(self) -> bool:
        """Whether nothing stopped the build but a question that `yes` answers."""
        found = [finding for report in self.compiled.reports for finding in report]
        return {finding.code for finding in found if finding.severity == "error"} == {"many-notes-gone"}

    @property
    def notes(self) -> tuple[Stamped, ...]:
        """All notes of all packages."""
        return tuple(note for made in self.packages for note in made.notes)


def build(project: Project, options: Options) -> Built:
    """Compile the project and write its lock and packages; on errors, nothing is written.

    Raises:
        UsageProblem: another build holds the project, SOURCE_DATE_EPOCH is wrong, or the package would
            replace something that is none.
        OSError: a folder or the disk does not take the files.

    """
    now = build_time()
    check_out(options.out)
    if options.dry_run:
        return plan(project, options, now)
    with alone(project):
        built = plan(project, options, now)
        write(project, built)
    return built


@contextmanager
def alone(project: Project) -> Iterator[None]:
    """Keep every other build out of the project meanwhile.

    Raises:
        UsageProblem: another build holds the project.

    """
    (project.root / ".deckwright").mkdir(exist_ok=True)
    guard = filelock.FileLock(project.root / ".deckwright" / "build.lock", timeout=_WAIT_SECONDS)
    try:
        held = guard.acquire()
    except filelock.Timeout as problem:
        raise UsageProblem(f"another build has been running in `{project.root}`; wait for it") from problem
    with held:
        yield


def draft(project: Project, out: Path) -> Built:
    """Build the package at *out*, a place that is the caller's own, and write nothing else.

    Raises:
        UsageProblem: SOURCE_DATE_EPOCH is wrong, or the project makes several packages.
        OSError: the folder or the disk does not take the file.

    """
    built = plan(project, Options(out, draft=True), build_time())
    write(project, built)
    return built


def build_time() -> int:
    """Return the build's time in seconds since 1970: SOURCE_DATE_EPOCH where it is set, else now.

    Raises:
        UsageProblem: SOURCE_DATE_EPOCH is no time from 2020 to now.

    """
    now = int(time.time())
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        return now
    if not re.fullmatch(r"[0-9]{1,12}", given) or not _YEAR_2020 <= int(given) <= now:
        raise UsageProblem(f"SOURCE_DATE_EPOCH is `{given}`; it takes seconds since 1970, from 2020 to now")
    return int(given)


def plan(project: Project, options: Options, now: int) -> Built:
    """Make all that a build writes at *now*, and write nothing."""
    tail = "draft" if options.draft else secrets.token_hex(2)
    lost = recover(project, options.out, Wish(tail, now, lenient=True))
    if lost.takeover and not lost.takeover.lock:
        return Built(lost.takeover.compiled, options)
    compiled = compile_project(project, tail=tail, now=now, replace=options.replace, lock=lost.lock)
    stopped = Built(compiled, options)
    if compiled.has_errors or not compiled.decks:
        return stopped
    groups = list(_groups(project, compiled, options))
    previous = {path: _previous(path) for path, _ in groups}
    report = compiled.head.report
    if not options.draft:
        report.extend(guards(compiled, recovered=lost.told, yes=options.yes))
    # Packages come first: of two with one stamp, what was built since counts, not what was released.
    shipped = _newest([*map(shipped_in, previous.values()), compiled.releases.shipped])
    notes = {
        note.rendered.note.guid: note
        for note in stamp(compiled.notes, compiled.lock, shipped, now, refresh=options.refresh)
    }
    made = tuple(Made(path, decks, _stamped(decks, notes), previous[path]) for path, decks in groups)
    lock = update_lock(
        compiled.lock,
        ((deck.deck, _stamped((deck,), notes)) for deck in compiled.decks),
        gone=(line.guid for line in compiled.orphans),
    )
    for deck in () if options.draft else compiled.decks:
        deck.report.extend(touched(deck, _stamped((deck,), notes), compiled.lock))
    text = format_lock(lock)
    changed = text != _on_disk(project)
    if options.locked and changed:
        message = f"`{LOCK_NAME}` would change"
        report.add(error("lock-outdated", message, None, advice="run `deckwright build` and commit the lock"))
    if compiled.has_errors:
        return stopped
    return Built(compiled, options, made, shipped, text if changed and not options.draft else None)


def _on_disk(project: Project) -> str:
    """Return the lock as it lies there; git may have given it other line ends."""
    try:
        return project.lock.read_text("utf-8")
    except FileNotFoundError:
        return ""


def write(project: Project, built: Built) -> None:
    """Write the lock, then the packages: killed in between, the next build finishes under the same stamps.

    Raises:
        OSError: a folder or the disk does not take the files.

    """
    lock = built.lock
    if lock is not None:
        replace_file(project.lock, lambda file: file.write(lock.encode()))
    for made in built.packages:
        write_package(made.path, _contents(made, built.compiled.drawn))


def _groups(
    project: Project, compiled: Compiled, options: Options
) -> Iterator[tuple[Path, tuple[CompiledDeck, ...]]]:
    """Yield each package's path and decks."""
    head = compiled.head.deck
    if head is None:
        return
    groups: list[tuple[Path, tuple[CompiledDeck, ...]]]
    if head.package == "each" or project.only is not None or head.decks is None:
        paths = [project.package(deck.deck.deck.deck, draft=options.draft) for deck in compiled.decks]
        groups = [(path, (deck,)) for path, deck in zip(_apart(paths), compiled.decks, strict=True)]
    else:
        groups = [(project.package(head.deck, draft=options.draft), compiled.decks)]
    if options.out is not None:
        if len(groups) > 1:
            raise UsageProblem(
                f"this project makes {len(groups)} packages; name the deck of which you want one"
            )
        groups = [(options.out, groups[0][1])]
    yield from groups


def _apart(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield *paths* with a number where two are the same."""
    used: set[Path] = set()
    for path in paths:
        count, free = 2, path
        while free in used:
            free, count = path.with_stem(f"{path.stem}-{count}"), count + 1
        used.add(free)
        yield free


def _previous(path: Path) -> Package | None:
    """Read the package about to be replaced, for its texts; one that cannot be read says nothing."""
    try:
        return read_package(path) if path.exists() else None
    except UnreadablePackage:
        return None


def _newest(sources: Iterable[Mapping[str, Shipped]]) -> dict[str, Shipped]:
    """Return of each note what was shipped last."""
    newest: dict[str, Shipped] = {}
    for source in sources:
        for guid, note in source.items():
            if guid not in newest or note.modified > newest[guid].modified:
                newest[guid] = note
    return newest


def _stamped(decks: Iterable[CompiledDeck], notes: Mapping[str, Stamped]) -> tuple[Stamped, ...]:
    return tuple(notes[note.note.guid] for deck in decks for note in deck.notes)


def _contents(made: Made, drawn: Mapping[str, Drawn]) -> Contents:
    by_guid = {note.rendered.note.guid: note for note in made.notes}
    decks = tuple(_deck_contents(deck.deck, _stamped((deck,), by_guid)) for deck in made.decks)
    pictures = {
        picture.name for deck in made.decks for plan in deck.plans.values() for picture in plan.pictures
    }
    return Contents(decks, {name: drawn[name].data for name in pictures})


def _deck_contents(deck: IdentifiedDeck, notes: tuple[Stamped, ...]) -> DeckContents:
    name = "::".join(part.strip() for part in deck.deck.deck.split("::"))
    return DeckContents(name, deck_id(deck.locked.id), _description(deck.deck), notes)


def _description(deck: Deck) -> str:
    """What Anki shows under the deck's name."""
    scenes = (deck.scene, *(placed.scene for placed in place(deck)))
    credited = dict.fromkeys(scene.credit for scene in scenes if scene)
    parts = (deck.summary, ", ".join(deck.authors), deck.license, *credited, deck.report)
    return "<br><br>".join(html.escape(part) for part in parts if part)
