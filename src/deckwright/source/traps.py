"""What YAML would silently cut or take for its own marks, told in the author's terms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.source.decode import FORBIDDEN
from deckwright.source.diagnostics import Diagnostic, error, warning
from deckwright.source.scalars import quoting
from deckwright.source.text import Edit, SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.source.tree import Scalar

LONGEST_QUOTE = 60
ALIAS = "`*` at the start makes YAML look for an alias"

# A `#` glued to a word is text to the author; what follows a space after it, a comment to everyone.
_HASH = re.compile(r"[ \t]+(#[^\s#][^\n\r]*?)(?=[ \t]+#(?:\s|\Z)|[ \t]*(?:[\n\r]|\Z))")
_BLANK_HASH = re.compile(r"(?<=[ \t])#")
_COMMENT = re.compile(r"[ \t]+#(?:[\s#].*)?\Z")
_LIST_LINE = re.compile(r"^[ ]*(?:[-*+]|\d+[.)])[ ]+\S", re.MULTILINE)
_ESCAPE = re.compile(
    r"\\(?:(?P<known>[0abtnvfre \"/\\N_LP\t\n\r])"
    r"|(?:x(?=[0-9A-Fa-f]{2})|u(?=[0-9A-Fa-f]{4})|U(?=[0-9A-Fa-f]{8}))(?P<hex>[0-9A-Fa-f]{8}|[0-9A-Fa-f]{4}|..)"
    r"|(?P<unknown>.|\Z))",
    re.DOTALL,
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_DRIVING = frozenset("0abvfeNLP")  # the escapes of control characters and of odd line ends
_LAST_CODE_POINT = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Trap:
    """A finding, and the offsets of the marks to blank so that YAML reads on; none where that cannot help."""

    finding: Diagnostic
    marks: tuple[int, ...] = ()


def repaired(text: str, traps: Iterable[Trap]) -> str:
    """Blank the marks of *traps* at equal length."""
    chars = list(text)
    for trap in traps:
        for mark in trap.marks:
            chars[mark] = " " if chars[mark] == "\t" else "_"
    return "".join(chars)


def comment(source: SourceFile, patched: str, text: str, span: Span) -> Iterator[Trap]:
    """Find a text that goes on in what YAML takes for a comment; *patched* is *source* but for repairs."""
    if found := _HASH.match(patched, span.end):
        rest = f"only `{text}`" if text else "nothing"
        message = f"` #` starts a comment, so the card would say {rest}"
        advice = "quote the text; for a comment, put a space after `#`"
        place = Span(found.start(1), found.end())
        marks = tuple(hash_.start() for hash_ in _BLANK_HASH.finditer(patched, *found.span()))
        finding = error("text-after-hash", message, place, advice=advice)
        yield Trap(finding.mended_by(*quoting(source, span.start, found.end())), marks)


def silent(source: SourceFile, text: str, span: Span, style: str) -> Iterator[Diagnostic]:
    """Find what YAML accepts but the author cannot have meant, within one scalar."""
    if style == ">" and (item := _LIST_LINE.search(source.text, span.start, span.end)):
        start = item.end() - len(item[0].lstrip())
        advice = "write `|` instead of `>`"
        found = warning(
            "folded-list", "`>` joins the lines of this list", Span(start, start + 1), advice=advice
        )
        yield found.mended_by(Edit(Span(span.start, span.start + 1), "|"))
    if style == '"' and FORBIDDEN.search(text):
        yield from (trap.finding for trap in escapes(source, span.start))


def escapes(source: SourceFile, start: int) -> list[Trap]:
    """Find the backslashes of a double-quoted text that stand for no character, or for none one can see."""
    quoted = _QUOTED.match(source.text, start)
    bad = (
        [match for match in _ESCAPE.finditer(source.text, *quoted.span()) if _is_bad(match)] if quoted else []
    )
    if not bad:
        return []
    message = f"in double quotes, `{bad[0][0][:2]}` is no `\\` and `{bad[0][0][1:2]}`"
    advice = "use single quotes, where a `\\` is a `\\`"
    finding = error("bad-escape", message, Span(*bad[0].span()), advice=advice)
    finding = finding.mended_by(*(Edit(Span(one.start(), one.start()), "\\") for one in bad))
    return [Trap(finding, tuple(match.start() for match in bad))]


def unused_anchor(source: SourceFile, start: int, scalar: Scalar) -> Trap:
    """Report an anchor at *start* that nothing refers to: the author meant an ampersand."""
    written = _written(source, start)
    name = written.split()[0]
    rest = f"only `{scalar.text}`" if scalar.text else "nothing"
    message = f"`{name}` names an anchor, so the card would say {rest}"
    place = Span(start, start + len(name))
    finding = error("unquoted-text", message, place, advice=quoted("", written))
    return Trap(finding.mended_by(*quoting(source, start, start + len(written))), (start,))


def unknown_alias(source: SourceFile, span: Span) -> Diagnostic:
    """Report an alias without an anchor: the author meant an asterisk."""
    written = source.text[span.start : span.end]
    finding = error("unquoted-text", ALIAS, span, advice=quoted("", written))
    return finding.mended_by(*quoting(source, span.start, span.start + len(_written(source, span.start))))


def tag(source: SourceFile, span: Span, *, is_plain: bool) -> Trap:
    """Report a YAML tag: the author meant an exclamation mark."""
    written = _written(source, span.start)
    name = written.split()[0]
    message = f"`{name}` is a YAML tag, so it would not be on the card"
    place = Span(span.start, span.start + len(name))
    finding = error("unquoted-text", message, place, advice=quoted("", written))
    finding = finding.mended_by(*quoting(source, span.start, span.start + len(written)))
    return Trap(finding, (span.start,) if is_plain else ())


def without_comment(written: str) -> str:
    """Cut the comment off the end of what stands on a line."""
    return written if written[:1] in ("'", '"') else _COMMENT.sub("", written).rstrip()


def quoted(key: str, value: str) -> str:
    """Advise to put *value* into the quotes that suit it; *key* is what stands before it."""
    if len(value) > LONGEST_QUOTE:
        return "put quotes around the text"
    if '"' in value or "\\" in value:
        value = value.replace("'", "''")
        return f"write `{key}'{value}'`"
    return f'write `{key}"{value}"`'


def _written(source: SourceFile, start: int) -> str:
    place = source.place(start)
    return without_comment(source.line(place.line)[place.column - 1 :])


def _is_bad(escape: re.Match[str]) -> bool:
    if escape["unknown"] is not None:
        return True
    if escape["known"]:
        return escape["known"] in _DRIVING
    code = int(escape["hex"], 16)
    return code > _LAST_CODE_POINT or FORBIDDEN.match(chr(code)) is not None
