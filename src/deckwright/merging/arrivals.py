"""Notes that a classmate added to the deck inside Anki."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.adoption.fieldmap import guess_slots
from deckwright.cards import markup
from deckwright.deck.keys import note_keys
from deckwright.deck.matching import natural_key
from deckwright.deck.model import place
from deckwright.deck.names import slug
from deckwright.merging.threeway import READERS_OWN
from deckwright.merging.visit import MOST_CHARACTERS, is_under, picture_in
from deckwright.merging.wording import KEYS, from_field
from deckwright.source.diagnostics import Report
from deckwright.source.text import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from deckwright.adoption.kin import Kin
    from deckwright.project import Compiled, CompiledDeck

_LINE_END = re.compile(r"\\?\n")
UNSORTED = "Unsorted"  # the section of what nobody put into one


@dataclass(frozen=True, slots=True)
class Arrival:
    """A note for the end of a *section*; *picture* is the file of the package that it shows.

    *known* where the source has the note already, and only its history is to be taken over.
    """

    kin: Kin
    deck: CompiledDeck
    section: str
    texts: Mapping[str, str]
    tags: tuple[str, ...]
    picture: str = ""
    known: bool = False


def arrivals(kin: Iterable[Kin], compiled: Compiled) -> Iterator[Arrival | tuple[Kin, str]]:
    """Yield each of *kin*, which nobody at home knows, as a note to add, or with the reason why not.

    Notes of decks that are none of the project's are passed over.
    """
    keys = {deck.path: _keys(deck) for deck in compiled.decks}
    ids = {deck.deck.locked.id for deck in compiled.decks}
    for one in kin:
        deck = _home(one, compiled)
        if deck is None or one.is_made or (one.home and one.home not in ids):
            continue
        if max(map(len, one.note.fields)) > MOST_CHARACTERS:
            yield one, f"a field of over {MOST_CHARACTERS:,} characters"
            continue
        arrival = _arrival(one, deck)
        key = natural_key(arrival.section, arrival.texts.get("fact", ""))
        if one.type.kind == "cloze":
            yield one, "a cloze note of Anki's own; write its gaps into an explanation"
        elif not slug(arrival.texts.get("fact", "")):
            yield one, "it has no fact"
        elif not (arrival.texts.get("mnemonic") or arrival.texts.get("ask") or arrival.picture):
            yield one, "it has neither a mnemonic nor a question nor a picture"
        elif (is_locked := keys[deck.path].get(key)) is not None:
            known = Arrival(one, deck, arrival.section, arrival.texts, arrival.tags, known=True)
            yield (one, f"`{arrival.section}` has that fact already") if is_locked else known
        else:
            keys[deck.path][key] = True
            yield arrival


def _home(one: Kin, compiled: Compiled) -> CompiledDeck | None:
    """Return the deck that a note was added to, or to a part of."""
    for deck in compiled.decks:
        name = deck.deck.deck.deck
        if one.deck == name or one.deck.startswith(f"{name}::"):
            return deck
    return None


def _keys(deck: CompiledDeck) -> dict[str, bool]:
    """Return the keys of a deck's notes, with whether the lock knows each."""
    placed = tuple(place(deck.deck.deck))
    keys = note_keys(placed, Report(SourceFile("", "")))
    locked = [note.locked is not None for note in deck.deck.notes[: len(placed)]]
    return dict(zip(keys, locked, strict=True))


def _arrival(one: Kin, deck: CompiledDeck) -> Arrival:
    fields = {part.name: text for part, text in zip(one.type.fields, one.note.fields, strict=True)}
    if one.ours:
        texts = {key: from_field(key, fields.get(key.capitalize(), ""), {}) for key in KEYS}
        section, picture = one.words.get("Section", ""), picture_in(fields.get("Picture", ""))
    else:
        texts, picture = _foreign_texts(fields)
        section = ""
    root = deck.deck.locked.root
    tags = tuple(
        tag for tag in one.note.tags if not is_under(tag, root) and tag.casefold() not in READERS_OWN
    )
    return Arrival(one, deck, _section(section, deck), texts, tags, picture)


def _foreign_texts(fields: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the texts and the picture of a note of another type, as the names of its fields tell."""
    slots = guess_slots(tuple(fields), (), {}, asked=True)
    texts: dict[str, str] = {}
    picture = ""
    rest = []
    for (_, html), names in zip(fields.items(), slots, strict=True):
        key = next(iter(names), "")
        picture = picture or picture_in(html)
        if not markup.is_visible(html):
            continue
        text = from_field("explanation", html, {})
        if key in KEYS and key != "explanation":
            texts[key], text = [*_LINE_END.split(text, 1), ""][:2]
        rest += [text.strip()] if text.strip() else []
    return texts | ({"explanation": "\n\n".join(rest)} if rest else {}), picture


def _section(named: str, deck: CompiledDeck) -> str:
    """Return the section that a note goes to; one that names none goes to that of unsorted ones."""
    if not deck.deck.deck.sections:
        return ""
    return named or UNSORTED
