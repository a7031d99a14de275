"""Random histories of an author and a reader: whatever they do, each import updates what changed, no more."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from anki_backend import VERSIONS, Anki
from anki_reader import Reader
from author import DECKS, Author, Texts
from deckwright.build import Options
from desk import build_now, errors
from edits import EDITS
from support import write_project

if TYPE_CHECKING:
    from anki_reader import Import, Step
    from deckwright.build import Built

pytestmark = pytest.mark.anki

START = 1_767_225_600
HOUR, YEAR = 3_600, 31_536_000
SHORT, LONG = 8, 100  # histories for each version
HEAD = "deck: Course\ndecks: decks/*.yaml\n"
PICK = st.integers(0, 99)
EDIT = st.tuples(st.sampled_from(sorted(EDITS)), PICK, PICK)
DEEDS = ("study", "edit", "edit", "suspend", "move", "delete the note", "delete a card")
COUNTS: Counter[str] = Counter()


@dataclass(frozen=True)
class Package:
    """A package as it has to be, by guid: each note's texts with all its tags, and its stamp."""

    path: Path
    notes: dict[str, tuple[Texts, int]]


class History(RuleBasedStateMachine):
    """An author who edits and builds, a reader who studies and imports, and what must come of it."""

    version: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        self.anki = Anki(self.version, self.root / "collection.anki2")
        self.reader = Reader(self.anki)
        self.author = Author()
        self.packages: list[Package] = []
        self.has: dict[str, int] = {}  # the stamps of the notes in the collection
        self.now = START
        self.seeds = count()  # of the histories of cards, whose reviews are all different

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.folder.cleanup()

    @initialize(decks=st.integers(1, 2), notes=st.integers(3, 9))
    def begin(self, decks: int, notes: int) -> None:
        """Write a deck or two, build them, and let the reader study them."""
        for index in range(notes):
            author, section = self.author, f"S-{index // 2}"
            texts = Texts(index % decks, section, f"{author.word()} {author.word()}", author.word())
            note = author.add(texts)
            for kind in ("reword the explanation", "ask something")[: index % 3]:
                EDITS[kind](author, note, note)
        self.publish(self.now, sure=True)
        self.take(0)
        self.read([("study", 0)])

    @rule(
        deeds=st.lists(st.tuples(st.sampled_from(DEEDS), PICK), max_size=3),
        edits=st.lists(EDIT, min_size=1, max_size=5),
        late=st.sampled_from((False, False, False, True)),
        sure=st.sampled_from((True, True, False)),
        ages=st.sampled_from(((), (0,), (0,), (0,), (1,), (2, 0), (0, 1))),
    )
    def week(
        self,
        deeds: list[tuple[str, int]],
        edits: list[tuple[str, int, int]],
        *,
        late: bool,
        sure: bool,
        ages: tuple[int, ...],
    ) -> None:
        """Let the reader do something, edit, build by a clock that may be a year *late*, import by age."""
        self.read(deeds)
        for kind, one, other in edits:
            notes = list(self.author.source.notes)
            EDITS[kind](self.author, notes[one % len(notes)], notes[other % len(notes)])
        self.now += HOUR
        self.publish(self.now - YEAR if late else self.now, sure=sure)
        for age in ages:
            self.take(age)

    def read(self, deeds: list[tuple[str, int]]) -> None:
        """Do something in Anki."""
        self.now += HOUR
        steps = [step for kind, pick in deeds for step in self._deed(kind, pick)]
        self.reader.does(self.now, *steps)

    def publish(self, when: int, *, sure: bool) -> None:
        """Build the package that the author's truth demands, or find that the author has to think again."""
        write_source(self.root, self.author)
        if self._takes_back(when, sure=sure):
            return
        built = build_now(self.root, when, Options(yes=sure))
        assert errors(built) == set()
        self._release(built.packages[0].path, when)

    def take(self, age: int) -> None:
        """Import the newest package, or an older one."""
        self.now += HOUR
        package = self.packages[max(-1 - age, -len(self.packages))]
        done = self.reader.takes(package.path, self.now)
        stamps = {guid: stamp for guid, (_, stamp) in package.notes.items()}
        new = stamps.keys() - self.has.keys()
        updated = {guid for guid in stamps.keys() & self.has.keys() if stamps[guid] > self.has[guid]}
        assert (done.new, done.updated) == (new, updated)
        self._see_that_it_came(package, done)
        # Until 24.11 an updated note has the time of the import.
        late = dict.fromkeys(updated, self.now) if self.anki.release < (25,) else {}
        self.has |= {guid: stamps[guid] for guid in new | updated} | late
        COUNTS["import"] += 1
        COUNTS["import that updated notes"] += bool(updated)
        COUNTS["import that brought notes"] += bool(new)
        COUNTS["notes updated"] += len(updated)
        COUNTS["notes left alone"] += len(self.has) - len(new | updated)

    def _see_that_it_came(self, package: Package, done: Import) -> None:
        for guid in done.new | done.updated:
            texts, note = package.notes[guid][0], done.after.notes[guid]
            fields = note["fields"]
            assert (fields["Fact"], fields["Mnemonic"], fields["Section"]) == (
                texts.fact,
                texts.mnemonic,
                texts.section,
            )
            assert texts.explanation in fields["Explanation"]
            assert set(note["tags"]) == texts.tags
        cards = {f"{guid}/{ordinal}" for guid, (texts, _) in package.notes.items() for ordinal in texts.cards}
        assert done.after.cards.keys() == done.before.cards.keys() | cards
        came = done.after.cards.keys() - done.before.cards.keys()
        assert {tuple(done.after.cards[card][2:4]) for card in came} <= {(0, 0)}, (
            "a card that came is no new one"
        )

    def _takes_back(self, when: int, *, sure: bool) -> bool:
        """Ask what a build would do; an author who means something else takes back what was written."""
        tried = build_now(self.root, when, Options(yes=sure, dry_run=True))
        found, due = errors(tried), self.author.refusals() - ({"many-notes-gone"} if sure else set())
        if self.author.is_open():
            assert found <= due | {"ambiguous-note", "card-withdrawn", "many-notes-gone"}
            back = bool(found) or not self._is_meant(tried)
        else:
            assert found == due
            back = bool(found)
        COUNTS["build"] += 1
        if back:
            COUNTS[f"build refused: {min(found)}" if found else "build refused by the author"] += 1
        if back:
            self.author.take_back()
        return back

    def _is_meant(self, tried: Built) -> bool:
        """Whether the tool takes every note for the one that the author means."""
        known = {note.mark: note.guid for note in self.author.lines}
        found = {note.rendered.note.placed.note.source: note.rendered.note.guid for note in tried.notes}
        assert len(set(found.values())) == len(tried.notes), "one guid twice"
        return all(
            guid == known[mark] if mark in known else guid not in known.values()
            for mark, guid in found.items()
        )

    def _release(self, path: Path, when: int) -> None:
        """Compare the package with the author's truth, and keep it."""
        known = {note.guid for note in self.author.lines}
        stamps = self.author.publish(when)
        found = contents(path)
        assert found.keys() == {note.mark for note in stamps}
        for note, stamp in stamps.items():
            guid, modified = found[note.mark]
            assert note.guid in ("", guid), "a note is another one"
            assert note.guid or guid not in known, "a new note is an old one"
            assert modified == stamp
            note.guid = guid
        source = self.author.source
        kept = path.rename(self.root / f"{len(self.packages)}.apkg")
        # A build compares with the package that it replaces.
        path.write_bytes(kept.read_bytes())
        self.packages.append(
            Package(kept, {note.guid: (source.shown(note), stamps[note]) for note in stamps})
        )

    def _deed(self, kind: str, pick: int) -> list[Step]:
        if kind == "study":
            return [("study", {"seed": next(self.seeds)})]
        if not self.has:
            return []
        guid = sorted(self.has)[pick % len(self.has)]
        if kind == "edit":
            self.has[guid] = self.now
            return [("edit", {"guid": guid, "field": "Explanation", "text": "my words", "tag": "mine"})]
        if kind == "delete the note":
            del self.has[guid]
            return [("remove_note", {"guid": guid})]
        steps: dict[str, Step] = {
            "suspend": ("suspend", {"guid": guid, "flag": 1 + pick % 7}),
            "move": ("move_cards", {"guid": guid, "deck": f"Mine {pick % 3}"}),
            "delete a card": ("remove_card", {"guid": guid, "ordinal": pick % 2}),
        }
        return [steps[kind]]


