"""`deckwright build`: the project's lock and packages, written so that no reader loses a review."""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import filelock

from deckwright import packages
from deckwright.apkg.atomic import replace_files
from deckwright.apkg.lock import LOCK_NAME, format_lock, has_notes
from deckwright.apkg.stamp import shipped_in, stamp, update_lock
from deckwright.apkg.write import package_writer
from deckwright.cards.watch import Watch, unwatched
from deckwright.guards import check_out, guards, renamed, touched
from deckwright.packages import Made, stamped
from deckwright.project import Compiled, Terms, compile_project
from deckwright.source.diagnostics import Diagnostic, Report, error
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from deckwright.adoption.recover import Recovered
    from deckwright.apkg.atomic import Write
    from deckwright.apkg.stamp import Shipped, Stamped
    from deckwright.workspace import Project

_YEAR_2020 = 1_577_836_800
_WAIT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Options:
    """How to build.

    *draft* writes no lock, *dry_run* nothing at all, *locked* refuses to change the lock. *refresh* stamps
    every note anew. *yes* lets many notes go, *replace* lets the deck go by another id or name. *watch* is
    told how many of how many pictures are drawn, *watch_notes* how many notes are made. Files of `media/`
    that go *without* are shown nowhere, nor are those of the last release but what is *within* again.
    """

    out: Path | None = None
    draft: bool = False
    dry_run: bool = False
    locked: bool = False
    refresh: bool = False
    replace: bool = False
    yes: bool = False
    without: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    watch: Watch = unwatched
    watch_notes: Watch = unwatched


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did, or with `dry_run` would do; no packages when errors stopped it.

    *shipped* is what readers have of each note, by guid, as far as that is known. *lock* is the lock's new
    text, None where it stays. *told* is what this build in particular found out, beside what `check` would.
    """

    compiled: Compiled
    options: Options
    packages: tuple[Made, ...] = ()
    shipped: Mapping[str, Shipped] = field(default_factory=dict)
    lock: str | None = None
    told: tuple[Report, ...] = ()

    @property
    def reports(self) -> tuple[Report, ...]:
        """All that was found on the way."""
        return (*self.compiled.reports, *self.told)

    @property
    def asks(self) -> bool:
        """Whether nothing stopped the build but a question that `yes` answers."""
        found = [finding for report in self.reports for finding in report]
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
    project.scratch.mkdir(exist_ok=True)
    guard = filelock.FileLock(project.scratch / "build.lock", timeout=_WAIT_SECONDS)
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
    tail = "draft" if options.draft else os.urandom(2).hex()
    lost = _recovered(project, options, tail, now)
    if lost and lost.takeover and not lost.takeover.lock:
        return Built(lost.takeover.compiled, options)
    keep = not (options.dry_run or options.draft)
    terms = Terms(
        tail,
        now,
        replace=options.replace,
        keep=keep,
        watch=options.watch,
        watch_notes=options.watch_notes,
        without=options.without,
        within=options.within,
    )
    compiled = compile_project(project, terms, lost.lock if lost else None)
    if compiled.has_errors or not compiled.decks:
        return Built(compiled, options)
    groups = packages.groups(project, compiled, options.out, draft=options.draft)
    previous = {path: packages.previous(path) for path, _ in groups}
    # Packages come first: of two with one stamp, what was built since counts, not what was released.
    shipped = _newest([*map(shipped_in, previous.values()), compiled.releases.shipped])
    notes = {
        note.rendered.note.guid: note
        for note in stamp(compiled.notes, compiled.lock, shipped, now, refresh=options.refresh)
    }
    lock = update_lock(
        compiled.lock,
        ((deck.deck, stamped((deck,), notes)) for deck in compiled.decks),
        gone=(line.guid for line in compiled.orphans),
    )
    text = format_lock(lock)
    changed = text != _on_disk(project)
    built = Built(compiled, options, (), shipped, text if changed and not options.draft else None)
    told = _told(_warned(built, notes, lost.told if lost else "", changed=changed))
    if any(report.has_errors for report in told):
        return Built(compiled, options, told=told)
    made = tuple(Made(path, decks, stamped(decks, notes), previous[path]) for path, decks in groups)
    return replace(built, packages=made, told=told)


def _recovered(project: Project, options: Options, tail: str, now: int) -> Recovered | None:
    """Take back a lock that was lost, where packages of earlier builds lie about."""
    places = packages.lying_about(project, options.out)
    if not places or has_notes(project.lock):
        return None
    from deckwright.adoption.recover import recover  # noqa: PLC0415 - hardly ever needed, and much to load
    from deckwright.adoption.takeover import Wish  # noqa: PLC0415

    return recover(project, places, Wish(tail, now, lenient=True))


def _warned(
    built: Built, notes: Mapping[str, Stamped], recovered: str, *, changed: bool
) -> Iterator[tuple[Report, Diagnostic]]:
    """Yield what this build in particular has to tell, each with the report of the file it is about."""
    compiled, options = built.compiled, built.options
    if not options.draft:
        found = guards(compiled, recovered=recovered, yes=options.yes)
        yield from ((compiled.head.report, finding) for finding in found)
        yield from renamed(compiled)
        yield from touched(compiled, notes)
    if options.locked and changed:
        message = f"`{LOCK_NAME}` would change"
        advice = "run `deckwright build` and commit the lock"
        yield compiled.head.report, error("lock-outdated", message, None, advice=advice)


def _told(findings: Iterable[tuple[Report, Diagnostic]]) -> tuple[Report, ...]:
    told: dict[str, Report] = {}
    for report, finding in findings:
        told.setdefault(report.source.name, Report(report.source)).add(finding)
    return tuple(told.values())


def _on_disk(project: Project) -> str:
    """Return the lock as it lies there; git may have given it other line ends."""
    try:
        return project.lock.read_text("utf-8")
    except FileNotFoundError:
        return ""


def write(project: Project, built: Built) -> None:
    """Write the lock and the packages, all or, on a failure, none.

    Raises:
        OSError: a folder or the disk does not take the files.
        Refused: a picture is not what it was when the deck was read.

    """
    replace_files(files(project, built))


def files(project: Project, built: Built) -> dict[Path, Write]:
    """Return what writes each file of a build, by its path.

    The lock comes first: killed behind it, the next build finishes the packages under the same stamps.
    """
    wanted: dict[Path, Write] = {}
    if (lock := built.lock) is not None:
        wanted[project.lock] = lambda file: file.write(lock.encode())
    drawn = built.compiled.drawn
    return wanted | {made.path: package_writer(packages.contents(made, drawn)) for made in built.packages}


def _newest(sources: Iterable[Mapping[str, Shipped]]) -> dict[str, Shipped]:
    """Return of each note what was shipped last."""
    newest: dict[str, Shipped] = {}
    for source in sources:
        for guid, note in source.items():
            if guid not in newest or note.modified > newest[guid].modified:
                newest[guid] = note
    return newest
