"""Lines → units: paragraphs joined again, and lines that stand for themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from deckwright.pages.lines import Line

    IsWord = Callable[[str], bool]

BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)

_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
# Word's own bullets are letters of its symbol font, and an `o` where the font was lost.
_ITEM = re.compile(
    r"(?:[-*+•‣◦▪·–‐●○■□➢➤✓\uf0a7\uf0b7\uf0d8\uf0fc]|o(?=\t|\s+[A-Z])|\(?\d{1,3}[.)])\s+(?=\S)"
)
_NAMES = {  # in English, German, French and Spanish
    "fact": "fact|answer|fakt|antwort|fait|réponse|hecho|respuesta",
    "mnemonic": "mnemonic|memory aid|memory hook|sounds like|merkspruch|merkhilfe|merksatz|eselsbrücke"
    "|mnémonique|moyen mnémotechnique|mnemotecnia|regla mnemotécnica",
    "explanation": "explanation|why|rationale|reason|erklärung|begründung|warum|explication|pourquoi"
    "|explicación",
    "ask": "question|ask|q|frage|pregunta",
}
_LABELS = {word: name for name, words in _NAMES.items() for word in words.split("|")}
_LABEL = re.compile(rf"\**({'|'.join(_LABELS)})(?:\s?\d{{1,3}})?\**\s*:\s*\**\s*(?=\S)", re.IGNORECASE)
_WITHIN = re.compile(rf"\s{{0,9}}(?:[—–;|,(]|\s-)\s{{0,9}}(?={_LABEL.pattern})", re.IGNORECASE)
_ANSWER = re.compile(r"\**A(?:\s?\d{1,3})?\**\s*:\s*\**\s*(?=\S)")  # a label on a page with a `Q:` only
_QUESTION = re.compile(r"Q(?:\s?\d{1,3})?\**\s{0,9}:")
_TILDE = re.compile(r"(?<=\S)\s{1,9}~\s{1,9}(?=\S)")
_BOLD = re.compile(r"\*\*([^*]+)\*\*:?|__([^_]+)__:?")
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")
_SENTENCES = re.compile(r"[.!?][\"'”’)]*\s+\S")
_HYPHENATED = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,60})-$")
_NEXT_WORD = re.compile(r"[^\W\d_]+")

_SHORTEST = 45  # characters of a line that may go on in the next one
_CUT = 30  # and of one whose last word does
_FULL = 0.7  # of the width of lines: a shorter one was ended on purpose
_UNWRAPPED = 250  # characters from which a line is a paragraph
_HEAD = 60  # characters of a line that may be a heading or a fact
_LINE_WORDS, _LINE_SIGNS = 16, 110  # a sentence that is longer is prose
_MOST_WORDS, _MOST_SIGNS = 30, 200  # and so is whatever is as long as this
_SENTENCE = 4  # words of the shortest one that is no fact


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, or a line that stands for itself, from *start* to *end* in the page's text.

    *level* is that of a Markdown heading, 0 for none; *label* what the page itself calls the unit: `fact`,
    `mnemonic`, `explanation`, `ask` or nothing. *item* tells of a bullet or number before it, *gap* of an
    empty line, *furniture* of what a printer added.
    """

    text: str
    start: int
    end: int
    level: int = 0
    label: str = ""
    item: bool = False
    furniture: bool = False
    gap: bool = False

    @property
    def is_prose(self) -> bool:
        """Whether this reads like an explanation, and not like a fact, a heading or a mnemonic."""
        text = BREAK.sub(" ", self.text).strip()
        words = text.count(" ") + 1
        ends, several = bool(_ENDS.search(text)), bool(_SENTENCES.search(text))
        if words > _MOST_WORDS or len(text) > _MOST_SIGNS:
            return True
        is_long = words > _LINE_WORDS or len(text) > _LINE_SIGNS
        return (ends and words >= _SENTENCE) or (several and (ends or is_long))


def read_units(lines: Sequence[Line], is_word: IsWord) -> tuple[Unit, ...]:
    """Join the lines of a page to its units; a word cut at a line's end becomes whole where *is_word*."""
    answers = any(_QUESTION.search(line.text) for line in lines)
    parts = [part for line in lines for part in _parts(line, answers=answers)]
    text = [part for part in parts if not part.line.furniture]
    aside = [_unit([part], is_word) for part in parts if part.line.furniture]
    widths = _widths(text)
    groups: list[list[_Part]] = []
    for at, part in enumerate(text):
        if groups and _goes_on(text[at - 1], part, widths[at - 1], in_prose=len(groups[-1]) > 1):
            groups[-1].append(part)
        else:
            groups.append([part])
    units = [_unit(group, is_word) for group in groups]
    return tuple(sorted([*units, *aside], key=lambda unit: unit.start))


