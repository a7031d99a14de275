"""What an author controls of a note, as a hash: never HTML, file names, order, counts or dates."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from deckwright.deck.history import LockedDeck
from deckwright.deck.names import tag_part

if TYPE_CHECKING:
    from deckwright.deck.model import Deck, Placed

_ALWAYS = frozenset({"tags", "extra"})
_PART = dict.fromkeys(("region", "alt", "credit"), "picture")
SHARED = ("tags", "topic", "source", "language", "cards")  # what every note of a deck has in its content


def digest(text: str) -> bytes:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).digest()


def short_hash(text: str) -> str:
    """Return 12 hex digits that tell a text from its other versions; empty for no text."""
    return digest(text).hex()[:12] if text else ""


def lock_deck(deck: Deck, id_: str, root: str) -> LockedDeck:
    """Write the deck's line for the lock, but for its look."""
    cards = deck.cards.model_dump(exclude_none=True) if deck.cards else {}
    return LockedDeck(
        id=id_,
        name=deck.deck,
        root=root,
        tags=short_hash(" ".join(deck.tags)),
        topic=short_hash(deck.topic),
        source=short_hash(deck.source),
        language=short_hash(deck.language),
        cards=short_hash(json.dumps(cards, sort_keys=True)) if cards else "",
    )


def tag_root(deck: str) -> str:
    """Return the tag under which a deck's sections stand, from its name."""
    return "::".join(tag_part(part) for part in deck.split("::"))


def note_tags(placed: Placed, root: str) -> tuple[str, ...]:
    """All tags of a note, sorted, each once whatever its case, as Anki keeps them."""
    own = [section_tag(placed.section, root)]
    if placed.note.retired:
        own.append("deckwright::retired")
    once = {tag.casefold(): tag for tag in reversed((*placed.tags, *own))}
    return tuple(sorted(once.values()))


def section_tag(section: str, root: str) -> str:
    """Return the tag that every note of a section carries."""
    return f"{root}::{tag_part(section)}" if section else root


def content(
    deck: Deck, placed: Placed, tags: tuple[str, ...], recipe: str | None, uses: frozenset[str] | None
) -> str:
    """Hash what the author controls of one note, after inheritance; *recipe* is that of its picture.

    Of a note under another tool's type, only what its type *uses* counts: nothing else reaches a reader.
    """
    note = placed.note
    scene = None if note.image or recipe is None else placed.scene
    data: dict[str, object] = {
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
    if note.extra:
        data["extra"] = dict(note.extra)
    if uses is not None:
        data = {
            name: value for name, value in data.items() if name in _ALWAYS or _PART.get(name, name) in uses
        }
    return digest(json.dumps(data, ensure_ascii=False, sort_keys=True)).hex()[:32]
