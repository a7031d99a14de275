"""The packages that a project makes: which decks go into which, and all that goes with them."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.apkg.values import NoRoomError, UnreadablePackage
from deckwright.apkg.write import Contents, DeckContents
from deckwright.cards.images import InMemory
from deckwright.cards.typefaces import FONT_CREDIT, fonts
from deckwright.deck.ids import deck_id
from deckwright.deck.model import place
from deckwright.guards import PACKAGE_SUFFIX
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from deckwright.apkg.package import Package
    from deckwright.apkg.stamp import Stamped
    from deckwright.cards.images import Drawn, Source
    from deckwright.deck.identity import IdentifiedDeck
    from deckwright.deck.model import Deck
    from deckwright.project import Compiled, CompiledDeck
    from deckwright.workspace import Project

Group = tuple["Path", tuple["CompiledDeck", ...]]  # a package's path, and the decks that go into it


@dataclass(frozen=True, slots=True)
class Made:
    """A package and its decks; *replaced* is what lay in its place."""

    path: Path
    decks: tuple[CompiledDeck, ...]
    notes: tuple[Stamped, ...]
    replaced: Package | None


def groups(project: Project, compiled: Compiled, out: Path | None, *, draft: bool) -> tuple[Group, ...]:
    """Return each package's path and decks; *out* is where the user wants the only one.

    Raises:
        UsageProblem: *out* is given, and there are several.

    """
    paths = _paths(project, compiled, draft=draft)
    found: dict[Path, list[CompiledDeck]] = {}
    for deck in compiled.decks:
        found.setdefault(paths[deck.path], []).append(deck)
    if out is not None and len(found) > 1:
        raise UsageProblem(f"this project makes {len(found)} packages; name the deck of which you want one")
    return tuple((out or path, tuple(decks)) for path, decks in found.items())


def _paths(project: Project, compiled: Compiled, *, draft: bool) -> dict[Path, Path]:
    """Return where the package of each deck's file goes; no two share a place, whichever are asked for."""
    head = compiled.head.deck
    whole = (
        project.package(head.deck, draft=draft) if head and head.decks and head.package != "each" else None
    )
    if whole and project.only is None:
        return dict.fromkeys(compiled.names, whole)
    used = {whole} if whole else set()
    paths: dict[Path, Path] = {}
    for source, name in compiled.names.items():
        first = free = project.package(name, draft=draft)
        count = 2
        while free in used:
            free, count = first.with_stem(f"{first.stem}-{count}"), count + 1
        used.add(free)
        paths[source] = free
    return paths


def lying_about(project: Project, out: Path | None) -> list[Path]:
    """Return the packages in `build/`, in `site/` and at *out*."""
    return [
        *sorted((project.root / "build").glob(f"*{PACKAGE_SUFFIX}")),
        *sorted((project.root / "site").rglob(f"*{PACKAGE_SUFFIX}")),
        *([out] if out and out.exists() else []),
    ]


def previous(path: Path) -> Package | None:
    """Read the package about to be replaced, for its texts; one that cannot be read says nothing.

    Raises:
        NoRoomError: there is no room to unpack it, so that nobody knows what readers have.

    """
    if not path.exists():
        return None
    from deckwright.apkg.read import read_package  # noqa: PLC0415 - a first build reads none

    try:
        return read_package(path)
    except NoRoomError:
        raise
    except UnreadablePackage:
        return None


def stamped(decks: Iterable[CompiledDeck], notes: Mapping[str, Stamped]) -> tuple[Stamped, ...]:
    """Return the notes of *decks* with their stamps, from *notes* by guid."""
    return tuple(notes[note.note.guid] for deck in decks for note in deck.notes)


def contents(made: Made, drawn: Mapping[str, Drawn]) -> Contents:
    """Return all that goes into a package, with its pictures from *drawn* by name."""
    by_guid = {note.rendered.note.guid: note for note in made.notes}
    ours = any(not note.rendered.notetype.original for note in made.notes)
    credit = FONT_CREDIT if ours else ""
    decks = tuple(_deck_contents(deck.deck, stamped((deck,), by_guid), credit) for deck in made.decks)
    pictures = {
        picture.name for deck in made.decks for plan in deck.plans.values() for picture, _ in plan.asked
    }
    media: dict[str, Source] = {name: drawn[name].source for name in pictures}
    media |= {name: InMemory(data) for name, data in fonts().items()} if ours else {}
    return Contents(decks, media)


def _deck_contents(deck: IdentifiedDeck, notes: tuple[Stamped, ...], credit: str) -> DeckContents:
    name = "::".join(part.strip() for part in deck.deck.deck.split("::"))
    return DeckContents(name, deck_id(deck.locked.id), _description(deck.deck, credit), notes)


def _description(deck: Deck, credit: str) -> str:
    """What Anki shows under the deck's name; *credit* is that of the fonts which travel with it."""
    notes = tuple(place(deck))
    scenes = (deck.scene, *(placed.scene for placed in notes))
    of_scenes = (scene.credit for scene in scenes if scene)
    credited = dict.fromkeys((deck.credit, *of_scenes, *(placed.note.credit for placed in notes)))
    parts = (deck.summary, ", ".join(deck.authors), deck.license, *credited, deck.report, credit)
    return "<br><br>".join(html.escape(part) for part in parts if part)
