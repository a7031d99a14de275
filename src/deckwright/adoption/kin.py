"""The notes of a package and those of the source as kin: who they are, in words that can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from deckwright.apkg.changes import words
from deckwright.cards import markup
from deckwright.cards.foreign import as_notetype, foreign_cards
from deckwright.cards.notetypes import mnemonic, styled
from deckwright.cards.render import RETIRED
from deckwright.deck.content import short_hash
from deckwright.deck.history import ADOPTED, LockedNote
from deckwright.deck.identity import OWN_TYPE
from deckwright.deck.matching import Trace, natural_key
from deckwright.deck.names import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckwright.apkg.package import Package, PackageNote, PackageNotetype
    from deckwright.deck.model import Deck, Placed

_TEXTS = ("fact", "mnemonic", "explanation", "ask")
_OUR_FIELDS = {"Fact", "Mnemonic", "Explanation", "Ask", "Section", "ID"}
_ID_NAMES = frozenset({"id", "uid", "guid"})
_APART = re.compile(r"(?:<br\s*/?>\s*){2,}|<hr\b[^>]*>", re.IGNORECASE)
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Own:
    """A note of the source: its deck and place by index, and its texts as a reader sees their words."""

    deck: int
    index: int
    placed: Placed
    key: str
    texts: Mapping[str, str]

    @property
    def at(self) -> tuple[int, int]:
        """Its place among all notes."""
        return self.deck, self.index

    def trace(self, *, sections: bool) -> Trace:
        """Return what the note can be known by; without *sections*, no key made from one counts either."""
        texts = {name: short_hash(self.texts[name]) for name in _TEXTS if name != "fact"}
        id_, section = self.placed.note.id or "", self.texts["section"] if sections else ""
        return Trace(id_, self.key if sections else id_, section, self.texts["fact"], **texts)


@dataclass(frozen=True)
class Kin:
    """A note of a package, with its type and the name of its deck; *name* is unique among all of them."""

    note: PackageNote
    type: PackageNotetype
    deck: str
    name: str

    @cached_property
    def ours(self) -> bool:
        """Whether the note is of a type that Deckwright made."""
        return is_ours(self.type)

    @cached_property
    def words(self) -> dict[str, str]:
        """The words of each field by its name."""
        names = (field.name for field in self.type.fields)
        return {name: words(text) for name, text in zip(names, self.note.fields, strict=True)}

    @cached_property
    def title(self) -> str:
        """What to call the note: its fact, or the first field that has words."""
        fact = self.words["Fact"] if self.ours else self.words[self.type.fields[self.type.sort_field].name]
        return fact or next(filter(None, self.words.values()), "") or self.note.guid

    @cached_property
    def home(self) -> str:
        """The id of the deck under which our note was born; empty for others."""
        return self.words["ID"].partition("/")[0] if self.ours else ""

    @cached_property
    def born(self) -> str:
        """The first key of our note; empty for others."""
        return self.words["ID"].partition("/")[2] if self.ours else ""

    @cached_property
    def ids(self) -> frozenset[str]:
        """The names by which an `id:` may call the note."""
        found = {text for name, text in self.words.items() if name.casefold() in _ID_NAMES}
        return frozenset({self.born, *found} - {""} if self.ours else {self.name, *found} - {""})

    @cached_property
    def cards(self) -> tuple[int, ...]:
        """The ordinals of its cards whose fronts show anything; the others never could be answered."""
        notetype = as_notetype(self.type.original)
        shown = foreign_cards(notetype, self.note.fields, self.note.tags)
        return tuple(sorted({card.ordinal for card in self.note.cards} & {*shown}))

    def texts(self, slots: Sequence[Sequence[str]]) -> dict[str, str]:
        """Return the words of our texts; in another tool's note they stand where *slots* say, if at all."""
        if self.ours:
            retired = words(RETIRED)
            explanation = self.words["Explanation"].removeprefix(retired).strip()
            own = {name: self.words[name.capitalize()] for name in (*_TEXTS, "section")}
            return own | {"explanation": explanation}
        found: dict[str, str] = {}
        for field, names in zip(self.note.fields, slots, strict=False):
            parts = _APART.split(field, len(names) - 1) if names else []
            found |= {name: words(part) for name, part in zip(names, parts, strict=False)}
        return dict.fromkeys((*_TEXTS, "section"), "") | found

    def line(self, deck: str, slots: Sequence[Sequence[str]] = ()) -> LockedNote:
        """Return what a lock that was kept would have of the note, as far as its words tell."""
        texts = self.texts(slots)
        key = natural_key(texts["section"], texts["fact"]) if self.ours else self.name
        return LockedNote(
            guid=self.note.guid,
            deck=deck,
            key=key or self.born or self.name,
            born=self.born or self.name,
            nid=0,
            type=OWN_TYPE if self.ours else str(self.type.id),
            cards=self.cards,
            section=texts["section"],
            fact=texts["fact"] or self.title,
            mnemonic=short_hash(texts["mnemonic"]),
            explanation=short_hash(texts["explanation"]),
            ask=short_hash(texts["ask"]),
            content=ADOPTED,
            modified=max(self.note.modified, 1),
            home=self.home if self.home != deck else "",
        )


def is_ours(notetype: PackageNotetype) -> bool:
    """Tell whether Deckwright made a note type, for all decks or for one with a look of its own."""
    ids = [field.id for field in notetype.fields]
    names = {field.name for field in notetype.fields}
    if ids != [field.id for field in mnemonic().fields] or not names >= _OUR_FIELDS:
        return False
    return notetype.id == mnemonic().id or notetype.id == styled(look(notetype), "", 0).id


def look(notetype: PackageNotetype) -> str:
    """Return the id of the deck after which our type is named; empty for the one of all decks."""
    return notetype.name.removeprefix(mnemonic().name).removeprefix(" · ")


def kin_of(packages: Iterable[Package]) -> tuple[Kin, ...]:
    """Return the notes of all packages, of each guid the one that changed last; those without are none."""
    newest: dict[str, Kin] = {}
    for package in packages:
        types = {notetype.id: notetype for notetype in package.notetypes}
        decks = {deck.id: deck.name for deck in package.decks}
        for note in package.notes:
            known = newest.get(note.guid)
            if note.guid and (known is None or known.note.modified < note.modified):
                deck = decks[note.cards[0].deck] if note.cards else ""
                newest[note.guid] = Kin(note, types[note.notetype], deck, "")
    return _named(newest[guid] for guid in sorted(newest))


def texts_of(deck: Deck, placed: Placed, key: str) -> dict[str, str]:
    """Return the words of everything that a slot can hold of a note, but for pictures."""
    note = placed.note
    html = {name: markup.line(getattr(note, name)) for name in ("fact", "mnemonic", "ask")}
    html |= {"explanation": markup.block(note.explanation), "source": markup.line(note.source or deck.source)}
    html |= {"section": markup.literal(placed.section), "topic": markup.literal(deck.topic)}
    named = " › ".join(part for part in (deck.topic, placed.section, words(html["fact"])) if part)
    return {name: words(text) for name, text in html.items()} | {"name": words(named), "id": key}


def _named(kin: Iterable[Kin]) -> tuple[Kin, ...]:
    """Give each a name that an `id:` can spell, made from what it is called."""
    used: set[str] = set()
    named = []
    for one in kin:
        stem = slug(one.title)[:_LONGEST_NAME].strip("-") or "note"
        name, count = stem, 2
        while name in used:
            name, count = f"{stem}-{count}", count + 1
        used.add(name)
        named.append(replace(one, name=name))
    return tuple(named)
