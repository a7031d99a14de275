"""The line that a project's sources walk: text → tree → deck → identified deck → rendered notes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright.apkg.editions import Releases
from deckwright.apkg.lock import read_lock
from deckwright.apkg.releases import read_releases
from deckwright.cards.cache import PictureCache
from deckwright.cards.foreign import read_foreign
from deckwright.cards.gallery import gallery
from deckwright.cards.gaps import find
from deckwright.cards.hearing import Memory
from deckwright.cards.illustrate import Album, check_scene, illustrate, illustrate_made
from deckwright.cards.labels import label_set
from deckwright.cards.ledger import Ledger
from deckwright.cards.media import MediaFolder
from deckwright.cards.plan import Plan, spelt, without_scene
from deckwright.cards.render import Looks, Rendered, render
from deckwright.cards.studio import draw_all
from deckwright.cards.watch import Watch, unwatched
from deckwright.deck.advice.catalogue import ADVICE
from deckwright.deck.advice.lesson import Lesson
from deckwright.deck.claims import (
    another_deck,
    another_project,
    claim,
    copied,
    other_labels,
    other_look,
    style_frozen,
)
from deckwright.deck.history import OWN_TYPE
from deckwright.deck.identity import Bound, IdentifiedDeck, identify
from deckwright.deck.model import place
from deckwright.looks import types_of, with_look
from deckwright.workspace import Project, Written, read_decks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from deckwright.cards.images import Drawn
    from deckwright.cards.notetypes import Notetype
    from deckwright.deck.history import Lock, LockedNote
    from deckwright.deck.model import Note
    from deckwright.source.diagnostics import Report

Plans = dict[int, Plan]  # the pictures of a deck by note index


@dataclass(frozen=True, slots=True)
class CompiledDeck:
    """One deck at the end of the line, and the file it came from; *types* are our note types by lock name."""

    path: Path
    report: Report
    deck: IdentifiedDeck
    plans: Plans
    types: Callable[[str], Notetype]
    notes: tuple[Rendered, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A project at the end of the line, with all that was found on the way.

    *sources* are the reports on what the author wrote, *memory* those on the lock and the releases.
    *decks* are those asked for; none where errors stopped the line early. *names* are those of all decks, by
    their files. *head* is the project's own file. *lock* is the one they were compared with; *orphans* are
    its live lines of decks that no file holds. *releases* are all that were made so far. *left_out* are those
    of the files to go without that a card would show.
    """

    sources: tuple[Report, ...]
    memory: tuple[Report, ...]
    head: Written
    lock: Lock
    decks: tuple[CompiledDeck, ...] = ()
    drawn: dict[str, Drawn] = field(default_factory=dict)
    names: Mapping[Path, str] = field(default_factory=dict)
    orphans: tuple[LockedNote, ...] = ()
    releases: Releases = field(default_factory=Releases)
    left_out: frozenset[str] = frozenset()

    @property
    def reports(self) -> tuple[Report, ...]:
        """All reports."""
        return (*self.sources, *self.memory)

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops the build."""
        return any(report.has_errors for report in self.reports)

    @property
    def notes(self) -> tuple[Rendered, ...]:
        """All notes of the decks asked for."""
        return tuple(note for deck in self.decks for note in deck.notes)

    @property
    def vanished(self) -> tuple[LockedNote, ...]:
        """The live lines of the lock that no note has any more."""
        return (*(line for deck in self.decks for line in deck.deck.vanished), *self.orphans)


@dataclass(frozen=True, slots=True)
class Terms:
    """How to compile.

    *tail* ends the id of a deck that has none yet, and *now* (in seconds) stamps a look that changed. With
    *replace*, a deck whose id is not the lock's takes over that one's history. Pictures that have to be drawn
    are kept for the next time with *keep*; *watch* is told how many of how many are done, and
    *watch_notes* how many notes are. Notes that no one will look at need no *bridges*, and who does not write
    cards no *advice* on how to. No card shows the media files *without*, by name, nor those of the
    last release but what is *within* again; those that would say so.
    """

    tail: str
    now: int = 0
    replace: bool = False
    keep: bool = False
    watch: Watch = unwatched
    watch_notes: Watch = unwatched
    bridges: bool = True
    advice: bool = True
    without: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()


def check(project: Project, watch: Watch = unwatched) -> Compiled:
    """Walk the line without writing; *Compiled.reports* hold every finding, its notes lack their bridges."""
    return compile_project(project, Terms("unnamed", watch=watch, bridges=False))


def compile_project(project: Project, terms: Terms, lock: Lock | None = None) -> Compiled:
    """Carry the project's sources down the line, as far as they go; *lock* stands in for the one on disk.

    Raises:
        OSError: a source, the lock or a release cannot be read.

    """
    on_disk, lock_report = read_lock(project.lock)
    lock = on_disk if lock is None else lock
    head, written = read_decks(project)
    found = (*head.reports, *(report for w in written for report in w.reports))
    reports = tuple({id(report): report for report in found}.values())
    releases, release_reports = read_releases(project.releases)
    start = Compiled(reports, (lock_report, *release_reports), head, lock, releases=releases)
    ledger = Ledger(project.scratch / "read.json", terms.keep)
    media = MediaFolder(project.media, ledger)
    if head.deck is not None and head.deck.decks is not None and head.deck.scene is not None:
        check_scene(head.deck.scene, media, head.report)
        if head.report.has_errors:  # each deck would tell it again, at a place that is not to blame
            return start
    albums = [Album(media, w.report) for w in written]
    names = terms.without | (frozenset(releases.last.without if releases.last else ()) - terms.within)
    without = frozenset(map(spelt, names))
    plans = [
        illustrate(place(w.deck), album, without) if w.deck else {}
        for w, album in zip(written, albums, strict=True)
    ]
    start = dataclasses.replace(start, left_out=_left_out(written, plans, names))
    written = tuple(dataclasses.replace(w, deck=w.deck and without_scene(w.deck, without)) for w in written)
    if not written or any(w.deck is None for w in written):
        return start
    own = (head.deck.id or "") if head.deck and head.deck.decks else ""
    if head.deck is not None and not terms.replace:
        head.report.extend(another_project(head.deck, own, lock))
    lock, bound = _bind(written, plans, lock, own or terms.tail, replace=terms.replace)
    bound = [dataclasses.replace(p, locked=dataclasses.replace(p.locked, project=own)) for p in bound]
    bound = [with_look(part, w, lock, own, terms.now) for part, w in zip(bound, written, strict=True)]
    decks = [
        CompiledDeck(
            w.path,
            w.report,
            deck,
            own | illustrate_made(deck.notes, own, album, deck.deck.topic),
            types_of(deck, w),
        )
        for w, deck, own, album in zip(written, identify(bound, lock), plans, albums, strict=True)
    ]
    if terms.advice and decks:
        _advise(project, written, decks, albums)
    for deck in () if terms.replace else decks:
        _compare(deck, head, lock)
    cache = PictureCache(project.cache, terms.keep, ledger)
    finished = _drawn_and_rendered(project, decks, terms, dataclasses.replace(start, lock=lock), cache)
    ledger.save()
    return finished


def _compare(deck: CompiledDeck, head: Written, lock: Lock) -> None:
    """Tell what a deck must not change of what readers have."""
    deck.report.extend(copied(deck.deck, lock))
    own_style = deck.deck.deck.node.get("style") is not None or head.deck is None
    report, source = (deck.report, deck.deck.deck) if own_style else (head.report, head.deck)
    report.extend(style_frozen(source or deck.deck.deck, deck.deck.locked, lock))
    deck.report.extend(other_look(deck.deck, lock))
    deck.report.extend(other_labels(deck.deck, label_set(deck.deck.deck.language)))


def _left_out(written: Sequence[Written], plans: Sequence[Plans], names: frozenset[str]) -> frozenset[str]:
    """Return those of *names* that a note or a scene shows, as they are spelt there."""
    asked = {name for own in plans for plan in own.values() for name in plan.left_out}
    asked |= {w.deck.scene.file for w in written if w.deck and w.deck.scene}
    used = set(map(spelt, asked))
    return frozenset(name for name in names if spelt(name) in used)


def _advise(
    project: Project, written: Sequence[Written], decks: Sequence[CompiledDeck], albums: Sequence[Album]
) -> None:
    """Tell what could be better about the cards of each deck that was asked for."""
    galleries = [gallery(deck.plans, album.opened) for deck, album in zip(decks, albums, strict=True)]
    # The decks of a project share one folder: the first one tells what none of them uses.
    used = frozenset(name for one in galleries for name in one.used)
    galleries[0] = dataclasses.replace(galleries[0], names=albums[0].folder.names(), used=used)
    for one, deck, pictures in zip(written, decks, galleries, strict=True):
        if project.only not in (None, deck.path):
            continue
        notes = tuple(note.placed for note in deck.deck.notes if note.kind == OWN_TYPE)
        gaps = {
            index: _gap_cards(placed.note) for index, placed in enumerate(notes) if "cloze" in placed.shapes
        }
        lesson = Lesson(deck.deck.deck, notes, one.report.source, pictures, gaps)
        for rule in ADVICE:
            deck.report.extend(rule(lesson))


def _gap_cards(note: Note) -> int:
    return len({gap.number for gap in find(note.explanation)[0]})


def _bind(
    written: Sequence[Written], plans: Sequence[Plans], lock: Lock, tail: str, *, replace: bool
) -> tuple[Lock, list[Bound]]:
    """Give each deck its line of the lock, and each picture its recipe."""
    decks = [w.deck for w in written if w.deck]
    claims = claim(decks, lock, tail)
    bound = []
    for w, deck, own, claimed in zip(written, decks, plans, claims, strict=True):
        if claimed.rival and replace:
            lock = lock.renamed(claimed.rival.id, claimed.locked.id)
        elif claimed.rival:
            w.report.add(another_deck(deck, claimed.rival))
        art = {index: plan.art for index, plan in own.items()}
        labels = label_set(deck.language)
        texts = (placed.note.explanation for placed in place(deck))
        gapped = tuple(index for index, text in enumerate(texts) if find(text)[0])
        bound.append(Bound(deck, claimed.locked, art, w.report, labels, gapped))
    return lock, bound


def _mnemonics(decks: Iterable[CompiledDeck]) -> Iterator[tuple[str, str]]:
    """Yield mnemonic and fact of each note."""
    for deck in decks:
        for note in deck.deck.notes:
            yield note.placed.note.mnemonic, note.placed.note.fact


def _drawn_and_rendered(
    project: Project, decks: Sequence[CompiledDeck], terms: Terms, compiled: Compiled, cache: PictureCache
) -> Compiled:
    """Draw and render the decks that were asked for."""
    asked = [deck for deck in decks if project.only in (None, deck.path)]
    wanted = {
        picture: (span, deck.report)
        for deck in asked
        for plan in deck.plans.values()
        for picture, span in plan.asked
    }
    drawn = draw_all(wanted, cache, terms.watch)
    foreign = {str(locked.id): read_foreign(locked) for locked in compiled.lock.notetypes}
    memory = Memory(project.scratch / "heard.json", keep=terms.keep) if terms.bridges else None
    if memory:
        memory.prepare(_mnemonics(asked), terms.watch_notes)
    finished = []
    for deck in asked:
        pictures = {index: plan.shown(drawn) for index, plan in deck.plans.items()}
        looks = Looks(deck.types, foreign, memory)
        notes = render(deck.deck, looks, pictures, deck.report, terms.watch_notes)
        finished.append(dataclasses.replace(deck, notes=notes))
    known = {deck.deck.locked.id for deck in decks}
    found = {note.guid for deck in decks for note in deck.deck.notes}
    orphans = tuple(
        line
        for line in compiled.lock.notes
        if project.only is None and line.deck not in known and line.guid not in found and not line.retired
    )
    names = {deck.path: deck.deck.deck.deck for deck in decks}
    return dataclasses.replace(compiled, decks=tuple(finished), names=names, drawn=drawn, orphans=orphans)
