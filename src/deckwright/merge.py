"""`deckwright merge`: the edits that a classmate made inside Anki come home into the source.

Three-way, against every text that readers were ever given: an old copy is no edit. The source is spliced, so
that comments and layout stay byte for byte; what both sides changed is shown and left alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO, TYPE_CHECKING

from deckwright.adoption.kin import kin_of
from deckwright.adoption.newlock import line_of
from deckwright.apkg.atomic import replace_files
from deckwright.apkg.lock import LOCK_NAME, format_lock
from deckwright.apkg.read import read_package, take_out
from deckwright.build import alone, build_time
from deckwright.cards.media import MediaFolder
from deckwright.cards.watch import Watch, unwatched
from deckwright.deck.keys import note_keys
from deckwright.deck.matching import natural_key
from deckwright.deck.model import place
from deckwright.emend import Unfit
from deckwright.fix import difference
from deckwright.manuscript import rewriting
from deckwright.merging.arrivals import Arrival, arrivals
from deckwright.merging.home import base_of, notes_of, released_of
from deckwright.merging.luggage import Luggage
from deckwright.merging.settling import Desk, settle, wishes_of
from deckwright.merging.visit import edited
from deckwright.project import Terms, compile_project
from deckwright.usage import UsageProblem
from deckwright.workspace import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from deckwright.adoption.kin import Kin
    from deckwright.apkg.atomic import Write
    from deckwright.apkg.package import Package
    from deckwright.deck.history import LockedNote
    from deckwright.deck.model import Placed
    from deckwright.emend import Wish
    from deckwright.merging.home import Known, Own
    from deckwright.merging.settling import Ask, Settled, Side
    from deckwright.project import Compiled
    from deckwright.source.text import SourceFile
    from deckwright.workspace import Project

_MOST_ARRIVALS = 5_000


@dataclass(frozen=True, slots=True)
class Options:
    """How to merge.

    *side* settles what both changed. *base* is an older package, for a project without releases. *ask* is
    asked of a difference where nobody knows what both had once; without it, such are left undecided.
    *dry_run* writes nothing; *watch* is told how many of how many pictures are drawn.
    """

    side: Side = ""
    base: Path | None = None
    ask: Ask | None = None
    dry_run: bool = False
    watch: Watch = unwatched


@dataclass(frozen=True, slots=True)
class Merged:
    """What came home, or with `dry_run` would.

    *left* says of notes by name what could not be taken over, *differences* how each file differs, by its
    name; *pictures* map files of the package to their new names in `media/`. Errors in the source stop all.
    """

    compiled: Compiled
    settled: tuple[Settled, ...] = ()
    arrived: tuple[Arrival, ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    differences: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def undecided(self) -> tuple[Settled, ...]:
        """The notes of which nothing was written."""
        return tuple(one for one in self.settled if one.undecided)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be written: sources by path, and the new lines of the lock."""

    merged: Merged
    desks: Mapping[Path, Desk] = field(default_factory=dict)
    lines: tuple[LockedNote, ...] = ()


def merge(project: Project, theirs: Path, options: Options) -> Merged:
    """Bring home what a classmate changed and added in the package *theirs*.

    Pictures, sources and lock are replaced in this order, all or, on a failure, none; killed in between, the
    same merge finishes the job.

    Raises:
        UnreadablePackage: a package cannot be read.
        UsageProblem: the project has no history, the package none of its notes, or a build is running.
        OSError: the disk does not take the files.

    """
    package = read_package(theirs)
    base = kin_of([read_package(options.base)]) if options.base else ()
    if options.dry_run:
        return _plan(project, package, base, options).merged
    with alone(project):
        plan = _plan(project, package, base, options)
        _write(project, theirs, plan)
        return plan.merged


def _plan(project: Project, package: Package, base: Iterable[Kin], options: Options) -> _Plan:
    terms = Terms("unnamed", keep=not options.dry_run, watch=options.watch, bridges=False, advice=False)
    compiled = compile_project(project, terms)
    if compiled.has_errors:
        return _Plan(Merged(compiled))
    own = notes_of(compiled)
    kin = [one for one in kin_of([package]) if not one.is_made]
    _refuse_strangers(compiled, own, kin)
    luggage = Luggage.of((file.name for file in package.media), MediaFolder(project.media).names())
    desks = {deck.path: Desk(deck.report.source, deck.report.source) for deck in compiled.decks}
    settled, left = _settled(own, kin, _known(compiled, own, base), options)
    written = _emend(desks, settled, luggage)
    arrived, refused = _arrive(compiled, desks, luggage, [one for one in kin if one.note.guid not in own])
    left += [*refused, *(problem for desk in desks.values() for problem in desk.left)]
    differences = {
        desk.now.name: difference(desk.first.text, desk.now.text, desk.now.name)
        for desk in desks.values()
        if desk.now.text != desk.first.text
    }
    texts = [desk.now.text for desk in desks.values()]
    pictures = {old: new for old, new in luggage.names.items() if any(new in text for text in texts)}
    merged = Merged(compiled, written, arrived, tuple(left), differences, pictures)
    return _Plan(merged, desks, tuple(_lines(arrived, desks, build_time())))


