"""What scanning and copying did to a page: repairs to propose, none of them made."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from deckwright.deck.advice.shield import shielded
from deckwright.pages.reading import Reading
from deckwright.pages.spelling import misspelt
from deckwright.pages.units import BREAK
from deckwright.source.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.pages.roles import Placed
    from deckwright.pages.words import Lexicon

MOST_SIGNS = 200_000  # of a page, from its start, that repairs are looked for in
_MOST = 10_000  # repairs proposed for one page

_BREAKS = re.compile(rf"[ \t]{{0,9}}(?:{BREAK.pattern}[ \t]{{0,9}})+", re.IGNORECASE)
_STOP = re.compile(r"(?<=[^\W_])([\"')\]’”]?)[ \t]{1,3}(?=[.,;](?:\s|$|<)|\.[A-Z][a-z])")
_NO_BLANK = re.compile(r"(?<![\w.@/])([a-z]{2,30})([ \t]?[.,;])(?=([A-Za-z][a-z]{2,30})(?![\w.@/-]))")
_HYPHEN = re.compile(r"(?<![\w-])([a-z]{2,40})- ([a-z]{2,40})(?![\w-])")
_SOFT = re.compile(r"\u00ad+")
_LIGATURES = re.compile("[\ufb00-\ufb06]+")
# What two or three bytes of UTF-8 look like in the code page of Windows.
_HIGH = "\u00a0-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ‘’“”–—\u0192\u0152\u0153"
_MOJIBAKE = re.compile(f"[ÂÃÎÏ][{_HIGH}]|â[{_HIGH}][{_HIGH}]")
_PARAGRAPH = re.compile(r"[^\n]{60}")  # less of a line tells nothing of where its next one belongs
_SENTENCE = re.compile(r"[.!?:)]\Z")
_NEAR = 20  # characters looked back at from a break
_SIGN = "\x01"  # in place of all that is not to be touched


class Repair(NamedTuple):
    """What stands from code point *start* to *end* of the page, what should, and why."""

    start: int
    end: int
    old: str
    new: str
    message: str

    @property
    def edit(self) -> Edit:
        """The change to the page's text."""
        return Edit(Span(self.start, self.end), self.new)


class Examined(NamedTuple):
    """The repairs of a page in order, none of which overlaps another; words are only those of English."""

    repairs: tuple[Repair, ...]
    is_english: bool


def propose(text: str, placed: Iterable[Placed], lexicon: Lexicon) -> Examined:
    """Return the repairs of a page's text, of a very long one those of its beginning.

    A mnemonic is left as it is: odd spelling is the point there, and its words vouch for themselves. On a
    page in another language than English no word is touched.
    """
    if len(text) > MOST_SIGNS:
        text = text[: max(text.rfind(blank, 0, MOST_SIGNS) for blank in " \n") + 1]
    placed = tuple(one for one in placed if one.unit.start < len(text))
    prose = _without_mnemonics(shielded(text), placed)
    mnemonics = " ".join(text[one.unit.start : one.unit.end] for one in placed if one.role == "mnemonic")
    reading = Reading.of(prose, mnemonics, lexicon)
    found = [*_breaks(prose), *_signs(prose), *_stops(prose)]
    if reading.is_english:
        found += (*_sentences(prose, reading), *_hyphens(prose, reading))
        found += (
            Repair(one.start, one.end, text[one.start : one.end], one.new, one.message)
            for one in misspelt(reading)
        )
    return Examined(tuple(_apart(found)), reading.is_english)


def _apart(found: Iterable[Repair]) -> Iterator[Repair]:
    """Yield repairs in order; of those that overlap, the first to begin."""
    end = -1
    for number, repair in enumerate(sorted(found)):
        if repair.start >= end and number < _MOST:
            yield repair
            end = repair.end


def _without_mnemonics(text: str, placed: Iterable[Placed]) -> str:
    """Return the text in its length, with a sign in place of the mnemonics and what the layout left aside."""
    parts, at = [], 0
    for one in placed:
        if one.role in ("mnemonic", "aside"):
            parts += [text[at : one.unit.start], _SIGN * (one.unit.end - one.unit.start)]
            at = one.unit.end
    return "".join([*parts, text[at:]])


def _breaks(text: str) -> Iterator[Repair]:
    """Yield runs of `<br>`: gone at a line's end, a blank within it; two may begin a paragraph."""
    for found in _BREAKS.finditer(text):
        after = text[found.end() : found.end() + 1]
        count = len(BREAK.findall(found[0]))
        before = text[max(found.start() - _NEAR, 0) : found.start()].rstrip(" \t")
        inside = bool(after) and not after.isspace() and before[-1:] not in ("\n", "")
        if not inside:
            new = ""
        elif count > 1 and _SENTENCE.search(before) and _PARAGRAPH.match(text, found.end()):
            new = "\n\n"
        else:
            new = " "
        yield Repair(*found.span(), found[0], new, "a `<br>` is left over")


def _signs(text: str) -> Iterator[Repair]:
    """Yield signs that no keyboard has, and letters read in another encoding."""
    for found in _SOFT.finditer(text):
        yield Repair(*found.span(), found[0], "", "an invisible hyphen stands here")
    for found in _LIGATURES.finditer(text):
        letters = unicodedata.normalize("NFKC", found[0])
        yield Repair(
            *found.span(), found[0], letters, f"`{found[0]}` is one sign that looks like `{letters}`"
        )
    for found in _MOJIBAKE.finditer(text):
        try:
            meant = found[0].encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
        yield Repair(*found.span(), found[0], meant, f"`{found[0]}` was `{meant}` in another encoding")


def _stops(text: str) -> Iterator[Repair]:
    for found in _STOP.finditer(text):
        start = found.end(1)
        yield Repair(start, found.end(), text[start : found.end()], "", "a blank stands before the stop")


def _sentences(text: str, reading: Reading) -> Iterator[Repair]:
    """Yield stops and commas without a blank behind them, between two words."""
    for found in _NO_BLANK.finditer(text):
        if found[2].endswith(".") and found[3][0].islower():
            continue
        if reading.is_word(found[1]) and reading.is_word(found[3].lower()):
            yield Repair(found.end(), found.end(), "", " ", f"no blank stands after `{found[0]}`")


def _hyphens(text: str, reading: Reading) -> Iterator[Repair]:
    """Yield words with the hyphen of a line's end within them, and a blank."""
    for found in _HYPHEN.finditer(text):
        whole = found[1] + found[2]
        if reading.lexicon.lists(whole) and not (reading.is_word(found[1]) and reading.is_word(found[2])):
            yield Repair(*found.span(), found[0], whole, f"`{found[0]}` is one word")
