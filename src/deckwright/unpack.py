"""`deckwright unpack`: a package becomes a project, whose next build updates the same notes in place."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.adoption.fieldmap import parse_maps
from deckwright.adoption.kin import kin_of
from deckwright.adoption.takeover import Takeover, Wish, take_over
from deckwright.apkg.lock import format_lock
from deckwright.apkg.read import read_package, take_out
from deckwright.build import build_time
from deckwright.cards.watch import unwatched
from deckwright.deck.history import Lock
from deckwright.deck.names import file_stem
from deckwright.editor import SCHEMA_NAME, schema_for
from deckwright.source.draft import format_draft
from deckwright.unpacking import books, layout
from deckwright.unpacking.names import Chosen, choose
from deckwright.unpacking.theirs import Losses, Taking, agreed, fitting, slots_of
from deckwright.unpacking.undone import Undone, refuse_links, refuse_what_is_there
from deckwright.usage import UsageProblem
from deckwright.workspace import SOURCE_NAME, Project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckwright.adoption.fieldmap import Slots
    from deckwright.adoption.kin import Kin
    from deckwright.apkg.package import Package
    from deckwright.cards.watch import Watch
    from deckwright.unpacking.story import Book


_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A package as a project in *root*; nothing was written where *takeover* has no lock.

    *media* are the files taken and left out, *losses* say what of other tools' notes has no place here.
    """

    root: Path
    package: Package
    kin: tuple[Kin, ...]
    books: tuple[Book, ...]
    slots: Mapping[int, Slots]
    media: Chosen
    takeover: Takeover
    losses: Mapping[str, int] = field(default_factory=Counter)


class _Unsound(Exception):  # noqa: N818 - a finding about what was read, not a failure
    """What was read makes no sound project; it holds what was found."""

    def __init__(self, unpacked: Unpacked) -> None:
        super().__init__()
        self.unpacked = unpacked


def unpack(path: Path, folder: Path, maps: Sequence[str] = (), watch: Watch = unwatched) -> Unpacked:
    """Make a project in *folder* of the package at *path*; nothing that is there is touched.

    *maps* say which texts stand in which field of another tool's note type, as in `Back=fact`. *watch* hears
    how many notes of a deck are done. Where the project would not build, or on any failure, nothing stays
    behind.

    Raises:
        UnreadablePackage: the package cannot be read or trusted.
        UsageProblem: the folder holds a project already, the package has no notes, or the maps are wrong.
        OSError: the disk does not take the files.

    """
    root = Path(os.path.abspath(folder))  # noqa: PTH100 - links stay as the user knows them
    package = read_package(path)
    kin = kin_of([package])
    if not kin:
        raise UsageProblem("the package has no notes to make a project of")
    given = parse_maps(maps, kin)
    media, losses = choose(package.media), Losses()
    slots = _slots(kin, media.names, given)
    found = books.described(books.read(kin, Taking(root.name, slots, media.names, losses, watch)), package)
    if not found:
        raise UsageProblem("no note of the package has a card that shows anything")
    making = _Making(root, path, package, kin, found, slots, media, losses, watch)
    unpacked = _made(making)
    faulty = _faulty(unpacked.takeover)
    some = making.without(faulty) if unpacked.takeover.lock is None and faulty else making
    return _made(some) if some.books and some is not making else unpacked


def _made(making: _Making) -> Unpacked:
    """Write the project, unless it would not build."""
    try:
        with Undone() as written:
            return _written(making, written)
    except _Unsound as problem:
        return problem.unpacked


def _faulty(takeover: Takeover) -> frozenset[str]:
    """Return the guids of the notes that would not build."""
    return frozenset(
        note.guid
        for deck in takeover.compiled.decks
        for note in deck.deck.notes
        if deck.report.has_error_within(note.placed.note.node.span)
    )


def _slots(
    kin: Sequence[Kin], media: frozenset[str], given: Mapping[str, tuple[str, ...]]
) -> dict[int, Slots]:
    """Return which texts stand in the fields of each type of another tool, by its id."""
    types = {one.type.id: one.type for one in kin if not one.ours}
    notes = {id_: [one for one in kin if one.type.id == id_] for id_ in types}
    guessed = {id_: slots_of(notetype, given) for id_, notetype in types.items()}
    if not given:
        guessed = {id_: fitting(slots, notes[id_], media) for id_, slots in guessed.items()}
    return agreed(guessed, types, {id_: len(ones) for id_, ones in notes.items()})


@dataclass(frozen=True, slots=True)
class _Making:
    """All that a project is made of."""

    root: Path
    path: Path
    package: Package
    kin: tuple[Kin, ...]
    books: tuple[Book, ...]
    slots: Mapping[int, Slots]
    media: Chosen
    losses: Losses
    watch: Watch

    def without(self, guids: frozenset[str]) -> _Making:
        """Return what is left without some of the notes."""
        left = (
            replace(book, stories=tuple(one for one in book.stories if one.kin.note.guid not in guids))
            for book in self.books
        )
        return replace(self, books=tuple(book for book in left if book.stories))


def _written(making: _Making, written: Undone) -> Unpacked:
    project = Project(making.root / SOURCE_NAME)
    files = _files(making)
    schema = project.scratch / SCHEMA_NAME
    there = [making.root / name for name in (*files, *(f"media/{name}" for name in making.media.names))]
    wanted = [*there, project.lock, schema]
    refuse_what_is_there(making.root, wanted)
    refuse_links(making.root, wanted)
    written.folder(project.media)
    for name, text in files.items():
        written.file(making.root / name, text.encode())
    take_out(
        making.path,
        making.media.names,
        lambda name, chunks: written.stream(project.media / name, chunks),
    )
    written.file(schema, schema_for().encode())
    lines = books.lines(making.books, making.slots)
    wish = Wish(secrets.token_hex(2), build_time(), _maps(making), lenient=True, watch=making.watch)
    takeover = take_over(project, [making.package], Lock(notes=lines), wish)
    unpacked = Unpacked(
        making.root,
        making.package,
        making.kin,
        making.books,
        making.slots,
        making.media,
        takeover,
        making.losses.counts,
    )
    if takeover.lock is None:
        raise _Unsound(unpacked)
    written.file(project.lock, format_lock(takeover.lock).encode())
    return unpacked


def _files(making: _Making) -> dict[str, str]:
    """Return the sources of the project by their names in it: of several decks, each has its own."""
    pictures = sorted(making.media.names)
    drafts = [format_draft(layout.draft(book, pictures)) for book in making.books]
    styles = {book.style: book.css for book in making.books if book.style}
    if len(drafts) == 1:
        return {SOURCE_NAME: drafts[0], **styles}
    name = books.common_name(making.books, making.root.name)
    head = {SOURCE_NAME: format_draft(layout.head_draft(name, books.fresh_id(name)))}
    stems: dict[str, str] = {}
    for book, text in zip(making.books, drafts, strict=True):
        stem = first = file_stem(book.name.removeprefix(f"{name}::"), "deck", _LONGEST_NAME)
        count = 2
        while stem in stems:
            stem, count = f"{first}-{count}", count + 1
        stems[stem] = text
    return head | {f"decks/{stem}.yaml": text for stem, text in stems.items()} | styles


def _maps(making: _Making) -> tuple[str, ...]:
    """Return the map that says of every field of other tools' types what stands in it."""
    types = {one.type.id: one.type for one in making.kin if not one.ours}
    return tuple(
        f"{part.name}={' + '.join(slot)}"
        for id_, notetype in types.items()
        for part, slot in zip(notetype.fields, making.slots[id_], strict=True)
    )
