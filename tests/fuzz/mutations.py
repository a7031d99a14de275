"""Bytes and texts changed at random: what disks, mailers, editors and attackers do to a file."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

_FINEST = 1 << 20  # parts of a file, by which places in it are told
_MOST_CHANGES = 6
_LONGEST_RUN = 200
# Numbers at which lengths, counts and offsets go wrong.
_NUMBERS = (0, 1, -1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE)
_FORMS = ("<H", ">H", "<I", ">I", "<Q", ">Q")

Change = tuple[int, int, int, int]  # which change, where, how far, and with what


def mutated(
    seeds: Sequence[bytes], tokens: Sequence[bytes] = (b"\0",), *, by_line: bool = False
) -> SearchStrategy[bytes]:
    """Return one of *seeds*, changed up to six times; *tokens* are what likes to be put in.

    Texts are changed *by_line* as well.
    """
    return st.builds(
        lambda index, changes: _changed(seeds[index], changes, _Stuff(seeds, tokens), by_line=by_line),
        st.integers(0, len(seeds) - 1),
        changes(),
    )


def changes() -> SearchStrategy[list[Change]]:
    """Return what `changed` does to any bytes."""
    one = st.tuples(
        st.integers(0, 15), st.integers(0, _FINEST - 1), st.integers(0, _LONGEST_RUN), st.integers(0, 2**16)
    )
    return st.lists(one, max_size=_MOST_CHANGES)


def changed(data: bytes, made: Sequence[Change], tokens: Sequence[bytes] = (b"\0",)) -> bytes:
    """Return *data* after all changes."""
    return _changed(data, made, _Stuff((data,), tokens), by_line=False)


class _Stuff:
    """What changes take from elsewhere."""

    def __init__(self, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> None:
        self.seeds, self.tokens = seeds, tokens


def _changed(data: bytes, made: Sequence[Change], stuff: _Stuff, *, by_line: bool) -> bytes:
    known = (*_OF_BYTES, *_OF_LINES) if by_line else _OF_BYTES
    for which, where, length, what in made:
        at = len(data) * where // _FINEST
        data = known[which % len(known)](data, at, length, what, stuff)
    return data


_Changing = Callable[[bytes, int, int, int, _Stuff], bytes]


def _flipped(data: bytes, at: int, _length: int, what: int, _stuff: _Stuff) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << what % 8]) + data[at + 1 :] if data else data


def _replaced(data: bytes, at: int, _length: int, what: int, stuff: _Stuff) -> bytes:
    token = stuff.tokens[what % len(stuff.tokens)]
    return data[:at] + token + data[at + len(token) :]


def _inserted(data: bytes, at: int, _length: int, what: int, stuff: _Stuff) -> bytes:
    return data[:at] + stuff.tokens[what % len(stuff.tokens)] + data[at:]


def _numbered(data: bytes, at: int, _length: int, what: int, _stuff: _Stuff) -> bytes:
    form = _FORMS[what % len(_FORMS)]
    size = struct.calcsize(form)
    number = _NUMBERS[what // len(_FORMS) % len(_NUMBERS)] & (1 << 8 * size) - 1
    return data[:at] + struct.pack(form, number) + data[at + size :]


def _deleted(data: bytes, at: int, length: int, _what: int, _stuff: _Stuff) -> bytes:
    return data[:at] + data[at + length :]


def _repeated(data: bytes, at: int, length: int, what: int, _stuff: _Stuff) -> bytes:
    return data[:at] + data[at : at + length] * (what % 9) + data[at:]


def _cut(data: bytes, at: int, _length: int, _what: int, _stuff: _Stuff) -> bytes:
    return data[:at]


def _spliced(data: bytes, at: int, length: int, what: int, stuff: _Stuff) -> bytes:
    other = stuff.seeds[what % len(stuff.seeds)]
    start = what * 7919 % (len(other) + 1)
    return data[:at] + other[start : start + length * 10] + data[at:]


def _of_lines(change: Callable[[list[bytes], int, int], list[bytes]]) -> _Changing:
    def apply(data: bytes, at: int, length: int, what: int, _stuff: _Stuff) -> bytes:
        lines = data.splitlines(keepends=True)
        index = data.count(b"\n", 0, at)
        return b"".join(change(lines, index, length + what)) if index < len(lines) else data

    return apply


def _line_gone(lines: list[bytes], index: int, _what: int) -> list[bytes]:
    return lines[:index] + lines[index + 1 :]


def _line_moved(lines: list[bytes], index: int, what: int) -> list[bytes]:
    rest = _line_gone(lines, index, what)
    at = what % (len(rest) + 1)
    return [*rest[:at], lines[index], *rest[at:]]


def _line_twice(lines: list[bytes], index: int, what: int) -> list[bytes]:
    return [*lines[: index + 1], *[lines[index]] * (1 + what % 3), *lines[index + 1 :]]


def _line_shifted(lines: list[bytes], index: int, what: int) -> list[bytes]:
    line = lines[index]
    moved = line.lstrip(b" ") if what % 5 == 0 else b" " * (what % 5) + line
    return [*lines[:index], moved, *lines[index + 1 :]]


_OF_BYTES = (_flipped, _replaced, _inserted, _deleted, _repeated, _cut, _spliced, _numbered)
_OF_LINES = tuple(map(_of_lines, (_line_gone, _line_moved, _line_twice, _line_shifted)))
