"""A learner in a real Anki collection: imports packages, reviews, edits notes, and shows what is there.

The only home of `anki`, which is under the AGPL and no part of the tool: an extra that the user installs.
Tables: rslib/src/storage/schema11.sql. What an import does: rslib/src/import_export/package/apkg/import.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from anki.buildinfo import version
from anki.collection import Collection
from anki.errors import AnkiException
from anki.import_export_pb2 import IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_IF_NEWER as IF_NEWER
from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.notes import NoteId

from deckwright.apkg.values import UnreadablePackage
from deckwright.trial import SCHEDULE, HeldCard, HeldNote, Holdings, Imported
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anki.dbproxy import DBProxy
    from anki.notes import Note

_SQLITE = b"SQLite format 3\0"
_FIRST_REVIEW = 1_600_000_000_000  # milliseconds since 1970, by which Anki numbers reviews
_NOTES = "select id, guid, sfld, mid, mod, flds, tags from notes"
# Without `usn`, which numbers syncs.
_REVIEWS = """
    select cid, id || ' ' || ease || ' ' || ivl || ' ' || lastIvl || ' ' || factor || ' ' || time
        || ' ' || type from revlog
"""


@contextmanager
def open_collection(own: Path | None) -> Iterator[Collection]:
    """Open a new collection, or a copy of the user's *own*, in a folder that is gone afterwards.

    Raises:
        UsageProblem: *own* is in use, is no collection, is a newer Anki's or holds no notes.

    """
    with TemporaryDirectory(prefix="deckwright-") as folder:
        path = Path(folder) / "collection.anki2"
        if own:
            _copy(own, path)
        try:
            collection = Collection(str(path))
        except AnkiException as problem:
            raise UsageProblem(f"Anki {version} cannot open `{own or path}`: {problem}") from problem
        try:
            # Anki makes a new collection of any other SQLite file.
            if own and not collection.note_count():
                raise UsageProblem(f"`{own}` holds no notes; name the `collection.anki2` you study from")
            yield collection
        finally:
            collection.close()


def _copy(own: Path, copy: Path) -> None:
    """Copy the user's collection, which is only read, and only while Anki does not have it open."""
    if own.is_dir():
        raise UsageProblem(f"`{own}` is a folder; name the `collection.anki2` in it")
    if not own.is_file():
        raise UsageProblem(f"no `{own}`; each profile in Anki's folder has a `collection.anki2`")
    with own.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            raise UsageProblem(f"`{own}` is not a collection; name a profile's `collection.anki2`")
    before = own.stat()
    shutil.copyfile(own, copy)
    # While Anki is open it keeps the newest reviews in a second file.
    in_use = any(own.with_name(own.name + tail).exists() for tail in ("-wal", "-journal"))
    if in_use or own.stat().st_mtime_ns != before.st_mtime_ns:
        raise UsageProblem(f"`{own}` is in use: close Anki; if it is closed, open and close it once more")


def import_package(collection: Collection, path: Path) -> Imported:
    """Import a package as the dialog does by default: what is newer is updated, schedules stay.

    Raises:
        UnreadablePackage: Anki does not take the package.
        UsageProblem: Anki cannot be told its name.

    """
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError:
        raise UsageProblem(f"`{path}` is no name that Anki understands; rename it") from None
    # `with_deck_configs`, which 23.10 does not know, is off unless asked for.
    options = ImportAnkiPackageOptions(
        merge_notetypes=False, update_notes=IF_NEWER, update_notetypes=IF_NEWER, with_scheduling=False
    )
    request = ImportAnkiPackageRequest(package_path=str(path.absolute()), options=options)
    try:
        log = collection.import_anki_package(request).log
    except AnkiException as problem:
        raise UnreadablePackage(
            "anki-refuses",
            f"Anki {version} does not import `{path.name}`: {problem}",
            advice="no reader can import it either; build or export it anew",
        ) from problem
    return Imported(
        new=frozenset(note.id.nid for note in log.new),
        updated=frozenset(note.id.nid for note in log.updated),
        conflicting=frozenset(note.id.nid for note in log.conflicting),
    )


