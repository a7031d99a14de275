"""Runs in an environment that has the real `anki`: reads steps as JSON, prints what came of each.

A script, not a test: `python driver.py COLLECTION < steps.json`. It imports nothing of Deckwright.
"""

import json
import sys
from typing import Any

import anki.lang
from anki.collection import Collection, ImportAnkiPackageRequest
from anki.import_export_pb2 import ImportAnkiPackageOptions
from anki.utils import strip_html

TABLES = ("notes", "cards", "notetypes", "fields", "templates", "decks")


def import_package(col: Any, package: str, **options: Any) -> dict[str, int]:
    """Import as the dialog does by default, and count how many notes went which way."""
    request = ImportAnkiPackageRequest(package_path=package, options=ImportAnkiPackageOptions(**options))
    log = col.import_anki_package(request).log
    kinds = ("new", "updated", "duplicate", "conflicting")
    return {kind: len(getattr(log, kind)) for kind in kinds} | {"found": log.found_notes}


def notes(col: Any) -> dict[str, dict[str, Any]]:
    """Return every note by guid, with its fields by name and its cards' ordinals."""
    found = {}
    rows = col.db.all("select id, guid, mid, mod, tags, flds, sfld, csum from notes order by guid")
    for nid, guid, mid, mod, tags, flds, sfld, csum in rows:
        notetype = col.models.get(mid)
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
    note = col.get_note(col.db.scalar("select id from notes where guid = ?", guid))
    note[field] = text
    note.add_tag(tag)
    col.update_note(note)


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


def check_database(col: Any) -> list[str]:
    """Run "Check Database", and return the tables in which it changed anything."""
    before = _tables(col)
    col.fix_integrity()
    after = _tables(col)
    return [name for name in TABLES if before[name] != after[name]]


def _tables(col: Any) -> dict[str, Any]:
    return {name: col.db.all(f"select * from {name} order by 1, 2") for name in TABLES}  # noqa: S608


def notetypes(col: Any) -> dict[str, dict[str, Any]]:
    """Return id and slots of every note type that Deckwright made."""
    return {
        notetype["name"]: {
            "id": notetype["id"],
            "fields": [field["name"] for field in notetype["flds"]],
            "templates": [template["name"] for template in notetype["tmpls"]],
        }
        for notetype in col.models.all()
        if notetype["name"].startswith("Deckwright")
    }


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
        import_package, notes, cards, revlog, study, edit, render, generated, missing_cards,
        check_media, check_database, notetypes, decks, plain_fields,
    )
}  # fmt: skip


def main() -> None:
    """Open the collection, take the steps, close it."""
    anki.lang.set_lang("en_US")
    col = Collection(sys.argv[1])
    try:
        results = [STEPS[name](col, **arguments) for name, arguments in json.load(sys.stdin)]
    finally:
        col.close()
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
