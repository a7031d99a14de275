"""Changes of a source text that touch nothing but what they are about.

Every comment, quote, blank line and order elsewhere stays byte for byte. What a change needs to know of the
layout it reads off the text around.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.source import layout
from deckwright.source.diagnostics import Report
from deckwright.source.scalars import BETWEEN, block, cleaned, is_plain, scalar
from deckwright.source.syntax import Mapping, Node, Scalar, Sequence, compose
from deckwright.source.text import Edit, SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as MappingType

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


def append_note(source: SourceFile, section: str, texts: MappingType[str, str]) -> tuple[Edit, ...]:
    """Return the edits that add a note with *texts* at the end of *section*, `""` where a deck has none.

    A section that is not there yet is added at the end of the sections.

    Raises:
        CannotSplice: the notes or sections are not written as a list with dashes or a mapping.
        ValueError: a text holds control characters.

    """
    cleaned_texts = {key: cleaned(text) for key, text in texts.items()}
    filled = {key: text for key, text in cleaned_texts.items() if text}
    tree = compose(source, Report(source))
    if not isinstance(tree, Mapping):
        raise CannotSplice("the file cannot be read; mend what is told of it first")
    sections = tree.get("sections")
    if not section:
        return _append(source, tree, "notes", filled)
    if not isinstance(sections, Mapping) or layout.is_flow(source, sections) or not sections.pairs:
        raise CannotSplice("write `sections:` and the name of one on a line of its own first")
    if (held := sections.get(section)) is None:
        return (_new_section(source, sections, section, filled),)
    return _append(source, *((held, "notes") if isinstance(held, Mapping) else (sections, section)), filled)


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
    tree = compose(source, Report(source))
    found = next((node for node in _nodes(tree) if node.span == note.span), None) if tree else None
    if found is None:
        raise CannotSplice("the note is not there any more; look again")
    return found


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


def _append(source: SourceFile, holder: Mapping, key: str, texts: MappingType[str, str]) -> tuple[Edit, ...]:
    """Add a note to the list under *key*."""
    name, listed = holder.key(key), holder.get(key)
    if name is None or listed is None or layout.is_flow(source, holder):
        raise CannotSplice(f"write `{key}:` on a line of its own first")
    if isinstance(listed, Sequence) and listed.items and not layout.is_flow(source, listed):
        return (_next_item(source, listed, texts),)
    if isinstance(listed, Sequence) and listed.items:
        at = layout.item_end(source, listed)
        pairs = (f"{key}: {scalar(text, in_flow=True)}" for key, text in texts.items())
        return (Edit(Span(at, at), f", {{{', '.join(pairs)}}}"),)
    if isinstance(listed, Mapping) or (isinstance(listed, Scalar) and listed.text):
        raise CannotSplice(f"`{key}` is no list of notes; write each on a line that starts with `- `")
    at = layout.end_of_line(source, max(layout.after_colon(source, name), listed.span.end))
    indent = layout.column(source, name.span.start) + STEP
    emptied = [Edit(listed.span, "")] if isinstance(listed, Sequence) else []
    return *emptied, Edit(Span(at, at), _item(source, indent, texts))


def _next_item(source: SourceFile, listed: Sequence, texts: MappingType[str, str]) -> Edit:
    """Add an item to a list in block style, parted from the last one as that one is from those before."""
    dash = source.text.rindex("-", 0, listed.items[-1].span.start)
    at = layout.with_remarks(source, layout.item_end(source, listed), layout.column(source, dash))
    line = source.place(dash).line
    is_parted = len(listed.items) > 1 and not source.line(line - 1).strip()
    gap = layout.line_end(source) if is_parted else ""
    return Edit(Span(at, at), gap + _item(source, layout.column(source, dash), texts))


def _new_section(source: SourceFile, sections: Mapping, name: str, texts: MappingType[str, str]) -> Edit:
    last, _ = sections.pairs[-1]
    at = layout.end_of_line(source, layout.pair_end(source, *sections.pairs[-1]))
    indent, end = layout.column(source, last.span.start), layout.line_end(source)
    lead = f"{end}{end}{' ' * indent}{scalar(cleaned(name))}:"
    return Edit(Span(at, at), lead + _item(source, indent + STEP, texts))


def _item(source: SourceFile, indent: int, texts: MappingType[str, str]) -> str:
    """Write a note as an item whose dash stands behind *indent* blanks, each key on a line of its own."""
    end, inner = layout.line_end(source), indent + STEP
    lines = [
        f"{key}: " + ("|" + block(text, inner + STEP, end) if "\n" in text else scalar(text))
        for key, text in texts.items()
    ]
    return f"{end}{' ' * indent}- " + f"{end}{' ' * inner}".join(lines)
