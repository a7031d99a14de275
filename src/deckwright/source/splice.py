"""Changes of a source text that touch nothing but what they are about.

Every comment, quote, blank line and order elsewhere stays byte for byte. What a change needs to know of the
layout it reads off the text around.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from deckwright.source import layout
from deckwright.source.diagnostics import Report
from deckwright.source.scalars import BETWEEN, block, cleaned, is_plain, scalar
from deckwright.source.syntax import Mapping, Node, Scalar, Sequence, compose
from deckwright.source.text import Edit, SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STEP = 2  # columns by which what belongs to a key stands deeper
ORDER = (
    "deck",
    "id",
    "fact",
    "mnemonic",
    "symbol",
    "region",
    "image",
    "ask",
    "source",
    "explanation",
    "tags",
)

_HEADER = re.compile(r"[|>][-+\d]{0,2}")


class CannotSplice(ValueError):  # noqa: N818 - what the author is told, not a fault of the program
    """The text is written in a way that this change cannot keep; the message says what to write first."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A value on its way into the text: words, or numbers already *listed* in brackets."""

    text: str
    listed: bool = False

    def inline(self, *, style: str = "", in_flow: bool = False) -> str:
        """Write the value on one line."""
        return self.text if self.listed else scalar(self.text, style=style, in_flow=in_flow)


def put(source: SourceFile, note: Mapping, key: str, text: str) -> tuple[Edit, ...]:
    """Return the edits after which *note* has *text* under *key*, quoted as before; no text, no key.

    *note* is one of the deck that *source* holds.

    Raises:
        CannotSplice: the key cannot go, or no other key can be added where the note stands.
        ValueError: the text holds control characters.

    """
    return _put(source, note, key, _Written(cleaned(text)))


def put_list(source: SourceFile, note: Mapping, key: str, numbers: Iterable[float]) -> tuple[Edit, ...]:
    """Return the edits after which *note* has the list of *numbers* under *key*, to a tenth.

    Raises:
        CannotSplice: no key can be added where the note stands.

    """
    listed = ", ".join(f"{round(number, 1):g}" for number in numbers)
    return _put(source, note, key, _Written(f"[{listed}]", listed=True))


def put_words(source: SourceFile, note: Mapping, key: str, words: Iterable[str]) -> tuple[Edit, ...]:
    """Return the edits after which *note* has the list of *words* under *key*; none, no key.

    Raises:
        CannotSplice: comments stand in the list that is there, or no key can be added.
        ValueError: a word holds control characters.

    """
    listed = ", ".join(scalar(cleaned(word), in_flow=True) for word in words)
    old = note.get(key)
    if isinstance(old, Sequence) and "#" in layout.between_items(source, old):
        raise CannotSplice(f"comments stand in `{key}`; change it in the file")
    return _put(source, note, key, _Written(f"[{listed}]" if listed else "", listed=bool(listed)))


def _put(source: SourceFile, note: Mapping, key: str, value: _Written) -> tuple[Edit, ...]:
    node = _as_written(source, note)
    if isinstance(node, Scalar):
        return _put_in_line(source, node, key, value)
    if not isinstance(node, Mapping) or not node.pairs:
        raise CannotSplice("this note has no keys; write `fact:` first")
    name, old = node.key(key), node.get(key)
    if name is None or old is None:
        return (_added(source, node, key, value),) if value.text else ()
    return _replaced(source, node, (name, old), value) if value.text else (_removed(source, node, name),)


def _as_written(source: SourceFile, note: Mapping) -> Node:
    """Find the node that a note of the model was made from: short forms and empty keys are still in it."""
    tree = _tree(source)
    found = next((node for node in _nodes(tree) if node.span == note.span), None) if tree else None
    if found is None:
        raise CannotSplice("the note is not there any more; look again")
    return found


@lru_cache(maxsize=1)
def _tree(source: SourceFile) -> Node | None:
    """Read a source once for all that is changed of it."""
    return compose(source, Report(source))


def _nodes(node: Node) -> Iterator[Node]:
    """Yield *node* and all within it, the outer ones first."""
    yield node
    inner = node.items if isinstance(node, Sequence) else ()
    for child in (value for _, value in node.pairs) if isinstance(node, Mapping) else inner:
        yield from _nodes(child)


def _replaced(
    source: SourceFile, note: Mapping, pair: tuple[Scalar, Node], value: _Written
) -> tuple[Edit, ...]:
    """Put a value where another stands, in the way that one is written."""
    name, old = pair
    span = layout.value_span(source, name, old)
    is_own = span == old.span and isinstance(old, Scalar)
    style = old.style if is_own and isinstance(old, Scalar) else ""
    if style in ("|", ">") and not value.listed:
        return _new_block(source, name, span, value.text)
    lead = ""
    if span.end == span.start:
        colon = layout.after_colon(source, name)
        lead, span = " ", Span(colon, colon)
    header, *lines = _value(source, note, value, style).split(layout.line_end(source), 1)
    at = layout.end_of_line(source, span.end)  # a comment may stand between
    body = [Edit(Span(at, at), layout.line_end(source) + line) for line in lines]
    return Edit(span, lead + header), *body


