"""Texts → YAML scalars that read back as exactly these texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.source.decode import FORBIDDEN
from deckwright.source.text import Edit, Span

if TYPE_CHECKING:
    from deckwright.source.text import SourceFile

BETWEEN = re.compile(r"\s+~\s+")  # the fact and the mnemonic of a note of one line

# Texts of one line that every parser takes for nothing else, as they are: between brackets, and elsewhere.
_IN_FLOW = re.compile(r"[^\W_](?:[\w ;()/+%=.-]*[\w)%.])?")
_IN_BLOCK = re.compile(r"(?:[^\W_]|\()(?:[^\n\r\t#:~]|(?<=\S)[:~](?=\S))*")
_BEFORE_A_VALUE = re.compile(r"(?P<lead>[ ]*(?:-[ ]+)*)(?P<key>[\w-]+:[ ]+)?")
_OTHER_TOOLS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def cleaned(text: str) -> str:
    """Return *text* as a block can hold it: no blanks around it or on empty lines, and one kind of line end.

    Raises:
        ValueError: it holds a control character, which YAML does not take raw and no author means.

    """
    text = re.sub(r"\r\n?", "\n", text)
    if FORBIDDEN.search(text):
        raise ValueError(text)
    return re.sub(r"^[ \t]+$", "", text, flags=re.MULTILINE).strip()


def is_plain(text: str, *, in_flow: bool = False) -> bool:
    """Whether *text* needs no quotes, between brackets or elsewhere."""
    plain = _IN_FLOW if in_flow else _IN_BLOCK
    return bool(plain.fullmatch(text)) and text == text.strip() and text.casefold() not in _OTHER_TOOLS


def scalar(text: str, *, style: str = "", in_flow: bool = False) -> str:
    """Return *text* as a scalar that takes no more than its line, in quotes of *style* where they will do."""
    if style not in ("'", '"') and is_plain(text, in_flow=in_flow):
        return text
    if "\n" in text or (style != "'" and not {'"', "\\"} & set(text)):
        return '"' + "".join(_ESCAPES.get(char, char) for char in text) + '"'
    return "'" + text.replace("'", "''") + "'"


def block(text: str, indent: int, end: str) -> str:
    """Return the lines of *text* as they stand in a `|` block, each after a line end *end* and its indent."""
    return "".join(end + (" " * indent + line if line else "") for line in text.split("\n"))


def quoting(source: SourceFile, start: int, end: int) -> tuple[Edit, ...]:
    """Return the edit that puts what stands from *start* to *end* of a line into quotes.

    None where it could end elsewhere: where more stands around it than a dash and a key, where it begins
    with a quote, or where it goes on in the next line.
    """
    line = source.place(start).line
    before, text = source.text[source.offset(line) : start], source.text[start:end]
    entry = _BEFORE_A_VALUE.fullmatch(before)
    if entry is None or not text or text[0] in "'\"" or {"\n", "\r", "\t"} & set(text):
        return ()
    column = len(entry["lead"]) if entry["key"] else entry["lead"].rfind("-")
    return () if _goes_on(source, line, column) else (Edit(Span(start, end), scalar(text, style='"')),)


def _goes_on(source: SourceFile, line: int, column: int) -> bool:
    """Whether the next line that is not empty stands deeper than *column*: it belongs to the text then."""
    last = source.place(len(source.text)).line
    for number in range(line + 1, last + 1):
        written = source.line(number)
        if written.strip():
            return len(written) - len(written.lstrip(" ")) > column and not written.lstrip().startswith("#")
    return False
