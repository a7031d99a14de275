"""Which note of a package is which of the source: by guid, by id, then by their texts, without guessing."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import permutations
from typing import TYPE_CHECKING, Literal

from deckwright.adoption.fieldmap import Slots, guess_slots
from deckwright.deck.matching import match, match_moved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckwright.adoption.kin import Kin, Own

At = tuple[int, int]  # a note of the source: its deck and its place in it
How = Literal["guid", "id", "text"]

_TEXTS = ("fact", "mnemonic", "explanation", "ask")
_TOO_COMMON = 10_000  # pairs that share a text, which then tells nothing


@dataclass(frozen=True, slots=True)
class Pair:
    """One and the same note in the source and in the package, and how it was known."""

    own: Own
    kin: Kin
    how: How


@dataclass
class Pairing:
    """The notes of the source and of the package that are still free, and the pairs found so far.

    *decks* are names and ids of the source's decks. *slots* say of each foreign type, by its id, which of
    our texts stand in its fields; *made* are the package's notes made of others, which nothing in the source
    stands for; *doubts* are the notes of the package that one of ours may be.
    """

    decks: Sequence[tuple[str, str]]
    own: dict[At, Own]
    kin: dict[str, Kin]
    made: Sequence[Kin] = ()
    pairs: list[Pair] = field(default_factory=list)
    slots: dict[int, Slots] = field(default_factory=dict)
    doubts: dict[At, tuple[Kin, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.asked = any(own.texts["ask"] for own in self.own.values())
        self.types = {kin.type.id: kin.type for kin in self.kin.values() if not kin.ours}
        self.homes = {guid: self.deck_of(kin) for guid, kin in self.kin.items()}

    def deck_of(self, kin: Kin) -> int | None:
        """Return the deck that a note of a package belongs to: by its id, its name, or as the only one."""
        by_id = (index for index, (_, id_) in enumerate(self.decks) if kin.home == id_)
        by_name = (index for index, (name, _) in enumerate(self.decks) if kin.deck == name)
        alone = 0 if len(self.decks) == 1 else None
        return next(by_id, next(by_name, alone))

    def free_own(self, deck: int | None = None) -> list[Own]:
        """Return the notes of a deck, or of all, that have none in the package yet."""
        return [one for one in self.own.values() if deck in (None, one.deck)]

    def free_kin(self, deck: int | None = None) -> list[Kin]:
        """Return the package's notes of a deck, or of all, that have none in the source yet."""
        return [one for guid, one in self.kin.items() if deck in (None, self.homes[guid])]

    def take(self, own: Own, kin: Kin, how: How) -> None:
        """Keep a pair."""
        self.pairs.append(Pair(own, kin, how))
        del self.own[own.at], self.kin[kin.note.guid]


def pair(pairing: Pairing, guids: Mapping[At, str], given: Mapping[str, tuple[str, ...]]) -> None:
    """Find all pairs there are.

    First by guid: the one that *guids* (from a lock) has for a note, or an `id:` that is a guid. Then by id:
    an `id:`, or a key, that is the first key of our note, or stands in a field of another tool's note that is
    called after ids. Then by texts. Our own notes have theirs in fields of those names and are matched as in
    every build. With other tools' notes it is first asked which texts stand in any field at all, whole or two
    joined: notes that share more texts with each other than either with any other, at least two or one that
    nobody else has, are a pair. From these follows which text stands in which field, unless *given*; with
    that the rest is matched as in every build. What could be either of two is in doubt.
    """
    _by_guid(pairing, guids)
    _by_id(pairing)
    decks = range(len(pairing.decks))
    for deck in decks:
        _as_in_builds(pairing, deck, ours=True)
    _moved(pairing)
    for deck in decks:
        _by_born(pairing, deck)
    for anywhere in (False, True):
        _by_shared_texts(pairing, anywhere=anywhere)
    for id_, notetype in pairing.types.items():
        known = [(found.kin, found.own.texts) for found in pairing.pairs if found.kin.type.id == id_]
        names = [part.name for part in notetype.fields]
        pairing.slots[id_] = guess_slots(names, known, given, asked=pairing.asked)
    for deck in decks:
        _as_in_builds(pairing, deck, ours=False)
    pairing.doubts = {at: kin for at, kin in pairing.doubts.items() if at in pairing.own}


def _by_guid(pairing: Pairing, guids: Mapping[At, str]) -> None:
    for at, own in list(pairing.own.items()):
        for guid in (own.placed.note.id, guids.get(at)):
            if at in pairing.own and guid in pairing.kin:
                pairing.take(own, pairing.kin[guid], "guid")