def _refuse_strangers(compiled: Compiled, own: Mapping[str, Own], kin: Iterable[Kin]) -> None:
    """Refuse a package that has nothing to do with the project."""
    if not compiled.lock.notes:
        raise UsageProblem(
            f"`{LOCK_NAME}` knows no notes, so nobody can say what a classmate changed;"
            " `deckwright adopt` takes over the history of a package that was handed on"
        )
    if not any(one.note.guid in own for one in kin):
        raise UsageProblem(
            "the package has none of this project's notes; `deckwright unpack` starts a project from it"
        )


def _known(compiled: Compiled, own: Mapping[str, Own], base: Iterable[Kin]) -> dict[str, list[Known]]:
    """Return all that readers were ever given of each note, the oldest first."""
    known = released_of(compiled, own)
    for guid, older in base_of(base, own).items():
        known[guid] = [*older, *known.get(guid, ())]
    return known


def _settled(
    own: Mapping[str, Own], kin: Iterable[Kin], known: Mapping[str, list[Known]], options: Options
) -> tuple[list[Settled], list[tuple[str, str]]]:
    """Decide on every note that both have; what cannot be taken over is told by the note's name."""
    settled, left = [], []
    for one in kin:
        mine = own.get(one.note.guid)
        if mine is None:
            continue
        if one.type.id != mine.rendered.notetype.id:
            left.append((mine.note.fact, f"it has the note type `{one.type.name}` there"))
        elif found := edited(mine, one, known.get(one.note.guid, ()), mine.deck.deck.locked.root):
            settled.append(settle(found, options.side, options.ask))
            left += [(mine.note.fact, why) for why in found.left]
    return settled, left


def _emend(desks: Mapping[Path, Desk], settled: Iterable[Settled], luggage: Luggage) -> tuple[Settled, ...]:
    """Write what is taken into the sources; return the notes that changed, and those left undecided."""
    wishes: defaultdict[Path, dict[int, list[Wish]]] = defaultdict(dict)
    by_place: dict[tuple[Path, int], Settled] = {}
    told = []
    for one in settled:
        own = one.edited.own
        try:
            wished = wishes_of(one, luggage)
        except Unfit as problem:
            desks[own.deck.path].left.append((own.note.fact, str(problem)))
            continue
        if wished:
            wishes[own.deck.path][own.index] = wished
            by_place[own.deck.path, own.index] = one
        if one.undecided:
            told.append(one)
    for path, wished_here in wishes.items():
        titles = {index: by_place[path, index].edited.own.note.fact for index in wished_here}
        told += [by_place[path, index] for index in sorted(desks[path].emend(wished_here, titles))]
    return tuple(told)


def _arrive(
    compiled: Compiled, desks: Mapping[Path, Desk], luggage: Luggage, kin: Iterable[Kin]
) -> tuple[tuple[Arrival, ...], list[tuple[str, str]]]:
    """Write the notes that a classmate added; return them, and what could not be written with its reason."""
    retired = {line.guid for line in compiled.lock.notes}
    found = [*arrivals([one for one in kin if one.note.guid not in retired], compiled)]
    left = [(one[0].title, one[1]) for one in found if not isinstance(one, Arrival)]
    coming = [one for one in found if isinstance(one, Arrival)]
    if len(coming) > _MOST_ARRIVALS:
        raise UsageProblem(
            f"the package has {len(coming):,} notes that this deck lacks, more than anyone adds by hand;"
            " `deckwright unpack` makes a project of all of them"
        )
    arrived = [one for one in coming if one.known]
    for deck in compiled.decks:
        # Sections that are there come first: the others are written behind the last of them.
        here = [one for one in coming if one.deck is deck and not one.known]
        here.sort(key=lambda one: one.section not in one.deck.deck.deck.sections)
        arrived += desks[deck.path].add(here, luggage)
    return tuple(arrived), left


def _lines(arrived: Iterable[Arrival], desks: Mapping[Path, Desk], now: int) -> Iterator[LockedNote]:
    """Yield the lock's line of each note that arrived under our note type: its maker keeps the reviews.

    The next build says which cards it has, and stamps it; a clock that is wrong with them stays theirs.
    """
    placed = {path: _placed(desk.now) for path, desk in desks.items()}
    for one in arrived:
        key = natural_key(one.section, one.texts["fact"])
        origin = one.kin.origin
        if origin and one.deck.types(origin.type).id == one.kin.type.id and key in placed[one.deck.path]:
            line = line_of(one.kin, placed[one.deck.path][key], key, one.deck.deck.locked.id)
            yield replace(line, cards=(), born=key, home="", modified=min(line.modified, now))


def _placed(source: SourceFile) -> dict[str, Placed]:
    report, deck = read_text(source)
    notes = tuple(place(deck)) if deck else ()
    return dict(zip(note_keys(notes, report), notes, strict=True))


def _write(project: Project, theirs: Path, plan: _Plan) -> None:
    pictures = plan.merged.pictures.items()
    files: dict[Path, Write] = {project.media / new: partial(_take, theirs, old) for old, new in pictures}
    for path, desk in plan.desks.items():
        if desk.now.text != desk.first.text:
            made = rewriting(path, desk.first, desk.now.text)
            files[made.target] = made.write
    if plan.lines:
        lock = plan.merged.compiled.lock
        text = format_lock(replace(lock, notes=(*lock.notes, *plan.lines)))
        files[project.lock] = lambda file: file.write(text.encode())
    replace_files(files)


def _take(theirs: Path, name: str, file: IO[bytes]) -> None:
    take_out(theirs, (name,), lambda _, chunks: file.writelines(chunks))