def study(collection: Collection) -> None:
    """Give every card a history and a schedule of its own; suspend, flag, move and cram some."""
    own, cram = collection.decks.id("A deck of my own"), collection.decks.new_filtered("Cramming")
    schedules, reviews = [], []
    for index, (card, home) in enumerate(_rows(collection, "select id, did from cards order by id")):
        schedule = _schedule(index, home, own, cram)
        schedules.append([*(schedule[column] for column in SCHEDULE), card])
        for number in range(1 + index % 3):
            stamp = _FIRST_REVIEW + 10 * index + number
            reviews.append([stamp, card, 0, 2 + number, 3 + index, 1 + number, 2500, 4000 + index % 9999, 1])
    columns = ", ".join(f"{column} = ?" for column in SCHEDULE)
    _write(collection, f"update cards set {columns} where id = ?", schedules)  # noqa: S608 - our own names
    _write(collection, "insert into revlog values (?, ?, ?, ?, ?, ?, ?, ?, ?)", reviews)


def _schedule(index: int, home: int, own: int | None, cram: int) -> dict[str, object]:
    """Make up the state of the card numbered *index*; no two are alike."""
    learnt = {
        "did": home,
        "type": 2,
        "queue": 2,
        "due": 100 + index,
        "ivl": 10 + index,
        "factor": 1300 + index % 1700,
        "reps": 1 + index % 3,
        "lapses": index % 7,
        "left": 0,
        "odue": 0,
        "odid": 0,
        "flags": 0,
        "data": json.dumps({"pos": index, "s": 1 + index % 500 / 10, "d": 1 + index % 90 / 10}),
    }
    whims: tuple[dict[str, object], ...] = (
        {},
        {"queue": -1},  # suspended
        {"flags": 1 + index % 7},
        {"did": own},
        {"did": cram, "odid": home, "odue": 100 + index, "due": index - 100_000},
        {"type": 3, "queue": 1, "due": 1_600_000_000 + index, "left": 1001},  # forgotten, in relearning
    )
    return learnt | whims[index % len(whims)]


def edit(collection: Collection, stamps: Mapping[int, int]) -> None:
    """Add words and a tag to the notes in *stamps*, as if at those times (seconds since 1970)."""
    notes = []
    for number, note_id in enumerate(stamps, 1):
        note = collection.get_note(NoteId(note_id))
        note.fields[_own_field(note)] += f" (my own words, {number})"
        note.add_tag("my-own")
        notes.append(note)
    collection.update_notes(notes)
    # Anki stamps an edit with the moment it is made; these were made before the correction.
    rows = [[stamp, note_id] for note_id, stamp in stamps.items()]
    _write(collection, "update notes set mod = ? where id = ?", rows)


def _own_field(note: Note) -> int:
    """Choose the longest field, but only in need one of those that a note is known by."""
    naming = {0, (note.note_type() or {}).get("sortf")}
    lengths = {index: len(text) for index, text in enumerate(note.fields)}
    free = {index: length for index, length in lengths.items() if length and index not in naming}
    return max(free or lengths, key=lengths.__getitem__)


def holdings(collection: Collection) -> Holdings:
    """Read all that an import could harm."""
    reviews = defaultdict(set)
    for card_id, review in _rows(collection, _REVIEWS):
        reviews[card_id].add(review)
    columns = ", ".join(SCHEDULE)
    cards = _rows(collection, f"select id, nid, ord, {columns} from cards")  # noqa: S608 - our own names
    return Holdings(
        notes={
            note_id: HeldNote(
                guid, str(name) or guid, mid, mod, tuple(flds.split("\x1f")), tuple(tags.split())
            )
            for note_id, guid, name, mid, mod, flds, tags in _rows(collection, _NOTES)
        },
        cards={card_id: HeldCard(note, ordinal, tuple(rest)) for card_id, note, ordinal, *rest in cards},
        reviews={card_id: frozenset(rows) for card_id, rows in reviews.items()},
        notetypes={notetype.id: notetype.name for notetype in collection.models.all_names_and_ids()},
        blank=frozenset(card for note in collection.get_empty_cards().notes for card in note.card_ids),
    )


def _rows(collection: Collection, query: str) -> list[Any]:
    return list(_database(collection).all(query))


def _write(collection: Collection, query: str, rows: list[list[Any]]) -> None:
    """Run *query* for every row, all at once."""
    database = _database(collection)
    database.transact(lambda: database.executemany(query, rows))


def _database(collection: Collection) -> DBProxy:
    return cast("DBProxy", collection.db)  # which only a closed collection lacks
