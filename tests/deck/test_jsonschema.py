"""The JSON Schema that editors use: it takes what the tool takes, and sees what a schema can see."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal

import pytest
import yaml
from jsonschema import Draft7Validator

from deckwright.deck.jsonschema import json_schema
from deckwright.deck.model import SHAPES, Cards, Deck, Note, Section
from deckwright.deck.schema import bind
from deckwright.deck.silence import ADVICE_CODES
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile
from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STARTERS = ROOT / "src" / "deckwright" / "starter"
DECKS = [
    ROOT / "cards.yaml",
    *sorted((ROOT / "tests" / "decks").glob("*/cards.yaml")),
    *sorted((ROOT / "tests" / "good").glob("*.yaml")),
    *sorted(STARTERS.glob("*/cards.yaml")),
]
BAD = sorted((ROOT / "tests" / "bad").glob("*.yaml"))

# Who sees the fault of each bad deck: the schema, already the editor's YAML parser, or neither. A key is a
# code, or the one file of a code that is seen otherwise. Advice is about decks that are well formed.
SEEN: dict[str, Literal["schema", "yaml", "neither"]] = {
    **dict.fromkeys(ADVICE_CODES, "neither"),
    **dict.fromkeys(
        (
            *("bad-id", "bad-language", "bad-region", "bad-width", "empty-section", "empty-text"),
            *("missing-key", "no-deck", "no-notes", "not-a-list", "not-a-mapping", "not-text"),
            *("not-true-or-false", "short-note", "too-deep", "unknown-key", "unknown-value"),
        ),
        "schema",
    ),
    **dict.fromkeys(
        (
            *("all-at-once", "bad-escape", "key-not-text", "second-document", "text-after-hash"),
            *("unknown-key-4", "unquoted-text", "yaml-syntax"),
        ),
        "yaml",
    ),
    **dict.fromkeys(
        (
            *("bad-colour", "bad-gap", "bad-picture", "bad-tag", "broken-svg", "deck-named-default"),
            *("duplicate-id", "duplicate-key", "empty-deck-part", "empty-file", "empty-name", "folded-list"),
            *("gap-across-parts", "hidden-text", "invisible-text", "low-contrast", "misplaced-key"),
            *("misplaced-picture", "missing-picture", "no-cards", "no-effect", "no-notes-2", "no-scene"),
            *("no-symbols", "not-a-file", "outside-media", "region-off-canvas", "remote-picture"),
            *("same-note-twice", "section-without-name", "several-lines", "several-pictures"),
            *("several-symbols", "sweep-too-long", "two-pictures", "unknown-field", "unknown-picture-type"),
            *("unknown-symbol", "unsafe-html", "unsafe-link", "unsafe-maths", "unsafe-svg"),
            *("unsupported-svg", "wrong-picture-type"),
        ),
        "neither",
    ),
}


class Texts(yaml.CSafeLoader):
    """Loads YAML as editors do, by the core schema of YAML 1.2: dates and `no` are texts."""


Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag.endswith((":int", ":float", ":null"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Texts.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def load(text: str) -> Any:
    return yaml.load(text, Texts)  # noqa: S506 - a safe loader


def faults(text: str) -> list[str]:
    return [error.message for error in Draft7Validator(json_schema()).iter_errors(load(text))]


def takes(text: str) -> bool:
    """Tell whether the tool binds a deck without faults."""
    report = Report(SourceFile("cards.yaml", text))
    bind(compose(report.source, report), report)
    return not report.has_errors


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema within a schema."""
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from parts(inner)


@pytest.mark.parametrize("symbols", [(), ("goose", "bee")])
def test_the_json_schema_is_one(symbols: tuple[str, ...]) -> None:
    schema = json_schema(symbols, sorted(ADVICE_CODES))
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert not {"prefixItems", "\0", "$defs"} & set(re.findall(r"prefixItems|\0|\$defs", str(schema)))


