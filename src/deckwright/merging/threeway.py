"""What a classmate changed of a note, against every text that readers were ever given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from deckwright.cards.gaps import find
from deckwright.merging.wording import same, transplanted

if TYPE_CHECKING:
    from collections.abc import Iterable

Verdict = Literal["theirs", "both", "unknown"]

READERS_OWN = frozenset({"leech", "marked"})  # tags that Anki gives by itself or for one reader's use


@dataclass(frozen=True, slots=True)
class Change:
    """A text that a classmate changed: what both had once, if that is known, and what each has now."""

    key: str
    base: str | None
    ours: str
    theirs: str

    @property
    def verdict(self) -> Verdict:
        """Whether only they changed it, or both did, or nobody knows."""
        if self.base is None:
            return "unknown"
        unchanged = same(self.key, self.base, self.ours)
        return "theirs" if unchanged and not self.loses_gaps else "both"

    @property
    def result(self) -> str:
        """Their text, as the author would have written it."""
        return transplanted(self.key, self.ours, self.theirs)

    @property
    def loses_gaps(self) -> bool:
        """Whether gaps of the author would be gone, which no reader sees and so none means to take away."""
        return self.key == "explanation" and len(find(self.ours)[0]) > len(find(self.result)[0])


@dataclass(frozen=True, slots=True)
class TagChange:
    """Tags that a classmate gave a note, and those they took away."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def compare_tags(
    theirs: Iterable[str], ours: Iterable[str], released: Iterable[tuple[str, ...]]
) -> TagChange:
    """Say which tags a classmate gave or took away, whatever their case.

    Against the set of tags among *ours* and those *released* that is the most like theirs. Where nothing was
    ever released, nothing can be told to be taken away.
    """
    spelled = {tag.casefold(): tag for tag in theirs}
    now = {tag.casefold() for tag in ours}
    known = [{tag.casefold() for tag in tags} for tags in released]
    base = min([*reversed(known), now], key=lambda tags: len(tags ^ (spelled.keys() - READERS_OWN)))
    added = spelled.keys() - base - now - READERS_OWN
    removed = (base - spelled.keys()) & now if known else set()
    return TagChange(tuple(sorted(spelled[tag] for tag in added)), tuple(sorted(removed)))
