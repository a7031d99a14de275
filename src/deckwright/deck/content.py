"""What an author controls of a note, as a hash: never HTML, file names, order, counts or dates."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.deck.history import LockedDeck
from deckwright.deck.names import tag_part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckwright.deck.made import Made
    from deckwright.deck.model import Deck, Placed

_ALWAYS = frozenset({"tags", "extra", "left out"})
_PART = {**dict.fromkeys(("region", "alt", "credit"), "picture"), "inline": "explanation"}
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
SHARED = ("tags", "topic", "source", "language", "cards")  # what every note of a deck has in its content


@dataclass(frozen=True, slots=True)
class Art:
    """What of a note's pictures belongs to its content: the recipes of its own and of those in its texts.

    The *recipe* of a picture that shows a part of a scene (*lit*) is that of the part, empty for a region;
    *alt* is what the part is called. *left_out* are the files that readers of this package do not get.
    """

    recipe: str = ""
    alt: str = ""
    lit: bool = False
    inline: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


NO_ART = Art()


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
    if len(own) == 1 and not placed.tags:
        return tuple(own)
    once = {tag.casefold(): tag for tag in reversed((*placed.tags, *own))}
    return tuple(sorted(once.values()))


def section_tag(section: str, root: str) -> str:
    """Return the tag that every note of a section carries."""
    return f"{root}::{tag_part(section)}" if section else root


def content(
    deck: Deck, placed: Placed, tags: tuple[str, ...], art: Art | None, uses: frozenset[str] | None
) -> str:
    """Hash what the author controls of one note, after inheritance; *art* is None where it shows no picture.

    Of a note under another tool's type, only what its type *uses* counts: nothing else reaches a reader.
    """
    note = placed.note
    scene = placed.scene if art and art.lit else None
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
        "picture": art.recipe if art else "",
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
    if art and art.alt:
        data["symbol"] = art.alt
    if art and art.inline:
        data["inline"] = art.inline
    if art and art.left_out:
        data["left out"] = art.left_out
    if uses is not None:
        data = {
            name: value for name, value in data.items() if name in _ALWAYS or _PART.get(name, name) in uses
        }
    return _hash(data)


def made_content(
    deck: Deck, made: Made, tags: tuple[str, ...], rows: Iterable[tuple[int, Placed, Art]]
) -> str:
    """Hash what the author controls of a made note; *rows* are the notes it gathers, with their numbers.

    Of the scene, like everywhere, its parts count and not the whole picture.
    """
    note, rows = made.placed.note, tuple(rows)
    shows = made.kind != "cloze" or any(art.lit for _, _, art in rows)
    scene = made.placed.scene if shows else None
    return _hash(
        {
            "type": made.kind,
            "ask": note.ask,
            "explanation": note.explanation,
            "tags": tags,
            "section": made.placed.section,
            "topic": deck.topic,
            "source": note.source or deck.source if made.kind in ("scene", "cloze") else "",
            "alt": scene.alt if scene else "",
            "credit": scene.credit if scene else "",
            "retired": note.retired,
            "language": deck.language,
            "rows": [_row(number, placed, art, inline=made.kind == "cloze") for number, placed, art in rows],
        }
    )


def _row(number: int, placed: Placed, art: Art, *, inline: bool) -> tuple[object, ...]:
    note = placed.note
    shown = (art.recipe, note.region, art.alt)
    row = (number, note.fact, note.mnemonic, *shown, art.inline if inline else ())
    return (*row, art.left_out) if art.left_out else row


def _hash(data: dict[str, object]) -> str:
    return digest(_CANONICAL.encode(data)).hex()[:32]
