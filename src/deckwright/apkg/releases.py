"""`releases/VERSION.jsonl`: what each release sent to readers, committed with the source and never changed.

A release's file says what is new since the one before: one line for the release, one for each note type it
uses, one for each note that is new, changed, rendered otherwise or retired. All files together, in the order
of their versions, tell what every reader may have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.apkg.editions import (
    KINDS,
    Change,
    Release,
    ReleasedNote,
    ReleasedType,
    Releases,
    Version,
    parse_version,
)
from deckwright.apkg.lines import LATEST, BadLineError, checked, read_line, write_line
from deckwright.source.decode import MAX_BYTES, decode
from deckwright.source.diagnostics import Diagnostic, Report, error
from deckwright.source.text import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FORMAT = 1
SUFFIX = ".jsonl"
_RESTORE = "take the file back from your last commit: what was released never changes"


@dataclass(frozen=True, slots=True)
class _Head:
    """The line of the release itself; with it, lines that got lost are missed."""

    format: int
    version: str
    newest: int
    render: int
    notes: int
    new: int
    changed: int
    rendered: int
    retired: int
    without: tuple[str, ...] = ()


_Entry = _Head | ReleasedType | ReleasedNote
_NEEDED: dict[type, frozenset[str]] = {
    _Head: frozenset({"format", "version", "newest", "render"}),
    ReleasedType: frozenset({"id", "name", "modified", "slots"}),
    ReleasedNote: frozenset({"guid", "deck", "key", "type", "modified", "content", "fact", "fields"}),
}
_CLASSES: dict[str, type[_Entry]] = {
    "release": _Head,
    "notetype": ReleasedType,
    **dict.fromkeys(KINDS, ReleasedNote),
}


def format_release(release: Release) -> str:
    """Write a release as text; equal releases give equal texts."""
    counts = {kind: sum(change.kind == kind for change in release.changes) for kind in KINDS}
    head = _Head(
        FORMAT,
        str(release.version),
        release.newest,
        release.render,
        release.notes,
        **counts,
        without=release.without,
    )
    types = (write_line("notetype", notetype) for notetype in release.notetypes)
    changes = (write_line(change.kind, change.note) for change in release.changes)
    return "".join([write_line("release", head), *types, *changes])


def read_releases(folder: Path) -> tuple[Releases, tuple[Report, ...]]:
    """Read the releases in *folder*, none where there is no such folder; findings are in the reports.

    Raises:
        OSError: a file cannot be read.

    """
    found: dict[Version, tuple[Release, Report]] = {}
    reports = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix == SUFFIX and not path.name.startswith("."):
            version = parse_version(path.stem)
            source, problem = _text(path)
            report = Report(source)
            reports.append(report)
            if problem or version is None:
                report.add(_bad_release(problem) if version else _misnamed())
            elif release := parse_release(source, version, report):
                found[version] = release, report
    releases = tuple(found[version][0] for version in sorted(found))
    if not any(report.has_errors for report in reports):
        for version, finding in _gaps(releases):
            found[version][1].add(finding)
    return Releases(releases), tuple(reports)


def parse_release(source: SourceFile, version: Version, report: Report) -> Release | None:
    """Read the release *version*; every fault goes to *report*, and with one there is no release."""
    lines = list(_lines(source, report))
    head = lines[0][1] if lines else None
    if not isinstance(head, _Head):
        if not report.has_errors:
            report.add(_bad_release("the line of the release itself is missing"))
        return None
    changes = tuple(
        Change(kind, entry)
        for name, entry in lines
        for kind in KINDS
        if name == kind and isinstance(entry, ReleasedNote)
    )
    if not report.has_errors:
        report.extend(_mismatches(head, version, changes))
    types = tuple(entry for _, entry in lines if isinstance(entry, ReleasedType))
    release = Release(version, head.newest, head.render, head.notes, types, changes, head.without)
    return None if report.has_errors else release


def _mismatches(head: _Head, version: Version, changes: tuple[Change, ...]) -> Iterator[Diagnostic]:
    """Yield what the release's own line says otherwise than its file."""
    if head.version != str(version):
        yield _bad_release(f"this is the release {head.version}, under the name of {version}")
    for kind in KINDS:
        told, found = getattr(head, kind), sum(change.kind == kind for change in changes)
        if told != found:
            yield _bad_release(f"of {told} lines of the kind `{kind}`, {found} are there")


def _gaps(releases: Iterable[Release]) -> Iterator[tuple[Version, Diagnostic]]:
    """Yield a finding for the first release whose notes are not those of its file and the earlier ones."""
    live: set[str] = set()
    for release in releases:
        for change in release.changes:
            (live.discard if change.kind == "retired" else live.add)(change.note.guid)
        if len(live) != release.notes:
            counts = f"{release.notes} notes, and the files up to it have {len(live)}"
            yield release.version, _bad_release(f"this release has {counts}: an earlier one is missing")
            return


def _text(path: Path) -> tuple[SourceFile, str]:
    """Return a file's text, and what is wrong with the file as a whole."""
    if path.is_symlink() or not path.is_file():
        return _nothing(path), "this is a link, or no file"
    with path.open("rb") as file:
        source, undecodable = decode(_nothing(path).name, file.read(MAX_BYTES + 1))
    return source, undecodable[0].message if undecodable else ""


def _nothing(path: Path) -> SourceFile:
    return SourceFile(f"{path.parent.name}/{path.name}", "")


def _bad_release(message: str, start: int = 0) -> Diagnostic:
    return error("bad-release", message, Span(start, start + 1), advice=_RESTORE)


def _misnamed() -> Diagnostic:
    advice = "give it back the name it had, or take it out of the folder"
    return error(
        "bad-release", "a release is named after its version, as in `1.0.0.jsonl`", None, advice=advice
    )


def _lines(source: SourceFile, report: Report) -> Iterator[tuple[str, _Entry]]:
    """Yield kind and entry of each line."""
    known: set[str] = set()
    start = 0
    # Not splitlines: U+2028 and its like end no line of ours.
    for number, text in enumerate(source.text.split("\n")):
        line = text.removesuffix("\r")
        try:
            if line:
                yield _entry(line, known, first=number == 0)
        except BadLineError as problem:
            report.add(_bad_release(str(problem), start))
        start += len(text) + 1


def _entry(line: str, known: set[str], *, first: bool) -> tuple[str, _Entry]:
    kind, data = read_line(line)
    if first and kind == "release" and data.get("format") != FORMAT:
        raise BadLineError("a newer Deckwright wrote this release; update Deckwright")
    class_ = _CLASSES.get(kind)
    if class_ is None or first != (class_ is _Head):
        raise BadLineError("this line is not one that Deckwright writes here")
    entry = class_(**checked(class_, data, _NEEDED[class_]))
    if not isinstance(entry, _Head) and entry.modified > LATEST:
        raise BadLineError("`modified` is a time that never comes")
    if not isinstance(entry, _Head):
        name = entry.guid if isinstance(entry, ReleasedNote) else str(entry.id)
        if f"{class_.__name__} {name}" in known:
            raise BadLineError(f"two lines are about `{name}`")
        known.add(f"{class_.__name__} {name}")
    return kind, entry
