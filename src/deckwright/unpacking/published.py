"""A published source zip becomes the project that it was made of."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.apkg.archive import open_archive
from deckwright.apkg.lock import LOCK_NAME
from deckwright.apkg.values import UnreadablePackage, shown
from deckwright.editor import SCHEMA_NAME, schema_of
from deckwright.source.diagnostics import printable
from deckwright.tally import counted
from deckwright.unpacking.names import SUFFIXES, is_file_name
from deckwright.unpacking.undone import Undone, near, refuse_links, refuse_what_is_there
from deckwright.workspace import SOURCE_NAME, Project

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deckwright.apkg.archive import Archive

_MOST_TOLD = 10
_SHOWN = 100  # characters of a name
LARGEST = 500 << 20  # bytes of one file, as of one in a package
_COLLECTION = re.compile(r"collection\.anki2(?:1b?)?")
# What a deck is made of, and no more: no file that a shell, an editor or git would run.
_TAKEN = re.compile(
    rf"(?:[^/]+/)*[^/]+\.(?:ya?ml|css|md|txt)|{re.escape(LOCK_NAME)}|LICEN[CS]E|releases/[^/]+\.jsonl"
    rf"|media/(?:[^/]+/)*[^/]+\.(?:{'|'.join(sorted(SUFFIXES))})",
    re.IGNORECASE,
)
_NOT_SOURCE = re.compile(r"(?:^|/)\.|^(?:build|site|__MACOSX)/", re.IGNORECASE)  # hidden, or made again
_LONGEST_PATH = 400  # bytes within the project; some disks take a thousand all in all


def is_package(path: Path) -> bool:
    """Whether a zip is a package of Anki's, whatever it is called.

    Raises:
        UnreadablePackage: it is no zip, or one that cannot be trusted.

    """
    try:
        with open_archive(path) as archive:
            return any(_COLLECTION.fullmatch(name) for name in archive.members)
    except UnreadablePackage as problem:
        problem.path = path
        raise


@dataclass(frozen=True, slots=True)
class Extracted:
    """A project out of a zip: its *root*, the *count* of its files, and what was *left* in the zip."""

    root: Path
    count: int
    left: tuple[str, ...]


def extract(path: Path, folder: Path) -> Extracted:
    """Put the files of a source zip into *folder*; nothing is replaced.

    They may lie under one folder in the zip. What is no part of a deck, or can be made again, stays in the
    zip. On failure nothing stays behind.

    Raises:
        UnreadablePackage: the zip cannot be read or trusted, or holds no project.
        UsageProblem: the folder holds some of the files already.
        OSError: the disk does not take them.

    """
    root = Path(os.path.abspath(folder))  # noqa: PTH100 - links stay as the user knows them
    try:
        with open_archive(path) as archive, Undone() as written:
            files, left = _files(archive)
            project = Project(root / SOURCE_NAME)
            schema = project.scratch / SCHEMA_NAME
            wanted = [*(root / name for name in files), schema]
            refuse_what_is_there(root, wanted)
            refuse_links(root, wanted)
            for name, member in files.items():
                written.stream(root / name, archive.chunks(member, LARGEST))
            written.folder(project.media)
            written.file(schema, schema_of(project).encode())
            return Extracted(root, len(files), left)
    except UnreadablePackage as problem:
        problem.path = path
        raise


def as_text(made: Extracted) -> str:
    """Say what was made, what was left, and what to do next."""
    locked = (made.root / LOCK_NAME).exists()
    told = (
        "cards.lock came along: what you build updates the notes that readers have."
        if locked
        else ("No cards.lock came along; `deckwright adopt` makes one of the published package.")
    )
    lines = [f"Made {near(made.root)}/ of {counted(made.count, 'file')}. {told}"]
    lines += [f"Left in the zip, as no part of a deck: {name[:_SHOWN]}" for name in made.left[:_MOST_TOLD]]
    lines += [f"  and {len(made.left) - _MOST_TOLD} more"] if len(made.left) > _MOST_TOLD else []
    lines += ["  deckwright check       what could be better"]
    return "\n".join(map(printable, [*lines, "  deckwright build       make the file for Anki"]))


def _files(archive: Archive) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the members to take by their names in the project, and those to leave."""
    members = [name for name in archive.members if not name.endswith("/")]
    tops = [
        name.removesuffix(SOURCE_NAME) for name in members if re.fullmatch(rf"(?:[^/]+/)?{SOURCE_NAME}", name)
    ]
    if not tops:
        raise UnreadablePackage(
            "not-a-source",
            f"there is no `{SOURCE_NAME}` in this zip, so it is no deck's source",
            advice="give a package (`.apkg`), or the source zip that was published beside one",
        )
    top = min(tops, key=len)
    found = {name.removeprefix(top): name for name in members if name.startswith(top)}
    taken = [name for name in found if _TAKEN.fullmatch(name) and not _NOT_SOURCE.search(name)]
    _check_names(taken)
    left = (name for name in found if name not in taken and not _NOT_SOURCE.search(name))
    return {name: found[name] for name in taken}, tuple(left)


def _check_names(names: Iterable[str]) -> None:
    """Refuse names that some disk cannot hold, or holds for one another."""
    seen: set[str] = set()
    folders: set[str] = set()
    for name in sorted(names):
        folded = unicodedata.normalize("NFC", name).casefold()
        folders |= {folded[: slash.start()] for slash in re.finditer("/", folded[:_LONGEST_PATH])}
        is_name = all(is_file_name(part) for part in name.split("/"))
        if not is_name or len(name.encode()) > _LONGEST_PATH or folded in seen or folders & {*seen, folded}:
            raise UnreadablePackage(
                "unsafe-member",
                f"the zip has a file {shown(name)}, which not every disk can hold beside the others",
                advice="do not unpack it; ask its author for the zip that `deckwright publish` makes",
            )
        seen.add(folded)
