"""A project on disk, and the line that its source walks: text → tree → deck → notes → package."""

from __future__ import annotations

import html
import os
import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import filelock

from deckwright.apkg.atomic import replace_file
from deckwright.apkg.lock import BadLock, Stamped, format_lock, read_lock, stamp
from deckwright.apkg.read import UnreadablePackage, read_package
from deckwright.apkg.write import Contents, write_package
from deckwright.cards.illustrate import Plan, draw_plans, illustrate
from deckwright.cards.media import MediaFolder
from deckwright.cards.notetypes import mnemonic
from deckwright.cards.render import Rendered, render
from deckwright.deck.history import Lock
from deckwright.deck.identity import IdentifiedDeck, deck_id, identify
from deckwright.deck.model import place
from deckwright.deck.names import ascii_slug
from deckwright.deck.rules import RULES
from deckwright.deck.schema import bind
from deckwright.guards import LOCK_NAME, PACKAGE_SUFFIX, check_out, guards
from deckwright.source.decode import MAX_BYTES, decode
from deckwright.source.diagnostics import Report, error
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile, Span
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.apkg.package import Package
    from deckwright.cards.images import Drawn
    from deckwright.deck.model import Deck

SOURCE_NAME = "cards.yaml"
_MISNAMED = ("cards.yml", "cards.yaml.txt", "cards.yml.txt", "Cards.yaml", "cards.YAML")
_YEAR_2020 = 1_577_836_800
_WAIT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Project:
    """Where a project lies: its source, and beside it `media/`, the lock and `build/`."""

    source: Path

    @property
    def root(self) -> Path:
        """The folder of the source file."""
        return self.source.parent

    @property
    def lock(self) -> Path:
        """The file that remembers the notes."""
        return self.root / LOCK_NAME

    def package(self, deck: Deck, *, draft: bool) -> Path:
        """Where the package of *deck* goes unless told otherwise; a draft never replaces the real one."""
        name = ascii_slug(deck.deck.split("::")[-1], "deck")[:100]
        return self.root / "build" / (f"{name}-draft.apkg" if draft else f"{name}.apkg")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A deck at the end of the line, with all that was found on the way."""

    reports: tuple[Report, ...]
    deck: IdentifiedDeck | None
    notes: tuple[Rendered, ...]
    plans: dict[int, Plan]
    drawn: dict[str, Drawn]
    lock: Lock

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops the build."""
        return any(report.has_errors for report in self.reports)


