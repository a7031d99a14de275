"""What an editor is given beside a project's files: the JSON Schema with the names of its own symbols."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deckwright.apkg.atomic import replace_file
from deckwright.cards.media import MediaFolder, Refused
from deckwright.deck.model import place
from deckwright.deck.silence import ADVICE_CODES
from deckwright.workspace import read_decks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.deck.model import Deck
    from deckwright.source.diagnostics import Report
    from deckwright.workspace import Project

SCHEMA_NAME = "schema.json"  # in the project's scratch folder
MODELINE = f"# yaml-language-server: $schema=.deckwright/{SCHEMA_NAME}"
_HEAD = 500  # characters at a file's beginning in which a modeline stands


def schema_for(symbols: Iterable[str] = ()) -> str:
    """Return the JSON Schema of a deck file as text; editors complete `symbol:` from *symbols*."""
    from deckwright.deck.jsonschema import json_schema  # noqa: PLC0415 - most builds write no schema

    return json.dumps(json_schema(symbols, sorted(ADVICE_CODES)), indent=2, ensure_ascii=False) + "\n"


def symbols_in(decks: Iterable[Deck], media: MediaFolder) -> tuple[str, ...]:
    """Return the names of all symbols that notes of *decks* can show; an unreadable scene has none."""
    files = dict.fromkeys(file for deck in decks for file in _scenes(deck))
    return tuple(dict.fromkeys(name for file in files for name in _symbols(file, media)))


def schema_of(project: Project) -> str:
    """Return the JSON Schema with the names of the symbols of a project, whatever else is wrong with it.

    Raises:
        OSError: a source cannot be read.

    """
    decks = [written.deck for written in read_decks(project)[1] if written.deck]
    return schema_for(symbols_in(decks, MediaFolder(project.media)))


def renew_schema(project: Project, decks: Iterable[Deck], sources: Iterable[Report]) -> bool:
    """Bring the project's schema up to date, where it has one or a source's first lines name it.

    Returns whether it was written anew.

    Raises:
        OSError: the folder does not take it.

    """
    path = project.scratch / SCHEMA_NAME
    if not path.exists() and not any(MODELINE in report.source.text[:_HEAD] for report in sources):
        return False
    text = schema_for(symbols_in(decks, MediaFolder(project.media))).encode()
    if path.is_file() and path.read_bytes() == text:
        return False
    replace_file(path, lambda file: file.write(text))
    return True


def _scenes(deck: Deck) -> Iterator[str]:
    yield from (deck.scene.file,) if deck.scene else ()
    yield from (placed.scene.file for placed in place(deck) if placed.scene)


def _symbols(file: str, media: MediaFolder) -> Iterator[str]:
    from deckwright.cards.svg import read_drawing  # noqa: PLC0415 - for a deck with drawings

    try:
        found = media.open(file)
        symbols = read_drawing(found.read()).symbols if found.kind == "svg" else ()
    except Refused:
        return
    yield from (symbol.name for symbol in symbols)
