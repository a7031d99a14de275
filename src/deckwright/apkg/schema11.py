"""Decks and note types as the old format has them: two JSON objects in one row.

Anki still speaks of note types in this way wherever others look at them, so that the newest format,
too, is brought into it (`schema18.py`) and then read here.
(Anki: rslib/src/notetype/schema11.rs and rslib/src/decks/schema11.rs.)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from deckwright.apkg.package import PackageDeck, PackageField, PackageNotetype, PackageTemplate
from deckwright.apkg.values import (
    MAX_JSON_BYTES,
    as_id,
    as_integer,
    as_list,
    as_object,
    as_text,
    damaged,
    parse_json,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from deckwright.apkg.collection import Collection

_COL = "SELECT models, decks FROM col NOT INDEXED"
# What a note type says about the collection it lay in. `vers` and `tags` have had no meaning for years.
_PER_COLLECTION = ("did", "req", "tags", "usn", "vers")

_Owned = TypeVar("_Owned", PackageDeck, PackageNotetype)


def read_decks_and_notetypes(
    collection: Collection,
) -> tuple[dict[int, PackageDeck], dict[int, PackageNotetype]]:
    """Read both by their ids; raises `UnreadablePackage` with `damaged-collection`."""
    ((models, decks),) = collection.rows(_COL, 1)
    return (
        _by_id(parse_json(decks, "the decks"), "deck", deck),
        _by_id(parse_json(models, "the note types"), "note type", notetype),
    )


def deck(entry: dict[str, object]) -> PackageDeck:
    """Read one deck, checking all that is kept of it."""
    return PackageDeck(
        id=as_id(entry.get("id"), "`id` of a deck"),
        name=as_text(entry.get("name"), "`name` of a deck"),
        description=as_text(entry.get("desc", ""), "`desc` of a deck"),
    )


def notetype(entry: dict[str, object]) -> PackageNotetype:
    """Read one note type, checking all that is kept of it."""
    name = as_text(entry.get("name"), "`name` of a note type")
    where = f"note type {shown(name)}"
    kind = as_integer(entry.get("type"), f"`type` of {where}")
    fields = as_list(entry.get("flds"), f"`flds` of {where}")
    templates = as_list(entry.get("tmpls"), f"`tmpls` of {where}")
    sort_field = as_integer(entry.get("sortf"), f"`sortf` of {where}")
    if kind not in {0, 1} or not templates or not 0 <= sort_field < len(fields):
        raise damaged(f"{where} has a kind, templates or a sort field that Anki does not allow")
    return PackageNotetype(
        id=as_id(entry.get("id"), f"`id` of {where}"),
        name=name,
        kind="cloze" if kind else "normal",
        sort_field=sort_field,
        modified=as_integer(entry.get("mod"), f"`mod` of {where}"),
        css=as_text(entry.get("css", ""), f"`css` of {where}"),
        fields=tuple(_field(as_object(field, f"a field of {where}"), where) for field in fields),
        templates=tuple(
            _template(as_object(template, f"a template of {where}"), where) for template in templates
        ),
        original=_original(entry, where),
    )


def _by_id(value: object, what: str, make: Callable[[dict[str, object]], _Owned]) -> dict[int, _Owned]:
    found = {}
    for key, entry in as_object(value, f"the {what}s").items():
        item = make(as_object(entry, f"a {what}"))
        if str(item.id) != key:
            raise damaged(f"{what} {item.id} stands under another id, {shown(key)}")
        found[item.id] = item
    return found


def _field(entry: dict[str, object], where: str) -> PackageField:
    name = as_text(entry.get("name"), f"the name of a field of {where}")
    return PackageField(name, _stable_id(entry, f"field {shown(name)} of {where}"))


def _template(entry: dict[str, object], where: str) -> PackageTemplate:
    name = as_text(entry.get("name"), f"the name of a template of {where}")
    where = f"template {shown(name)} of {where}"
    return PackageTemplate(
        name=name,
        id=_stable_id(entry, where),
        front=as_text(entry.get("qfmt"), f"`qfmt` of {where}"),
        back=as_text(entry.get("afmt", ""), f"`afmt` of {where}"),
    )


def _stable_id(entry: dict[str, object], where: str) -> int | None:
    value = entry.get("id")
    return None if value is None else as_integer(value, f"`id` of {where}")


def _original(entry: dict[str, object], where: str) -> str:
    kept = {key: value for key, value in entry.items() if key not in _PER_COLLECTION}
    try:
        written = json.dumps(kept, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    except ValueError as failure:  # 1e999 is read as infinity, which JSON cannot say
        raise damaged(f"{where} holds a number that is too large") from failure
    if len(written) > MAX_JSON_BYTES:
        raise damaged(f"{where} is longer than {MAX_JSON_BYTES} characters")
    return as_text(written, where)
