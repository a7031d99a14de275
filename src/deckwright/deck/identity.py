"""Which note is which, over all rewordings: keys, guids, content hashes, and what the lock remembers.

Pure: the lock's lines and the pictures' recipes come as arguments.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deckwright.deck.history import Lock, LockedDeck, LockedNote
from deckwright.deck.matching import Trace, match, natural_key
from deckwright.deck.model import place
from deckwright.deck.names import slug, tag_part
from deckwright.source.diagnostics import Diagnostic, Related, Report, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.deck.model import Deck, Note, Placed
    from deckwright.source.text import Span

# Note ids look like the millisecond dates Anki uses, from 2008 to 2023; card ids lie in the gaps.
CARDS_A_NOTE = 1024
_FIRST_ID = 1_200_000_000_000
_IDS = 500_000_000


@dataclass(frozen=True, slots=True)
class Identified:
    """A note whose history is known; *locked* is its line in the lock, None for a new one."""

    placed: Placed
    key: str
    born: str
    guid: str
    nid: int
    tags: tuple[str, ...]
    content: str
    locked: LockedNote | None

    def line(self, deck: str, type_: str, cards: Iterable[int], modified: int) -> LockedNote:
        """Write this note's line for the lock."""
        note = self.placed.note
        shipped = self.locked.cards if self.locked else ()
        return LockedNote(
            guid=self.guid,
            deck=deck,
            key=self.key,
            born=self.born,
            nid=self.nid,
            type=type_,
            cards=tuple(sorted({*shipped, *cards})),
            section=self.placed.section,
            fact=note.fact,
            mnemonic=short_hash(note.mnemonic),
            explanation=short_hash(note.explanation),
            ask=short_hash(note.ask),
            content=self.content,
            modified=modified,
        )


@dataclass(frozen=True, slots=True)
class IdentifiedDeck:
    """A deck whose notes all know their history; *vanished* are live lines without a note."""

    deck: Deck
    locked: LockedDeck
    notes: tuple[Identified, ...]
    vanished: tuple[LockedNote, ...] = ()


def identify(
    deck: Deck, project: str, lock: Lock, recipes: Mapping[int, str], report: Report
) -> IdentifiedDeck:
    """Give each note its key and history; what is ambiguous goes to *report*.

    *project* is the deck's id for ever; *recipes* maps a note's index in source order to the recipe of its
    picture, which belongs to its content.
    """
    locked = next((line for line in lock.decks if line.id == project), None)
    if locked is None:
        report.extend(_another_deck(deck, lock))
        locked = LockedDeck(project, deck.deck, _root(deck.deck))
    placed = tuple(place(deck))
    keys = tuple(_keys(placed, report))
    lines = [line for line in lock.notes if line.deck == project]
    matches = match([_trace(note, key) for note, key in zip(placed, keys, strict=True)], lines)
    matched = matches.lines
    report.extend(_ambiguous(placed[index].note, doubt) for index, doubt in matches.doubts.items())
    ids = _NoteIds(line.nid for line in lock.notes)
    taken = frozenset(line.guid for line in lock.notes)
    notes = []
    for index, (note, key) in enumerate(zip(placed, keys, strict=True)):
        line = matched.get(index)
        born = line.born if line else _born(project, key, taken)
        tags = _tags(note, locked.root)
        notes.append(
            Identified(
                placed=note,
                key=key,
                born=born,
                guid=line.guid if line else guid(project, born),
                nid=line.nid if line else ids.make(project, born),
                tags=tags,
                content=_content(deck, note, tags, recipes.get(index)),
                locked=line,
            )
        )
    found = {line.guid for line in matched.values()}
    vanished = tuple(line for line in lines if line.guid not in found and not line.retired)
    if _is_copied(deck, locked, lines, vanished):
        report.add(_copied(deck, locked))
    return IdentifiedDeck(deck, LockedDeck(project, deck.deck, locked.root), tuple(notes), vanished)


def guid(project: str, born: str) -> str:
    """Make the guid of a note: 72 bits in 12 characters, the same wherever it is made."""
    return base64.urlsafe_b64encode(_digest(f"{project}\0{born}")[:9]).decode()


def deck_id(project: str) -> int:
    """Make the id of the deck in the package; Anki matches decks by name, so any stable number does."""
    return _FIRST_ID + int.from_bytes(_digest(project)[:8]) % (_IDS * CARDS_A_NOTE)


def short_hash(text: str) -> str:
    """Return 12 hex digits that tell a text from its other versions; empty for no text."""
    return _digest(text).hex()[:12] if text else ""


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


@dataclass
class _NoteIds:
    """Makes note ids, each once."""

    taken: Iterable[int]
    _used: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self._used = set(self.taken)

    def make(self, project: str, born: str) -> int:
        """Return the id that follows from the note's name, or the next free one."""
        slot = int.from_bytes(_digest(f"{project}\0{born}\0nid")[:8]) % _IDS
        while _FIRST_ID + slot * CARDS_A_NOTE in self._used:
            slot = (slot + 1) % _IDS
        made = _FIRST_ID + slot * CARDS_A_NOTE
        self._used.add(made)
        return made