def _by_id(pairing: Pairing) -> None:
    """Pair by explicit ids that mean one note only, in a deck or else in the package."""
    for deck in (*range(len(pairing.decks)), None):
        named: defaultdict[str, list[Kin]] = defaultdict(list)
        for kin in pairing.free_kin(deck):
            for name in kin.ids:
                named[name].append(kin)
        for own in pairing.free_own(deck):
            meant = named.get(own.placed.note.id or "", [])
            if len(meant) == 1 and meant[0].note.guid in pairing.kin:
                pairing.take(own, meant[0], "id")


def _by_born(pairing: Pairing, deck: int) -> None:
    """Pair what is left by the name under which our note was born."""
    born = {kin.born: kin for kin in pairing.free_kin(deck) if kin.ours}
    for own in pairing.free_own(deck):
        if own.key in born:
            pairing.take(own, born.pop(own.key), "id")


def _as_in_builds(pairing: Pairing, deck: int, *, ours: bool) -> None:
    """Pair as a build does with the lines of a lock; notes of types that know no sections go without."""
    groups: defaultdict[bool, list[Kin]] = defaultdict(list)
    for kin in pairing.free_kin(deck):
        if kin.ours is ours:
            slots = pairing.slots.get(kin.type.id, ())
            groups[ours or any("section" in names for names in slots)].append(kin)
    for sections, group in groups.items():
        own = pairing.free_own(deck)
        lines = [kin.line("", pairing.slots.get(kin.type.id, ())) for kin in group]
        matches = match([one.trace(sections=sections) for one in own], lines)
        by_guid = {kin.note.guid: kin for kin in group}
        for index, line in matches.lines.items():
            found = by_guid[line.guid]
            named = own[index].key == found.born or own[index].placed.note.id in found.ids
            pairing.take(own[index], found, "id" if named else "text")
        for index, doubt in matches.doubts.items():
            pairing.doubts[own[index].at] = tuple(by_guid[line.guid] for line in doubt)


def _moved(pairing: Pairing) -> None:
    """Pair our notes that stand in another deck than the package has them in."""
    if len(pairing.decks) == 1:
        return
    own, kin = pairing.free_own(), {one.note.guid: one for one in pairing.free_kin() if one.ours}
    moved = match_moved([one.trace(sections=True) for one in own], [one.line("") for one in kin.values()])
    for index, line in moved.items():
        pairing.take(own[index], kin[line.guid], "text")


def _by_shared_texts(pairing: Pairing, *, anywhere: bool) -> None:
    """Pair notes that share texts, in the deck where the package has them, or *anywhere*."""
    own, kin = pairing.free_own(), [one for one in pairing.free_kin() if not one.ours]
    homes = [None if anywhere else pairing.homes[one.note.guid] for one in kin]
    shared = {
        (one, other): count
        for (one, other), count in _shared(own, kin).items()
        if homes[other] in (None, own[one].deck)
    }
    best = [_only_best(shared, side) for side in (0, 1)]
    for both in shared:
        if best[0].get(both[0]) == both == best[1].get(both[1]):
            pairing.take(own[both[0]], kin[both[1]], "text")


def _shared(own: Sequence[Own], kin: Sequence[Kin]) -> dict[tuple[int, int], int]:
    """Count the texts that notes share, by their indexes; pairs that share too little are left out."""
    holders: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for index, one in enumerate(own):
        texts = [one.texts[name] for name in _TEXTS if one.texts[name]]
        for count in (1, 2):
            for joined in permutations(texts, count):
                holders[" ".join(joined)].setdefault(index, count)
    bearers: defaultdict[str, list[int]] = defaultdict(list)
    for index, other in enumerate(kin):
        for text in holders.keys() & other.words.values():
            bearers[text].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    telling: set[tuple[int, int]] = set()
    for text, others in bearers.items():
        if len(holders[text]) * len(others) <= _TOO_COMMON:
            both = {(one, other): count for one, count in holders[text].items() for other in others}
            shared.update(both)
            telling |= both.keys() if len(both) == 1 else set()
    return {both: count for both, count in shared.items() if count > 1 or both in telling}


def _only_best(shared: Mapping[tuple[int, int], int], side: int) -> dict[int, tuple[int, int]]:
    best: dict[int, tuple[int, int]] = {}
    tied: set[int] = set()
    for both, count in shared.items():
        one, known = both[side], best.get(both[side])
        if known is None or count > shared[known]:
            best[one] = both
            tied.discard(one)
        elif count == shared[known]:
            tied.add(one)
    return {one: both for one, both in best.items() if one not in tied}
