"""How a source text is laid out around a node: columns, line ends, brackets, and where values end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.source.syntax import Mapping, Node, Scalar, Sequence
from deckwright.source.text import Span

if TYPE_CHECKING:
    from deckwright.source.text import SourceFile

_ALIAS = re.compile(r"[ \t]*:(?:\s|#[^\r\n]*[\r\n])*(\*[^\s,\[\]{}]+)")
_REMARK = re.compile(r"(?:\r\n|\n|\r)([ ]*)#[^\r\n]*")
_DASHES = re.compile(r"[ ]*(?:-[ ]+)+")


def column(source: SourceFile, offset: int) -> int:
    """How many code points stand before *offset* on its line."""
    return source.place(offset).column - 1


def line_end(source: SourceFile) -> str:
    """Return what ends the file's first line, a line feed where it has but one."""
    found = re.search(r"\r\n|\n|\r", source.text)
    return found[0] if found else "\n"


def end_of_line(source: SourceFile, offset: int) -> int:
    """Return the offset at which the line of *offset* ends, before its line end."""
    line = source.place(offset).line
    return source.offset(line) + len(source.line(line))


def is_flow(source: SourceFile, node: Node) -> bool:
    """Whether a mapping or sequence is written in brackets."""
    return source.text[node.span.start : node.span.start + 1] in ("{", "[")


def is_item(source: SourceFile, node: Node) -> bool:
    """Whether *node* stands behind a dash of its own."""
    start = node.span.start
    return _DASHES.fullmatch(source.text, start - column(source, start), start) is not None


def after_colon(source: SourceFile, key: Scalar) -> int:
    """Return the offset behind the colon of *key*."""
    return source.text.index(":", key.span.end) + 1


def value_span(source: SourceFile, key: Scalar, value: Node) -> Span:
    """Where the value of *key* is written: of an alias, the alias itself, whose text stands elsewhere."""
    alias = _ALIAS.match(source.text, key.span.end)
    if alias and value.span.start != alias.start(1):
        return Span(*alias.span(1))
    return value.span


def pair_end(source: SourceFile, key: Scalar, value: Node) -> int:
    """Return the offset at which a key and all that is written under it end."""
    span = value_span(source, key, value)
    if span != value.span:
        return span.end
    if isinstance(value, Mapping) and value.pairs and not is_flow(source, value):
        return pair_end(source, *value.pairs[-1])
    if isinstance(value, Sequence) and value.items and not is_flow(source, value):
        return item_end(source, value)
    return max(span.end, key.span.end + 1)


def item_end(source: SourceFile, listed: Sequence) -> int:
    """Return the offset at which the last item of a list in block style ends."""
    last = listed.items[-1]
    if isinstance(last, Mapping) and last.pairs and not is_flow(source, last):
        return max(last.span.start, pair_end(source, *last.pairs[-1]))
    return last.span.end


def between_items(source: SourceFile, listed: Sequence) -> str:
    """Return what stands in a list before, between and behind its items."""
    edges = [listed.span.start, *(edge for item in listed.items for edge in (item.span.start, item.span.end))]
    edges.append(listed.span.end)
    return "".join(source.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def with_remarks(source: SourceFile, offset: int, indent: int) -> int:
    """Return the end of the line of *offset*, or of the comments below that stand deeper than *indent*."""
    at = end_of_line(source, offset)
    while (found := _REMARK.match(source.text, at)) and len(found[1]) > indent:
        at = found.end()
    return at
