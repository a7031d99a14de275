"""The blocks of a field → Markdown: paragraphs, lists, tables, and HTML for what Markdown cannot say."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from deckwright.cards.hypertext import Element, Picture, serial, words
from deckwright.cards.maths import formulas
from deckwright.cards.phrases import Style, flat, inline, is_shown, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.cards.hypertext import Inner

# A heading, item, quote, rule, fence or table; the sign to escape is the last of a number, else the first.
_STARTS = re.compile(
    r"^(\d{1,9})?(?=(?(1)[.)](?:\s|$)|(?:#{1,6}(?:\s|$)|[-+*](?:\s|$)|>|~~~|=+\s*$|[-|:\s]+$|(?:[-*_]\s*){3,}$)))",
    re.MULTILINE,
)
_SIDES = {"left": ":--", "center": ":-:", "right": "--:"}
_BREAKS = re.compile(r"\\?\n")
_BAR = re.compile(r"(?<!\\)\|")
_EMPTY_LINE = re.compile(r"\n(?=\s*\n)|\n$")
_ENDS = " \n\t"  # what is nothing to Markdown at either end of a line; a no-break space is something
_EDGES = re.compile(r"\A[ \n\t]+|[ \n\t]+\Z")
_BLANK_LINE = re.compile(r"^ +$", re.MULTILINE)
_LONGEST_NUMBER = 10
_UNDERLINES = ("===", "---")  # of headings that go over lines, by level


class _Unsaid(Exception):  # noqa: N818 - no error: HTML is written instead
    """Markdown has no sign for this."""


def parts(tree: list[Inner]) -> Iterator[tuple[list[Inner], bool]]:
    """Part a text into blocks and what stands between, each with whether it is a list after such a list."""
    run: list[Inner] = []
    before, again = "", False
    for node in tree:
        if isinstance(node, Element) and node.is_block:
            if is_shown(run):
                yield run, False
                before = ""
            run = []
            again = node.tag == before and node.tag in ("ul", "ol") and not again
            yield [node], again
            before = node.tag
        else:
            run.append(node)
    if is_shown(run):
        yield run, False


def blocks(tree: list[Inner], style: Style, *, again: bool = False) -> list[str]:
    """Write each block of a text; *again* where the first is a list that must not go on with another."""
    written: list[str] = []
    listed = list(parts(tree))
    for number, (part, repeated) in enumerate(listed, 1):
        first = part[0]
        if isinstance(first, Element) and first.is_block:
            try:
                written += _element(first, style, again=repeated or again)
            except _Unsaid:
                written.append(raw(part))
        else:
            run = _within_lines(part, after_block=number > 1, before_block=number < len(listed))
            written += _paragraphs(run, style)
        again = False
    return [text for text in written if text]


def _element(element: Element, style: Style, *, again: bool) -> list[str]:
    tag = element.tag
    if tag == "p":
        return _paragraphs(element.inner, style)
    if tag in ("div", "li") and not style.exact:
        return blocks(element.inner, style)
    if tag in ("ul", "ol"):
        return [_list(element, style, again=again)]
    if tag[0] == "h" and tag != "hr":
        return [_heading(element, style)]
    if tag not in _WRITERS:
        raise _Unsaid
    return [_WRITERS[tag](element, style)]


def _quote(element: Element, style: Style) -> str:
    inner = _join(blocks(element.inner, style))
    return "\n".join(f"> {one}".rstrip(_ENDS) for one in inner.split("\n"))


def _rule(_element: Element, _style: Style) -> str:
    return "***"


def _paragraphs(nodes: list[Inner], style: Style) -> list[str]:
    """Write words of a block; two breaks part paragraphs in what other tools write."""
    texts = []
    for run in [nodes] if style.exact else _split(nodes):
        text = inline(run, style)
        kept = _EDGES.sub(_by_numbers, text) if style.exact else text.strip(_ENDS)
        texts.append(_unstarted(kept))
    return texts


def _by_numbers(blanks: re.Match[str]) -> str:
    return "".join(f"&#{ord(blank)};" for blank in blanks[0])


def _unstarted(text: str) -> str:
    """Escape what would start a block within the lines of one."""
    return _STARTS.sub(lambda start: f"{start[1] or ''}\\", text)


def _within_lines(nodes: list[Inner], *, after_block: bool, before_block: bool) -> list[Inner]:
    """Drop the line ends that stand between a paragraph and blocks; one at the end of all is the author's."""
    kept = list(nodes)
    if after_block and kept and isinstance(kept[0], str):
        kept[0] = kept[0].removeprefix("\n")
    if before_block and kept and isinstance(kept[-1], str):
        kept[-1] = kept[-1].removesuffix("\n")
    return kept


def _split(nodes: list[Inner]) -> Iterator[list[Inner]]:
    """Part what stands in a paragraph where it is parted by an empty line."""
    runs: list[list[Inner]] = [[]]
    breaks = 0
    for node in flat(nodes):
        is_break = isinstance(node, Element) and node.tag == "br"
        if isinstance(node, str) and not node.strip() and breaks:
            continue
        breaks = breaks + 1 if is_break else 0
        if breaks == 2:  # noqa: PLR2004 - an empty line
            runs.append([])
        elif breaks < 2:  # noqa: PLR2004
            runs[-1].append(node)
    return (trimmed(run) for run in runs)


