"""Which of our texts stand in which field of another tool's note type."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from deckwright.cards.foreign import SLOTS, parse_slot
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deckwright.adoption.kin import Kin

Slots = tuple[tuple[str, ...], ...]

_PICTURES = ("picture", "symbol")
_JOINED = ("fact", "mnemonic", "explanation", "ask", "source")
_EVIDENCE: Slots = (
    *((name,) for name in SLOTS if name not in _PICTURES),
    *permutations(_JOINED, 2),
)
_NAMES: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in SLOTS},
    **dict.fromkeys(("front", "question", "prompt"), ("ask", "fact")),
    **dict.fromkeys(("back", "answer", "text"), ("fact",)),
    **dict.fromkeys(("extra", "back extra", "why", "notes", "remarks"), ("explanation",)),
    **dict.fromkeys(("hint", "sound-alike"), ("mnemonic",)),
    **dict.fromkeys(("image", "img"), ("picture",)),
    **dict.fromkeys(("reference", "sources"), ("source",)),
}


def guess_slots(
    fields: Sequence[str],
    pairs: Sequence[tuple[Kin, Mapping[str, str]]],
    given: Mapping[str, tuple[str, ...]],
    *,
    asked: bool,
) -> Slots:
    """Say of each field which of our texts stand in it.

    What is *given* for a field's name counts. Else the evidence does, over *pairs* of a package's note with
    the words of our texts: the text, or the two texts one after the other, that most of those notes have
    there which have anything at all; of two such the simpler. Else the field's name does, if it is a common
    one and the text it stands for has no place yet: `Front` is the question only where questions are *asked*.
    A field for which nothing speaks gets nothing.
    """
    found = {name: given[name] if name in given else _by_evidence(name, pairs) for name in fields}
    for name in fields:
        placed = {slot for names in found.values() for slot in names}
        if not found[name] and name not in given:
            known = [slot for slot in _NAMES.get(name.casefold(), ()) if slot != "ask" or asked]
            found[name] = tuple([slot for slot in known if slot not in placed][:1])
    return tuple(found[name] for name in fields)


def parse_maps(maps: Iterable[str], kin: Iterable[Kin]) -> dict[str, tuple[str, ...]]:
    """Read what was given as `Field=fact + explanation`, `Field=` standing for a field left to run empty.

    Raises:
        UsageProblem: one is not of this form, or names a field or text that there is not.

    """
    fields = {field.name for one in kin if not one.ours for field in one.type.fields}
    given = {}
    for text in maps:
        name, equals, slot = text.rpartition("=")
        if not equals:
            raise UsageProblem(f"`{text}` is no field and texts; write it like `Back=fact + explanation`")
        if name.strip() not in fields:
            known = ", ".join(f"`{field}`" for field in sorted(fields)) or "none of another tool's"
            raise UsageProblem(f"no field `{name.strip()}` in the package; its fields are {known}")
        try:
            given[name.strip()] = parse_slot(slot)
        except ValueError as problem:
            known = ", ".join(SLOTS)
            raise UsageProblem(f"`{problem}` is no text of a note; the texts are {known}") from problem
    return given


def _by_evidence(field: str, pairs: Sequence[tuple[Kin, Mapping[str, str]]]) -> tuple[str, ...]:
    filled = [(kin.words[field], texts) for kin, texts in pairs if kin.words.get(field)]
    counts = {
        names: sum(value == " ".join(filter(None, map(texts.__getitem__, names))) for value, texts in filled)
        for names in _EVIDENCE
    }
    best = max(_EVIDENCE, key=counts.__getitem__)
    return best if counts[best] * 2 > len(filled) else ()
