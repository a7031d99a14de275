"""Notes added to a source text, laid out as those beside them; nothing else in it moves."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import TYPE_CHECKING

from deckwright.source import layout
from deckwright.source.diagnostics import Report
from deckwright.source.scalars import block, cleaned, scalar
from deckwright.source.splice import STEP, CannotSplice
from deckwright.source.syntax import Mapping, Scalar, Sequence, compose
from deckwright.source.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckwright.source.text import SourceFile


Texts = MappingType[str, str]  # of a note, by its keys


def append_notes(source: SourceFile, section: str, notes: Iterable[Texts]) -> tuple[Edit, ...]:
    """Return the edits that add *notes* at the end of *section*, `""` where a deck has none.

    A section that is not there yet is added at the end of the sections.

    Raises:
        CannotSplice: the notes or sections are not written as a list with dashes or a mapping.
        ValueError: a text holds control characters.

    """
    tidied = [{key: cleaned(text) for key, text in texts.items()} for texts in notes]
    filled = tuple({key: text for key, text in texts.items() if text} for texts in tidied)
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


def _append(source: SourceFile, holder: Mapping, key: str, notes: tuple[Texts, ...]) -> tuple[Edit, ...]:
    """Add notes to the list under *key*."""
    name, listed = holder.key(key), holder.get(key)
    if name is None or listed is None or layout.is_flow(source, holder):
        raise CannotSplice(f"write `{key}:` on a line of its own first")
    if isinstance(listed, Sequence) and listed.items and not layout.is_flow(source, listed):
        return (_next_items(source, listed, notes),)
    if isinstance(listed, Sequence) and listed.items:
        at = layout.item_end(source, listed)
        return (Edit(Span(at, at), "".join(map(_in_braces, notes))),)
    if isinstance(listed, Mapping) or (isinstance(listed, Scalar) and listed.text):
        raise CannotSplice(f"`{key}` is no list of notes; write each on a line that starts with `- `")
    at = layout.end_of_line(source, max(layout.after_colon(source, name), listed.span.end))
    indent = layout.column(source, name.span.start) + STEP
    emptied = [Edit(listed.span, "")] if isinstance(listed, Sequence) else []
    return *emptied, Edit(Span(at, at), "".join(_item(source, indent, texts) for texts in notes))


def _in_braces(texts: Texts) -> str:
    pairs = (f"{key}: {scalar(text, in_flow=True)}" for key, text in texts.items())
    return f", {{{', '.join(pairs)}}}"


def _next_items(source: SourceFile, listed: Sequence, notes: tuple[Texts, ...]) -> Edit:
    """Add items to a list in block style, parted from the last one as that one is from those before."""
    dash = source.text.rindex("-", 0, listed.items[-1].span.start)
    at = layout.with_remarks(source, layout.item_end(source, listed), layout.column(source, dash))
    line = source.place(dash).line
    is_parted = len(listed.items) > 1 and not source.line(line - 1).strip()
    gap = layout.line_end(source) if is_parted else ""
    return Edit(
        Span(at, at), "".join(gap + _item(source, layout.column(source, dash), texts) for texts in notes)
    )


def _new_section(source: SourceFile, sections: Mapping, name: str, notes: tuple[Texts, ...]) -> Edit:
    last, _ = sections.pairs[-1]
    at = layout.end_of_line(source, layout.pair_end(source, *sections.pairs[-1]))
    indent, end = layout.column(source, last.span.start), layout.line_end(source)
    lead = f"{end}{end}{' ' * indent}{scalar(cleaned(name))}:"
    return Edit(Span(at, at), lead + "".join(_item(source, indent + STEP, texts) for texts in notes))


def _item(source: SourceFile, indent: int, texts: Texts) -> str:
    """Write a note as an item whose dash stands behind *indent* blanks, each key on a line of its own."""
    end, inner = layout.line_end(source), indent + STEP
    lines = [
        f"{key}: " + ("|" + block(text, inner + STEP, end) if "\n" in text else scalar(text))
        for key, text in texts.items()
    ]
    return f"{end}{' ' * indent}- " + f"{end}{' ' * inner}".join(lines)
