"""The words of a field → Markdown: emphasis, links, code, formulas, and escapes where they are needed."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.cards.hypertext import Element, GapSign, Picture
from deckwright.cards.maths import formulas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deckwright.cards.hypertext import Inner

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
# What Markdown would take for a sign of its own, wherever it stands.
_SIGNS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~\n]|$)|`|(?<!\s)\*|\*(?!\s)|(?<![^\W_])_|_(?![^\W_])"
    r"|\[(?=[^\[\]]*\][(\[:])|!(?=\[)|<(?=[A-Za-z/!?])|&(?=#?\w+;)"
)
_GAP = re.compile(r"\{(?=\{ *(?:c? *\d|c *:))")
_IN_GAP = re.compile(r"(?<=:):|(?<=\})\}")
_BY_NUMBER = frozenset("\\()[]")  # with a backslash before it, each would be half of a formula's sign
# White space that would be lost, and the one mark that melts into signs before it.
_HARD = re.compile(r"(?<=[ \n\t])[ \n\t]|^[\n\t]|[\n\t]$|\t|\u0338|^[^\S \n\t]|[^\S \n\t]$")
_HARDER = re.compile(rf"{_HARD.pattern}|^ | $")
_HARDEST = re.compile(rf"{_HARDER.pattern}|\n")
_LOST = re.compile(r"\u00a0(?=\s|$)|(?<=\s)\u00a0|^\u00a0")
_BLANKS = re.compile(r"[ \t]*\n[ \t\n]*|[ \t]+")
_DELIMITERS = {"em": "*", "strong": "**"}
_SAME = {"b": "strong", "i": "em"}
_IN_BRACKETS = re.compile(r"[\\\[\]*_`<&]")
_BARE = re.compile(r"[^\s()<>\\&`]+")


@dataclass(frozen=True, slots=True)
class Style:
    """How to write.

    *exact* keeps what shows the same but is written otherwise, such as `<b>`; *tags* stand in place of the
    signs of emphasis; *careful* writes tags only, and escapes all that could be a sign.
    """

    exact: bool
    tags: bool = False
    careful: bool = False
    within_line: bool = False
    gaps: bool = False


def inline(nodes: list[Inner], style: Style) -> str:
    """Write what stands within a line, or in the lines of a paragraph."""
    written: list[str] = []
    for number, node in enumerate(nodes):
        if isinstance(node, str):
            broken = written and written[-1] == "\\\n"
            text = node.removeprefix("\n") if style.exact else node.lstrip()
            written.append(_text(text if broken else node, style))
        elif isinstance(node, GapSign):
            written.append(node.text)
        elif isinstance(node, Picture):
            written += [] if style.within_line else [_picture(node)]
        elif node.tag == "br":
            after = nodes[number + 1] if number + 1 < len(nodes) else ""
            is_parted = isinstance(after, str) and after.startswith("\n")
            hard = not style.within_line and (is_parted or not style.exact)
            written[-1:] = [text if style.exact else text.rstrip(" ") for text in written[-1:]]
            written.append("\\\n" if hard else "<br>")
        else:
            written.append(_marked(node, style))
    return "".join(written)


def _marked(node: Element, style: Style) -> str:
    """Write an element within a line."""
    inner = (
        flat(node.inner)
        if any(isinstance(one, Element) and one.is_block for one in node.inner)
        else node.inner
    )
    tag = node.tag if style.exact else _SAME.get(node.tag, node.tag)
    if tag == "a":
        return _link(node, inner, style)
    if style.careful or (style.tags and tag in _DELIMITERS):
        return f"<{tag}>{inline(inner, style)}</{tag}>"
    if tag in _DELIMITERS:
        return _emphasis(tag, inner, style)
    if tag == "code" and all(isinstance(one, str) for one in inner) and inner:
        return _code("".join(one for one in inner if isinstance(one, str)))
    return f"<{tag}>{inline(inner, style)}</{tag}>"


def _emphasis(tag: str, inner: list[Inner], style: Style) -> str:
    edges = [one.tag for one in (inner[:1] + inner[-1:]) if isinstance(one, Element)]
    sign = "_" if tag == "em" and {"strong", "b"} & {*edges} else _DELIMITERS[tag]
    text = inline(inner, style)
    if style.exact:
        return f"{sign}{text}{sign}"
    body = text.strip(" \n\t")
    lead, tail = (" " if text[:1].isspace() else ""), (" " if text[-1:].isspace() else "")
    return f"{lead}{sign}{body}{sign}{tail}" if body else lead


def _link(node: Element, inner: list[Inner], style: Style) -> str:
    address, title = node.attributes.get("href", ""), node.attributes.get("title", "")
    words = inline(inner, style)
    if not address:
        return f"<a>{words}</a>" if style.exact else words
    if style.careful:
        titled = f' title="{html.escape(title)}"' if title else ""
        return f'<a href="{html.escape(address)}"{titled}>{words}</a>'
    if inner in ([address], [address.removeprefix("mailto:")]) and not title:
        return f"<{inner[0]}>"
    target = address if _BARE.fullmatch(address) else f"<{re.sub(r'[<>]', _escaped, address)}>"
    titled = f' "{_PUNCTUATION.sub(_escaped, title)}"' if title else ""
    return f"[{words}]({target}{titled})"


def _picture(picture: Picture) -> str:
    name = picture.name if _BARE.fullmatch(picture.name) else f"<{picture.name}>"
    return f"![{alt_text(picture.alt)}]({name})"


def alt_text(words: str) -> str:
    """Write what stands in for a picture between the brackets of its mark."""
    return _IN_BRACKETS.sub(_by_number, " ".join(words.split()))


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    padded = text.startswith("`") or text.endswith("`") or (text != text.strip(" ") and bool(text.strip(" ")))
    space = " " if padded else ""
    return f"{fence}{space}{text}{space}{fence}"


def _text(text: str, style: Style) -> str:
    """Write words, formulas as they are and everything else so that it is only itself."""
    if not style.exact:
        text = _BLANKS.sub(lambda run: "\n" if "\n" in run[0] else " ", _LOST.sub(" ", text))
    written, at = [], 0
    for start, end in formulas(text):
        written += [_words(text[at:start], style), text[start:end]]
        at = end
    return "".join([*written, _words(text[at:], style)])


def _words(text: str, style: Style) -> str:
    if style.careful:
        return escaped(text, within_line=style.within_line)
    signs = _SIGNS.sub(r"\\\g<0>", text)
    signs = signs if style.within_line else _GAP.sub(r"\\\g<0>", signs)
    signs = _IN_GAP.sub(r"\\\g<0>", signs) if style.gaps else signs
    return _HARD.sub(_by_number, signs) if style.exact else signs.replace("\u0338", "&#824;")


def escaped(text: str, *, within_line: bool = False) -> str:
    """Write a text so that every character of it is only itself."""
    edges = _HARDEST if within_line else _HARDER
    return edges.sub(_by_number, _PUNCTUATION.sub(_escaped, text))


def _escaped(sign: re.Match[str]) -> str:
    return _by_number(sign) if sign[0] in _BY_NUMBER else f"\\{sign[0]}"


def _by_number(char: re.Match[str]) -> str:
    return f"&#{ord(char[0])};"


def flat(nodes: list[Inner]) -> list[Inner]:
    """Return what stands in a line: breaks in place of the edges of blocks."""
    found: list[Inner] = []
    for node in nodes:
        if not (isinstance(node, Element) and node.is_block):
            found.append(node)
            continue
        inner = flat(node.inner)
        found += [Element("br")] if is_shown(found) and found[-1] != Element("br") else []
        found += inner if is_shown(inner) else []
        found += [Element("br")] if is_shown(inner) and inner[-1] != Element("br") else []
    return trimmed(found) if any(isinstance(one, Element) and one.is_block for one in nodes) else found


def trimmed(nodes: list[Inner]) -> list[Inner]:
    """Drop the breaks and blanks at both ends."""
    kept = list(nodes)
    for end in (0, -1):
        while kept and (kept[end] == Element("br") or not is_shown(kept[end : end + 1 or None])):
            del kept[end]
    return kept


def is_shown(run: Sequence[Inner]) -> bool:
    """Whether anything but white space is there."""
    return any(not isinstance(node, str) or node.strip() for node in run)
