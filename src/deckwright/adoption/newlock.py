"""The lock that would have made a package, written after the fact."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deckwright.cards.labels import LABELS
from deckwright.cards.notetypes import styled, texts_hash
from deckwright.deck.claims import claim
from deckwright.deck.content import tag_root
from deckwright.deck.history import ADOPTED, Lock, LockedDeck, LockedNote, LockedNotetype
from deckwright.deck.identity import trace
from deckwright.deck.names import tag_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deckwright.adoption.kin import Kin
    from deckwright.adoption.pairing import Pair, Pairing
    from deckwright.apkg.package import PackageNotetype
    from deckwright.deck.model import Deck, Placed


@dataclass(frozen=True, slots=True)
class Adopting:
    """A deck of the source that takes over notes, and its line for the lock."""

    deck: Deck
    locked: LockedDeck


def claim_decks(decks: Sequence[Deck], lock: Lock, kin: Iterable[Kin], tail: str) -> list[Adopting]:
    """Give each deck its line: the lock's, or one under the id by which the notes of the package name it."""
    guessed = []
    homes = [(one.home, one.deck) for one in kin if one.home]
    taken = {deck.id for deck in decks}
    for deck in decks:
        named = Counter(
            home for home, name in homes if home not in taken and (name == deck.deck or len(decks) == 1)
        )
        id_ = deck.id or (named.most_common(1)[0][0] if named else "")
        if id_ and not any(line.id == id_ or line.name == deck.deck for line in lock.decks):
            guessed.append(LockedDeck(id_, deck.deck, tag_root(deck.deck)))
            taken.add(id_)
    claims = claim(decks, replace(lock, decks=(*lock.decks, *guessed)), tail)
    return [Adopting(deck, claimed.locked) for deck, claimed in zip(decks, claims, strict=True)]


def new_lock(old: Lock, decks: Sequence[Adopting], pairing: Pairing) -> Lock:
    """Write the lock after *pairing* for its *decks*: pairs live under the source's names, others retired.

    What *old* knows stays; of a note that both know the later stamp counts. A note of the old lock whose
    place in the source another one takes is retired. The made notes of the package live on; what they gather
    tells the next build which is which.
    """
    places = {(decks[found.own.deck].locked.id, found.own.key) for found in pairing.pairs}
    lines = {
        line.guid: replace(line, retired=line.retired or (line.deck, line.key) in places)
        for line in old.notes
    }
    for found in pairing.pairs:
        own = found.own
        line = line_of(found.kin, own.placed, own.key, decks[own.deck].locked.id)
        lines[line.guid] = _later(lines.get(line.guid), line)
    for guid, one in pairing.kin.items():
        home = pairing.homes[guid] or 0
        line = one.line(decks[home].locked.id, pairing.slots.get(one.type.id, ()))
        lines.setdefault(guid, replace(line, retired=True))
    here = {found.kin.note.guid for found in pairing.pairs}
    for one in pairing.made:
        place = pairing.deck_of(one)
        line = one.made_line(decks[place or 0].locked.id)
        gone = place is None or (bool(line.rows) and not here & {*line.rows})
        lines[line.guid] = _later(lines.get(line.guid), replace(line, retired=gone))
    held = {line.deck for line in old.notes}
    known = {line.id: line for line in old.decks if line.id in held}
    fresh = (_header(number, deck.locked, pairing.pairs) for number, deck in enumerate(decks))
    used = {line.deck for line in lines.values()}
    headers = {line.id: line for line in fresh if line.id in used} | known
    types = {line.id: line for line in old.notetypes} | {line.id: line for line in _types(pairing)}
    return Lock(tuple(headers.values()), tuple(lines.values()), tuple(types.values()))


def line_of(kin: Kin, placed: Placed, key: str, deck: str) -> LockedNote:
    """Write the line of a note as the source has it, with guid, stamp and cards of the package."""
    now = trace(placed, key)
    return replace(
        kin.line(deck),
        key=key,
        born=kin.born or key,
        section=now.section,
        fact=now.fact,
        mnemonic=now.mnemonic,
        explanation=now.explanation,
        ask=now.ask,
    )


def _later(old: LockedNote | None, line: LockedNote) -> LockedNote:
    """Return what counts of a note that the old lock knows too, perhaps with a later stamp."""
    if old is None:
        return line
    later = old.modified >= line.modified
    return replace(
        line,
        born=old.born,
        home=old.home,
        nid=old.nid,
        cards=tuple(sorted({*old.cards, *line.cards})),
        rows=tuple(dict.fromkeys((*old.rows, *line.rows))),
        content=old.content if later else ADOPTED,
        modified=max(old.modified, line.modified),
    )


def _header(number: int, line: LockedDeck, pairs: Sequence[Pair]) -> LockedDeck:
    """Complete a deck's line by what its notes in the package tell: the root of their tags, and its look."""
    ours = [found for found in pairs if found.own.deck == number and found.kin.ours]
    roots = Counter(root for found in ours for root in _roots(found))
    if roots:
        line = replace(line, root=roots.most_common(1)[0][0])
    for found in ours:
        look = found.kin.origin.look if found.kin.origin else ""
        if look:
            notetype = found.kin.type
            line = replace(line, look=look, styled=notetype.modified, style=_style(notetype, look))
    return line


def _roots(found: Pair) -> Iterator[str]:
    """Yield what stands before the section in the tags of a note."""
    section = found.kin.words["Section"]
    tail = f"::{tag_part(section)}"
    yield from (tag.removesuffix(tail) for tag in found.kin.note.tags if section and tag.endswith(tail))


def _style(notetype: PackageNotetype, look: str) -> str:
    """Return the hash of the type's texts, if its templates are those of today in any language."""
    sides = [(template.front, template.back) for template in notetype.templates]
    ours = (styled("mnemonic", labels, look, notetype.css, 0).templates for labels in LABELS)
    same = any(sides == [(template.front, template.back) for template in made] for made in ours)
    return texts_hash(notetype.css) if same else ""


def _types(pairing: Pairing) -> Iterator[LockedNotetype]:
    """Yield the lines of the foreign types; nobody gains or loses a field or template by them."""
    for id_, notetype in pairing.types.items():
        slots = tuple(" + ".join(names) for names in pairing.slots[id_])
        yield LockedNotetype(id_, notetype.name, notetype.original, slots)
