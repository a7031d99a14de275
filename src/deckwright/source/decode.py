"""Bytes → the text that YAML can take."""

from __future__ import annotations

import codecs
import re

from deckwright.source.diagnostics import Diagnostic, Report, error
from deckwright.source.text import Edit, SourceFile, Span

MAX_BYTES = 64 * 2**20

# What YAML does not take raw, and what it takes for a line end where no editor does; the byte-order mark
# inside a text is libyaml's own addition.
FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def decode(name: str, data: bytes) -> tuple[SourceFile, tuple[Diagnostic, ...]]:
    """Turn a file's bytes into its text; undecodable ones become `�` and a finding."""
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES >> 20
        found = error("too-large", f"the file is larger than {limit} MiB", None, advice="split the deck")
        return SourceFile(name, ""), (found,)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found = error("undecodable", "the file is UTF-16", None, advice="save it as UTF-8 in your editor")
        return SourceFile(name, ""), (found,)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return SourceFile(name, data.decode()), ()
    except UnicodeDecodeError as problem:
        source = SourceFile(name, data.decode(errors="replace"))
        start = len(data[: problem.start].decode())
        message = f"byte 0x{data[problem.start]:02x} is not UTF-8"
        advice = "save the file as UTF-8 in your editor"
        return source, (error("undecodable", message, Span(start, start + 1), advice=advice),)


def without_controls(source: SourceFile, report: Report) -> str:
    """Return the text with each forbidden character blanked; each line that has one is reported."""
    lines: dict[int, list[Span]] = {}
    for match in FORBIDDEN.finditer(source.text):
        lines.setdefault(source.place(match.start()).line, []).append(Span(*match.span()))
    for first, *others in lines.values():
        message = f"invisible control character U+{ord(source.text[first.start]):04X}"
        found = error("control-character", message, first, advice="delete it")
        report.add(found.mended_by(*(Edit(span, "") for span in (first, *others))))
    return FORBIDDEN.sub(" ", source.text) if lines else source.text
