"""`deckwright publish`: a release, and a site from which classmates study the deck and download it."""

from __future__ import annotations

import dataclasses
import difflib
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright import packages, release
from deckwright.apkg.editions import Releases, parse_version
from deckwright.apkg.lock import LOCK_NAME
from deckwright.apkg.releases import format_release
from deckwright.apkg.write import write_package
from deckwright.build import Options as BuildOptions
from deckwright.build import alone, build_time
from deckwright.cards.media import as_utf_8
from deckwright.cards.watch import Watch, unwatched
from deckwright.deck.advice.catalogue import FOR_PUBLISHING
from deckwright.rehearse import rehearse
from deckwright.site.rights import pictures_used, rights
from deckwright.site.shelf import open_shelf
from deckwright.site.shelving import Site, Work, lay_site
from deckwright.site.subjects import owner
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.apkg.bundle import Member
    from deckwright.build import Built
    from deckwright.cards.media import MediaFile
    from deckwright.release import Released
    from deckwright.site.shelf import Shelf
    from deckwright.trial import Rehearsal
    from deckwright.workspace import Project

FOLDER = "site"
_LICENCES = tuple(f"{name}{end}" for name in ("LICENSE", "LICENCE") for end in ("", ".txt", ".md"))
# Advice that matters once a deck is shared.
SPEAKS = FOR_PUBLISHING | {"unknown-license", "picture-without-origin", "others-material"}


@dataclass(frozen=True, slots=True)
class Options:
    """How to publish: *out* is the site's folder, *version* the release's number.

    Pictures of `media/` that go *without* are shown nowhere, in later builds too, until they are *within*
    again. *yes* lets many notes go, *dry_run* writes nothing. *watch* is told how many decks' pages are
    written, the others as in a build.
    """

    out: Path | None = None
    version: str | None = None
    without: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    yes: bool = False
    dry_run: bool = False
    watch: Watch = unwatched
    watch_pictures: Watch = unwatched
    watch_notes: Watch = unwatched


@dataclass(frozen=True, slots=True)
class Published:
    """What came of it; *site* is None where nothing was written. *folder* is where it lies.

    *rehearsals* are what importing the packages did to a learner's collection, where Anki was there to try.
    A package is *rewritten* that goes by the number it had, since only what stands under the deck's name in
    Anki changed.
    """

    released: Released
    folder: Path
    rehearsals: tuple[Rehearsal, ...] = ()
    site: Site | None = None
    rewritten: bool = False

    @property
    def built(self) -> Built:
        """What was built."""
        return self.released.built

    @property
    def stopped(self) -> bool:
        """Whether errors, or what a learner would lose, kept it from being published."""
        return not self.built.packages or any(one.lost for one in self.rehearsals)


def publish(project: Project, options: Options) -> Published:
    """Release the project where something is new, and write its site; on errors, nothing is written.

    The site waits beside its place until the release is kept: killed in between, the next run finishes the
    site. A site of the same sources is the same to the last byte.

    Raises:
        UsageProblem: as of `release`; the folder holds something else; or a picture to be left out is none.
        OSError: a folder or the disk does not take the files.

    """
    folder = options.out or project.root / FOLDER
    shelf = open_shelf(folder)
    now = build_time()
    if options.dry_run:
        return _prepared(project, options, now, shelf)
    with alone(project):
        ready = _prepared(project, options, now, shelf)
        if ready.stopped:
            return ready
        with shelf.laying(owner(ready.built)):
            site = lay_site(_work(project, ready.released, shelf, options))
            release.keep(project, ready.released)
        package = site.about.package
        known = shelf.before.get(package.name, frozenset())
        return dataclasses.replace(ready, site=site, rewritten=bool(known) and package.sha256 not in known)


def _prepared(project: Project, options: Options, now: int, shelf: Shelf) -> Published:
    """Do all that comes before the first file is written."""
    building = BuildOptions(
        yes=options.yes,
        dry_run=options.dry_run,
        without=frozenset(options.without),
        within=frozenset(options.within),
        watch=options.watch_pictures,
        watch_notes=options.watch_notes,
    )
    released = release.prepare(project, options.version, building, now)
    released = _judged(released)
    if not released.built.packages:
        return Published(released, shelf.folder)
    if shelf.owner not in ("", owner(released.built)):
        raise UsageProblem(
            f"`{shelf.folder}` is the site of `{shelf.owner}`, another deck; name another folder by `-o`"
        )
    _check_wishes(released, options)
    rehearsals = () if options.dry_run or not released.release else _rehearsed(released, shelf)
    return Published(released, shelf.folder, tuple(rehearsals))


