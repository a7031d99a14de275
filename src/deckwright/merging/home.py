"""The notes at home: as their author wrote them, and as every release sent them out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.cards.foreign import BETWEEN, read_foreign
from deckwright.deck.content import short_hash
from deckwright.deck.history import OWN_TYPE
from deckwright.merging.wording import KEYS, from_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deckwright.adoption.kin import Kin
    from deckwright.apkg.editions import ReleasedNote
    from deckwright.cards.render import Rendered
    from deckwright.deck.model import Note
    from deckwright.project import Compiled, CompiledDeck

Places = tuple[tuple[str, tuple[str, ...]], ...]  # the fields of a type, each with the texts that stand in it


@dataclass(frozen=True, slots=True)
class Own:
    """A note of the source: the deck it stands in, its number there, and how it is rendered today.

    *places* say which texts stand in which field; *pictures* map the files of its explanation to the names
    that its author has for them.
    """

    deck: CompiledDeck
    index: int
    rendered: Rendered
    places: Places
    pictures: Mapping[str, str]

    @property
    def note(self) -> Note:
        """The note as its author wrote it."""
        return self.rendered.note.placed.note

    @property
    def fields(self) -> dict[str, str]:
        """Its fields by name."""
        names = (field.name for field in self.rendered.notetype.fields)
        return dict(zip(names, self.rendered.fields, strict=True))

    def text(self, key: str) -> str:
        """Return a text as typed; the source that counts for it may be its deck's."""
        text: str = getattr(self.note, key)
        return text or self.deck.deck.deck.source if key == "source" else text


@dataclass(frozen=True, slots=True)
class Known:
    """What readers were given of a note at some time: texts as typed, fields by name, tags.

    *fields* are short hashes of HTML.
    """

    texts: Mapping[str, str]
    fields: Mapping[str, str]
    tags: tuple[str, ...]


def notes_of(compiled: Compiled) -> dict[str, Own]:
    """Return the authored notes of a project by guid."""
    foreign = {str(line.id): read_foreign(line) for line in compiled.lock.notetypes}
    found = {}
    for deck in compiled.decks:
        by_guid = {rendered.note.guid: rendered for rendered in deck.notes}
        for index, note in enumerate(deck.deck.notes):
            if note.kind == OWN_TYPE and note.guid in by_guid:
                rendered, plan = by_guid[note.guid], deck.plans.get(index)
                names = [field.name for field in rendered.notetype.fields]
                slots = foreign[note.type].slots if note.type in foreign else [_slot(name) for name in names]
                pictures = {picture.name: name for name, picture, _ in (plan.inline if plan else ())}
                places = tuple(zip(names, slots, strict=True))
                found[note.guid] = Own(deck, index, rendered, places, pictures)
    return found


def released_of(compiled: Compiled, own: Mapping[str, Own]) -> dict[str, list[Known]]:
    """Return what each release sent of each note, by guid, the oldest first."""
    known: defaultdict[str, list[Known]] = defaultdict(list)
    for release in compiled.releases.all:
        for note in (change.note for change in release.changes if change.kind != "retired"):
            if note.guid in own:
                known[note.guid].append(_known(note, own[note.guid]))
    return known


def base_of(kin: Iterable[Kin], own: Mapping[str, Own]) -> dict[str, list[Known]]:
    """Return what an older package holds of each note, by guid."""
    known: dict[str, list[Known]] = {}
    for one in kin:
        if one.note.guid in own:
            mine = own[one.note.guid]
            fields = {part.name: text for part, text in zip(one.type.fields, one.note.fields, strict=True)}
            hashes = {name: short_hash(text) for name, text in fields.items()}
            known[one.note.guid] = [Known(texts_in(fields, mine), hashes, one.note.tags)]
    return known


def texts_in(fields: Mapping[str, str], own: Own) -> dict[str, str]:
    """Return the texts that stand in a note's *fields*, by key, as far as they can be told apart."""
    found: dict[str, str] = {}
    for name, keys in own.places:
        parts = fields.get(name, "").split(BETWEEN) if len(keys) > 1 else [fields.get(name, "")]
        if len(parts) == len(keys):
            texts = zip(keys, parts, strict=True)
            found |= {key: from_field(key, html, own.pictures) for key, html in texts if key in KEYS}
    return found


def _slot(name: str) -> tuple[str, ...]:
    """Return the text that stands in a field of our own type."""
    return (name.lower(),) if name.lower() in KEYS else ()


def _known(note: ReleasedNote, own: Own) -> Known:
    texts = {key: getattr(note, key) for key in KEYS}
    names = (name for name, _ in own.places) if note.type == own.rendered.note.type else ()
    return Known(texts, dict(zip(names, note.fields, strict=False)), note.tags)
