"""An author's text, emended: notes get other texts or are added, and nothing else moves.

A change is read back before anyone may write it: no new error, what was wished for, all else as it was.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from deckwright.deck.model import place
from deckwright.readback import read_back, shared_with
from deckwright.source.append import append_notes
from deckwright.source.scalars import cleaned
from deckwright.source.splice import CannotSplice, put, put_list, put_words
from deckwright.source.text import SourceFile, apply_edits
from deckwright.workspace import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deckwright.deck.model import Note, Placed
    from deckwright.readback import Texts
    from deckwright.source.text import Edit

# A key of a note, and what it is to hold: a text, numbers or words; what is empty takes the key away.
Value = str | tuple[float, ...] | tuple[str, ...]
Wish = tuple[str, Value]

ONE_LINE = frozenset({"fact", "mnemonic", "ask"})
PICTURES = ("symbol", "region", "image")  # a note has one of them at most


class Unfit(Exception):  # noqa: N818 - it says why a change is not made
    """What was asked for cannot be written; the text says what to do."""


def emended(source: SourceFile, wishes: Mapping[int, Sequence[Wish]]) -> str:
    """Return the text of *source* in which notes, by their number, hold what is wished for them.

    Raises:
        Unfit: it cannot be written there, or would not read back.

    """
    now = source
    for turn in _turns(wishes):
        notes = _notes(now)
        try:
            edits = [edit for at, wish in turn for edit in _edits(now, notes[at].note, *wish)]
        except CannotSplice as problem:
            raise Unfit(str(problem)) from problem
        now = SourceFile(source.name, apply_edits(now.text, edits))
    _check(source, now, wishes, added=0)
    return now.text


def _turns(wishes: Mapping[int, Sequence[Wish]]) -> Iterator[list[tuple[int, Wish]]]:
    """Yield what can be written at once: one wish a note, since the next may stand at the same place."""
    for turn in zip_longest(*([(at, wish) for wish in wished] for at, wished in wishes.items())):
        yield [one for one in turn if one is not None]


def _edits(source: SourceFile, note: Note, key: str, value: Value) -> tuple[Edit, ...]:
    if isinstance(value, str):
        return put(source, note.node, key, value)
    words = tuple(one for one in value if isinstance(one, str))
    if value and not words:
        return put_list(source, note.node, key, [float(one) for one in value])
    return put_words(source, note.node, key, words)


def with_notes(
    source: SourceFile, notes: Mapping[str, Sequence[Mapping[str, str]]]
) -> tuple[str, tuple[int, ...]]:
    """Return the text of *source* with more notes at the end of its sections, and their numbers as given.

    Sections that are not there yet come last in *notes*.

    Raises:
        Unfit: they cannot be written there, or would not read back.

    """
    try:
        edits = [
            edit
            for section, texts in notes.items()
            for edit in append_notes(source, fitting("section", section), texts)
        ]
    except CannotSplice as problem:
        raise Unfit(str(problem)) from problem
    now = SourceFile(source.name, apply_edits(source.text, edits))
    wishes: dict[int, Sequence[Wish]] = {}
    for section, texts in notes.items():
        inside = [at for at, placed in enumerate(_notes(now)) if placed.section == section]
        if len(inside) < len(texts):
            raise Unfit(f"no note can be added to `{section}` from here; write it into `{source.name}`")
        new = inside[len(inside) - len(texts) :]
        wishes |= {at: tuple(one.items()) for at, one in zip(new, texts, strict=True)}
    _check(source, now, wishes, added=len(wishes))
    return now.text, tuple(wishes)


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


def _holds(note: Texts, key: str, value: Value) -> bool:
    found = note[key]
    if isinstance(value, str):
        return (found or "") == value
    wanted = tuple(one if isinstance(one, str) else round(one, 1) for one in value)
    return found is not None and tuple(found) == wanted


def _notes(source: SourceFile) -> tuple[Placed, ...]:
    """Return the notes of a file in source order."""
    _, deck = read_text(source)
    return tuple(place(deck)) if deck else ()
