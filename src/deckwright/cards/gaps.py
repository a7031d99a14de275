"""Gaps in a text, `{{c1::words}}` or `{{c1::words::hint}}`, as Anki's note types of the cloze kind have them.

How Anki reads them: `rslib/src/cloze.rs`. It knows neither Markdown nor formulas, so what stands in a gap
must not hold its signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.cards import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.cards.markdown import Span

MOST = 499  # Anki makes one card of all numbers beyond
_SIGN = re.compile(
    r"(?P<open>\{\{c(?P<number>[0-9]+)::)|(?P<close>\}\})"
    # What is meant for one: `{{c1:`, `{{C1::`, `{{ c1::`, `{{c1,2::`, `{{1::`, `{{c1}}`.
    r"|(?P<odd>\{\{ *c? *[0-9]+[0-9, ]*(?:::?|(?=\}\}))|\{\{ *c *::?)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"\{\{c[0-9]+::")
_BRACES = re.compile(r"\{{2,}")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>", re.IGNORECASE)
_VOID = frozenset({"br", "hr", "img"})


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap from code point *start* to *end* of its text; its words stand from *first* to *last*."""

    number: int
    start: int
    first: int
    last: int
    end: int
    hint: str = ""

    @property
    def ends(self) -> tuple[Span, Span]:
        """Where its own signs stand: those that open it, and those that close it."""
        return (self.start, self.first), (self.last, self.end)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a gap, from code point *start* to *end*."""

    message: str
    start: int
    end: int
    advice: str


def quiet(rendered: str) -> str:
    """Return HTML in which no `{{` opens anything: of several braces, every second is written out."""
    return _BRACES.sub(
        lambda run: "".join("&#123;" if left % 2 else "{" for left in range(len(run[0]), 0, -1)), rendered
    )


def find(text: str) -> tuple[tuple[Gap, ...], tuple[Fault, ...]]:
    """Return the gaps of a text, and what looks like one and is none; code and formulas hold none."""
    if "{{" not in text:
        return (), ()
    plain = markdown.without_formulas(text)
    words = markdown.words(plain)
    gaps: list[Gap] = []
    faults = list(_elsewhere(plain, words))
    opened: re.Match[str] | None = None
    for sign in _SIGN.finditer(words):
        if sign["close"] and opened:
            gap = _gap(text, opened, sign)
            wrong = tuple(_faults(text, gap))
            faults += wrong
            gaps += () if wrong else (gap,)
            opened = None
        elif sign["open"] and sign[0][2] == "c" and opened is None:
            opened = sign
        elif not sign["close"]:
            faults.append(_odd(sign, nested=opened is not None))
    if opened:
        advice = "close it by `}}`; to show the signs themselves, write `\\{{`"
        faults.append(Fault("this gap is not closed", opened.start(), opened.end(), advice))
    return tuple(gaps), tuple(faults)


def _elsewhere(plain: str, words: str) -> Iterator[Fault]:
    """Yield the gaps in HTML, pictures and addresses; who writes one in code means to show it."""
    for start, end in markdown.addressed(plain):
        for sign in _ELSEWHERE.finditer(plain, start, end):
            if words[sign.start()] == "\n":
                message = "a gap has its place among words, not in HTML, a picture or an address"
                advice = "put it around the whole, or take it out"
                yield Fault(message, sign.start(), sign.end(), advice)


def is_whole(rendered: str) -> bool:
    """Whether every tag of a piece of HTML is opened and closed within it."""
    opened: list[str] = []
    for closing, name in _TAG.findall(rendered):
        if name in _VOID:
            continue
        if not closing:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened


def sheltered(rendered: str) -> str:
    """Return the HTML of a gap's words or hint with no sign in it that would end them, nor half of one."""
    safe = rendered.replace("::", ":&#58;").replace("}}", "}&#125;")
    return f"{safe[:-1]}&#{ord(safe[-1])};" if safe.endswith((":", "}")) else safe


def _gap(text: str, opened: re.Match[str], closed: re.Match[str]) -> Gap:
    colons = opened.string.find("::", opened.end(), closed.start())
    last = colons if colons >= 0 else closed.start()
    hint = text[last + 2 : closed.start()].strip()
    return Gap(int(opened["number"][:5]), opened.start(), opened.end(), last, closed.end(), hint)


def _faults(text: str, gap: Gap) -> Iterator[Fault]:
    if not text[gap.first : gap.last].strip():
        yield Fault("this gap holds no words", gap.start, gap.end, "write them: `{{c1::words}}`")
    elif not 0 < gap.number <= MOST:
        yield Fault(f"a gap has a number from 1 to {MOST}", gap.start, gap.first, "start at `{{c1::`")


def _odd(sign: re.Match[str], *, nested: bool) -> Fault:
    if nested:
        advice = "close the first before the next one starts"
        return Fault("a gap stands within another", sign.start(), sign.end(), advice)
    advice = "a gap is written `{{c1::words}}`; to show the signs themselves, write `\\{{`"
    return Fault(f"`{sign[0]}` starts no gap", sign.start(), sign.end(), advice)
