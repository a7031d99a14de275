"""Runs in an environment that has the real `anki`: reads steps as JSON, prints what came of each.

A script, not a test, that serves until its input ends: each line of input names a collection and the steps
of one sitting, each line of output holds their results or a traceback. It imports nothing of Deckwright.
"""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import anki.lang
from anki.collection import Collection, ImportAnkiPackageRequest
from anki.errors import AnkiException
from anki.import_export_pb2 import ExportAnkiPackageRequest, ImportAnkiPackageOptions
from anki.utils import strip_html

TABLES = ("notes", "cards", "notetypes", "fields", "templates", "decks")
TRUE_TIME = 1_780_000_000  # stories end before it, and every Anki's clock is past it


def import_package(col: Any, package: str, **options: Any) -> dict[str, int]:
    """Import as the dialog does by default, and count how many notes went which way."""
    request = ImportAnkiPackageRequest(package_path=package, options=ImportAnkiPackageOptions(**options))
    log = col.import_anki_package(request).log
    kinds = ("new", "updated", "duplicate", "conflicting")
    return {kind: len(getattr(log, kind)) for kind in kinds} | {"found": log.found_notes}


def refused_import(col: Any, package: str, **options: Any) -> str:
    """Import a package that Anki is expected to refuse, and return why it does."""
    try:
        import_package(col, package, **options)
    except AnkiException as refusal:
        return type(refusal).__name__
    return ""


def import_options(col: Any) -> dict[str, Any]:
    """Return what the import dialog would show as its options."""
    presets = col._backend.get_import_anki_package_presets()  # noqa: SLF001 - the dialog asks it too
    return {field.name: getattr(presets, field.name) for field in presets.DESCRIPTOR.fields}


def notes(col: Any) -> dict[str, dict[str, Any]]:
    """Return every note by guid, with its fields by name and its cards' ordinals."""
    found = {}
    types = _types(col)
    rows = col.db.all("select id, guid, mid, mod, tags, flds, sfld, csum from notes order by guid")
    for nid, guid, mid, mod, tags, flds, sfld, csum in rows:
        notetype = types[mid]
        names = [field["name"] for field in notetype["flds"]]
        found[guid] = {
            "id": nid,
            "notetype": notetype["name"],
            "mod": mod,
            "tags": tags.split(),
            "fields": dict(zip(names, flds.split("\x1f"), strict=True)),
            "sort": sfld,
            "checksum": csum,
            "cards": col.db.list("select ord from cards where nid = ? order by ord", nid),
        }
    return found


def cards(col: Any) -> dict[str, list[Any]]:
    """Return every card's whole scheduling row, by note guid and ordinal."""
    rows = col.db.all(
        "select n.guid, c.ord, c.id, c.did, c.type, c.queue, c.due, c.ivl, c.factor, c.reps, c.lapses,"
        " c.left, c.odue, c.odid, c.flags, c.data from cards c, notes n where n.id = c.nid"
    )
    return {f"{guid}/{ordinal}": row for guid, ordinal, *row in rows}


def revlog(col: Any) -> list[Any]:
    """Return every review, in order."""
    return list(col.db.all("select * from revlog order by id"))


def study(col: Any, seed: int) -> int:
    """Give every card a history of its own, here and there a suspension or a flag; count the reviews."""
    for index, cid in enumerate(col.db.list("select id from cards order by id")):
        card = col.get_card(cid)
        card.type, card.queue = 2, -1 if index % 5 == 4 else 2
        card.ivl, card.due = 10 + index + seed, 100 + index
        card.reps, card.lapses, card.factor = index + 1, index % 3, 2500 - 10 * index
        card.flags = index % 4
        col.update_card(card)
        for review in range(1 + index % 3):
            stamp = 1_600_000_000_000 + seed * 1_000_000 + index * 1_000 + review
            row = (stamp, cid, -1, 1 + review, 10, 5, 2500, 4000, 1)
            col.db.execute("insert into revlog values (?,?,?,?,?,?,?,?,?)", *row)
    return len(revlog(col))


def edit(col: Any, guid: str, field: str, text: str, tag: str) -> None:
    """Change a note and tag it, as a reader would in the browser."""
    note = col.get_note(_note_id(col, guid))
    note[field] = text
    note.add_tag(tag)
    col.update_note(note)


def set_tags(col: Any, guid: str, tags: list[str]) -> None:
    """Give a note other tags."""
    note = col.get_note(_note_id(col, guid))
    note.tags = tags
    col.update_note(note)


def backdate(col: Any, stamp: int) -> None:
    """Give what was written just now the time of the story, since Anki's own clock cannot be set."""
    col.db.execute("update notes set mod = ? where mod > ?", stamp, TRUE_TIME)


def remove_note(col: Any, guid: str) -> None:
    """Delete a note with its cards."""
    col.remove_notes([_note_id(col, guid)])