@dataclass(frozen=True, slots=True)
class Options:
    """How to build: *draft* writes no lock, *locked* refuses to change it, *yes* lets many notes go."""

    out: Path | None = None
    draft: bool = False
    locked: bool = False
    yes: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did; *package* is None when errors stopped it, *replaced* is the one before."""

    compiled: Compiled
    package: Path | None = None
    notes: tuple[Stamped, ...] = ()
    first: bool = False
    replaced: Package | None = None


def find_project(path: Path) -> Project:
    """Find the project that *path* names: a source file, or the folder of a `cards.yaml`.

    Raises:
        UsageProblem: there is none; what lies there instead is named.

    """
    source = path / SOURCE_NAME if path.is_dir() else path
    if source.suffix == PACKAGE_SUFFIX:
        raise UsageProblem(f"`{source}` is an Anki package: `deckwright dump` shows it, `diff` compares it")
    if source.is_file():
        return Project(source)
    folder = source.parent
    for name in _MISNAMED:
        if (folder / name).is_file():
            raise UsageProblem(
                f"no `{source.name}` in `{folder}`, but `{name}`: rename it to `{SOURCE_NAME}`"
            )
    if source.exists():
        raise UsageProblem(f"`{source}` is not a file; name a `{SOURCE_NAME}` or the folder it lies in")
    raise UsageProblem(f"no `{source.name}` in `{folder}`; go to your deck's folder, or name it")


def check(project: Project) -> Compiled:
    """Walk the line without writing; *Compiled.reports* hold every finding."""
    return compile_project(project, fresh_id="unnamed")


def build(project: Project, options: Options) -> Built:
    """Compile the project and write its lock and package; on errors, nothing is written.

    Raises:
        UsageProblem: another build holds the project, SOURCE_DATE_EPOCH is wrong, or the package would
            replace something that is none.
        OSError: a folder or the disk does not take the files.

    """
    now = build_time()
    check_out(options.out)
    (project.root / ".deckwright").mkdir(exist_ok=True)
    guard = filelock.FileLock(project.root / ".deckwright" / "build.lock", timeout=_WAIT_SECONDS)
    try:
        with guard:
            return _build(project, options, now)
    except filelock.Timeout as problem:
        raise UsageProblem(f"another build has been running in `{project.root}`; wait for it") from problem


def draft(project: Project, out: Path) -> Built:
    """Build the package at *out*, a place that is the caller's own, and write nothing else.

    Raises:
        UsageProblem: SOURCE_DATE_EPOCH is wrong.
        OSError: the folder or the disk does not take the file.

    """
    return _build(project, Options(out, draft=True), build_time())


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


def _build(project: Project, options: Options, now: int) -> Built:
    tail = "draft" if options.draft else secrets.token_hex(2)
    compiled = compile_project(project, fresh_id=tail)
    deck = compiled.deck
    if compiled.has_errors or deck is None:
        return Built(compiled)
    report = compiled.reports[0]
    package = options.out or project.package(deck.deck, draft=options.draft)
    replaced = _previous(package)
    if not options.draft:
        report.extend(guards(deck, compiled.lock, replaced, yes=options.yes))
        if report.has_errors:
            return Built(compiled)
    stamped, lock = stamp(deck, compiled.notes, compiled.lock, now)
    changed = lock != compiled.lock and format_lock(lock) != format_lock(compiled.lock)
    if options.locked and changed:
        message = f"`{LOCK_NAME}` would change"
        report.add(error("lock-outdated", message, None, advice="run `deckwright build` and commit the lock"))
        return Built(compiled)
    # The lock first: killed in between, the next build finishes the job under the same stamps.
    if changed and not options.draft:
        text = format_lock(lock)
        replace_file(project.lock, lambda file: file.write(text.encode()))
    write_package(package, _contents(deck, stamped, compiled.drawn))
    return Built(compiled, package, stamped, first=not compiled.lock.notes, replaced=replaced)


def _previous(path: Path) -> Package | None:
    """Read the package about to be replaced, for its texts; one that cannot be read says nothing."""
    try:
        return read_package(path) if path.exists() else None
    except UnreadablePackage:
        return None


def compile_project(project: Project, *, fresh_id: str) -> Compiled:
    """Carry the project's source down the line, as far as it goes.

    *fresh_id* is the random tail for the id of a project that has none yet.
    """
    with project.source.open("rb") as file:
        source, undecoded = decode(project.source.name, file.read(MAX_BYTES + 1))
    report = Report(source)
    report.extend(undecoded)
    lock, lock_reports = _lock(project)
    reports = (report, *lock_reports)
    deck = bind(compose(source, report), report) if source.text or not undecoded else None
    if deck is None:
        return Compiled(reports, None, (), {}, {}, lock)
    for rule in RULES:
        report.extend(rule(deck))
    plans = illustrate(place(deck), MediaFolder(project.root / "media"), report)
    recipes = {index: plan.recipe for index, plan in plans.items()}
    identified = identify(deck, _project_id(deck, lock, fresh_id), lock, recipes, report)
    drawn = draw_plans(plans, report)
    pictures = {index: plan.shown(drawn) for index, plan in plans.items()}
    notes = render(identified, mnemonic(), pictures, report)
    return Compiled(reports, identified, notes, plans, drawn, lock)


def _lock(project: Project) -> tuple[Lock, tuple[Report, ...]]:
    try:
        return read_lock(project.lock), ()
    except BadLock as problem:
        text = project.lock.read_bytes().decode("utf-8", "replace")
        source = SourceFile(LOCK_NAME, text)
        start = source.offset(problem.line)
        advice = "take the file back from your last commit or copy; without it, classmates get new cards"
        report = Report(source)
        report.add(error("bad-lock", problem.message, Span(start, start + 1), advice=advice))
        return Lock(), (report,)


def _project_id(deck: Deck, lock: Lock, tail: str) -> str:
    """The name the author gave, else the lock's, else a new one."""
    if deck.id:
        return deck.id
    if lock.decks:
        return lock.decks[0].id
    return f"{ascii_slug(deck.deck.split('::')[-1], 'deck')[:50]}-{tail}"


def _contents(deck: IdentifiedDeck, notes: tuple[Stamped, ...], drawn: dict[str, Drawn]) -> Contents:
    name = "::".join(part.strip() for part in deck.deck.deck.split("::"))
    media = {picture: image.data for picture, image in drawn.items()}
    return Contents(name, deck_id(deck.locked.id), _description(deck.deck), mnemonic(), notes, media)


def _description(deck: Deck) -> str:
    """What Anki shows under the deck's name."""
    scenes = (deck.scene, *(placed.scene for placed in place(deck)))
    credited = dict.fromkeys(scene.credit for scene in scenes if scene)
    parts = (deck.summary, ", ".join(deck.authors), deck.license, *credited, deck.report)
    return "<br><br>".join(html.escape(part) for part in parts if part)
