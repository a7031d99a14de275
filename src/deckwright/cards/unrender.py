"""HTML of fields → the Markdown that shows the same.

What our renderer wrote comes back as texts that it renders to the same HTML; what Anki's editor and other
tools wrote, as the tidiest text that reads the same. What is returned was rendered again and compared.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deckwright.cards import markup
from deckwright.cards.hypertext import BLOCKS, parse, serial, words
from deckwright.cards.passages import blocks, parts, pictures, raw
from deckwright.cards.phrases import Style, escaped, flat, inline, trimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from deckwright.cards.hypertext import Inner

_EDITOR = re.compile(r"<(?:div|font|span[^>]|[bi][ >])|&nbsp;|\u00a0", re.IGNORECASE)
_PARTED = re.compile(r"(?:\s*(?:</?(?:p|div)>|<br>)\s*)+")
_EMPTY = re.compile(r"<(strong|em|u|s|sub|sup|small|kbd|mark|code)></\1>")
_EARLY = re.compile(
    r"(?P<tags>(?:<[a-z]+>)+)\s+"
)  # a blank that begins what a tag marks, and one that ends it
_LATE = re.compile(r"\s+(?P<tags>(?:</[a-z]+>)+)")
_BLANKS = re.compile(r"[ \t\r\n]+")
_BREAK = re.compile(r" ?<br ?/?> ?", re.IGNORECASE)
_FORMULA = "\\["  # an escaped bracket begins one where a later part happens to end it
_ANY = re.compile(r"<[^<>]*>")
_AROUND = re.compile(rf"\s*(</?(?:{'|'.join(sorted(BLOCKS))})\b[^>]*>)\s*")


def line(source: str, *, exact: bool = False) -> str:
    """Return the text that stays within a line and shows what *source*, the HTML of a field, does.

    Of HTML that `markup.line` wrote, that which it renders to the same again. What Anki's editor adds is
    tidied away, unless it is to come back *exact* because it is known to be ours. No picture has a place
    here.
    """
    if "<" not in source and html.unescape(source) == source == markup.line(source):
        return source
    source = source if exact else _BREAK.sub("<br>", _BLANKS.sub(" ", source).strip())
    tree = flat(parse(source))
    written = tree if exact else trimmed(tree)
    styles = _styles(source, exact=exact)
    texts = (inline(written, replace(style, within_line=True)).strip() for style in styles)
    return _first(texts, tree, lambda text: serial(parse(markup.line(text))))


def block(source: str, *, exact: bool = False) -> str:
    """Return the text of any length that shows what *source*, the HTML of a field, does; see `line`.

    A picture becomes `![alt](name)`, whatever its name.
    """
    return _block_text(source, exact=exact, gaps=False)


def cloze(source: str, *, exact: bool = False) -> str:
    """Return a text as `block` does, the gaps of a field of the cloze kind as gaps."""
    return _block_text(source, exact=exact, gaps=True)


def _block_text(source: str, *, exact: bool, gaps: bool) -> str:
    tree = parse(source, gaps=gaps)
    shown = pictures(tree)
    render = markup.cloze if gaps else markup.block
    styles = [replace(style, gaps=gaps) for style in _styles(source, exact=exact)]

    def check(text: str) -> str:
        return serial(parse(render(text, shown), gaps=gaps))

    def written(styles: Sequence[Style]) -> str:
        texts = (
            _first(_ways(part, styles, again=again, exact=exact), part, lambda text: check(text).strip())
            for part, again in parts(tree)
        )
        return "\n\n".join(filter(None, texts))

    text = written(styles)
    if not exact and _FORMULA in text and _bare(check(text)) != _bare(serial(tree)):
        return written([style for style in styles if style.careful])
    if not exact or render(text, shown) == source:
        return text
    others = (*(written([style]) for style in styles), raw(tree), source)
    return next((other for other in others if render(other, shown) == source), text)


def _styles(source: str, *, exact: bool) -> list[Style]:
    """Return the ways to write, the tidiest first; without *exact*, where it may be ours in spite of all."""
    tidy = [Style(exact=False), Style(exact=False, tags=True), Style(exact=False, careful=True)]
    ours = [Style(exact=True)]
    if exact:
        return [*tidy[:1], *ours, Style(exact=True, careful=True)]
    if _EDITOR.search(source):
        return tidy
    return [*tidy[:1], *ours, Style(exact=True, careful=True), *tidy[1:]]


def _ways(part: list[Inner], styles: Iterable[Style], *, again: bool, exact: bool) -> Iterator[str]:
    """Yield the ways to write a part of a text; HTML that is ours can always stand as what it is."""
    for style in styles:
        yield "\n\n".join(blocks(part, style, again=again))
    if exact:
        yield raw(part)


def _first(texts: Iterable[str], tree: Sequence[Inner], check: Callable[[str], str]) -> str:
    """Return the first text that shows the same as *tree* does, or as nearly as any."""
    wanted = serial(tree)
    tried: list[tuple[str, str]] = []
    for text in texts:
        tried.append((text, check(text)))
        if tried[-1][1] == wanted:
            return text
    for same in (_loose, _bare):
        for text, found in tried:
            if same(found) == same(wanted):
                return text
    return escaped(words(tree).strip())


def _loose(shown: str) -> str:
    """Return HTML without what is not seen: which tags part lines and make bold, and blanks around them."""
    same = shown.replace("&nbsp;", " ").replace("<b>", "<strong>").replace("</b>", "</strong>")
    same = _EMPTY.sub("", same.replace("<i>", "<em>").replace("</i>", "</em>"))
    same = _LATE.sub(r"\g<tags> ", _EARLY.sub(r" \g<tags>", same))
    return " ".join(_PARTED.sub("\n", _AROUND.sub(r"\1", same)).split())


def _bare(shown: str) -> str:
    return "".join(markup.plain(_ANY.sub(" ", shown)).split())