@pytest.mark.parametrize("path", DECKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_json_schema_takes_every_deck_that_builds(path: Path) -> None:
    text = path.read_text("utf-8").replace("@DECK@", "Atlas").replace("@ID@", "atlas-k3x9")
    assert faults(text) == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_deck_is_seen_by_whom_the_table_says(path: Path) -> None:
    text = path.read_text("utf-8")
    expected = SEEN.get(path.stem) or SEEN[re.sub(r"-\d+$", "", path.stem)]
    try:
        seen = "schema" if faults(text) else "neither"
    except yaml.YAMLError:
        seen = "yaml"
    assert seen == expected


def test_the_table_names_no_code_that_is_not_there() -> None:
    names = {path.stem for path in BAD}
    assert {*SEEN} - names - ADVICE_CODES == set()


@pytest.mark.parametrize(
    "text",
    [
        "deck: D\nnotes: [a ~ b]\n",
        "deck: D\nsections: {A: [a ~ b], B: {notes: [c ~ d], scene: x.svg, tags: x, cards: [ask]}}\n",
        "deck: D\nscene: {file: x.svg}\nnotes: [{fact: 5, ask: 1.5, tags: [1], region: [1, 2, 3.5, 4]}]\n",
        "deck: D\nnotes: [{fact: a, withdrawn: ask, retired: true, image: none}]\n",
        "deck: true\nlicense: X11\ncards: picture\nnotes: [{fact: true, mnemonic: false, symbol: a b}]\n",
    ],
)
def test_the_json_schema_takes_what_the_tool_takes(text: str) -> None:
    assert takes(text)
    assert faults(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "langage: en\n",
        "notes: [{fact: a, mnemonik: b}]\n",
        "sections: {A: {note: []}}\n",
        "scene: {file: x, fil: y}\n",
        "cards: {pictur: true}\n",
        "cards: [pictur]\n",
        "cards: pictur\n",
        "notes: [{mnemonic: b}]\n",
        "notes: [{fact: ' '}]\n",
        "notes: [a]\n",
        "notes: [a ~ b ~ c]\n",
        "notes: text\n",
        "sections: [a]\n",
        "id: A\n",
        "language: english\n",
        "notes: [{fact: a, region: [1, 2, 3]}]\n",
        "notes: [{fact: a, region: [1, 2, 3, x]}]\n",
        "notes: [{fact: a, withdrawn: [sweep]}]\n",
        "notes: [{fact: [a]}]\n",
    ],
)
def test_the_json_schema_refuses_what_the_tool_refuses(text: str) -> None:
    text = "deck: D\n" + text
    assert faults(text)
    assert not takes(text)
    assert faults(text.removeprefix("deck: D\n"))


def test_every_key_is_described_and_nothing_is_proposed_that_says_nothing() -> None:
    schema = json_schema()
    for model, part in (
        (Deck, schema),
        *((m, schema["definitions"][m.__name__]) for m in (Section, Note, Cards)),
    ):
        assert set(part["properties"]) == set(model.model_fields) - {"node"}
        for key, inner in part["properties"].items():
            assert inner["description"], key
            assert inner["markdownDescription"].startswith(inner["description"]), key
    for inner in parts(schema):
        # Editors propose each of these for a value.
        assert "examples" not in inner
        assert inner.get("default", "en") not in (None, "", [])
        assert "null" not in str(inner.get("type"))
        assert inner.get("type") != ["string", "number", "boolean"]


def test_the_shapes_and_the_symbols_of_the_scene_are_proposed() -> None:
    schema = json_schema(["goose", "bee", "goose"], ["no-license"])
    assert {"enum": list(SHAPES)} in schema["properties"]["cards"]["anyOf"]
    assert schema["definitions"]["Note"]["properties"]["symbol"]["anyOf"][0] == {"enum": ["goose", "bee"]}
    assert schema["properties"]["ignore"]["anyOf"][0] == {"enum": ["no-license"]}
    check = Draft7Validator(schema)
    for symbol in ("goose", "swan"):  # another name may be a title
        assert check.is_valid({"deck": "D", "notes": [{"fact": "a", "symbol": symbol}]})
    assert check.is_valid({"deck": "D", "ignore": ["no-license", "other-code"]})


def test_every_snippet_is_a_deck_that_the_schema_takes() -> None:
    schema = json_schema()
    snippets = {
        name: [
            re.sub(r"\$\{\d+:([^}]*)\}", r"\1", json.dumps(one["body"])) for one in part["defaultSnippets"]
        ]
        for name, part in (("Deck", schema), *schema["definitions"].items())
        if "defaultSnippets" in part
    }
    assert set(snippets) == {"Deck", "Section", "Note"}
    frames = {
        "Deck": "{}",
        "Section": '{{"deck": "D", "sections": {{"A": {}}}}}',
        "Note": '{{"deck": "D", "notes": [{}]}}',
    }
    for name, bodies in snippets.items():
        for body in bodies:
            text = body if name == "Deck" else frames[name].format(body)
            assert faults(text) == []
            assert takes(text)
