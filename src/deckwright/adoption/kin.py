"""The notes of a package and those of the source as kin: who they are, in words that can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from deckwright.apkg.changes import words
from deckwright.cards import markup
from deckwright.cards.foreign import as_notetype, foreign_cards
from deckwright.cards.labels import LABELS
from deckwright.cards.notetypes import notetype as own_notetype
from deckwright.cards.notetypes import styled
from deckwright.cards.pieces import retired
from deckwright.deck.content import short_hash
from deckwright.deck.history import ADOPTED, KINDS, OWN_TYPE, Kind, LockedNote, type_name
from deckwright.deck.matching import Trace, natural_key
from deckwright.deck.names import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckwright.apkg.package import Package, PackageNote, PackageNotetype
    from deckwright.deck.model import Deck, Placed

_TEXTS = ("fact", "mnemonic", "explanation", "ask")
_OUR_FIELDS = {"Fact", "Mnemonic", "Explanation", "Ask", "Section", "ID"}
_MADE_FIELDS = {"ID"}
_STYLED = " · "  # stands before the look in the name of a type
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
    def origin(self) -> Origin | None:
        """Which of our types the note has; None for another tool's."""
        return origin(self.type)

    @property
    def ours(self) -> bool:
        """Whether the note is of a type that Deckwright made."""
        return self.origin is not None

    @property
    def is_made(self) -> bool:
        """Whether the note is one that a deck made of others."""
        return self.origin is not None and self.origin.kind != OWN_TYPE

    @cached_property
    def words(self) -> dict[str, str]:
        """The words of each field by its name."""
        names = (field.name for field in self.type.fields)
        return {name: words(text) for name, text in zip(names, self.note.fields, strict=True)}

    @cached_property
    def title(self) -> str:
        """What to call the note: its fact, or the first field that has words."""
        named = "Fact" if self.ours and not self.is_made else self.type.fields[self.type.sort_field].name
        fact = self.words[named]
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
            explanation = self.words["Explanation"]
            for labels in LABELS.values():
                explanation = explanation.removeprefix(words(retired(labels.retired))).strip()
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
            type=self.origin.type if self.origin else str(self.type.id),
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

    def made_line(self, deck: str) -> LockedNote:
        """Return what a lock that was kept would have of a note made of others."""
        return LockedNote(
            guid=self.note.guid,
            deck=deck,
            key=self.born or self.name,
            born=self.born or self.name,
            nid=0,
            type=self.origin.type if self.origin else "",
            cards=self.cards,
            section=self.words.get("Section", ""),
            fact=self.title.rpartition(" › ")[2],
            mnemonic="",
            explanation="",
            ask="",
            content=ADOPTED,
            modified=max(self.note.modified, 1),
            home=self.home if self.home != deck else "",
            rows=tuple(self.words.get("Members", "").split()),
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """One of our note types: its kind, the language of its labels, and the look after which it is named."""

    kind: Kind
    labels: str = "en"
    look: str = ""

    @property
    def type(self) -> str:
        """Its name in the lock."""
        return type_name(self.kind, self.labels)


@lru_cache(maxsize=1_000)
def origin(notetype: PackageNotetype) -> Origin | None:
    """Tell which of our types this is, of all decks or of one with a look of its own; None for none."""
    ids = (notetype.id, *(field.id for field in notetype.fields))
    names = {field.name for field in notetype.fields}
    for kind in KINDS:
        needed = _OUR_FIELDS if kind == OWN_TYPE else _MADE_FIELDS
        for labels in LABELS:
            look = notetype.name.partition(_STYLED)[2].removesuffix(f" ({labels})")
            if look.endswith(tuple(f" ({other})" for other in LABELS)):
                continue  # of a deck with labels in that language
            known = {Origin(kind, labels): own_notetype(kind, labels)}
            known |= {Origin(kind, labels, look): styled(kind, labels, look, "", 0)} if look else {}
            for found, made in known.items():
                if ids == (made.id, *(field.id for field in made.fields)) and names >= needed:
                    return found
    return None


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
