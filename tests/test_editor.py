"""The JSON Schema beside a project: it has the names of its symbols, and keeps up with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deckwright import project
from deckwright.editor import MODELINE, renew_schema, schema_of
from deckwright.workspace import Project, find_project
from support import ROOT, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{}</svg>'
GROUP = '<g id="sym-{}"><rect width="9" height="9"/></g>'
DECK = "deck: D\nscene: pond.svg\nnotes: [{fact: a, mnemonic: b, symbol: goose}]\n"


def pond(*names: str) -> bytes:
    return SVG.format("".join(map(GROUP.format, names))).encode()


def proposed(schema: str) -> list[str]:
    """Return the symbols that a schema proposes."""
    forms = json.loads(schema)["definitions"]["Note"]["properties"]["symbol"]["anyOf"]
    return [str(name) for name in forms[0].get("enum", [])]


def renew(found: Project) -> bool:
    compiled = project.check(found)
    return renew_schema(found, (deck.deck.deck for deck in compiled.decks), compiled.sources)


def test_the_schema_proposes_the_symbols_of_every_scene(tmp_path: Path) -> None:
    source = (
        "deck: D\nscene: pond.svg\nsections:\n  A: [a ~ b]\n"
        "  B: {scene: air.svg, notes: [c ~ d, {fact: e, mnemonic: f, scene: no.svg}]}\n"
    )
    write_project(tmp_path, source, pond_svg=pond("goose", "swan"), air_svg=pond("swan", "lark"))
    assert proposed(schema_of(find_project(tmp_path))) == ["goose", "swan", "lark"]


def test_a_broken_deck_or_scene_still_has_a_schema(tmp_path: Path) -> None:
    write_project(tmp_path, "deck: D\nscene: pond.svg\nnotes: [{fakt: x}]\n", pond_svg=b"<svg>")
    assert proposed(schema_of(find_project(tmp_path))) == []
    write_project(tmp_path, "", pond_svg=pond("goose"))
    assert proposed(schema_of(find_project(tmp_path))) == []


def test_the_schema_follows_the_scene(tmp_path: Path) -> None:
    write_project(tmp_path, f"{MODELINE}\n{DECK}", pond_svg=pond("goose"))
    found = find_project(tmp_path)
    path = tmp_path / ".deckwright" / "schema.json"
    assert renew(found)
    assert proposed(path.read_text("utf-8")) == ["goose"]
    assert path.read_text("utf-8") == schema_of(found)
    assert not renew(found)
    write_project(tmp_path, DECK, pond_svg=pond("goose", "swan"))
    assert renew(found)
    assert proposed(path.read_text("utf-8")) == ["goose", "swan"]


def test_who_does_not_ask_for_a_schema_gets_none(tmp_path: Path) -> None:
    write_project(tmp_path, DECK, pond_svg=pond("goose"))
    assert not renew(find_project(tmp_path))
    assert not (tmp_path / ".deckwright").exists()


def test_the_command_prints_the_schema_of_the_project_or_of_none(tmp_path: Path) -> None:
    here = deckwright("schema", cwd=ROOT)
    assert (here.code, "spinal-cord" in proposed(here.out)) == (0, True)
    assert deckwright("schema", ROOT, cwd=tmp_path).out == here.out
    bare = deckwright("schema", cwd=tmp_path)
    assert (bare.code, proposed(bare.out)) == (0, [])
    assert deckwright("schema", tmp_path / "nowhere", cwd=tmp_path).code == 2
