"""JSON lines: one object a line, of a kind, each value checked against the field it is for."""

from __future__ import annotations

import dataclasses
import json
import re
from functools import cache
from typing import Any

LATEST = 2**42  # of a stamp, in seconds or as some tools have it in milliseconds; with room for later ones
_LARGEST = 2**63  # of a whole number that Anki keeps: some tools make ids of note types that large
_TYPES: dict[str, type] = {"str": str, "int": int, "bool": bool}
_SURROGATE = re.compile("[\ud800-\udfff]")
_JSON = json.JSONEncoder(ensure_ascii=False)
_ITEMS: dict[str, type] = {"tuple[str, ...]": str, "tuple[int, ...]": int}


class BadLineError(ValueError):
    """A line that Deckwright does not write; the text says why."""


def read_line(line: str) -> tuple[str, dict[str, Any]]:
    """Return the kind and the values of a line.

    Raises:
        BadLineError: it is no object of any kind.

    """
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadLineError("this line is not one that Deckwright writes") from problem
    kind = data.pop("kind", None) if isinstance(data, dict) else None
    if not isinstance(kind, str):
        raise BadLineError("this line is not one that Deckwright writes")
    return kind, data


def checked(class_: type, data: dict[str, Any], needed: frozenset[str]) -> dict[str, Any]:
    """Return the fields of the dataclass *class_* with their values from a line; what is left out is empty.

    Raises:
        BadLineError: a value is of the wrong kind, unknown, or empty though *needed*.

    """
    fields = _fields(class_)
    if unknown := sorted(data.keys() - fields.keys()):
        raise BadLineError(f"unknown key `{unknown[0]}`")
    found = dict(_empty(class_))
    for name, value in data.items():
        type_, item = fields[name]
        is_items = item and isinstance(value, list) and all(type(part) is item for part in value)
        found[name] = tuple(value) if is_items else value
        if type(found[name]) is not type_ or not _is_sound(found[name]):
            raise BadLineError(f"`{name}` has a value of the wrong kind")
    if missing := [name for name, value in found.items() if not value and name in needed]:
        raise BadLineError(f"`{missing[0]}` is missing")
    return found


@cache
def _fields(class_: type) -> dict[str, tuple[type, type | None]]:
    """Return the fields' types by name, and those of the items of tuples."""
    annotations = {field.name: str(field.type) for field in dataclasses.fields(class_)}
    return {
        name: (tuple if annotation in _ITEMS else _TYPES[annotation], _ITEMS.get(annotation))
        for name, annotation in annotations.items()
    }


@cache
def _empty(class_: type) -> dict[str, Any]:
    """Return the empty values of the fields by name; for all lines the same dict."""
    return {name: type_() for name, (type_, _) in _fields(class_).items()}


def write_line(kind: str, entry: Any) -> str:
    """Write a dataclass as a line; what is empty is left out, so that a line tells what there is."""
    filled = {"kind": kind}
    for name in _fields(entry.__class__):
        if value := getattr(entry, name):
            filled[name] = value
    return _JSON.encode(filled) + "\n"


def _is_sound(value: Any) -> bool:
    """Whether text and numbers can be written again: half a character or a huge number cannot."""
    if isinstance(value, str):
        return value.isascii() or not _SURROGATE.search(value)
    return all(map(_is_sound, value)) if isinstance(value, tuple) else 0 <= value < _LARGEST
