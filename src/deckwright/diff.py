"""`deckwright diff`: what a reader would see change between two packages or releases."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.apkg.changes import Changes, NoteChange, compare, reworded
from deckwright.apkg.editions import Version, parse_version
from deckwright.apkg.news import News, compare_editions, numbers, tell
from deckwright.apkg.read import read_package
from deckwright.apkg.releases import read_releases
from deckwright.build import Options, build_time, draft, plan
from deckwright.release import edition
from deckwright.source.diagnostics import escaped_json, printable
from deckwright.usage import UsageProblem
from deckwright.workspace import find_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.apkg.editions import Edition, Releases
    from deckwright.source.diagnostics import Report
    from deckwright.workspace import Project

# What changes with other fields of a note, and says nothing beside them.
_FOLLOWING = frozenset({"Bridge", "Open", "Ratio", "Accent", "Answers", "Members"})
_INDENT = "    "


class FaultyDeck(Exception):  # noqa: N818 - the deck is at fault, not the comparison
    """The deck or the releases to compare have errors; *reports* hold them."""

    def __init__(self, reports: tuple[Report, ...]) -> None:
        super().__init__("the deck has errors")
        self.reports = reports


def diff(old: Path, new: Path) -> Changes | News:
    """Compare the package *old* with *new*: a package, or a project as it would be built now.

    Where *old* is the number of a release, it is compared with that project, or with the release *new*.

    Raises:
        UnreadablePackage: a package cannot be read.
        UsageProblem: *new* is neither a package nor a project; there is no such release.
        FaultyDeck: the project cannot be built as it stands, or its releases cannot be read.

    """
    version = parse_version(str(old))
    if version and not old.exists():
        return _since(version, new)
    before = read_package(old)
    if new.suffix == ".apkg":
        return compare(before, read_package(new))
    with tempfile.TemporaryDirectory() as folder:
        built = draft(find_project(new), Path(folder) / "new.apkg")
        if not built.packages:
            raise FaultyDeck(built.reports)
        return compare(before, read_package(built.packages[0].path))


def as_text(changes: Changes | News) -> str:
    """Tell the changes as people read them, words old and new, with the counts at the end."""
    lines = (*tell(changes), numbers(changes)) if isinstance(changes, News) else _lines(changes)
    return "\n".join(map(printable, lines))


def as_json(changes: Changes | News) -> str:
    """Tell the changes as JSON, with the whole HTML or text of everything that differs."""
    return escaped_json(dataclasses.asdict(changes))


def _since(version: Version, new: Path) -> News:
    """Compare a release with another, or with the project as it would be built now."""
    later = None if new.exists() else parse_version(str(new))
    if new.suffix == ".apkg":
        raise UsageProblem(f"a release is not compared with a package: `{new}`; name two of a kind")
    project = find_project(Path() if later else new)
    if project.only is not None:
        raise UsageProblem(f"a release is of all decks of a project; name the folder `{project.root}`")
    if later:
        releases, reports = read_releases(project.releases)
        if any(report.has_errors for report in reports):
            raise FaultyDeck(reports)
        return compare_editions(_edition(project, releases, version), _edition(project, releases, later))
    built = plan(project, Options(draft=True), build_time())
    if not built.packages:
        raise FaultyDeck(built.reports)
    return compare_editions(_edition(project, built.compiled.releases, version), edition(built))


def _edition(project: Project, releases: Releases, version: Version) -> Edition:
    if releases.find(version) is None:
        known = ", ".join(str(release.version) for release in releases.all)
        raise UsageProblem(f"`{project.releases}` has no {version}: {known or 'nothing was released yet'}")
    return releases.edition(version)


def _lines(changes: Changes) -> Iterator[str]:
    for _, name in changes.new:
        yield f"+ {name}: new"
    for note in changes.changed:
        yield from _note(note)
    for _, name in changes.gone:
        yield f"- {name}: gone; it stays in the collections that have it"
    for notetype in changes.notetypes:
        yield f"note type {notetype.name}: {'; '.join(notetype.what)} changed"
        if notetype.forks:
            yield f"{_INDENT}Anki makes a second type of it, and updates none of the notes that readers have"
    for sign, names in (
        ("+", changes.media_added),
        ("-", changes.media_removed),
        ("~", changes.media_changed),
    ):
        yield from (f"{sign} {name}: media" for name in names)
    yield (
        f"{len(changes.new)} new, {len(changes.changed)} changed, {len(changes.gone)} gone,"
        f" {changes.unchanged} unchanged"
    )


def _note(note: NoteChange) -> Iterator[str]:
    renamed = note.old_name != note.name
    yield f"> {note.name}: renamed from {note.old_name}" if renamed else f"~ {note.name}"
    told = [change for change in note.fields if change.field not in _FOLLOWING]
    for change in told or note.fields:
        for run in reworded(change.old, change.new) or ("its markup changed",):
            yield f"{_INDENT}{change.field}: {run}"
    if note.deck:
        yield f"{_INDENT}deck: {note.deck[0]} → {note.deck[1]}"
    if note.notetype:
        yield f"{_INDENT}note type: {note.notetype[0]} → {note.notetype[1]}"
    for what, added, removed in (
        ("tags", note.tags_added, note.tags_removed),
        ("cards", note.cards_added, note.cards_removed),
    ):
        signed = [*(f"+{name}" for name in added), *(f"-{name}" for name in removed)]
        if signed:
            yield f"{_INDENT}{what}: {', '.join(signed)}"
    if note.older:
        yield f"{_INDENT}its stamp is older: Anki will not apply this"
