"""Markdown → HTML that is safe in anyone's collection.

Anki runs scripts in fields, loads MathJax without its safe mode, and gives `[sound:`, `[latex]` and `{{c1::`
a life of their own. What an author writes is shown, never live, but for the gaps of `cloze`; what is refused
is reported, never lost in silence.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from deckwright.cards import cleaner, gaps, markdown
from deckwright.cards.attached import detached
from deckwright.cards.maths import formulas, unsafe_commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deckwright.cards.cleaner import Allowed
    from deckwright.cards.gaps import Gap
    from deckwright.cards.markdown import PictureMark, Span

# A line that starts with this mark starts no list, heading, quote, table or HTML block. As punctuation it
# leaves `_` and `*` beside it their meaning.
LINE_START = "⸮"
TAG = re.compile(r"""(<[^>"]*(?:"[^"]*"[^>"]*)*>)""")  # of rendered HTML, where `>` in a value is quoted
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_SPACE = re.compile(r"[ \t\n]+")
_MATHS_MARK = re.compile(r"\\(?=[()\[\]])")
_LIVE_BRACKET = re.compile(r"\[(?=(?:sound|anki):|/?(?:latex|\$\$?)\])", re.IGNORECASE)
# Most texts have no sign in which Markdown, HTML, MathJax or Anki could see a mark, and are shown as they are
# typed; so are paragraphs of lines that start with a letter. Rendering them would come to the same, slowly.
_SIGNS = "A-Za-z0-9À-ɏΑ-Ωα-ωµ,;.:?!()/%+='\"‘’“”„–—…·›°±×÷≤≥≈→-"
_WORDS = f"[{_SIGNS}]+(?: [{_SIGNS}]+)*+"
_LINES = rf"(?=[A-Za-zÀ-ɏ]){_WORDS}(?:\n(?=[A-Za-zÀ-ɏ]){_WORDS})*"
_PLAIN_LINE = re.compile(f"(?:{_WORDS})?")
_PLAIN_BLOCK = re.compile(rf"{_LINES}(?:\n\n{_LINES})*")
# What Markdown makes of a text without HTML is often clean already: these tags alone, and no entity.
_CLEAN = {
    cleaner.INLINE: re.compile(r"(?:[^<&\x00-\x08\x0b-\x1f\x7f-\xa0]++|</?(?:strong|em)>)*+"),
    cleaner.BLOCK: re.compile(r"(?:[^<&\x00-\x08\x0b-\x1f\x7f-\xa0]++|</?(?:p|ul|ol|li|strong|em)>)*+"),
}
_NOWHERE = re.compile(r"(?!)")
_NONE: Mapping[str, str] = MappingProxyType({})


def line(text: str) -> str:
    """Render a text that stays within a line; `1.`, `#`, `-` or `>` at its start are text."""
    return text if _PLAIN_LINE.fullmatch(text) else _marked_line(text)


@lru_cache(maxsize=4096)  # a page that follows an author's saves asks for the same ones again and again
def _marked_line(text: str) -> str:
    return _line(text, _NONE)


def block(text: str, pictures: Mapping[str, str] = _NONE) -> str:
    """Render a text of any length: all of CommonMark, and tables; the words of gaps as if there were none.

    *pictures* maps the pictures that it may show, by the names they have in it, to their files.
    """
    if _PLAIN_BLOCK.fullmatch(text):
        return "\n".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    return _block(text, tuple(pictures.items()))


@lru_cache(maxsize=4096)  # as above
def _block(text: str, pictures: tuple[tuple[str, str], ...]) -> str:
    return _with_gaps(cleaned(text), dict(pictures), live=False)


def cloze(text: str, pictures: Mapping[str, str] = _NONE) -> str:
    """Render a text like `block`, its gaps open: for a field that Anki shows as one of its cloze kind."""
    return _with_gaps(cleaned(text), pictures, live=True)


def hypertext(text: str) -> str:
    """Return HTML that another tool wrote, rid of all that is refused in our own texts.

    Formulas stay, and what shows or plays a file of the reader's own.
    """
    marked, pieces, marks = detached(cleaned(text))
    quiet = _quiet(CONTROL.sub("", cleaner.clean(marked, cleaner.VERBATIM)))
    unsafe = any(_unsafe_maths(quiet)) or any(_unsafe_maths(plain(quiet)))
    safe = "".join(_without_maths_marks(part) for part in TAG.split(quiet)) if unsafe else quiet
    parts = TAG.split(safe)
    return "".join(
        marks.sub("" if part.startswith("<") else lambda mark: pieces[int(mark[1])], part) for part in parts
    )


def literal(text: str) -> str:
    """Write a text without markup as HTML: every character is shown as it stands."""
    if _PLAIN_LINE.fullmatch(text):
        return text
    return _without_maths_marks(_quiet(html.escape(cleaned(text), quote=False)))


def attribute(text: str) -> str:
    """Write a text without markup as the value of an attribute in double quotes."""
    return _quiet(html.escape(cleaned(text)))


def image(name: str, alt: str) -> str:
    """Write a picture as Anki finds it on import: `<img src="…">` with double quotes."""
    return f'<img src="{name}" alt="{attribute(alt)}">'


def plain(rendered: str) -> str:
    """Return the words of rendered HTML, as a title or a sort field shows them."""
    return _SPACE.sub(" ", html.unescape(TAG.sub("", rendered))).strip()


def is_visible(rendered: str) -> bool:
    """Whether a reader sees anything of rendered HTML."""
    if rendered[:1].isalnum():
        return True
    return any(unicodedata.category(char) not in _UNSEEN for char in plain(rendered))


def cleaned(text: str) -> str:
    """Return the NFC text without control characters; Anki would do the same on import."""
    return unicodedata.normalize("NFC", CONTROL.sub("", text))


def flat(text: str) -> str:
    """Return the text on one line."""
    return _SPACE.sub(" ", text).strip()


def broken_gaps(text: str) -> tuple[Gap, ...]:
    """Return the gaps of a text that begin in one part of it and end in another: no card can show them."""
    found, _ = gaps.find(text)
    pictures = {mark.name: mark.name for mark in markdown.pictures(text)}
    rendered = _rendered(text, cleaner.BLOCK, _pieces(text, pictures, found))
    whole = [gap for gap, part in rendered.parts() if gap and gaps.is_whole(part)]
    return tuple(gap for gap in found if gap not in whole)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is put back where a mark stands once the rest is safe: HTML, or one end of a gap.

    What is punctuation as typed leaves `_` and `*` beside it the meaning that they have there.
    """

    html: str
    gap: Gap | None = None
    punctuation: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class _Rendered:
    """Safe HTML, but that the ends of gaps are still marks, which *marked* finds."""

    html: str
    marked: re.Pattern[str]
    pieces: Sequence[_Piece]

    def parts(self) -> Iterator[tuple[Gap | None, str]]:
        """Yield what stands between the ends of gaps, each with the gap that it is in."""
        at, inside = 0, None
        for match in self.marked.finditer(self.html):
            piece = self.pieces[int(match[1])]
            yield inside if inside is piece.gap else None, self.html[at : match.start()]
            at, inside = match.end(), piece.gap if piece.opens else None
        yield None, self.html[at:]


def _with_gaps(text: str, pictures: Mapping[str, str], *, live: bool) -> str:
    found, _ = gaps.find(text)
    rendered = _rendered(text, cleaner.BLOCK, _pieces(text, pictures, found))
    return "".join(_gap(gap, part, pictures) if gap and live else part for gap, part in rendered.parts())


def _gap(gap: Gap, part: str, pictures: Mapping[str, str]) -> str:
    if not gaps.is_whole(part):
        return part
    hint = f"::{gaps.sheltered(_line(gap.hint, pictures))}" if gap.hint else ""
    return f"{{{{c{gap.number}::{gaps.sheltered(part)}{hint}}}}}"


def _line(text: str, pictures: Mapping[str, str]) -> str:
    shown = LINE_START + flat(cleaned(text))
    rendered = _rendered(shown, cleaner.INLINE, _pieces(shown, pictures, ()))
    return rendered.html.removeprefix(LINE_START)


def _pieces(text: str, pictures: Mapping[str, str], found: Sequence[Gap]) -> dict[Span, _Piece]:
    """Return what Markdown is not to see, in order: the ends of gaps, pictures, and formulas outside them."""
    pieces = {
        span: _Piece("", gap, punctuation=True, opens=span[0] == gap.start)
        for gap in found
        for span in gap.ends
    }
    marks = markdown.pictures(text) if pictures else ()
    pieces |= {(mark.start, mark.end): _Piece(_image(mark, pictures), punctuation=True) for mark in marks}
    pieces |= {span: _Piece(_formula(text, *span)) for span in formulas(text)} if "\\" in text else {}
    outer: dict[Span, _Piece] = {}
    end = 0
    for span, piece in sorted(pieces.items(), key=itemgetter(0)):
        if span[0] >= end:  # else it is within a hint or a picture
            outer[span] = piece
            end = span[1]
    return outer


def _image(mark: PictureMark, pictures: Mapping[str, str]) -> str:
    name = pictures.get(mark.name)
    return image(name, mark.alt) if name else ""


def _formula(text: str, start: int, end: int) -> str:
    # In an attribute, too: there a quote would end it.
    formula = _quiet(html.escape(text[start:end], quote=False).replace('"', "&quot;"))
    return _without_maths_marks(formula) if any(unsafe_commands(text, start, end)) else formula


def _rendered(text: str, allowed: Allowed, pieces: Mapping[Span, _Piece]) -> _Rendered:
    """Render Markdown around *pieces*, which are safe."""
    if not pieces:
        return _Rendered(_safe(text, allowed), _NOWHERE, ())
    mark = markdown.unused(text)
    edges = (LINE_START if piece.punctuation else "" for piece in pieces.values())
    marks = {
        span: f"{edge}{mark}{number}{mark}{edge}"
        for number, (span, edge) in enumerate(zip(pieces, edges, strict=True))
    }
    marked = re.compile(f"{mark}(\\d+){mark}")
    # What stands in an address is part of it, whatever it looks like: `…/wiki/Baclofen_\(drug\)`.
    for number in _in_addresses(markdown.masked(text, marks), marked):
        del marks[list(pieces)[number]]
    quiet = _safe(markdown.masked(text, marks), allowed)
    ends = re.compile(f"{LINE_START}{marked.pattern}{LINE_START}")
    for pattern in (ends, marked) if marks else ():
        quiet = _put_back(quiet, pattern, list(pieces.values()), edged=pattern is ends)
    return _Rendered(quiet, ends, list(pieces.values()))


def _safe(text: str, allowed: Allowed) -> str:
    """Render Markdown, rid of all that is not *allowed* and of what Anki would act on."""
    rendered = markdown.to_html(text)
    if allowed is cleaner.INLINE:
        rendered = rendered.removeprefix("<p>").removesuffix("</p>")
    if "<" in text or not _CLEAN[allowed].fullmatch(rendered):
        # What entities stood for comes out raw here.
        rendered = CONTROL.sub("", cleaner.clean(rendered, allowed))
    clean = rendered.rstrip()
    if "\\" in clean:
        clean = "".join(_without_maths_marks(part) for part in TAG.split(clean))
    return _quiet(clean)


def _put_back(quiet: str, marked: re.Pattern[str], pieces: Sequence[_Piece], *, edged: bool) -> str:
    """Put pieces in place of their marks, those with edges or the others; ends of gaps stay, but in tags."""

    def in_text(match: re.Match[str]) -> str:
        piece = pieces[int(match[1])]
        return match[0] if piece.gap or piece.punctuation != edged else piece.html

    def in_tag(match: re.Match[str]) -> str:
        piece = pieces[int(match[1])]
        return match[0] if piece.punctuation != edged else "" if edged else piece.html

    parts = TAG.split(quiet)
    return "".join(marked.sub(in_tag if part.startswith("<") else in_text, part) for part in parts)


def _in_addresses(masked: str, marked: re.Pattern[str]) -> set[int]:
    """Return the numbers of the pieces that Markdown would make part of a link's address."""
    return {int(number) for address in markdown.addresses(masked) for number in marked.findall(address)}


def _unsafe_maths(text: str) -> Iterator[re.Match[str]]:
    return (bad for formula in formulas(text) for bad in unsafe_commands(text, *formula))


def _without_maths_marks(part: str) -> str:
    r"""Break `\(` in text, which MathJax would take for a formula although the author escaped it."""
    return part if part.startswith("<") else _MATHS_MARK.sub(r"\\<span></span>", part)


def _quiet(rendered: str) -> str:
    # Anki composes Unicode on import; this mark would melt into the `>` of a tag before it.
    rendered = unicodedata.normalize("NFC", rendered.replace("\u0338", "&#824;"))
    rendered = gaps.quiet(rendered) if "{{" in rendered else rendered
    return _LIVE_BRACKET.sub("&#91;", rendered) if "[" in rendered else rendered
