"""Decks and note types as the newest format has them: rows with protobuf, brought into schema 11.

Each becomes the JSON object that Anki makes of it for an export in the old format, so that `schema11.py`
reads both alike. (Anki: proto/anki/notetypes.proto and decks.proto for the numbers,
rslib/src/notetype/schema11.rs and rslib/src/decks/schema11.rs for the names, widths and defaults,
rslib/src/storage/upgrades/schema15_upgrade.sql for the tables.)
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from deckwright.apkg import schema11
from deckwright.apkg.protobuf import flag, raw, read_message, signed, text, unsigned
from deckwright.apkg.values import MAX_JSON_BYTES, as_integer, as_object, as_text, damaged, parse_json, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckwright.apkg.collection import Collection
    from deckwright.apkg.package import PackageDeck, PackageNotetype
    from deckwright.apkg.protobuf import Fields

_Slots = dict[int, dict[int, dict[str, object]]]

MAX_ROWS = 100_000  # of decks, types, fields or templates

# NOT INDEXED: as for the notes; and the indexes sort names by a rule that only Anki knows.
_DECKS = "SELECT id, name, kind FROM decks NOT INDEXED"
_NOTETYPES = "SELECT id, name, mtime_secs, config FROM notetypes NOT INDEXED"
_FIELDS = "SELECT ntid, ord, name, config FROM fields NOT INDEXED"
_TEMPLATES = "SELECT ntid, ord, name, config FROM templates NOT INDEXED"

_byte, _short = partial(unsigned, bits=8), partial(unsigned, bits=16)

_NOTETYPE: Fields = {
    1: ("type", partial(signed, bits=32), 0),
    2: ("sortf", _short, 0),
    3: ("css", text, ""),
    5: ("latexPre", text, ""),
    6: ("latexPost", text, ""),
    7: ("latexsvg", flag, False),
    9: ("originalStockKind", partial(signed, bits=32), 0),
    10: ("originalId", signed, None),
    255: ("other", raw, b""),
}
_FIELD: Fields = {
    1: ("sticky", flag, False),
    2: ("rtl", flag, False),
    3: ("font", text, ""),
    4: ("size", _short, 0),
    5: ("description", text, ""),
    6: ("plainText", flag, False),
    7: ("collapsed", flag, False),
    8: ("excludeFromSearch", flag, False),
    9: ("id", signed, None),
    10: ("tag", partial(unsigned, bits=32), None),
    11: ("preventDeletion", flag, False),
    255: ("other", raw, b""),
}
_TEMPLATE: Fields = {
    1: ("qfmt", text, ""),
    2: ("afmt", text, ""),
    3: ("bqfmt", text, ""),
    4: ("bafmt", text, ""),
    5: ("did", signed, 0),
    6: ("bfont", text, ""),
    7: ("bsize", _byte, 0),
    8: ("id", signed, None),
    255: ("other", raw, b""),
}
_DECK_KIND: Fields = {1: ("normal", raw, None), 2: ("filtered", raw, None)}
_NORMAL_DECK: Fields = {4: ("desc", text, "")}


def read_decks_and_notetypes(
    collection: Collection,
) -> tuple[dict[int, PackageDeck], dict[int, PackageNotetype]]:
    """Read both by their ids; raises `UnreadablePackage` with `damaged-collection`."""
    return _decks(collection), _notetypes(collection)


def _decks(collection: Collection) -> dict[int, PackageDeck]:
    decks = {}
    for row_id, row_name, kind in collection.rows(_DECKS, MAX_ROWS, most_bytes=MAX_JSON_BYTES):
        id_ = as_integer(row_id, "`id` of a deck")
        name = as_text(row_name, "`name` of a deck").replace("\x1f", "::")
        if id_ in decks:
            raise damaged(f"two decks have the id {id_}")
        desc = _description(_blob(kind, f"deck {shown(name)}"), f"deck {shown(name)}")
        decks[id_] = schema11.deck({"id": id_, "name": name, "desc": desc})
    return decks


def _description(kind: bytes, where: str) -> object:
    found = read_message(kind, _DECK_KIND, where)
    normal, filtered = found["normal"], found["filtered"]
    if (normal is None) == (filtered is None):
        raise damaged(f"{where} should be either a normal or a filtered deck")
    return read_message(normal, _NORMAL_DECK, where)["desc"] if isinstance(normal, bytes) else ""


def _notetypes(collection: Collection) -> dict[int, PackageNotetype]:
    fields = _slots(collection, _FIELDS, _field)
    templates = _slots(collection, _TEMPLATES, _template)
    notetypes = {}
    for row_id, row_name, modified, config in collection.rows(
        _NOTETYPES, MAX_ROWS, most_bytes=MAX_JSON_BYTES
    ):
        id_ = as_integer(row_id, "`id` of a note type")
        name = as_text(row_name, "`name` of a note type")
        where = f"note type {shown(name)}"
        if id_ in notetypes:
            raise damaged(f"two note types have the id {id_}")
        entry = _with_other(read_message(_blob(config, where), _NOTETYPE, where), where)
        # Anki writes these two only where they say something.
        silent = {"originalStockKind": 0, "originalId": None}
        entry = {key: value for key, value in entry.items() if key not in silent or value != silent[key]}
        entry |= {"id": id_, "name": name, "mod": modified}
        entry |= {"flds": _in_order(fields[id_], where), "tmpls": _in_order(templates[id_], where)}
        notetypes[id_] = schema11.notetype(entry)
    return notetypes


def _slots(collection: Collection, sql: str, make: Callable[[bytes, str], dict[str, object]]) -> _Slots:
    """Read the fields or templates of all types, by the type's id and their place.

    Every export holds some of types that it lacks: those of the stock types of a new collection.
    """
    slots: _Slots = defaultdict(dict)
    for type_id, place, row_name, config in collection.rows(sql, MAX_ROWS, most_bytes=MAX_JSON_BYTES):
        owner, ordinal = as_integer(type_id, "`ntid` of a slot"), as_integer(place, "`ord` of a slot")
        name = as_text(row_name, "the name of a field or template")
        where = f"field or template {shown(name)} of note type {owner}"
        if ordinal in slots[owner]:
            raise damaged(f"{where} shares its place with another")
        slots[owner][ordinal] = make(_blob(config, where), where) | {"name": name, "ord": ordinal}
    return slots


def _field(config: bytes, where: str) -> dict[str, object]:
    return _with_other(read_message(config, _FIELD, where), where)


def _template(config: bytes, where: str) -> dict[str, object]:
    entry = _with_other(read_message(config, _TEMPLATE, where), where)
    deck = as_integer(entry["did"], where)
    return entry | {"did": deck if deck > 0 else None}


def _with_other(message: dict[str, object], where: str) -> dict[str, object]:
    """Put the keys that Anki does not know, and keeps as JSON, beside those that it does."""
    own = {key: value for key, value in message.items() if key != "other"}
    other = message["other"]
    if not isinstance(other, bytes) or not other:
        return own
    try:
        more = other.decode("utf-8")
    except UnicodeDecodeError as failure:
        raise damaged(f"unknown keys of {where} are not UTF-8") from failure
    where = f"unknown keys of {where}"
    return as_object(parse_json(more, where), where) | own


def _in_order(slots: dict[int, dict[str, object]], where: str) -> list[dict[str, object]]:
    if slots.keys() != set(range(len(slots))):
        raise damaged(f"a field or a template of {where} is missing")
    return [slots[place] for place in range(len(slots))]


def _blob(value: object, where: str) -> bytes:
    if not isinstance(value, bytes):
        raise damaged(f"what is set for {where} should be a blob")
    return value
