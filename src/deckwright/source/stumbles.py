"""What stops the YAML parser, told in the author's terms, and how to read on past it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.source.diagnostics import Diagnostic, error
from deckwright.source.scalars import quoting
from deckwright.source.text import Edit, SourceFile, Span
from deckwright.source.traps import ALIAS, Trap, comment, escapes, quoted, without_comment

if TYPE_CHECKING:
    import yaml

_ENTRY = re.compile(r"(?P<lead>[ ]*(?:-[ ]+)*)(?P<key>[^\W\d][\w -]*:[ ]+)?(?P<value>\S.*)")
_OPEN_QUOTE = "the text goes on after its closing quote, or the quote is never closed"
_LEADING = {
    "[": "`[` at the start makes YAML read a list",
    "{": "`{` at the start makes YAML read keys and values",
    "*": ALIAS,
    "&": "`&` at the start makes YAML name an anchor",
    "!": "`!` at the start makes YAML read a tag",
    "|": "`|` at the start makes YAML expect a block of lines",
    ">": "`>` at the start makes YAML expect a block of lines",
    "%": "YAML reserves `%` at the start of a text",
    "@": "YAML reserves `@` at the start of a text",
    "`": "YAML reserves the backtick at the start of a text",
    '"': _OPEN_QUOTE,
    "'": _OPEN_QUOTE,
    "-": "`- ` at the start makes YAML read a list",
    "?": "`? ` at the start makes YAML read a key",
}
# Values that are what their first character says; whatever stopped the parser, it was not that.
_WHOLE = re.compile(
    r'"(?:[^"\\]|\\.)*"|' r"'(?:[^']|'')*'|" r"[|>][-+\d]{0,2}|[&*][\w-]+|\[[^][]*\]|\{[^{}]*\}"
)
# A list or mapping to all appearances, but for its end.
_UNCLOSED = re.compile(r"\[(?=[^]]*,)[^]]*\Z|\{(?=[^}]*[,:] ?)[^}]*\Z")
_GLUED_HASH = re.compile(r"[^\s#][^#\n\r]*?(?=[ \t]+#[^\s#])")
_COLON = re.compile(r":(?=\s|\Z)")
_INDENT = "  "  # what a tab at the start of a line becomes
_TAB_INDENT = re.compile(r"^[ ]*(\t)", re.MULTILINE)


def explain(source: SourceFile, text: str, problem: yaml.MarkedYAMLError) -> list[Trap]:
    """Say what stopped the parser in *text*, which is that of *source* but for repairs of equal length."""
    patched = SourceFile(source.name, text)
    marks = [mark.index for mark in (problem.problem_mark, problem.context_mark) if mark is not None]
    places = [min(mark, max(len(text) - 1, 0)) for mark in marks]
    if "quoted" in (problem.context or "") and (found := escapes(patched, marks[-1])):
        return found
    if "\t" in _indentation(patched, places[0]):
        return _tabs(source)
    if text[places[0] : places[0] + 1] == "\t":
        return [_tab(places[0])]
    lines = [patched.place(place).line for place in places]
    for line in (*lines, _quote_before(patched, lines[0])):
        if line and (trap := _trap_on(source, patched, line)):
            return [trap]
    return [_reserved(source, places[0]) or _syntax(source, patched, problem)]


def _trap_on(source: SourceFile, patched: SourceFile, line: int) -> Trap | None:
    """Find the trap on a line; what is advised is made from the line as it was written."""
    entry = _ENTRY.match(patched.line(line))
    if not entry:
        return None
    split = "value"
    if entry["key"] and entry["lead"].endswith("- ") and entry["key"][0].isupper():
        split = "key"  # no key of ours; a text that starts with `Warning: `
    at = entry.start(split)
    value = without_comment(patched.line(line)[at:])
    start = patched.offset(line) + at
    before = source.line(line)[entry.end("lead") : at]
    advice = quoted(before, source.text[start : start + len(value)])
    fix = quoting(source, start, start + len(value))
    if unclosed := _UNCLOSED.match(value):
        return Trap(_unclosed(start, unclosed[0][0]))
    colons = [start + colon.start() for colon in _COLON.finditer(value)]
    if (
        value[0] in _LEADING
        and not _WHOLE.fullmatch(value)
        and (value[0] not in "-?" or value[1:2] in ("", " "))
    ):
        finding = error("unquoted-text", _LEADING[value[0]], Span(start, start + 1), advice=advice)
        return Trap(finding.mended_by(*fix), (start, *colons))
    if entry["key"] and colons and not _WHOLE.fullmatch(value):
        message = "`: ` inside the text makes YAML see a second key"
        place = Span(colons[0], colons[0] + 1)
        finding = error("unquoted-text", message, place, advice=advice)
        return Trap(finding.mended_by(*fix), tuple(colons))
    return None


def _quote_before(source: SourceFile, line: int) -> int:
    """Find the line above whose quote stays open on it; 0 when the lines above close theirs."""
    for number in range(line - 1, max(0, line - 50), -1):
        entry = _ENTRY.match(source.line(number))
        if entry and entry["value"][0] in "\"'":
            return 0 if _WHOLE.fullmatch(without_comment(entry["value"])) else number
    return 0


def _indentation(source: SourceFile, offset: int) -> str:
    line = source.line(source.place(offset).line)
    return line[: len(line) - len(line.lstrip())]


def _tabs(source: SourceFile) -> list[Trap]:
    advice = "YAML indents with spaces only"
    found = (Span(*match.span(1)) for match in _TAB_INDENT.finditer(source.text))
    return [
        Trap(error("tab", "a tab indents this line", span, advice=advice).mended_by(Edit(span, _INDENT)))
        for span in found
    ]


def _tab(at: int) -> Trap:
    message, advice = "a tab stands where YAML wants a space", "replace it by a space"
    span = Span(at, at + 1)
    return Trap(error("tab", message, span, advice=advice).mended_by(Edit(span, " ")), (at,))


def _reserved(source: SourceFile, at: int) -> Trap | None:
    if source.text[at : at + 1] not in ("@", "`", "%"):
        return None
    place, advice = Span(at, at + 1), "put quotes around the text"
    written = without_comment(source.line(source.place(at).line)[source.place(at).column - 1 :])
    finding = error("unquoted-text", _LEADING[source.text[at]], place, advice=advice)
    return Trap(finding.mended_by(*quoting(source, at, at + len(written))), (at,))


def _syntax(original: SourceFile, source: SourceFile, problem: yaml.MarkedYAMLError) -> Trap:
    """Tell what is left in our own words: the two parsers have different ones."""
    end = len(source.text)
    at = min(problem.problem_mark.index, end) if problem.problem_mark else end
    context = min(problem.context_mark.index, end) if problem.context_mark else at
    words = problem.problem or ""
    if "mapping values" in words:
        message = "`: ` makes YAML see a key here, where none can stand"
        advice = "quote the whole text, or indent the key like the keys around it"
        return Trap(_finding(message, at, advice), (at,))
    if "expected ':'" in words:
        if key := _GLUED_HASH.match(source.text, context):
            return next(comment(original, source.text, key[0], Span(*key.span())))
        return Trap(_no_key(source, context))
    if "',' or " in words:
        return _in_brackets(source, context)
    if not source.line(source.place(at).line)[: source.place(at).column - 1].strip():
        message = "this line is indented like none of the lines it could belong to"
        return Trap(_finding(message, at, "compare its indentation with the lines above"))
    return Trap(_finding("YAML cannot read on here", at, "compare the quotes and marks with the lines above"))


def _in_brackets(source: SourceFile, at: int) -> Trap:
    """Tell a list that is not closed from a text in brackets with a `: ` in it."""
    bracket = source.text[at]
    line = source.line(source.place(at).line)[source.place(at).column - 1 :]
    if {"[": "]", "{": "}"}[bracket] not in line:
        return Trap(_unclosed(at, bracket))
    colons = (at + colon.start() for colon in _COLON.finditer(line))
    advice = quoted("", without_comment(line))
    return Trap(error("unquoted-text", _LEADING[bracket], Span(at, at + 1), advice=advice), (at, *colons))


def _unclosed(at: int, bracket: str) -> Diagnostic:
    kind, closing = ("list", "]") if bracket == "[" else ("mapping", "}")
    advice = f"close it with `{closing}`; in a text, quote the whole of it"
    return _finding(f"`{bracket}` opens a {kind} that is never closed", at, advice)


def _no_key(source: SourceFile, at: int) -> Diagnostic:
    place = source.place(at)
    written = source.line(place.line)[place.column - 1 :]
    advice = "write `key: text`; a text of several lines is indented deeper than its key"
    if re.match(r"\w+:\S", written):
        advice = "put a space after the colon"
    return error("yaml-syntax", "this line has no key", Span(at, at + len(written)), advice=advice)


def _finding(message: str, at: int, advice: str) -> Diagnostic:
    return error("yaml-syntax", message, Span(at, at + 1), advice=advice)
