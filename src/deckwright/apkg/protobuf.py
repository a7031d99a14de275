"""Protobuf messages, as far as Anki's collections hold them, become dictionaries.

Own code, for it is short, knows no recursion and no descriptors, and can be bounded: of a message only
the fields that are asked for are kept, so that a forged one takes no more memory than an honest one.
(The wire format: protobuf.dev/programming-guides/encoding; Anki reads it by the Rust crate `prost`.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.apkg.values import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    # None stands for a number of fixed width; no field that is read here is one.
    Value = int | bytes | None
    Fields = Mapping[int, tuple[str, Callable[[Value], object], object]]

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_FIXED_BYTES = {_FIXED_64: 8, _FIXED_32: 4}
_MORE = 0x80  # set on every byte of a whole number but the last
_MAX_NUMBER = 2**29 - 1


def read_message(data: bytes, fields: Fields, where: str) -> dict[str, object]:
    """Read the *fields* of a message, each number with its name, its reader, and what it is if unset.

    Fields of other numbers are skipped. Raises `UnreadablePackage` for what is no such message, also when
    a field comes twice, which no writer does and readers take in different ways.
    """
    found: dict[str, object] = {}
    try:
        for number, value in _values(data):
            if number in fields:
                name, read, _unset = fields[number]
                if name in found:
                    raise _broken(where)
                found[name] = read(value)
    except ValueError as failure:
        raise _broken(where) from failure
    return {name: unset for name, _read, unset in fields.values()} | found


def read_repeated(data: bytes, wanted: int, where: str) -> Iterator[bytes]:
    """Yield the messages in field *wanted* of a message one by one; raises as `read_message` does."""
    try:
        for number, value in _values(data):
            if number == wanted:
                yield raw(value)
    except ValueError as failure:
        raise _broken(where) from failure


def raw(value: Value) -> bytes:
    """Return a field of type `bytes`, or a message."""
    if not isinstance(value, bytes):
        raise ValueError  # noqa: TRY004  # what is wrong is the message
    return value


def text(value: Value) -> str:
    """Return a field of type `string`."""
    return raw(value).decode("utf-8")


def unsigned(value: Value, bits: int = 64) -> int:
    """Return a whole number's lowest *bits*, which are all that Anki takes of it."""
    if not isinstance(value, int):
        raise ValueError  # noqa: TRY004  # what is wrong is the message
    return value & (1 << bits) - 1


def signed(value: Value, bits: int = 64) -> int:
    """Return a whole number of *bits* of which the first is a sign."""
    number = unsigned(value, bits)
    return number - (1 << bits) if number >> bits - 1 else number


def flag(value: Value) -> bool:
    """Return a field of type `bool`."""
    return unsigned(value) != 0


def _values(data: bytes) -> Iterator[tuple[int, Value]]:
    """Yield each field's number and value; raises ValueError where the bytes are no message."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        number, kind = key >> 3, key & 7
        if not 1 <= number <= _MAX_NUMBER:
            raise ValueError
        value: Value = None
        if kind == _VARINT:
            value, place = _varint(data, place)
        elif kind == _BYTES:
            size, place = _varint(data, place)
            value, place = data[place : place + size], place + size
        elif kind in _FIXED_BYTES:
            place += _FIXED_BYTES[kind]
        else:
            raise ValueError
        if place > len(data):
            raise ValueError
        yield number, value


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """Return the whole number at *place*, and the place behind it."""
    number = 0
    for shift in range(0, 70, 7):
        if place == len(data):
            break
        byte = data[place]
        place += 1
        number |= (byte & ~_MORE) << shift
        if byte < _MORE:
            if number >> 64:
                break
            return number, place
    raise ValueError


def _broken(where: str) -> Exception:
    return damaged(f"{where} is not written as Anki writes it")
