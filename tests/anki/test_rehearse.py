"""`deckwright rehearse` through the installed tool, with the real Anki in its own environment."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import genanki
import pytest

from anki_backend import VERSIONS, Anki
from anki_packages import LATER, STAMP, Note, Notetype, RawPackage, imported
from deckwright.trial import HeldCard, HeldNote, Holdings, Imported, Trial, judge
from support import TOOL, deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support import Ran

pytestmark = pytest.mark.anki

EPOCH = "1767225600"
SEVEN = tuple(Note(f"guid-{number}", (f"front {number}", f"back {number}")) for number in range(7))
NO_ANKI = """\
import sys


class NoAnki:
    def find_spec(self, name, path=None, target=None):
        if name == "anki":
            raise ModuleNotFoundError("No module named 'anki'", name=name)


sys.meta_path.insert(0, NoAnki())
"""
KEPT = "3 of your classmates' own edits kept, 0 replaced"


def package(folder: Path, name: str, *notes: Note, notetype: Notetype | None = None) -> Path:
    return Path(RawPackage(notes, notetype or Notetype()).write(folder / name))


def first_with(*fields: str, mod: int = LATER) -> tuple[Note, ...]:
    """Return the seven notes, the first with other fields and a stamp of its own."""
    return (replace(SEVEN[0], fields=fields, mod=mod), *SEVEN[1:])


def rehearse(folder: Path, *arguments: str | Path) -> Ran:
    """Run the tool on packages in *folder*, and see that nothing is left behind."""
    spool = folder / "tmp"
    spool.mkdir()
    ran = deckwright("rehearse", *arguments, cwd=folder, TMPDIR=str(spool))
    assert list(spool.iterdir()) == []
    spool.rmdir()
    return ran


def test_a_corrected_deck_of_ours_costs_nobody_anything(tmp_path: Path) -> None:
    facts = [f"Fact {number}" for number in range(20)]

    def build(name: str, words: list[str]) -> None:
        notes = "".join(
            f"  - {{fact: {fact}, mnemonic: {word}, ask: Which?}}\n"
            for fact, word in zip([*facts, "X", "Y", "Z"], words, strict=False)
        )
        write_project(tmp_path, f"deck: Many\nid: many-facts\nnotes:\n{notes}")
        done = deckwright("build", "-o", name, cwd=tmp_path, SOURCE_DATE_EPOCH=EPOCH)
        assert done.code == 0, done.err

    build("old.apkg", [f"word {number}" for number in range(20)])
    build("new.apkg", [f"{'sound' if number < 12 else 'word'} {number}" for number in range(23)])
    done = rehearse(tmp_path, "new.apkg", "--from", "old.apkg")
    counts, *findings = done.out.rstrip("\n").split("\n")
    assert counts == (
        "12 updated, 3 new, 0 reviews lost, 3 of your classmates' own edits kept,"
        " 4 replaced (their notes changed), 0 conflicts"
    )
    assert len(findings) == 4
    assert all(line.startswith("~ Many › Fact ") for line in findings)
    assert (done.code, done.err) == (0, "")
    twice = rehearse(tmp_path, "new.apkg")
    assert (twice.code, twice.err) == (0, "")
    assert twice.out == (
        "23 new; imported again: 0 updated, 0 new, 0 reviews lost,"
        " 8 of your classmates' own edits kept, 0 replaced, 0 conflicts\n"
    )


def test_json_holds_the_same_numbers(tmp_path: Path) -> None:
    package(tmp_path, "old.apkg", *SEVEN)
    package(tmp_path, "new.apkg", *first_with("front 0", "better"))
    done = rehearse(tmp_path, "new.apkg", "--from", "old.apkg", "--format", "json")
    assert done.code == 0
    what = "the correction replaces what the learner wrote"
    assert json.loads(done.out) == {
        "lost": False,
        "own": False,
        "first": None,
        "updated": 1,
        "new": 0,
        "reviews_lost": 0,
        "edits_kept": 2,
        "edits_replaced": 1,
        "conflicts": 0,
        "findings": [{"kind": "edit-replaced", "name": "front 0", "what": what}],
    }


def test_one_stamp_for_all_notes_costs_the_learners_edits(tmp_path: Path) -> None:
    """It is what genanki does: every note is newer at every export."""
    package(tmp_path, "old.apkg", *SEVEN)
    restamped = (replace(note, mod=LATER) for note in first_with("front 0", "better"))
    package(tmp_path, "new.apkg", *restamped)
    done = rehearse(tmp_path, "new.apkg", "--from", "old.apkg")
    assert done.code == 1
    counts, *findings = done.out.splitlines()
    assert counts == (
        "7 updated, 0 new, 0 reviews lost, 0 of your classmates' own edits kept,"
        " 1 replaced (its note changed), 0 conflicts, 2 own edits lost"
    )
    assert [line.split(":")[0] for line in findings] == ["! front 1", "! front 4", "~ front 0"]


def test_a_stamp_in_the_future_costs_the_learners_edits_at_every_import(tmp_path: Path) -> None:
    package(tmp_path, "new.apkg", *(replace(note, mod=4_000_000_000) for note in SEVEN))
    done = rehearse(tmp_path, "new.apkg")
    assert done.code == 1
    assert "0 of your classmates' own edits kept, 0 replaced, 0 conflicts, 3 own edits lost" in done.out


def test_a_scene_that_was_drawn_anew_is_no_correction(tmp_path: Path) -> None:
    back = 'Spinal cord <img src="_garden-{}.webp" alt="">'
    package(tmp_path, "old.apkg", *first_with("front 0", back.format("0123456789abcdef"), mod=STAMP))
    package(tmp_path, "new.apkg", *first_with("front 0", back.format("fedcba9876543210"), mod=STAMP))
    done = rehearse(tmp_path, "new.apkg", "--from", "old.apkg")
    assert (done.code, done.out.splitlines()[1:]) == (
        0,
        ["~ front 0: differs in its tags, markup or scene alone, and stays as it is"],
    )


def test_a_picture_of_a_notes_own_that_did_not_arrive_is_named(tmp_path: Path) -> None:
    back = 'Spinal cord <img src="_{}-0123456789abcdef.webp" alt="">'
    package(tmp_path, "old.apkg", *first_with("front 0", back.format("goose"), mod=STAMP))
    package(tmp_path, "new.apkg", *first_with("front 0", back.format("bee"), mod=STAMP))
    assert rehearse(tmp_path, "new.apkg", "--from", "old.apkg").code == 1


def test_a_correction_whose_stamp_is_not_newer_is_named(tmp_path: Path) -> None:
    package(tmp_path, "old.apkg", *SEVEN)
    package(tmp_path, "new.apkg", *first_with("front 0", "better", mod=STAMP))
    done = rehearse(tmp_path, "new.apkg", "--from", "old.apkg")
    assert done.code == 1
    assert done.out == (
        f"0 updated, 0 new, 0 reviews lost, {KEPT}, 0 conflicts, 1 correction not applied\n"
        "! front 0: the correction did not arrive: its stamp is no newer than the note; build it again\n"
    )


def test_a_note_type_with_a_field_more_is_forked(tmp_path: Path) -> None:
    package(tmp_path, "old.apkg", *SEVEN)
    more = Notetype(fields=(("Front", 11), ("Back", 12), ("More", 13)), mod=LATER)
    notes = (replace(note, fields=(*note.fields, "more"), mod=LATER) for note in SEVEN)
    package(tmp_path, "new.apkg", *notes, notetype=more)
    done = rehearse(tmp_path, "new.apkg", "--from", "old.apkg")
    assert done.code == 1
    counts, *findings = done.out.splitlines()
    assert counts == f"0 updated, 0 new, 0 reviews lost, {KEPT}, 8 conflicts"
    assert sorted(line.split(":")[0] for line in findings) == [
        *(f"! front {number}" for number in range(7)),
        "! note type Rule+",
    ]


def test_a_note_under_another_type_is_a_conflict_without_a_fork(tmp_path: Path) -> None:
    package(tmp_path, "old.apkg", *SEVEN)
    package(tmp_path, "new.apkg", *SEVEN, notetype=Notetype(id=1_700_000_000_000))
    done = rehearse(tmp_path, "new.apkg", "--from", "old.apkg")
    assert done.code == 1
    assert done.out.splitlines()[0].endswith("0 replaced, 7 conflicts")
    assert "note type" not in done.out.replace("its note type", "")


def test_a_card_whose_front_went_empty_is_named(tmp_path: Path) -> None:
    package(tmp_path, "old.apkg", *SEVEN)
    package(tmp_path, "new.apkg", *first_with("", "a name"))
    done = rehearse(tmp_path, "new.apkg", "--from", "old.apkg")
    assert done.code == 1
    assert ", 0 conflicts, 1 card left without a front\n" in done.out
    assert "! front 0: card 1 has an empty front now; Anki offers to delete it\n" in done.out


def test_guids_made_of_the_texts_leave_the_old_note_beside_the_new(tmp_path: Path) -> None:
    """Nothing is lost, so it passes; but it is not what the author meant, so it is said."""
    slots = {"fields": [{"name": "Front"}, {"name": "Back"}]}
    model = genanki.Model(1, "Plain", templates=[{"name": "C", "qfmt": "{{Front}}", "afmt": "-"}], **slots)
    for name, back in (("old.apkg", "back"), ("new.apkg", "better")):
        deck = genanki.Deck(2, "Plain")
        deck.add_note(genanki.Note(model, ["front", back]))
        genanki.Package(deck).write_to_file(tmp_path / name, timestamp=STAMP)
    done = rehearse(tmp_path, "new.apkg", "--from", "old.apkg")
    assert done.code == 0
    assert done.out == (
        "0 updated, 1 new, 0 reviews lost, 1 of your classmates' own edits kept, 0 replaced, 0 conflicts,"
        " 1 new one looks like an old one\n"
        "~ front: new, beside an old note that begins with the same field\n"
    )


def test_a_package_that_anki_does_not_take_is_refused(tmp_path: Path) -> None:
    package(tmp_path, "old.apkg", *SEVEN)
    broken = Notetype(more={"usn": "no number"})
    package(tmp_path, "new.apkg", *SEVEN, notetype=broken)
    done = rehearse(tmp_path, "new.apkg", "--from", "old.apkg")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error[anki-refuses]: Anki ")
    assert "does not import `new.apkg`: " in done.err


def test_what_is_no_package_is_refused_before_anki_sees_it(tmp_path: Path) -> None:
    package(tmp_path, "good.apkg", *SEVEN)
    (tmp_path / "bad.apkg").write_bytes(b"no zip")
    for arguments in (("bad.apkg",), ("good.apkg", "--from", "bad.apkg")):
        done = rehearse(tmp_path, *arguments)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("error[not-a-package]")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a collection as a reader has it: studied, one note edited today and three long ago."""
    profile = tmp_path / "User 1"
    profile.mkdir()
    anki = Anki(VERSIONS[-1], profile / "collection.anki2")
    old = package(tmp_path, "old.apkg", *SEVEN)
    anki.steps(
        imported(old),
        ("study", {"seed": 3}),
        *(
            ("edit", {"guid": f"guid-{number}", "field": "Back", "text": "my words", "tag": "mine"})
            for number in (0, 1, 2, 6)
        ),
    )
    with closing(sqlite3.connect(anki.collection)) as database:
        database.execute("UPDATE notes SET mod = ? WHERE guid <> 'guid-0'", (STAMP + 1,))
        database.commit()
    return anki.collection