def _keys(notes: tuple[Placed, ...], report: Report) -> Iterator[str]:
    """Yield each note's key; notes that cannot be told apart are reported."""
    first: dict[str, Placed] = {}
    counts: defaultdict[str, int] = defaultdict(int)
    for placed in notes:
        note = placed.note
        key = note.id or natural_key(placed.section, note.fact)
        counts[key] += 1
        if not note.id and (nameless := _nameless(placed)):
            message = f"no letter or digit in {nameless} to make the note's name from"
            advice = "add an `id:` to the note"
            report.add(error("empty-name", message, note.span("fact"), advice=advice))
        elif key in first:
            report.add(_twice(placed, first[key], counts[key]))
        first.setdefault(key, placed)
        yield key if counts[key] == 1 else f"{key}#{counts[key]}"


def _trace(placed: Placed, key: str) -> Trace:
    note = placed.note
    return Trace(
        id=note.id or "",
        key=key,
        section=placed.section,
        fact=note.fact,
        mnemonic=short_hash(note.mnemonic),
        explanation=short_hash(note.explanation),
        ask=short_hash(note.ask),
    )


def _ambiguous(note: Note, doubt: Sequence[LockedNote]) -> Diagnostic:
    known = " or ".join(f"`{line.fact}`" for line in doubt)
    ids = " or ".join(f"`id: {line.key}`" for line in doubt)
    message = f"this note may be {known} of the last build, reworded"
    advice = f"to keep that one's history add {ids}; for a new note, an id of its own"
    return error("ambiguous-note", message, note.span("fact"), advice=advice)


def _nameless(placed: Placed) -> str:
    """Say which text cannot be part of a key; empty when all can."""
    if not slug(placed.note.fact):
        return "the fact"
    named = not placed.section.strip() or slug(placed.section)  # one without any name is a fault of its own
    return "" if named else f"the section's name `{placed.section}`"


def _born(project: str, key: str, taken: frozenset[str]) -> str:
    """Return the name under which a new note gets a guid that none of *taken* has."""
    names = (key if count == 1 else f"{key}~{count}" for count in itertools.count(1))
    return next(name for name in names if guid(project, name) not in taken)


def _twice(placed: Placed, other: Placed, count: int) -> Diagnostic:
    note = placed.note
    if note.id or other.note.id:
        named = note if note.id else other.note
        related = Related("first", other.note.span("id" if other.note.id else "fact"))
        message = f"two notes have the id `{named.id}`"
        if not (note.id and other.note.id):
            message = f"the id `{named.id}` is the name of another note, made from its fact"
        place = note.span("id" if note.id else "fact")
        return error("duplicate-id", message, place, advice="change the id", related=related)
    related = Related("first", other.note.span("fact"))
    where = f" in `{placed.section}`" if placed.section else ""
    message = f"two notes{where} have the fact `{note.fact}`"
    name = slug(note.fact)[:50]
    advice = f"word it more exactly, or add `id: {name}-{count}`"
    return error("same-note-twice", message, note.span("fact"), advice=advice, related=related)


def _another_deck(deck: Deck, lock: Lock) -> Iterator[Diagnostic]:
    if lock.decks:
        owner = lock.decks[0]
        span: Span = deck.span("id")
        message = f"`cards.lock` belongs to `{owner.id}`; building would change your classmates' cards of it"
        advice = f"copied folder: delete `cards.lock`; same deck: write `id: {owner.id}`"
        yield error("another-deck", message, span, advice=advice)


def _is_copied(
    deck: Deck, locked: LockedDeck, lines: Iterable[LockedNote], vanished: Sequence[LockedNote]
) -> bool:
    """Whether this looks like another deck in a copied folder: a new name, and most notes are gone."""
    live = sum(not line.retired for line in lines)
    return deck.deck != locked.name and len(vanished) * 2 > live


def _copied(deck: Deck, locked: LockedDeck) -> Diagnostic:
    message = f"`cards.lock` belongs to `{locked.name}`, and most of its notes are gone"
    advice = "copied folder: delete `cards.lock` and change `id:`; same deck: rename it in a build of its own"
    return error("another-deck", message, deck.span("deck"), advice=advice)


def _root(deck: str) -> str:
    return "::".join(tag_part(part) for part in deck.split("::"))


def _tags(placed: Placed, root: str) -> tuple[str, ...]:
    """All tags of a note, sorted, each once whatever its case, as Anki keeps them."""
    own = [f"{root}::{tag_part(placed.section)}"] if placed.section else [root]
    if placed.note.retired:
        own.append("deckwright::retired")
    once = {tag.casefold(): tag for tag in reversed((*placed.tags, *own))}
    return tuple(sorted(once.values()))


def _content(deck: Deck, placed: Placed, tags: tuple[str, ...], recipe: str | None) -> str:
    """Hash what the author controls of one note: never HTML, file names, order, counts or dates."""
    note = placed.note
    scene = None if note.image or recipe is None else placed.scene
    data = {
        "type": "mnemonic",
        "fact": note.fact,
        "mnemonic": note.mnemonic,
        "explanation": note.explanation,
        "ask": note.ask,
        "source": note.source or deck.source,
        "tags": tags,
        "section": placed.section,
        "topic": deck.topic,
        "picture": recipe or "",
        "region": note.region,
        "alt": scene.alt if scene else "",
        "credit": scene.credit if scene else "",
        "cards": sorted(placed.shapes & {"picture", "ask", "reverse"}),
        "withdrawn": sorted(note.withdrawn),
        "retired": note.retired,
        "language": deck.language,
    }
    return _digest(json.dumps(data, ensure_ascii=False, sort_keys=True)).hex()[:32]
