"""YAML text → a tree of mappings, sequences and scalars, each with its span.

The tree is built from the parser's events, not from YAML's own data types: every scalar is the text that
was typed, so `NO` stays nitric oxide and `1:30` a ratio.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import yaml

from deckwright.source import stumbles, traps
from deckwright.source.decode import FORBIDDEN, without_controls
from deckwright.source.diagnostics import Diagnostic, Report, error
from deckwright.source.parsers import PARSERS
from deckwright.source.text import SourceFile, Span
from deckwright.source.tree import Mapping, Node, Scalar, Sequence, own_span, unique_pairs, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.source.traps import Trap

__all__ = ["PARSERS", "Mapping", "Node", "Scalar", "Sequence", "compose", "within"]

MAX_NODES = 4_000_000  # aliases count as often as they are used
MAX_ALIASES = 10_000
MAX_DEPTH = 30
MAX_REPAIRS = 200  # syntax errors shown in one run

_SAFE_ENDS = frozenset("\n:,]}")  # behind a plain text, where no `#` can follow


class _Stopped(Exception):  # noqa: N818 - a way out, not a fault of ours
    """The tree cannot be built any further."""

    def __init__(self, finding: Diagnostic) -> None:
        self.finding = finding


def compose(source: SourceFile, report: Report) -> Node | None:
    """Build the tree of *source*; findings go to *report*, None when there is no tree to go on with.

    A trap that stops the parser is repaired in memory, at equal length, so that one run finds them all.
    """
    source = SourceFile(source.name, without_controls(source, report))
    text = source.text
    for _ in range(MAX_REPAIRS):
        builder = _Builder(source, text)
        try:
            tree = builder.build()
        except yaml.MarkedYAMLError as problem:
            found = builder.traps or stumbles.explain(source, text, problem)
        except _Stopped as stop:
            report.extend((*(trap.finding for trap in builder.traps), *builder.findings, stop.finding))
            return None
        else:
            found = builder.traps
            if not found:
                report.extend(builder.findings)
                return tree
        report.extend(trap.finding for trap in found)
        if not all(trap.marks for trap in found):
            break
        text = traps.repaired(text, found)
    report.extend(builder.findings)
    return None


def _range(event: yaml.Event) -> Span:
    if event.start_mark is None or event.end_mark is None:
        raise AssertionError("both parsers mark every event")
    return Span(event.start_mark.index, event.end_mark.index)


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not come yet."""

    start: int
    is_mapping: bool
    anchor: str | None
    nodes: list[Node] = field(default_factory=list)
    size: int = 1