def _judged(released: Released) -> Released:
    """Add what only matters in what is published: licences, and whose pictures they are."""
    built = released.built
    if not built.compiled.decks:
        return released
    for report, finding in rights(built.compiled):
        report.add(finding)
    if not built.compiled.has_errors:
        return released
    return dataclasses.replace(released, built=dataclasses.replace(built, packages=()))


def _check_wishes(released: Released, options: Options) -> None:
    """Refuse a number without a release, and names of pictures that there are not."""
    if options.version and not released.release and parse_version(options.version) != released.last:
        raise UsageProblem(
            f"nothing is new since {released.last}, so there is no `{options.version}`;"
            f" without `--version` the site of {released.last} is written again"
        )
    compiled = released.built.compiled
    last = compiled.releases.last
    _check_names(options.without, compiled.left_out, pictures_used(compiled), "no card shows")
    _check_names(
        options.within, frozenset(last.without if last else ()), compiled.left_out, "nothing was left out as"
    )


def _check_names(given: tuple[str, ...], good: frozenset[str], known: frozenset[str], what: str) -> None:
    for name in given:
        if name not in good:
            near = difflib.get_close_matches(name.removeprefix("media/"), sorted(known | good), 1)
            way = f"did you mean `{near[0]}`?" if near else "write the name as it stands in `media/`"
            raise UsageProblem(f"{what} `{name}`; {way}")


def _rehearsed(released: Released, shelf: Shelf) -> Iterator[Rehearsal]:
    """Try each package on a learner who has the one before it, where Anki itself is there.

    That is the one published last, or else what lies in `build/`, which may have been built since.
    """
    if find_spec("anki") is None:
        return
    built = released.built
    with tempfile.TemporaryDirectory() as folder:
        for made in built.packages:
            published = shelf.folder / f"{made.path.stem}-{released.last}{made.path.suffix}"
            old = published if published.is_file() else made.path
            if old is published or made.replaced is not None:
                new = Path(folder) / made.path.name
                write_package(new, packages.contents(made, built.compiled.drawn))
                yield rehearse(new, old)


def _work(project: Project, released: Released, shelf: Shelf, options: Options) -> Work:
    built = released.built
    known = built.compiled.releases.all
    releases = Releases((*known, released.release)) if released.release else built.compiled.releases
    notes = {note.rendered.note.guid: note for note in built.notes}
    return Work(project, built, notes, releases, _sources(project, released), shelf, options.watch)


def _sources(project: Project, released: Released) -> dict[str, Member]:
    """Return the files that the deck is made of, by their names in the zip; no others travel."""
    root, built = project.root, released.built
    names = [report.source.name for report in built.compiled.sources]
    names += [LOCK_NAME, *(f"releases/{path.name}" for path in sorted(project.releases.glob("*.jsonl")))]
    names += [name for name in _LICENCES if (root / name).is_file() and not (root / name).is_symlink()]
    plans = (plan for deck in built.compiled.decks for plan in deck.plans.values())
    media = {picture.media for plan in plans for picture, _ in plan.asked}
    shown = {f"media/{_name(project, file)}": file for file in media}
    return {name: root / name for name in dict.fromkeys(names)} | shown | dict(_coming(released))


def _coming(released: Released) -> Iterator[tuple[str, str]]:
    """Yield what is to be written with the site."""
    if released.built.lock is not None:
        yield LOCK_NAME, released.built.lock
    if released.release:
        yield f"releases/{released.path.name}", format_release(released.release)


def _name(project: Project, file: MediaFile) -> str:
    """Return what a media file goes by: as its author wrote it, or as the disk spells that."""
    is_there = (project.media / file.name).is_file()
    return file.name if is_there else as_utf_8(file.path.relative_to(project.media.resolve()).as_posix())
