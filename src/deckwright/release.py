"""`deckwright release`: a build that is given a number, and kept in `releases/` for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.apkg.atomic import replace_files
from deckwright.apkg.editions import (
    Edition,
    Release,
    ReleasedNote,
    ReleasedType,
    Version,
    parse_version,
)
from deckwright.apkg.news import compare_editions
from deckwright.apkg.releases import SUFFIX, format_release
from deckwright.apkg.stamp import field_hashes
from deckwright.build import Built, Options, alone, build_time, files, plan
from deckwright.cards.render import RENDER
from deckwright.deck.content import short_hash
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.apkg.news import News
    from deckwright.apkg.stamp import Stamped
    from deckwright.cards.notetypes import Notetype
    from deckwright.deck.identity import IdentifiedDeck
    from deckwright.workspace import Project

FIRST = Version(1, 0, 0)


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did, or with `dry_run` would do: *news* are those since the release *last*.

    *release* is None where errors stopped the build, or nothing is new; else it is kept at *path*.
    """

    built: Built
    path: Path
    last: Version | None = None
    news: News | None = None
    release: Release | None = None


def release(project: Project, version: str | None, options: Options) -> Released:
    """Build the project, and keep in `releases/` what is new since the last release.

    The number is the one proposed where *version* gives none. Lock, packages and release are replaced in this
    order: killed in between, the next release finishes the job. Where nothing is new, no release is written.

    Raises:
        UsageProblem: *version* is no version, or smaller than the one proposed; a single deck of the project
            was named; another build holds the project; or SOURCE_DATE_EPOCH is wrong.
        OSError: a folder or the disk does not take the files.

    """
    now = build_time()
    if options.dry_run:
        return prepare(project, version, options, now)
    with alone(project):
        made = prepare(project, version, options, now)
        keep(project, made)
        return made


def prepare(project: Project, version: str | None, options: Options, now: int) -> Released:
    """Make all that a release writes at *now*, and write nothing.

    Raises:
        UsageProblem: as of `release`.

    """
    wanted = parse_version(version) if version is not None else None
    if version is not None and wanted is None:
        raise UsageProblem(f"`{version}` is no version; write three numbers, as in `1.2.0`")
    if project.only is not None:
        raise UsageProblem(f"a release is of all decks of a project; name the folder `{project.root}`")
    return _released(project, wanted, plan(project, options, now))


def keep(project: Project, made: Released) -> None:
    """Write what was prepared, if anything is new, all or, on a failure, none of it.

    A lock that was lost and found is written in any case.

    Raises:
        OSError: a folder or the disk does not take the files.

    """
    wanted = files(project, made.built) if made.release or made.built.lock is not None else {}
    if made.release:
        text = format_release(made.release)
        wanted[made.path] = lambda file: file.write(text.encode())
    replace_files(wanted)


def edition(built: Built) -> Edition:
    """Return what a build holds, as a release keeps it."""
    decks = {note.guid: deck.deck for deck in built.compiled.decks for note in deck.deck.notes}
    notes = (_note(note, decks[note.rendered.note.guid]) for note in built.notes)
    types = {note.rendered.notetype.id: note.rendered.notetype for note in built.notes}
    return Edition({note.guid: note for note in notes}, tuple(_type(types[id_]) for id_ in sorted(types)))


def propose(last: Version | None, news: News) -> tuple[Version, str]:
    """Return the smallest number that a release with *news* can have after *last*, and what makes it so."""
    if last is None:
        return FIRST, f"releases start with {FIRST}"
    if any(notetype.forks for notetype in news.notetypes):
        return Version(last.major + 1, 0, 0), "readers have to merge note types"
    if news.new:
        return Version(last.major, last.minor + 1, 0), "there are new notes"
    return Version(last.major, last.minor, last.patch + 1), "there are corrections"


def _released(project: Project, wanted: Version | None, built: Built) -> Released:
    releases = built.compiled.releases
    last = releases.last.version if releases.last else None
    if not built.packages:
        return Released(built, project.releases, last)
    now = edition(built)
    news = compare_editions(releases.edition(), now)
    if not news.any:
        return Released(built, project.releases, last, news)
    proposed, why = propose(last, news)
    if wanted and last and wanted <= last:
        raise UsageProblem(f"`{wanted}` is not larger than the last release, {last}; the next is {proposed}")
    if wanted and wanted < proposed:
        raise UsageProblem(f"`{wanted}` is too small, since {why}; take {proposed}, or a larger one")
    version = wanted or proposed
    newest = max(note.modified for note in built.notes)
    return Released(
        built,
        project.releases / f"{version}{SUFFIX}",
        last,
        news,
        Release(
            version,
            newest=max(newest, built.compiled.lock.newest),
            render=RENDER,
            notes=len(now.notes),
            notetypes=now.notetypes,
            changes=news.changes,
            without=tuple(sorted(built.compiled.left_out)),
        ),
    )


def _note(stamped: Stamped, deck: IdentifiedDeck) -> ReleasedNote:
    identified = stamped.rendered.note
    note = identified.placed.note
    return ReleasedNote(
        guid=identified.guid,
        deck=deck.locked.id,
        key=identified.key,
        type=identified.type,
        modified=stamped.modified,
        content=identified.content,
        section=identified.placed.section,
        fact=note.fact,
        mnemonic=note.mnemonic,
        explanation=note.explanation,
        ask=note.ask,
        source=note.source or deck.deck.source,
        tags=identified.tags,
        fields=field_hashes(stamped.rendered.fields),
    )


def _type(notetype: Notetype) -> ReleasedType:
    """Return a type with a hash of its slots: those without an id go by their names, as in Anki."""
    fields = (field.id or field.name for field in notetype.fields)
    templates = (template.id or template.name for template in notetype.templates)
    slots = "\0".join(map(str, (*fields, "", *templates)))
    return ReleasedType(notetype.id, notetype.name, notetype.modified, short_hash(slots))
