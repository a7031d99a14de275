"""What is taken of a classmate's changes, and written where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from deckwright.emend import PICTURES, Unfit, emended, fitting, with_notes
from deckwright.merging.threeway import Change
from deckwright.merging.visit import Edited
from deckwright.source.text import SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deckwright.emend import Wish
    from deckwright.merging.arrivals import Arrival
    from deckwright.merging.luggage import Luggage

Side = Literal["", "ours", "theirs"]
Ask = Callable[[Edited, Change], bool]

_ORDER = ("fact", "mnemonic", "ask", "explanation", "source")


@dataclass(frozen=True, slots=True)
class Settled:
    """An edited note: the changes that are taken, or else those that nobody has decided on."""

    edited: Edited
    taken: tuple[Change, ...] = ()
    undecided: tuple[Change, ...] = ()


@dataclass
class Desk:
    """A source that is being changed: its text so far, and why something could not be written."""

    first: SourceFile
    now: SourceFile
    left: list[tuple[str, str]] = field(default_factory=list)

    def emend(self, wishes: Mapping[int, Sequence[Wish]], titles: Mapping[int, str]) -> frozenset[int]:
        """Write what is wished for notes by their number, as many as fit; return those."""
        try:
            self._put(emended(self.now, wishes))
        except Unfit as problem:
            if len(wishes) == 1:
                self.left += [(titles[at], str(problem)) for at in wishes]
                return frozenset()
            both = list(wishes.items())
            halves = (dict(both[: len(both) // 2]), dict(both[len(both) // 2 :]))
            return frozenset().union(*(self.emend(half, titles) for half in halves))
        return frozenset(wishes)

    def add(self, arrivals: Sequence[Arrival], luggage: Luggage) -> tuple[Arrival, ...]:
        """Write notes at the end of their sections, as many as fit; return those."""
        if not arrivals:
            return ()
        try:
            self._put(self._with(arrivals, luggage))
        except Unfit as problem:
            if len(arrivals) == 1:
                self.left.append((arrivals[0].kin.title, str(problem)))
                return ()
            half = len(arrivals) // 2
            return (*self.add(arrivals[:half], luggage), *self.add(arrivals[half:], luggage))
        return tuple(arrivals)

    def _with(self, arrivals: Sequence[Arrival], luggage: Luggage) -> str:
        notes: dict[str, list[dict[str, str]]] = {}
        for one in arrivals:
            texts = {key: fitting(key, luggage.unpacked(one.texts.get(key, ""))) for key in _ORDER}
            texts["image"] = luggage.bring(one.picture) or ""
            notes.setdefault(one.section, []).append({key: text for key, text in texts.items() if text})
        text, places = with_notes(self.now, notes)
        tagged = [one.tags for section in notes for one in arrivals if one.section == section]
        wishes = {at: [("tags", tags)] for at, tags in zip(places, tagged, strict=True) if tags}
        return emended(SourceFile(self.now.name, text), wishes) if wishes else text

    def _put(self, text: str) -> None:
        self.now = SourceFile(self.now.name, text)


def settle(edited: Edited, side: Side, ask: Ask | None) -> Settled:
    """Decide on each change of a note; where one of them is left undecided, none is taken."""
    taken, undecided = [], []
    for change in edited.changes:
        verdict = change.verdict
        asked = verdict == "unknown" and not side and ask is not None
        if verdict == "theirs" or side == "theirs" or (asked and ask and ask(edited, change)):
            taken.append(change)
        elif not side and not asked:
            undecided.append(change)
    return Settled(edited, () if undecided else tuple(taken), tuple(undecided))


def wishes_of(settled: Settled, luggage: Luggage) -> list[Wish]:
    """Return what a note is to hold.

    Raises:
        Unfit: a text holds what no YAML file may.

    """
    edited = settled.edited
    wishes: list[Wish] = [
        (change.key, fitting(change.key, luggage.unpacked(change.result))) for change in settled.taken
    ]
    if settled.undecided:
        return wishes
    wishes += [("id", settled.edited.own.rendered.note.key)] if _needs_a_name(settled) else []
    own = edited.own.note.tags
    kept = tuple(tag for tag in own if tag.casefold() not in edited.tags.removed)
    if (tags := (*kept, *edited.tags.added)) != own:
        wishes.append(("tags", tags))
    if new := luggage.bring(edited.picture):
        named = [key for key in PICTURES if key != "image" and edited.own.note.node.get(key)]
        wishes += [*((key, "") for key in named), ("image", new)]
    return wishes


def _needs_a_name(settled: Settled) -> bool:
    """Whether so much of a note is reworded that the next build would take it for another one."""
    note = settled.edited.own.note
    changed = {change.key for change in settled.taken}
    stays = any(getattr(note, key) and key not in changed for key in ("mnemonic", "explanation"))
    return "fact" in changed and note.id is None and not stays
