"""`deckwright new`: a project that builds as it is."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.deck.names import ascii_slug, slug
from deckwright.editor import SCHEMA_NAME, schema_of
from deckwright.repository import find_repository, join_repository, repository_files
from deckwright.source.diagnostics import printable
from deckwright.source.scalars import scalar
from deckwright.unpacking.undone import Undone, near, refuse_what_is_there
from deckwright.usage import UsageProblem
from deckwright.workspace import SOURCE_NAME, Project

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAIL = "abcdefghjkmnpqrstuvwxyz23456789"  # of an id: without signs that look alike
_TAIL_LENGTH = 4
_LONGEST_STEM = 50
_NAMELESS = "My Deck"


@dataclass(frozen=True, slots=True)
class Started:
    """A project that was made in *root*; *notes* are what is left to do about git, a line each."""

    root: Path
    notes: tuple[str, ...] = ()


def new(folder: Path, *, example: bool = False, git: bool = False) -> Started:
    """Make a project in *folder*, which is made too where it is missing; nothing that is there is touched.

    An *example* shows every kind of note and picture. With *git*, the folder becomes part of a repository
    that checks the deck at every commit, and builds it at every push. On failure nothing stays behind.

    Raises:
        UsageProblem: the folder holds some of the files already, or is none.
        OSError: the disk does not take the files.

    """
    root = Path(os.path.abspath(folder))  # noqa: PTH100 - links stay as the user knows them
    project = Project(root / SOURCE_NAME)
    schema = project.scratch / SCHEMA_NAME
    repository = find_repository(root) if git else None
    made = {root / name: data for name, data in _files(root.name, example=example).items()}
    made |= dict(repository_files(root, repository)) if git else {}
    _refuse_another_deck(root, repository, made)
    refuse_what_is_there(root, [*made, schema])
    with Undone() as written:
        written.folder(project.media)
        for path, data in made.items():
            written.file(path, data)
        written.file(schema, schema_of(project).encode())
    return Started(root, join_repository(root, repository) if git else ())


def as_text(started: Started) -> str:
    """Say what was made, and what to do next."""
    here = started.root == Path.cwd()
    name = near(started.root)
    where = "this folder your project" if here else f"{name}/"
    lines = [f"Made {where}: {SOURCE_NAME} (your notes), media/ (your pictures). It builds as it is."]
    lines += [] if here else [f"  cd {shlex.quote(name)}"]
    lines += ["  deckwright preview     write and look, in your browser"]
    lines += ["  deckwright build       make the file for Anki", *started.notes]
    return "\n".join(map(printable, lines))


def deck_name(folder: str) -> str:
    """Return what a deck in a folder of that name is called: its words, with capitals where none are."""
    kept = (" " if unicodedata.category(char)[0] == "C" else char for char in folder)
    words = re.sub(r"[\s_-]+", " ", "".join(kept))
    parts = [part.strip(" .:") for part in words.split("::")]
    named = [" ".join(map(_capital, part.split())) for part in parts if slug(part)]
    if not named or named[0].casefold() == "default":  # Anki's own
        return _NAMELESS
    return "::".join(named)


def deck_id(deck: str) -> str:
    """Return an id for a deck of that name, unlike anyone else's by its last letters."""
    stem = ascii_slug(deck.rsplit("::", maxsplit=1)[-1], "deck")[:_LONGEST_STEM].strip("-")
    return f"{stem}-{''.join(secrets.choice(_TAIL) for _ in range(_TAIL_LENGTH))}"


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:] if word == word.lower() else word


def _files(folder: str, *, example: bool) -> dict[str, bytes]:
    """Return the files of the project by their names in it."""
    deck = deck_name(folder)
    kind = files("deckwright") / "starter" / ("example" if example else "plain")
    made = {
        file.name if file.name == SOURCE_NAME else f"media/{file.name}": file.read_bytes()
        for file in sorted(kind.iterdir(), key=lambda file: file.name)
    }
    source = made[SOURCE_NAME].decode().replace("@DECK@", scalar(deck)).replace("@ID@", deck_id(deck))
    return {**made, SOURCE_NAME: source.encode()}


def _refuse_another_deck(root: Path, repository: Path | None, wanted: Iterable[Path]) -> None:
    """Refuse to make a second deck's hook and workflow in a repository that has them."""
    if repository is None or repository == root:
        return
    there = [path for path in wanted if not path.is_relative_to(root) and os.path.lexists(path)]
    if there:
        raise UsageProblem(
            f"the repository `{near(repository)}` has a `{there[0].name}` already; leave out `--git` and let"
            " that one check this folder too, or write all decks into one project (`decks:` in the README)"
        )