@dataclass
class _Builder:
    """One pass over the parser's events of *text*, which is that of *source* but for repaired marks."""

    source: SourceFile
    text: str
    findings: list[Diagnostic] = field(default_factory=list)
    traps: list[Trap] = field(default_factory=list)
    _stack: list[_Open] = field(default_factory=list)
    _anchors: dict[str, tuple[Node, int, int]] = field(default_factory=dict)
    _unused: dict[int, Scalar] = field(default_factory=dict)
    _root: Node | None = None
    _aliases: int = 0

    @cached_property
    def _patched(self) -> SourceFile:
        return SourceFile(self.source.name, self.text)

    def build(self) -> Node | None:
        """Return the document's tree; None for a file without content."""
        for event in self._events():
            if isinstance(event, yaml.ScalarEvent):
                if not self._plain(event):
                    self._scalar(event)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._start(event)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self._end(event)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent) and self._root is not None:
                span = _range(event)
                advice = "remove this line; one file holds one deck"
                raise _Stopped(error("second-document", "a second YAML document starts", span, advice=advice))
        self.traps += (traps.unused_anchor(self.source, *unused) for unused in self._unused.items())
        return self._root

    def _events(self) -> Iterator[yaml.Event]:
        parser = PARSERS[0](self.text)
        while (event := parser.get_event()) is not None:
            yield event

    def _plain(self, event: yaml.ScalarEvent) -> bool:
        """Take a scalar that stands in the text as it is, with a line end or a `:` behind it, as most do."""
        if event.style or event.anchor or event.tag is not None:
            return False
        start, end, text = event.start_mark.index, event.end_mark.index, event.value  # type: ignore[union-attr]
        if self.text[start:end] != text or self.text[end : end + 1] not in _SAFE_ENDS:
            return False
        # Repairs are undone.
        self._add(Scalar(self.source.text[start:end], Span(start, end)), None, start)
        return True

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        start, style = _range(event).start, event.style or ""
        span = own_span(self.text, _range(event), has_properties=bool(event.anchor) or event.tag is not None)
        is_whole = event.value == self.text[span.start : span.end]  # then repairs can be undone
        scalar = Scalar(self.source.text[span.start : span.end] if is_whole else event.value, span, style)
        if event.tag is not None:
            self._report(traps.tag(self.source, Span(start, span.end), is_plain=not style))
        if event.anchor:
            self._unused[start] = scalar
        if not style:
            self.traps.extend(traps.comment(self.source, self.text, scalar.text, span))
        else:
            self.findings += traps.silent(self._patched, scalar.text, span, style)
            if style == '"':  # by its escapes
                scalar = Scalar(FORBIDDEN.sub("�", scalar.text), span, style)
        self._add(scalar, event.anchor, start)

    def _report(self, trap: Trap) -> None:
        """Keep what can be repaired apart: the next pass would find the rest again."""
        if trap.marks:
            self.traps.append(trap)
        else:
            self.findings.append(trap.finding)

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        start = _range(event).start
        if len(self._stack) >= MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} deep"
            raise _Stopped(error("too-deep", message, Span(start, start + 1), advice="no deck needs that"))
        if event.tag is not None:
            self._report(traps.tag(self.source, Span(start, start + 1), is_plain=False))
        self._stack.append(_Open(start, isinstance(event, yaml.MappingStartEvent), event.anchor))

    def _end(self, event: yaml.MappingEndEvent | yaml.SequenceEndEvent) -> None:
        opened, around = self._stack.pop(), _range(event)
        # A flow collection ends at its bracket; the end of a block one lies somewhere on a later line.
        ends = [around.end] if self.source.text[around.start : around.end] in ("]", "}") else []
        ends += [node.span.end for node in opened.nodes[-1:]]  # of an alias, where the text stands: far above
        span = Span(opened.start, max(opened.start, *ends))
        if opened.is_mapping:
            pairs, findings = unique_pairs(opened.nodes)
            self.findings.extend(findings)
            node: Node = Mapping(pairs, span)
        else:
            node = Sequence(tuple(opened.nodes), span)
        self._add(node, opened.anchor, opened.start, opened.size)

    def _alias(self, event: yaml.AliasEvent) -> None:
        span = _range(event)
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            message = f"more than {MAX_ALIASES:,} aliases"
            raise _Stopped(error("too-many-aliases", message, span, advice="write the texts out"))
        if event.anchor in self._anchors:
            node, size, start = self._anchors[event.anchor]
            self._unused.pop(start, None)
            self._add(node, None, span.start, size)
        else:
            self.findings.append(traps.unknown_alias(self.source, span))
            self._add(Scalar(self.source.text[span.start : span.end], span), None, span.start)

    def _add(self, node: Node, anchor: str | None, start: int, size: int = 1) -> None:
        if anchor:
            self._anchors[anchor] = (node, size, start)
        if not self._stack:
            self._root = node
            return
        parent = self._stack[-1]
        parent.nodes.append(node)
        parent.size += size
        if parent.size > MAX_NODES:
            message = f"more than {MAX_NODES:,} values, aliases counted as often as they are used"
            raise _Stopped(error("too-large", message, node.span, advice="split the deck"))
