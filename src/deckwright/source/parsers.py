"""The parsers of YAML: libyaml's where PyYAML has it, else the pure one, which gives the same events."""

from __future__ import annotations

import re
from contextlib import suppress

import yaml
from yaml import _yaml

_SURROGATE = re.compile("[\ud800-\udfff]")
_INDICATORS = re.compile(r"([+-]?)([1-9]?)(?:(?<![+-])|(?<=[1-9]))([+-]?)(?=[\t#])")


class PureParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's own parser, for Pythons without libyaml, taught where libyaml differs."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)

    def scan_to_next_token(self) -> None:
        """Skip a tab too, where it parts two tokens of one line."""
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def scan_directive(self) -> yaml.tokens.DirectiveToken:
        """Refuse directives that YAML does not know."""
        mark = self.get_mark()
        token = super().scan_directive()
        if token.name not in ("YAML", "TAG"):
            raise yaml.scanner.ScannerError("while scanning a directive", mark, "unknown directive", mark)
        return token

    def scan_plain(self) -> yaml.tokens.ScalarToken:
        """Let a `?` stand in a text between brackets."""
        start = end = self.get_mark()
        chunks: list[str] = []
        blanks: list[str] | None = []
        while self.peek() != "#" and (length := self._word()):
            self.allow_simple_key = False
            chunks += [*(blanks or ()), self.prefix(length)]
            self.forward(length)
            end = self.get_mark()
            blanks = self.scan_plain_spaces(self.indent + 1, start)
            if not blanks or (not self.flow_level and self.column <= self.indent):
                break
        return yaml.tokens.ScalarToken("".join(chunks), True, start, end)  # noqa: FBT003 - PyYAML's signature

    def _word(self) -> int:
        """Measure the characters from here that belong to a plain text, up to its next blank."""
        length, brackets = 0, ",[]{}" if self.flow_level else ""
        while (char := self.peek(length)) not in "\0 \t\r\n" + brackets:
            if char == ":" and self.peek(length + 1) in "\0 \t\r\n" + brackets:
                break
            length += 1
        return length

    def scan_plain_spaces(self, indent: int, start_mark: yaml.Mark) -> list[str] | None:  # noqa: ARG002
        """Take tabs for blanks, but for those that would indent."""
        blanks = self._blanks(-1)
        if self.peek() not in "\r\n":
            return [blanks] if blanks else []
        ends = []
        while self.peek() in "\r\n":
            ends.append(self.scan_line_break())  # type: ignore[no-untyped-call]
            self.allow_simple_key = True
            if self.prefix(3) in ("---", "...") and self.peek(3) in "\0 \t\r\n":
                return None
            self._blanks(indent)
        return ends[1:] or [" "]

    def scan_block_scalar_indicators(self, start_mark: yaml.Mark) -> tuple[bool | None, int | None]:
        """Read the marks behind `|` before a tab or a `#`, too."""
        found = _INDICATORS.match(self.prefix(3))
        if not found:
            return super().scan_block_scalar_indicators(start_mark)
        self.forward(found.end())
        keeps = {"+": True, "-": False}.get(found[1] or found[3])
        return keeps, int(found[2]) if found[2] else None

    def scan_block_scalar_ignored_line(self, start_mark: yaml.Mark) -> None:
        """Take a tab behind `|` for a blank."""
        self._blanks(-1)
        super().scan_block_scalar_ignored_line(start_mark)

    def _blanks(self, indent: int) -> str:
        """Skip spaces, and tabs from column *indent* on; return them."""
        skipped = ""
        while self.peek() == " " or (self.peek() == "\t" and self.column >= indent):
            skipped += self.peek()
            self.forward()
        return skipped

    def scan_flow_scalar_non_spaces(self, double: bool, start_mark: yaml.Mark) -> list[str]:  # noqa: FBT001
        """Refuse an escape that stands for no code point."""
        mark = self.get_mark()
        with suppress(ValueError, OverflowError):
            chunks: list[str] = super().scan_flow_scalar_non_spaces(double, start_mark)
            if not _SURROGATE.search("".join(chunks)):
                return chunks
        raise yaml.scanner.ScannerError(
            "while parsing a quoted scalar", start_mark, "found no code point", mark
        )


PARSERS = (_yaml.CParser, PureParser) if yaml.__with_libyaml__ else (PureParser,)
