"""A reader who takes one release after another, and what every import leaves as it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anki_packages import imported

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki

Step = tuple[str, dict[str, Any]]
_LOOK: tuple[Step, ...] = (("notes", {}), ("cards", {}), ("revlog", {}), ("find_notes", {"search": ""}))


@dataclass(frozen=True)
class Held:
    """What a collection holds: notes by guid, cards' schedules by guid and ordinal, every review."""

    notes: dict[str, dict[str, Any]]
    cards: dict[str, list[Any]]
    revlog: list[list[Any]]

    @property
    def guids(self) -> dict[str, str]:
        """The notes' guids by their facts, which the tests keep apart."""
        found = {note["fields"].get("Fact", note["notetype"]): guid for guid, note in self.notes.items()}
        assert len(found) == len(self.notes), "a note came twice"
        return found

    def note(self, fact: str) -> dict[str, Any]:
        """Return the note with this fact."""
        return self.notes[self.guids[fact]]


@dataclass(frozen=True)
class Import:
    """One import: what there was before and after it, and Anki's own count."""

    before: Held
    after: Held
    log: dict[str, int]

    @property
    def updated(self) -> set[str]:
        """The guids of the notes that were there and are not as they were; cards are looked at apart."""
        return {
            guid
            for guid, note in self.before.notes.items()
            if {**self.after.notes[guid], "cards": []} != {**note, "cards": []}
        }

    @property
    def new(self) -> set[str]:
        """The guids of the notes that came."""
        return self.after.notes.keys() - self.before.notes.keys()

    def facts(self, guids: set[str]) -> list[str]:
        """Name notes by their facts as they are now."""
        return sorted(self.after.notes[guid]["fields"].get("Fact", "") for guid in guids)


@dataclass
class Reader:
    """Someone with a collection, to whom things happen at times of the story.

    What Anki stamps with the time of its own clock (a reader's edit; until 24.11 every note that an import
    updates) is set to the time of the story at once, so that a later release is later for every version.
    """

    anki: Anki
    imports: list[Import] = field(default_factory=list)

    def does(self, when: int, *steps: Step) -> None:
        """Do something in Anki."""
        self.anki.steps(*steps, ("backdate", {"stamp": when}))

    def holds(self) -> Held:
        """Look at everything."""
        return _held(self.anki.steps(*_LOOK))

    def takes(self, package: Path, when: int, *first: Step) -> Import:
        """Import a package after the steps *first*, and see that no card or review was touched."""
        past = ("backdate", {"stamp": when})
        results = self.anki.steps(*first, past, *_LOOK, imported(package), past, *_LOOK)[len(first) + 1 :]
        before, after = _held(results[:4]), _held(results[6:])
        done = Import(before, after, results[4])
        assert after.notes.keys() >= before.notes.keys(), "a note is gone"
        assert after.cards | before.cards == after.cards, "a card is gone, or its schedule is another"
        assert after.revlog == before.revlog
        assert (done.log["new"], done.log["updated"]) == (len(done.new), len(done.updated))
        assert done.log["conflicting"] == 0
        self.imports.append(done)
        return done


def _held(results: list[Any]) -> Held:
    notes, cards, revlog, found = results
    assert len(found) == len(set(found)) == len(notes), "one guid stands twice"
    return Held(notes, cards, revlog)