def write_source(root: Path, author: Author) -> None:
    """Write the one deck, or the project of two."""
    decks = {texts.deck for texts in author.source.notes.values()}
    if decks == {0} and not (root / "decks").exists():
        write_project(root, author.source.yaml(0))
        return
    write_project(root, HEAD)
    (root / "decks").mkdir(exist_ok=True)
    for deck in range(len(DECKS)):
        (root / "decks" / f"{deck}.yaml").write_text(author.source.yaml(deck), "utf-8")


def contents(package: Path) -> dict[str, tuple[str, int]]:
    """Return each note's guid and stamp by what stands in its source, read without the tool."""
    with zipfile.ZipFile(package) as archive, closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(archive.read("collection.anki2"))
        models = json.loads(database.execute("SELECT models FROM col").fetchone()[0])
        rows = database.execute("SELECT guid, mod, mid, flds FROM notes").fetchall()
    names = {int(mid): [field["name"] for field in model["flds"]] for mid, model in models.items()}
    found = {fields.split("\x1f")[names[mid].index("Source")]: (guid, mod) for guid, mod, mid, fields in rows}
    assert len(found) == len(rows)
    return found


def run(version: str, histories: int, number: int | None) -> None:
    """Run so many histories on one version of Anki, the same ones for the same *number*."""
    COUNTS.clear()
    machine = type(f"History on Anki {version}", (History,), {"version": version})
    unlimited = settings(
        max_examples=histories,
        stateful_step_count=10,
        deadline=None,
        database=None,
        print_blob=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine if number is None else seed(number)(machine), settings=unlimited)
    print(f"Anki {version}:", dict(sorted(COUNTS.items())))  # noqa: T201 - `pytest -rP` shows it
    refused = sum(number for what, number in COUNTS.items() if what.startswith("build refused"))
    assert COUNTS["import that updated notes"] > histories
    assert refused * 4 < COUNTS["build"], "too many builds are refused for the rest to mean much"


@pytest.mark.parametrize("version", VERSIONS)
def test_some_histories_that_are_the_same_each_time(version: str) -> None:
    run(version, SHORT, VERSIONS.index(version))


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_many_histories(version: str) -> None:
    run(version, LONG, None)
