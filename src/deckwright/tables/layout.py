"""Notes in sections, as a draft of a deck."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from deckwright.deck.matching import natural_key
from deckwright.deck.names import slug
from deckwright.source.diagnostics import warning
from deckwright.source.draft import Draft, DraftNote, DraftSection, Remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckwright.source.diagnostics import Diagnostic
    from deckwright.source.draft import Value
    from deckwright.tables.entries import Entry

_ORDER = ("fact", "mnemonic", "ask", "image", "explanation", "source")
_LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class Laid:
    """A draft, and the rows that its notes come from, in its order."""

    draft: Draft
    entries: tuple[Entry, ...]


def lay_out(entries: Sequence[Entry], deck: str, otherwise: str, tags: tuple[str, ...]) -> Laid:
    """Put notes under their sections, in the order in which these first appear.

    A row without a section is of that of the row above. Decks below one make its sections where nothing else
    does. The deck is called *deck*, else as the rows say, else *otherwise*.
    """
    common = _common([entry.deck for entry in entries if entry.deck])
    has_sections = any(entry.section for entry in entries)
    named: dict[str, list[Entry]] = {}
    above = ""
    for entry in entries:
        below = entry.deck.removeprefix(common).strip(":") if entry.deck else ""
        above = (entry.section or above) if has_sections else ": ".join(filter(None, below.split("::")))
        entry.section = above
        if has_sections and below:
            entry.remarks.append(f"deck: {entry.deck}")
        named.setdefault(above, []).append(entry)
    name = next(one for one in (deck, common, otherwise) if one and not _is_default(one))
    head: list[tuple[str, Value] | Remark] = [("deck", name)]
    if tags:
        head.append(("tags", tags))
    sections = [DraftSection(section, tuple(_parts(own))) for section, own in named.items()]
    # The notes without a section are written first, wherever they stand.
    ordered = [*named.get("", ()), *(one for section, own in named.items() if section for one in own)]
    return Laid(Draft(tuple(head), tuple(sections)), tuple(ordered))


def name_apart(entries: Iterable[Entry]) -> Iterator[Diagnostic]:
    """Give an id to each note whose fact is another's in its section, and whose front is not.

    The answer to two questions is two notes; the same row twice is not, and is left for the deck to refuse.
    """
    entries = [*entries]
    used = {entry.texts.get("id") or natural_key(entry.section, entry.texts["fact"]) for entry in entries}
    fronts: dict[str, set[tuple[str, ...]]] = {}
    for entry in entries:
        key = natural_key(entry.section, entry.texts["fact"])
        front = tuple(entry.texts.get(name, "").casefold() for name in ("ask", "mnemonic", "image"))
        seen = fronts.setdefault(key, set())
        if seen and front not in seen and "id" not in entry.texts:
            name = _free(slug(entry.texts["fact"])[:_LONGEST_NAME].strip("-"), len(seen) + 1, used)
            used.add(name)
            entry.texts["id"] = name
            message = f"another note of the section has this fact, so this one is named `id: {name}`"
            yield warning(
                "named-apart", message, entry.span("fact"), advice="keep the id, or reword the fact"
            )
        seen.add(front)


def _free(stem: str, number: int, used: set[str]) -> str:
    while f"{stem}-{number}" in used:
        number += 1
    return f"{stem}-{number}"


def _common(decks: Sequence[str]) -> str:
    """Return the deck that all others are or lie below, or nothing."""
    parts = [deck.split("::") for deck in dict.fromkeys(decks)]
    same = takewhile(lambda level: len(set(level)) == 1, zip(*parts, strict=False))
    return "::".join(level[0] for level in same)


def _is_default(deck: str) -> bool:
    """Whether this is Anki's own deck, in which notes lie that nobody filed."""
    return deck.split("::", maxsplit=1)[0].strip().casefold() == "default"


def _parts(entries: Iterable[Entry]) -> Iterator[DraftNote | Remark]:
    for entry in entries:
        if entry.remarks:
            yield Remark("\n".join(entry.remarks))
        pairs: list[tuple[str, Value]] = [(key, entry.texts.get(key, "")) for key in _ORDER]
        yield DraftNote((*pairs, ("tags", entry.tags), ("id", entry.texts.get("id", ""))))