def remove_card(col: Any, guid: str, ordinal: int) -> None:
    """Delete one card, as "Empty Cards" does; a note that loses its last one stays."""
    col.db.execute("delete from cards where nid = ? and ord = ?", _note_id(col, guid), ordinal)


def move_cards(col: Any, guid: str, deck: str) -> None:
    """Move a note's cards to a deck, made if need be."""
    col.set_deck(col.card_ids_of_note(_note_id(col, guid)), col.decks.id(deck))


def suspend(col: Any, guid: str, flag: int) -> None:
    """Suspend a note's cards and flag them."""
    cids = col.card_ids_of_note(_note_id(col, guid))
    col.sched.suspend_cards(cids)
    col.set_user_flag_for_cards(flag, cids)


def rename_deck(col: Any, deck: str, name: str) -> None:
    """Rename a deck."""
    col.decks.rename(col.decks.id_for_name(deck), name)


def set_preset(col: Any, deck: str, preset: str) -> None:
    """Give a deck a new preset of its own."""
    chosen = col.decks.by_name(deck)
    col.decks.set_config_id_for_deck_dict(chosen, col.decks.add_config_returning_id(preset))


def preset(col: Any, deck: str) -> str:
    """Return the name of a deck's preset."""
    return str(col.decks.config_dict_for_deck_id(col.decks.id_for_name(deck))["name"])


def find_notes(col: Any, search: str) -> list[str]:
    """Return the guids that a search in the browser finds, sorted."""
    guids = (col.db.scalar("select guid from notes where id = ?", nid) for nid in col.find_notes(search))
    return sorted(guids)


def occlusion(col: Any, guid: str) -> dict[str, Any]:
    """Return how the image-occlusion editor opens a note: the bytes of its picture, header, masks."""
    answer = col.get_image_occlusion_note(_note_id(col, guid))
    if answer.WhichOneof("value") == "error":
        return {"error": answer.error}
    note = answer.note
    return {
        "picture": note.image_data.decode("utf-8", "replace"),
        "header": note.header,
        "masks": len(note.occlusions),
        "places": {
            # Anki 23.10 gives no numbers, but the masks in their order.
            getattr(mask, "ordinal", place): {
                one.name: one.value for shape in mask.shapes for one in shape.properties
            }
            for place, mask in enumerate(note.occlusions, 1)
        },
    }


def labels(col: Any, names: list[str]) -> dict[str, str]:
    """Return what Anki's own screens call things."""
    return {name: getattr(col.tr, name)() for name in names}


def _note_id(col: Any, guid: str) -> int:
    return int(col.db.scalar("select id from notes where guid = ?", guid))


def add_note(col: Any, notetype: str, fields: list[str], deck: str, tags: list[str]) -> str:
    """Add a note to a deck, made if need be, and return its guid."""
    note = col.new_note(col.models.by_name(notetype))
    note.fields, note.tags = fields, tags
    col.add_note(note, col.decks.id(deck))
    return str(note.guid)


def change_notetype(col: Any, name: str, fields: Any, templates: Any, **keys: Any) -> None:
    """Change keys of a note type, and of its fields and templates by place; templates beyond are added."""
    notetype = col.models.by_name(name) | keys
    for field, change in zip(notetype["flds"], fields, strict=False):
        field.update(change)
    added = len(templates) - len(notetype["tmpls"])
    notetype["tmpls"] += [col.models.new_template("") for _ in range(added)]
    for template, change in zip(notetype["tmpls"], templates, strict=False):
        template.update(change)
    col.models.update_dict(notetype)


def describe_deck(col: Any, deck: str, description: str) -> None:
    """Give a deck a description."""
    chosen = col.decks.by_name(deck)
    chosen["desc"] = description
    col.decks.save(chosen)


def filter_deck(col: Any, deck: str, search: str) -> None:
    """Gather the cards that a search finds in a filtered deck."""
    chosen = col.sched.get_or_create_filtered_deck(0)
    chosen.name = deck
    chosen.config.search_terms[0].search = search
    col.sched.add_or_update_filtered_deck(chosen)


def export(col: Any, package: str, *, legacy: bool, scheduling: bool) -> None:
    """Export the whole collection with its media, in the old format or the newest."""
    request = ExportAnkiPackageRequest(out_path=package)
    request.limit.whole_collection.SetInParent()
    # Anki 23.10 has the options in the request itself.
    options: Any = getattr(request, "options", request)
    options.with_scheduling, options.with_media, options.legacy = scheduling, True, legacy
    col._backend.export_anki_package_raw(request.SerializeToString())  # noqa: SLF001 - alike in all versions