def _heading(element: Element, style: Style) -> str:
    text, level = inline(element.inner, style).strip(_ENDS), int(element.tag[1])
    if "\n" not in text or not style.exact:
        return f"{'#' * level} {_BREAKS.sub(' ', text)}".rstrip(_ENDS)
    if level > len(_UNDERLINES):
        raise _Unsaid
    return f"{_unstarted(text)}\n{_UNDERLINES[level - 1]}"


def _list(element: Element, style: Style, *, again: bool) -> str:
    items = [one for one in element.inner if isinstance(one, Element) and one.tag == "li"]
    others = [one for one in element.inner if not (isinstance(one, Element) and one.tag == "li")]
    if not items or (is_shown(others) and style.exact):
        raise _Unsaid
    loose = any(isinstance(one, Element) and one.tag == "p" for item in items for one in item.inner)
    start = element.attributes.get("start", "1")
    first = int(start) if start.isdecimal() and len(start) < _LONGEST_NUMBER else 1
    written = []
    for number, item in enumerate(items, first):
        mark = f"{number}{')' if again else '.'}" if element.tag == "ol" else "*" if again else "-"
        # A list that begins another's item takes the other mark: three of the same in a line are a rule.
        inner = ("\n\n" if loose else "\n").join(blocks(item.inner, style, again=not again))
        lead = _lead(item) if style.exact else ""
        inner = f"{lead}\n{inner}" if lead else inner
        indented = inner.replace("\n", "\n" + " " * (len(mark) + 1))
        written.append(_BLANK_LINE.sub("", f"{mark} {indented}".rstrip(_ENDS)))
    return ("\n\n" if loose else "\n").join(written)


def _lead(item: Element) -> str:
    """Write the blanks before an item's first block, which only numbers can have put there."""
    first, *others = item.inner or [""]
    is_run = bool(others) and not (isinstance(others[0], Element) and others[0].is_block)
    if not isinstance(first, str) or is_shown([first]) or is_run:
        return ""
    return _EDGES.sub(_by_numbers, first.removesuffix("\n") if others else first)


def _fenced(element: Element, style: Style) -> str:
    text = words([element])
    if style.exact and not text.endswith("\n"):
        raise _Unsaid
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}\n{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{fence}"


def _table(element: Element, style: Style) -> str:
    """Write a table with a head; one without only for its pictures, which HTML would lose."""
    rows = [one for one in _within(element) if one.tag == "tr"]
    cells = [[one for one in row.inner if isinstance(one, Element)] for row in rows]
    headed = bool(rows) and all(one.tag == "th" for one in cells[0])
    if not cells or not (headed or pictures([element])):
        raise _Unsaid
    width = max(map(len, cells))
    head = cells.pop(0) if headed else [Element("th")] * width
    sides = [_SIDES.get(one.attributes.get("style", "").partition(":")[2].strip(" ;"), "---") for one in head]
    lines = [_row(head, style), f"| {' | '.join(sides)} |", *(_row(row, style) for row in cells)]
    return "\n".join(lines)


def _row(cells: Sequence[Element], style: Style) -> str:
    within = replace(style, within_line=False)
    texts = (_in_cell(inline(flat(cell.inner), within).strip(_ENDS)) for cell in cells)
    return f"| {' | '.join(texts)} |"


def _in_cell(text: str) -> str:
    """Escape what would part cells, but in formulas, which Markdown never sees."""
    spans = [0, *(at for span in formulas(text) for at in span), len(text)]
    parts = [text[start:end] for start, end in pairwise(spans)]
    return "".join(
        part if number % 2 else _BREAKS.sub("<br>", _BAR.sub(r"\|", part))
        for number, part in enumerate(parts)
    )


def _within(element: Element) -> Iterator[Element]:
    for one in element.inner:
        if isinstance(one, Element):
            yield one
            yield from _within(one)


def pictures(tree: Sequence[Inner]) -> dict[str, str]:
    """Return the pictures of a text by their names, which are those of their files."""
    every = [*tree, *(inner for one in tree if isinstance(one, Element) for inner in _every(one))]
    return {one.name: one.name for one in every if isinstance(one, Picture)}


def _every(element: Element) -> Iterator[Inner]:
    for one in element.inner:
        yield one
        if isinstance(one, Element):
            yield from _every(one)


def raw(tree: Sequence[Inner]) -> str:
    """Write HTML that Markdown takes as it is: without an empty line, formulas in their own signs."""
    return _EMPTY_LINE.sub("&#10;", serial(tree, formulas=True))


def _join(texts: Sequence[str]) -> str:
    return "\n\n".join(texts)


_WRITERS = {"blockquote": _quote, "pre": _fenced, "table": _table, "hr": _rule}
