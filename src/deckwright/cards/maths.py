r"""Formulas in a text, found as MathJax finds them: `\( … \)` and `\[ … \]`.

Anki loads MathJax without its safe mode, so a formula that reaches further than it looks could hide a
command.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}]", re.DOTALL)
_CLOSING = {r"\(": r"\)", r"\[": r"\]"}
_DEPTH = {"{": 1, "}": -1}
# They run scripts, load files or set attributes and styles, some of them by way of an extension.
_UNSAFE = frozenset(
    rf"\{name}"
    for name in ("href", "url", "require", "class", "style", "cssId", "data", "csname", "toggle", "unicode")
) | {r"\mmlToken", r"\bbox"}


def formulas(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each formula, delimiters included.

    A formula ends where MathJax ends it (FindTeX.ts, `findEnd`): at the closing delimiter outside of braces,
    an escaped one not counting. One without such an end or without content is none.
    """
    tokens = list(_TOKEN.finditer(text))
    ends, at = _ends(tokens), 0
    for token in tokens:
        end = ends.get(token.start(), 0) if token.start() >= at else 0
        if end > token.end() + 2:
            yield token.start(), end
            at = end


def unsafe_commands(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the commands of one formula that no reader's collection should run."""
    return (token for token in _TOKEN.finditer(text, start, end) if token[0] in _UNSAFE)


def _ends(tokens: list[re.Match[str]]) -> dict[int, int]:
    """Return by the start of each opening delimiter where its formula would end, in one pass from the right.

    A closing delimiter ends what is opened anywhere before it, as far back as the first brace that is open
    around it. Those in reach are kept nearest last, each less deep in braces than the next.
    """
    depths = accumulate(_DEPTH.get(token[0], 0) for token in tokens)
    in_reach: dict[str, list[tuple[int, int]]] = {closing: [] for closing in _CLOSING.values()}
    ends: dict[int, int] = {}
    for token, depth in reversed(list(zip(tokens, depths, strict=True))):
        for closings in in_reach.values():
            while closings and closings[-1][0] > depth:
                closings.pop()
        if token[0] in in_reach:
            in_reach[token[0]].append((depth, token.end()))
        elif token[0] in _CLOSING and in_reach[_CLOSING[token[0]]]:
            ends[token.start()] = in_reach[_CLOSING[token[0]]][-1][1]
    return ends