@contextmanager
def left_alone(folder: Path) -> Iterator[None]:
    """See that nothing in *folder* is written, not even the same bytes again."""

    def state() -> dict[Path, tuple[int, str]]:
        return {
            path: (path.stat().st_mtime_ns, sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
            for path in (folder, *folder.rglob("*"))
        }

    before = state()
    yield
    assert state() == before


def test_an_own_collection_is_copied_and_left_alone(tmp_path: Path, own: Path) -> None:
    notes = (replace(note, mod=LATER) for note in first_with("front 0", "better")[:2])
    package(tmp_path, "new.apkg", *notes, *SEVEN[2:], Note("guid-8", ("front 8", "back 8")))
    with left_alone(own.parent):
        done = rehearse(tmp_path, "new.apkg", "--collection", own)
    assert done.code == 0, done.err
    assert done.out == (
        "1 updated, 1 new, 0 reviews lost, 0 conflicts, 3 other notes differ and stay\n"
        "~ front 0: differs, and stays: it is as new in the collection, or newer\n"
        "~ front 2: differs, and stays: it is as new in the collection, or newer\n"
        "~ front 6: differs, and stays: it is as new in the collection, or newer\n"
    )


def test_with_the_package_it_was_given_own_edits_are_told_apart(tmp_path: Path, own: Path) -> None:
    """The first was edited after its correction; the second was restamped for nothing; the third was not.

    Of the last, which was not in the earlier package, nobody can tell who wrote what; the one before has not
    had the earlier package yet, so nobody wrote on it.
    """
    unseen = replace(SEVEN[5], fields=("front 5", "not yet imported"), mod=LATER)
    package(tmp_path, "given.apkg", *SEVEN[:5], unseen)
    notes = (replace(note, mod=LATER) for note in first_with("front 0", "better")[:2])
    package(tmp_path, "new.apkg", *notes, *SEVEN[2:])
    with left_alone(own.parent):
        done = rehearse(tmp_path, "new.apkg", "--from", "given.apkg", "--collection", own)
    assert done.code == 1, done.err
    assert done.out == (
        "1 updated, 0 new, 0 reviews lost, 2 of your own edits kept, 0 replaced, 0 conflicts,"
        " 1 own edit lost, 1 other note differs and stays\n"
        "! front 1: what the learner wrote is gone although the author changed nothing (its stamp is newer)\n"
        "~ front 0: what you wrote is newer than the correction, and stays instead of it\n"
    )


def test_a_collection_that_is_open_in_anki_is_refused(tmp_path: Path, own: Path) -> None:
    package(tmp_path, "new.apkg", *SEVEN)
    script = "import sys; from anki.collection import Collection; c = Collection(sys.argv[1])\n"
    script += "print('open', flush=True); sys.stdin.read(); c.close()"
    with subprocess.Popen(
        [sys.executable, "-c", script, own], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "open\n"
        with left_alone(own.parent):
            done = rehearse(tmp_path, "new.apkg", "--collection", own)
        holder.communicate("")
    assert (done.code, done.out) == (2, "")
    assert "collection.anki2` is in use: close Anki" in done.err
    assert rehearse(tmp_path, "new.apkg", "--collection", own).code == 0


def test_what_is_no_collection_is_told_from_one(tmp_path: Path, own: Path) -> None:
    package(tmp_path, "new.apkg", *SEVEN)
    with closing(sqlite3.connect(tmp_path / "other.db")) as database:
        database.execute("CREATE TABLE stranger (x)")
    with closing(sqlite3.connect(own)) as database:
        database.execute("UPDATE col SET ver = 99")
        database.commit()
    for name, said in (
        ("nowhere", "no `nowhere`"),
        ("User 1", "is a folder"),
        ("new.apkg", "is not a collection"),
        ("other.db", "holds no notes"),
        ("User 1/collection.anki2", "cannot open"),
    ):
        done = rehearse(tmp_path, "new.apkg", "--collection", name)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error: ")
        assert said in done.err


def test_a_name_that_is_no_text_is_not_given_to_anki(tmp_path: Path) -> None:
    odd = package(tmp_path, "new.apkg", *SEVEN).rename(tmp_path / os.fsdecode(b"b\xff.apkg"))
    done = rehearse(tmp_path, odd)
    assert (done.code, done.out) == (2, "")
    assert done.err.rstrip().endswith("is no name that Anki understands; rename it")


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    package(tmp_path, "new.apkg", *SEVEN)
    blocker = tmp_path / "blocker"
    blocker.mkdir()
    (blocker / "sitecustomize.py").write_text(NO_ANKI, "utf-8")
    done = deckwright("rehearse", "new.apkg", cwd=tmp_path, PYTHONPATH=str(blocker))
    assert (done.code, done.out) == (2, "")
    assert "`pip install 'deckwright[anki]'`" in done.err
    assert deckwright("dump", "new.apkg", cwd=tmp_path, PYTHONPATH=str(blocker)).code == 0


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    many = (Note(f"guid-{number}", (f"front {number}", "words " * 200)) for number in range(5_000))
    package(tmp_path, "new.apkg", *many)
    spool = tmp_path / "tmp"
    spool.mkdir()
    with subprocess.Popen(
        [TOOL, "rehearse", "new.apkg"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(spool)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        while not list(spool.glob("*/collection.anki2")):
            assert run.poll() is None
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate()
    assert (run.returncode, out) == (130, b"")
    assert b"Traceback" not in err
    assert list(spool.iterdir()) == []


HELD = Holdings(
    notes={1: HeldNote("guid", "name", 7, STAMP, ("front", "back"), ())},
    cards={2: HeldCard(1, 0, tuple(range(13))), 3: HeldCard(1, 1, tuple(range(13)))},
    reviews={2: frozenset({"10 3", "11 3", "12 1"}), 4: frozenset({"13 3"})},
    notetypes={7: "Plain"},
    blank=frozenset(),
)
RESCHEDULED = HeldCard(1, 0, (*range(5), 99, *range(6, 13)))


@pytest.mark.parametrize(
    ("after", "kinds", "reviews"),
    [
        (HELD, set(), 0),
        (
            replace(HELD, reviews={2: frozenset({"10 3", "11 4"}), 4: frozenset({"13 3"})}),
            {"reviews-lost"},
            2,
        ),
        (replace(HELD, reviews={}), {"reviews-lost"}, 4),
        (replace(HELD, cards={**HELD.cards, 2: RESCHEDULED}), {"card-altered"}, 0),
        (replace(HELD, cards={**HELD.cards, 2: HeldCard(1, 5, tuple(range(13)))}), {"card-altered"}, 0),
        (replace(HELD, cards={2: HELD.cards[2]}), {"card-gone"}, 0),
        (replace(HELD, notes={}), {"note-gone"}, 0),
        (replace(HELD, blank=frozenset({3})), {"card-blank"}, 0),
    ],
)
def test_every_kind_of_loss_is_seen(after: Holdings, kinds: set[str], reviews: int) -> None:
    """No Anki known loses these; should one, or an add-on's format, it would show."""
    trial = Trial(HELD, after, Imported(), {}, {}, frozenset(), frozenset({1}))
    verdict = judge(trial, own=False, first=None)
    assert {finding.kind for finding in verdict.findings} == kinds
    assert verdict.reviews_lost == reviews
    assert verdict.lost == bool(kinds)


def test_losses_are_told_by_note_card_and_column() -> None:
    after = replace(HELD, cards={**HELD.cards, 2: RESCHEDULED}, reviews={2: HELD.reviews[2]})
    trial = Trial(HELD, after, Imported(), {}, {}, frozenset(), frozenset())
    findings = judge(trial, own=False, first=None).findings
    assert [(finding.name, finding.what) for finding in findings] == [
        ("card 4", "1 review lost"),
        ("name", "card 1 has another ease"),
    ]
