"""Changes that the page asks for, written into the sources so that nothing else in them moves.

A file is written only while it still is what the page was made from, and only when it then reads back as what
was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright import manuscript
from deckwright.deck.model import place
from deckwright.manuscript import ChangedMeanwhile
from deckwright.readback import read_back, shared_with
from deckwright.source.scalars import cleaned
from deckwright.source.splice import CannotSplice, append_note, put, put_list
from deckwright.source.text import SourceFile, apply_edits
from deckwright.workspace import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from deckwright.deck.model import Placed
    from deckwright.readback import Texts

Wish = tuple[
    str, str | tuple[float, ...]
]  # a key of a note, and what it is to hold; an empty text takes it away

ONE_LINE = frozenset({"fact", "mnemonic", "ask"})
PICTURES = ("symbol", "region", "image")  # a note has one of them at most
_MOST_STEPS = 50  # whole copies of a file


class Unfit(Exception):  # noqa: N818 - it says why a change is not made
    """What was asked for cannot be written; the text says what to do."""


class Stale(Exception):  # noqa: N818 - it says why a change is not made
    """What is on disk is not what the page shows; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a file, which can be taken back while the file is as it left it."""

    path: Path
    before: bytes
    after: bytes
    what: str


@dataclass
class History:
    """The steps that were made, and those that were taken back."""

    root: Path
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    def write(self, path: Path, before: SourceFile, text: str, what: str) -> None:
        """Put *text* where *before* was read from; raises Stale when it holds anything else by now."""
        self._check_place(path)
        try:
            old, new = manuscript.rewrite(path, before, text)
        except ChangedMeanwhile as problem:
            raise Stale(str(problem)) from problem
        self.done = [*self.done, Step(path, old, new, what)][-_MOST_STEPS:]
        self.undone = []

    def undo(self) -> str:
        """Take back the last step, and say what it was."""
        if not self.done:
            raise Unfit("there is nothing to undo")
        step = self.done[-1]
        self._swap(step, step.after, step.before)
        self.undone.append(self.done.pop())
        return step.what

    def redo(self) -> str:
        """Make the step again that was taken back last, and say what it was."""
        if not self.undone:
            raise Unfit("there is nothing to redo")
        step = self.undone[-1]
        self._swap(step, step.before, step.after)
        self.done.append(self.undone.pop())
        return step.what

    def _swap(self, step: Step, old: bytes, new: bytes) -> None:
        self._check_place(step.path)
        if manuscript.read(step.path) != old:
            raise Stale(f"`{step.path.name}` has changed since, so this step stays; use your editor's undo")
        manuscript.put(step.path, new)

    def _check_place(self, path: Path) -> None:
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise Unfit(f"`{path.name}` is a link to a place outside the project; edit it there")


def rewritten(source: SourceFile, index: int, wishes: Sequence[Wish]) -> str:
    """Return the text of *source* in which its note number *index* holds what was wished for.

    Raises:
        Unfit: it cannot be written there, or would not read back.

    """
    now = source
    for key, value in wishes:
        note = _notes(now)[index].note
        try:
            edits = (
                put(now, note.node, key, value)
                if isinstance(value, str)
                else put_list(now, note.node, key, value)
            )
        except CannotSplice as problem:
            raise Unfit(str(problem)) from problem
        now = SourceFile(source.name, apply_edits(now.text, edits))
    _check(source, now, {index: wishes}, added=0)
    return now.text


def with_note(source: SourceFile, section: str, texts: Mapping[str, str]) -> tuple[str, int]:
    """Return the text of *source* with one more note at the end of *section*, and the note's number.

    Raises:
        Unfit: it cannot be written there, or would not read back.

    """
    try:
        edits = append_note(source, fitting("section", section), texts)
    except CannotSplice as problem:
        raise Unfit(str(problem)) from problem
    now = SourceFile(source.name, apply_edits(source.text, edits))
    inside = [at for at, placed in enumerate(_notes(now)) if placed.section == section]
    if not inside:
        raise Unfit(f"no note can be added to `{section}` from here; write it into `{source.name}`")
    _check(source, now, {inside[-1]: tuple(texts.items())}, added=1)
    return now.text, inside[-1]


def fitting(key: str, text: str) -> str:
    """Return *text* as *key* can hold it: most stay within a line.

    Raises:
        Unfit: it holds what no YAML file may.

    """
    try:
        text = cleaned(text)
    except ValueError as problem:
        raise Unfit("there is an invisible control character in the text; delete it") from problem
    return " ".join(text.split("\n")) if key in ONE_LINE else text


def _check(
    before: SourceFile, after: SourceFile, wishes: Mapping[int, Sequence[Wish]], *, added: int
) -> None:
    """Raise Unfit unless *after* has no new error, reads back as wished, and else as before."""
    old, new = read_back(before), read_back(after)
    if fresh := new.fresh_errors(old):
        raise Unfit(f"this cannot be written here: {fresh[0]}")
    upset = Unfit(f"`{before.name}` is written in a way that this would upset; change it there")
    if len(new.notes) != len(old.notes) + added or not all(
        _holds(new.notes[at], key, value) for at, wished in wishes.items() for key, value in wished
    ):
        raise upset
    if added:
        kept = tuple(note for at, note in enumerate(new.notes) if at not in wishes)
        if kept != old.notes:
            raise upset
    elif other := shared_with(new, wishes, old):
        raise Unfit(f"this text is shared with “{other}” by an anchor; change it in `{before.name}`")
    elif any(key not in dict(wishes[at]) for at, key in new.changes(old)) or new.deck != old.deck:
        raise upset


def _holds(note: Texts, key: str, value: str | tuple[float, ...]) -> bool:
    found = note[key]
    if isinstance(value, str):
        return (found or "") == value
    return found is not None and tuple(found) == tuple(round(number, 1) for number in value)


def _notes(source: SourceFile) -> tuple[Placed, ...]:
    """Return the notes of a file in source order."""
    _, deck = read_text(source)
    return tuple(place(deck)) if deck else ()