def render(col: Any) -> dict[str, dict[str, Any]]:
    """Return both sides of every card as Anki shows them, by note guid and ordinal."""
    shown = {}
    for guid, ordinal, cid in col.db.all(
        "select n.guid, c.ord, c.id from cards c, notes n where n.id = c.nid order by 1, 2"
    ):
        output = col.get_card(cid).render_output(reload=True)
        shown[f"{guid}/{ordinal}"] = {
            "front": output.question_text,
            "back": output.answer_text,
            "css": output.css,
            "av_tags": len(output.question_av_tags) + len(output.answer_av_tags),
        }
    return shown


def generated(col: Any) -> dict[str, list[int]]:
    """Add a copy of each note, and return which cards Anki itself makes of it."""
    made = {}
    for guid, nid in col.db.all("select guid, id from notes order by guid"):
        note = col.get_note(nid)
        copy = col.new_note(note.note_type())
        copy.fields = list(note.fields)
        copy.tags = list(note.tags)
        col.add_note(copy, col.decks.id("Scratch"))
        made[guid] = sorted(card.ord for card in copy.cards())
        col.remove_notes([copy.id])
    return made


def missing_cards(col: Any) -> dict[str, int]:
    """Count the cards that Anki would add to the notes as they are, and those it calls empty."""
    before = col.card_count()
    col.after_note_updates(col.db.list("select id from notes"), mark_modified=False, generate_cards=True)
    empty = sum(len(note.card_ids) for note in col.get_empty_cards().notes)
    return {"added": col.card_count() - before, "empty": empty}


def check_media(col: Any) -> dict[str, list[str]]:
    """Return the lists of Anki's media check."""
    report = col.media.check()
    return {"missing": list(report.missing), "unused": list(report.unused)}


def media(col: Any) -> dict[str, str]:
    """Return the text of every media file, by name."""
    folder = Path(col.media.dir())
    return {path.name: path.read_text("utf-8", "replace") for path in sorted(folder.iterdir())}


def check_database(col: Any) -> list[str]:
    """Run "Check Database", and return the tables in which it changed anything."""
    before = _tables(col)
    col.fix_integrity()
    after = _tables(col)
    return [name for name in TABLES if before[name] != after[name]]


def _tables(col: Any) -> dict[str, Any]:
    return {name: col.db.all(f"select * from {name} order by 1, 2") for name in TABLES}  # noqa: S608


def notetypes(col: Any, prefix: str = "Deckwright") -> dict[str, dict[str, Any]]:
    """Return id, stamp, slots, CSS and stock kind of every note type whose name starts with *prefix*."""
    return {
        notetype["name"]: {
            "id": notetype["id"],
            "mod": notetype["mod"],
            "fields": [field["name"] for field in notetype["flds"]],
            "templates": {template["name"]: template["qfmt"] for template in notetype["tmpls"]},
            "css": notetype["css"],
            "kind": notetype.get("originalStockKind", 0),
        }
        for notetype in _types(col).values()
        if notetype["name"].startswith(prefix)
    }


def _types(col: Any) -> dict[int, dict[str, Any]]:
    """Return all note types by id; Anki's own list is a cache that imports do not refresh."""
    col.models._clear_cache()  # noqa: SLF001 - what Anki's window does after every operation
    return {notetype["id"]: notetype for notetype in col.models.all()}


def decks(col: Any) -> dict[str, int]:
    """Return how many cards lie in each deck."""
    count = "select count() from cards where did = ?"
    return {deck.name: col.db.scalar(count, deck.id) for deck in col.decks.all_names_and_ids()}


def plain_fields(col: Any) -> dict[str, list[str]]:
    """Return each note's fields with tags stripped and entities decoded by Anki itself."""
    rows = col.db.all("select guid, flds from notes")
    return {guid: [strip_html(value) for value in flds.split("\x1f")] for guid, flds in rows}


STEPS = {
    step.__name__: step
    for step in (
        import_package, refused_import, import_options, notes, cards, revlog, study, edit, set_tags,
        backdate,
        remove_note, remove_card, move_cards, suspend, rename_deck, set_preset, preset, find_notes, labels,
        occlusion, render, generated, missing_cards, media, check_media, check_database, notetypes, decks,
        plain_fields, add_note, change_notetype, describe_deck, filter_deck, export,
    )
}  # fmt: skip


def sitting(collection: str, steps: list[Any]) -> list[Any]:
    """Open the collection, take the steps, close it."""
    col = Collection(collection)
    try:
        return [STEPS[name](col, **arguments) for name, arguments in steps]
    finally:
        col.close()


def main() -> None:
    """Answer each line of input, whatever happens in it."""
    anki.lang.set_lang("en_US")
    # Anki may print; the answers have the output to themselves.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        for line in sys.stdin:
            try:
                answer: dict[str, Any] = {"results": sitting(**json.loads(line))}
            except Exception:  # noqa: BLE001 - whatever it is, the test shows it
                answer = {"failure": traceback.format_exc()}
            print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
