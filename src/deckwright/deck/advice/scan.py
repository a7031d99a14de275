"""The rule for what scanning, copying and converting leave behind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from deckwright.deck.advice.residue import Scan
from deckwright.source.diagnostics import Diagnostic, warning
from deckwright.source.text import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.advice.lesson import Lesson

MOST = 10  # findings in one text
_LONG = 20_000  # characters of a text in which only the first is told


def scan_residue(lesson: Lesson) -> Iterator[Diagnostic]:
    """Text that comes out of a scanner or an old deck carries marks that no one typed.

    `M echanism` and `effectsinclude` stop the eye in the middle of a review. A ligature or an invisible
    hyphen is worse: it looks right, yet no search finds the word and a screen reader spells it.

    Told at the place itself: words split in two or run together, `<br>`, ligatures such as `ﬁ`, invisible
    hyphens, words cut at a line end, and `Ã©` where there was an `é`. A word counts as split only where the
    deck has it whole, or no English word begins so. Nothing is said of addresses, code and maths.
    `deckwright check --fix --fix-text` shows each correction and asks.
    """
    end, counts = 0, Counter[tuple[int, str]]()
    for residue in sorted(Scan(lesson).residues()):
        spot = lesson.spot(residue.start)
        text = id(spot.note), spot.key
        counts[text] += residue.start >= end
        is_long = len(getattr(spot.note, spot.key)) > _LONG
        if residue.start < end or counts[text] > (1 if is_long else MOST):
            continue
        end = residue.end
        length = end - residue.start
        span = lesson.span(spot.note, spot.key, spot.start, spot.start + length)
        finding = warning("scan-residue", residue.message, span, advice=residue.advice)
        there, typed = lesson.source.text[span.start : span.end], lesson.typed[residue.start : end]
        # Behind an escape or a fold, the place is near and not exact: nothing to splice at.
        is_exact = "".join(there.split()) == "".join(typed.split())
        yield finding.mended_by(Edit(span, residue.new), asks=True) if is_exact else finding