class _Part(NamedTuple):
    """A line, or what stands in it from one label to the next, without the marks before it."""

    text: str
    line: Line
    start: int
    end: int
    level: int = 0
    label: str = ""
    item: bool = False
    is_first: bool = True


def _parts(line: Line, *, answers: bool) -> Iterator[_Part]:
    """Split a line where a label stands in it, and take off its marks; with *answers*, `A:` is a label."""
    is_note = len(line.text) <= _LINE_SIGNS and len(_TILDE.findall(line.text)) == 1
    between = _TILDE if is_note else _WITHIN
    found = between.finditer(line.text) if is_note or ":" in line.text else ()
    cuts = [(0, 0), *(one.span() for one in found if one.start())]
    ends = [*(start for start, _ in cuts[1:]), len(line.text)]
    for number, ((_, start), end) in enumerate(zip(cuts, ends, strict=True)):
        text = line.text[start:end]
        heading, level = _HEADING.match(text), 0
        if heading:
            text, level = text[heading.end() :].rstrip("#").rstrip() or text, len(heading[1])
        item = _ITEM.match(text)
        text = text[item.end() :] if item else text
        label, answer = _LABEL.match(text), _ANSWER.match(text) if answers else None
        marked = label or answer
        text = text[marked.end() :] if marked else text
        bold = _BOLD.fullmatch(text)
        text = (bold[1] or bold[2]).strip() or text if bold else text
        name = _LABELS[label[1].lower()] if label else "fact" if answer else ""
        if is_note:
            name = ("fact", "mnemonic")[number]
        if text.endswith(")") and "(" not in text and line.text[:start].rstrip().endswith("("):
            text = text[:-1].rstrip() or text
        where = line.start + line.text.find(text, start)
        yield _Part(text, line, where, where + len(text), level, name, bool(item), number == 0)


def _widths(parts: Sequence[_Part]) -> list[float]:
    """Return for each line the width to which the lines around it are filled."""
    long = sorted(len(part.line.text) for part in parts if len(part.line.text) >= _SHORTEST)
    page = min(long[len(long) * 9 // 10], _UNWRAPPED) if long else 0
    found: list[float] = []
    run: list[int] = []
    for at, part in enumerate(parts):
        run.append(len(part.line.text))
        if at + 1 == len(parts) or parts[at + 1].line.gap:
            found += [max(*run, _FULL * page)] * len(run)
            run = []
    return found


def _goes_on(first: _Part, second: _Part, width: float, *, in_prose: bool) -> bool:
    """Whether a paragraph goes on from one line to the next."""
    a, b = first.line.text, second.text
    if second.level or second.label or second.item or first.level or not second.is_first:
        return False
    lower, ends = b[:1].islower(), bool(_ENDS.search(BREAK.sub("", a).rstrip()))
    if second.line.gap:  # an empty line in the middle of a sentence, as at the end of a sheet
        is_long = len(a) >= max(_FULL * width, _SHORTEST) or in_prose
        return is_long and not ends and (lower or bool(_HYPHENATED.search(a)))
    if _HYPHENATED.search(a) and len(a) >= _CUT:
        return True
    if lower and not ends and (len(a) >= _SHORTEST or (len(b) >= _FULL * width and len(b) >= _HEAD)):
        return True
    if len(a) < max(_FULL * width, _SHORTEST) or len(a) >= _UNWRAPPED:
        return False
    return not (ends and len(b) <= _HEAD and not _ENDS.search(b))


def _unit(parts: Sequence[_Part], is_word: IsWord) -> Unit:
    first, last = parts[0], parts[-1]
    return Unit(
        _joined([part.text for part in parts], is_word),
        first.start,
        last.end,
        first.level,
        first.label,
        first.item,
        first.line.furniture,
        first.line.gap and first.is_first,
    )


def _joined(texts: Iterable[str], is_word: IsWord) -> str:
    """Join lines by blanks; of a word that the line's end cut in two, the hyphen goes."""
    pieces: list[str] = []
    for text in texts:
        before = _HYPHENATED.search(pieces[-1]) if pieces else None
        after = _NEXT_WORD.match(text)
        if before is None or after is None:
            pieces += [" "] if pieces else []
        elif after[0].islower() and is_word((before[1] + after[0]).lower()):
            pieces[-1] = pieces[-1][:-1]
        pieces.append(text)
    return "".join(re.sub(r"[^\S\n]+", " ", piece) for piece in pieces)
