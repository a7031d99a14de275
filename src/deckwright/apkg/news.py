"""Release ↔ release → what readers of the older one see change."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.apkg.changes import reworded
from deckwright.apkg.editions import Change
from deckwright.cards import notetypes
from deckwright.deck.history import OWN_TYPE, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.apkg.editions import Edition, ReleasedNote, ReleasedType

TEXTS = ("fact", "mnemonic", "explanation", "ask", "source")
_PICTURE = frozenset({"Picture", "Symbol", "Left", "Top", "Width", "Height"})
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Edited:
    """A note that both releases hold, and that the later one sends to readers again."""

    old: ReleasedNote
    new: ReleasedNote


@dataclass(frozen=True, slots=True)
class Restyled:
    """A note type whose texts differ; *forks* where its slots do, so that Anki takes it for another."""

    name: str
    forks: bool


@dataclass(frozen=True, slots=True)
class News:
    """All that differs between two releases.

    *rendered* are notes with other HTML under the same stamp: only new readers see it.
    """

    new: tuple[ReleasedNote, ...]
    changed: tuple[Edited, ...]
    rendered: tuple[ReleasedNote, ...]
    retired: tuple[ReleasedNote, ...]
    notetypes: tuple[Restyled, ...]
    unchanged: int

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.new or self.changed or self.rendered or self.retired or self.notetypes)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the later release has to say of each note."""
        return (
            *(Change("new", note) for note in self.new),
            *(Change("changed", edited.new) for edited in self.changed),
            *(Change("rendered", note) for note in self.rendered),
            *(Change("retired", note) for note in self.retired),
        )


def compare_editions(old: Edition, new: Edition) -> News:
    """Set two releases side by side; notes are the same when their guids are."""
    before, after = old.notes, new.notes
    both = [Edited(before[guid], note) for guid, note in after.items() if guid in before]
    sent = [note for note in both if _sent(note.old) != _sent(note.new)]
    rendered = [note.new for note in both if _sent(note.old) == _sent(note.new) and _shows_otherwise(note)]
    return News(
        new=tuple(note for guid, note in after.items() if guid not in before),
        changed=tuple(sent),
        rendered=tuple(rendered),
        retired=tuple(note for guid, note in before.items() if guid not in after),
        notetypes=tuple(_restyled(old.notetypes, new.notetypes)),
        unchanged=len(both) - len(sent) - len(rendered),
    )


def retold(old: str, new: str) -> tuple[str, ...]:
    """Tell each run of words that differs between two texts as typed, as `"old" → "new"`."""
    return reworded(html.escape(old), html.escape(new))


def tell(news: News) -> Iterator[str]:
    """Yield what changed as lines, with the words old and new."""
    yield from (f"+ {note.name}: new" for note in news.new)
    for edited in news.changed:
        yield from _edited(edited)
    yield from (f"= {note.name}: renders differently for new readers" for note in news.rendered)
    yield from (f"- {note.name}: gone; it stays in the collections that have it" for note in news.retired)
    for notetype in news.notetypes:
        yield f"note type {notetype.name}: its {'fields or templates' if notetype.forks else 'look'} changed"
        if notetype.forks:
            yield f"{_INDENT}Anki updates the notes that readers have only with *Merge note types* on"


def tag_changes(note: Edited) -> tuple[str, ...]:
    """Return the tags that came as `+tag`, then those that went as `-tag`."""
    old, new = note.old.tags, note.new.tags
    came, went = (tag for tag in new if tag not in old), (tag for tag in old if tag not in new)
    return (*(f"+{tag}" for tag in came), *(f"-{tag}" for tag in went))


def others(note: Edited) -> tuple[str, ...]:
    """Tell what changed beside texts, tags and place."""
    old, new = note.old, note.new
    if kind_of(new.type) in (None, OWN_TYPE):
        return ("its picture changed",) * (_picture(old) != _picture(new))
    return ("what it is made of changed",) * (old.fields != new.fields)


def unseen(note: Edited) -> str:
    """Tell why a note is sent of which nothing else is to tell."""
    return "its settings changed" if note.old.content != note.new.content else "sent once more as it was"


def numbers(news: News) -> str:
    """Tell the changes by their numbers."""
    found = {
        "new": len(news.new),
        "changed": len(news.changed),
        "gone": len(news.retired),
        "unchanged": news.unchanged + len(news.rendered),
    }
    return ", ".join(f"{number:,} {what}" for what, number in found.items())


def _restyled(old: Sequence[ReleasedType], new: Sequence[ReleasedType]) -> Iterator[Restyled]:
    known = {notetype.id: notetype for notetype in old}
    for notetype in new:
        before = known.get(notetype.id, notetype)
        if before != notetype:
            yield Restyled(notetype.name, before.slots != notetype.slots)


def _sent(note: ReleasedNote) -> tuple[str, int]:
    return note.content, note.modified


def _shows_otherwise(note: Edited) -> bool:
    return (note.old.fields, note.old.tags) != (note.new.fields, note.new.tags)


def _edited(note: Edited) -> Iterator[str]:
    old, new = note.old, note.new
    yield f"> {new.name}: renamed from {old.fact}" if old.fact != new.fact else f"~ {new.name}"
    details = [line for name in TEXTS for line in _words(name, getattr(old, name), getattr(new, name))]
    details += [f"{name}: {a or 'none'} → {b or 'none'}" for name, a, b in _places(note) if a != b]
    if tags := tag_changes(note):
        details += [f"tags: {', '.join(tags)}"]
    details += others(note)
    yield from (_INDENT + line for line in details or [unseen(note)])


def _words(name: str, old: str, new: str) -> Iterator[str]:
    if old != new:
        yield from (f"{name}: {run}" for run in retold(old, new) or ("its line breaks changed",))


def _places(note: Edited) -> tuple[tuple[str, str, str], ...]:
    return ("section", note.old.section, note.new.section), ("deck", note.old.deck, note.new.deck)


def _picture(note: ReleasedNote) -> tuple[str, ...]:
    """Return the hashes of what shows the picture, as far as the fields of the note's type are ours."""
    names = [field.name for field in notetypes.notetype(OWN_TYPE).fields] if kind_of(note.type) else []
    return tuple(hash_ for name, hash_ in zip(names, note.fields, strict=False) if name in _PICTURE)
