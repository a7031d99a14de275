"""What changed between two issues, note by note, in the words of the author: text, never markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from deckwright.apkg.news import TEXTS, others, retold, tag_changes, unseen
from deckwright.deck.history import OWN_TYPE, kind_of
from deckwright.deck.names import tag_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckwright.apkg.editions import ReleasedNote
    from deckwright.apkg.news import Edited, News

Kind = Literal["fact", "text", "other", "new", "gone"]
KINDS: tuple[Kind, ...] = ("fact", "text", "other", "new", "gone")
LABELS = {
    "fact": "Fact",
    "mnemonic": "Mnemonic",
    "explanation": "Explanation",
    "ask": "Question",
    "source": "Source",
}
MOST_WORDS = 2000  # compared word by word; longer texts are told whole
_RETIRED = "deckwright::retired"
# A word with the white space before it; between words of kana and han is none, so each sign counts as one.
_WORD = re.compile(r"\s*(?:[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+)|\s+$")


@dataclass(frozen=True, slots=True)
class Words:
    """A run of a text: in both versions, in the old one alone, or in the new one alone."""

    kind: Literal["same", "old", "new"]
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A note of an author that changed; *kind* says by what its readers should be told first.

    A *fact* was corrected itself, of a *text* the other words were, of an *other* only picture, tags, place
    or settings. *texts* are those that differ, by their labels; *remarks* tell the rest. A note that is gone
    is as it was last.
    """

    kind: Kind
    guid: str
    name: str
    section: str
    fact: str
    mnemonic: str
    texts: tuple[tuple[str, tuple[Words, ...]], ...] = ()
    remarks: tuple[str, ...] = ()


def entries(news: News) -> tuple[Entry, ...]:
    """Tell the notes that authors wrote: corrections of facts, other words, the rest, new ones, gone ones.

    Within a kind they stand as in the deck. Notes made of others are left out; `made` counts them.
    """
    edited = [_edited(note) for note in news.changed if is_authored(note.new)]
    new = [_entry("new", note) for note in news.new if is_authored(note)]
    gone = [_entry("gone", note) for note in news.retired if is_authored(note)]
    return tuple(sorted((*edited, *new, *gone), key=lambda entry: KINDS.index(entry.kind)))


def made(news: News) -> int:
    """Count the notes made of others that are new, changed or gone."""
    touched = (*news.new, *(note.new for note in news.changed), *news.retired)
    return sum(not is_authored(note) for note in touched)


def is_authored(note: ReleasedNote) -> bool:
    """Whether an author wrote the note, rather than the deck making it of others."""
    return kind_of(note.type) in (None, OWN_TYPE)


def differences(old: str, new: str) -> tuple[Words, ...]:
    """Set two texts side by side, word by word; no run is empty.

    The runs *same* and *old* give the old text to the last character, *same* and *new* the new one.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        return tuple(_runs((("old", [old]), ("new", [new]))))
    # Words in which a long text abounds are no anchors, so that no text takes long.
    steps = SequenceMatcher(None, before, after).get_opcodes()
    return tuple(run for step, a, b, c, d in steps for run in _step(step, before[a:b], after[c:d]))


def retelling(words: Sequence[Words]) -> str:
    """Tell what differs on one line, each run as `"old" → "new"`, long ones cut in their middle."""
    old = "".join(run.text for run in words if run.kind != "new")
    new = "".join(run.text for run in words if run.kind != "old")
    return ", ".join(retold(old, new)) or "its line breaks changed"


def _step(step: str, before: list[str], after: list[str]) -> Iterator[Words]:
    return _runs((("same", after),) if step == "equal" else (("old", before), ("new", after)))


def _runs(found: Iterable[tuple[Literal["same", "old", "new"], list[str]]]) -> Iterator[Words]:
    return (Words(kind, text) for kind, words in found if (text := "".join(words)))


def _edited(note: Edited) -> Entry:
    pairs = ((name, getattr(note.old, name), getattr(note.new, name)) for name in TEXTS)
    texts = tuple((LABELS[name], differences(old, new)) for name, old, new in pairs if old != new)
    remarks = (*_moved(note), *_tags(note), *others(note))
    kind: Kind = "fact" if note.old.fact != note.new.fact else "text" if texts else "other"
    return _entry(kind, note.new, texts, remarks if texts or remarks else (unseen(note),))


def _entry(
    kind: Kind,
    note: ReleasedNote,
    texts: tuple[tuple[str, tuple[Words, ...]], ...] = (),
    remarks: tuple[str, ...] = (),
) -> Entry:
    return Entry(kind, note.guid, note.name, note.section, note.fact, note.mnemonic, texts, remarks)


def _moved(note: Edited) -> Iterator[str]:
    old, new = note.old.section, note.new.section
    if old != new:
        yield f"moved from {old}" if old else f"moved into {new}"
    if note.old.deck != note.new.deck:
        yield "moved from another deck"


def _tags(note: Edited) -> Iterator[str]:
    """Tell the tags, but not that of a section from which or into which the note moved."""
    moved = note.old.section != note.new.section
    sections = {f"::{tag_part(note.old.section)}", f"::{tag_part(note.new.section)}"} if moved else set()
    changes = [tag for tag in tag_changes(note) if not tag.endswith(tuple(sections - {"::"}))]
    marked = {f"+{_RETIRED}": "marked as retired", f"-{_RETIRED}": "no longer marked as retired"}
    yield from (marked[tag] for tag in changes if tag in marked)
    if plain := [tag for tag in changes if tag not in marked]:
        yield f"tags: {', '.join(plain)}"