def _new_block(source: SourceFile, name: Scalar, span: Span, text: str) -> tuple[Edit, ...]:
    """Put new lines under the header of a block; a comment on the header's line stays."""
    header = _HEADER.match(source.text, span.start)
    if header is None:
        raise AssertionError(span)
    first = layout.end_of_line(source, span.start)
    indent = layout.column(source, name.span.start) + STEP
    lines = block(text, indent, layout.line_end(source))
    return Edit(Span(*header.span()), "|"), Edit(Span(first, max(span.end, first)), lines)


def _value(source: SourceFile, note: Mapping, value: _Written, style: str = "") -> str:
    """Write the value of a key of *note*."""
    in_flow = layout.is_flow(source, note)
    if "\n" in value.text and not in_flow:
        indent = layout.column(source, note.span.start) + STEP
        return "|" + block(value.text, indent, layout.line_end(source))
    return value.inline(style=style, in_flow=in_flow)


def _added(source: SourceFile, note: Mapping, key: str, value: _Written) -> Edit:
    """Add a key behind the last of those that come before it in the usual order."""
    before = ORDER[: ORDER.index(key)]
    earlier = [pair for pair in note.pairs if pair[0].text in before]
    end = layout.pair_end(source, *(earlier or note.pairs)[-1])
    written = f"{key}: {_value(source, note, value)}"
    if layout.is_flow(source, note):
        return Edit(Span(end, end), f", {written}")
    at = layout.end_of_line(source, end)
    lead = layout.line_end(source) + " " * layout.column(source, note.span.start)
    return Edit(Span(at, at), lead + written)


def _removed(source: SourceFile, note: Mapping, name: Scalar) -> Edit:
    """Take a key away, with the line it has for itself."""
    index = [key for key, _ in note.pairs].index(name)
    if len(note.pairs) == 1:
        raise CannotSplice(f"`{name.text}` is the only key of this note")
    end = layout.pair_end(source, *note.pairs[index])
    if not index and "#" in source.text[end : note.pairs[1][0].span.start]:
        raise CannotSplice(f"`{name.text}` has a comment behind it; take both away in the file")
    if not index:
        return Edit(Span(name.span.start, note.pairs[1][0].span.start), "")
    if layout.is_flow(source, note):
        return Edit(Span(layout.pair_end(source, *note.pairs[index - 1]), end), "")
    line = source.place(name.span.start).line
    start = layout.end_of_line(source, source.offset(line) - 1)
    return Edit(Span(start, layout.end_of_line(source, end)), "")


def _put_in_line(source: SourceFile, line: Scalar, key: str, value: _Written) -> tuple[Edit, ...]:
    """Change a `FACT ~ MNEMONIC`; it becomes a mapping where it has no room for the change."""
    parts = BETWEEN.split(line.text.strip())
    if len(parts) != 2:  # noqa: PLR2004 - a fact and a mnemonic
        raise CannotSplice("a note on one line is `FACT ~ MNEMONIC`; write `fact:` and `mnemonic:`")
    old = dict(zip(("fact", "mnemonic"), map(_Written, parts), strict=True))
    values = {name: one for name, one in {**old, key: value}.items() if one.text}
    joined = " ~ ".join(one.text for one in values.values())
    is_item = layout.is_item(source, line)
    if values.keys() == old.keys() and "\n" not in joined and len(BETWEEN.findall(joined)) == 1:
        plain = is_item and not line.style and all(is_plain(one.text) for one in values.values())
        return (Edit(line.span, joined if plain else scalar(joined, style=line.style or '"')),)
    if "fact" not in values:
        raise CannotSplice("a note needs a fact")
    if not is_item:
        pairs = (f"{name}: {one.inline(in_flow=True)}" for name, one in values.items())
        return (Edit(line.span, f"{{{', '.join(pairs)}}}"),)
    return _unfolded(source, line, values)


def _unfolded(source: SourceFile, line: Scalar, values: dict[str, _Written]) -> tuple[Edit, ...]:
    """Write a note of one line on several; a comment behind it stays on the first."""
    note = Mapping((), line.span)
    (first, fact), *rest = values.items()
    at = layout.end_of_line(source, line.span.end)
    lead = layout.line_end(source) + " " * layout.column(source, line.span.start)
    more = "".join(f"{lead}{name}: {_value(source, note, one)}" for name, one in rest)
    return Edit(line.span, f"{first}: {fact.inline()}"), Edit(Span(at, at), more)
