"""Whatever deck is built comes back from its package as the same notes, and builds into them again."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from deckwright.apkg.compare import dump
from deckwright.apkg.read import read_package
from deckwright.build import Options, build
from deckwright.deck.names import slug
from deckwright.unpack import unpack
from deckwright.workspace import SOURCE_NAME, Project
from pictures import encoded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DECKS = int(os.environ.get("DECKWRIGHT_RANDOM_DECKS", "8"))
FIRST, SECOND = "1767225600", "1768225600"
WORDS = [
    "Liver",
    "spleen",
    "GABA-B",
    "5-HT #3",
    "β-block",
    "No.",
    "*star*",
    "a_b",
    "1. x",
    "心",
    "القلب",
    "[Na+]",
    "x < y",
]
LINES = [
    "**bold** word",
    "\\(x^2\\)",
    "H<sub>2</sub>O",
    "`code`",
    "a & b",
    "\\*",
    "{{x}}",
    "[sound:x]",
    "é",
    "~",
]
BLOCKS = [
    "One *line* of words.",
    "- a\n- b\n  - c\n\n    d",
    "1. a\n2. b\n\n> quote",
    "| a | b |\n|---|:-:|\n| 1 | \\(P(A|B)\\) |",
    "# Head\n\nText\\\nbroken, [link](https://example.org/a_b).",
    "```\ncode\n\n  more\n```",
    "It blocks {{c1::calcium}} and opens {{c2::potassium::which ion}} *channels*.",
    "<b>Old</b> HTML, 5&nbsp;mg, 1\\. no list",
    "![A goose](goose.png) swims",
]
SCENE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"><title>Yard</title>'
    '<rect width="100" height="50" fill="#eee"/><g id="sym-goose"><title>Goose</title>'
    '<path d="M5 5h19v19z"/></g><g id="sym-bee"><path d="M40 5h29v29z" fill="red"/></g></svg>'
)


class _Author:
    """Writes decks at random, each of them sound."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.used: set[str] = set()

    def perhaps(self, chance: float = 0.4) -> bool:
        return self.random.random() < chance

    def some(self, texts: list[str], most: int = 3) -> str:
        return " ".join(self.random.choices(texts, k=self.random.randint(1, most)))

    def deck(self) -> str:
        top = f"deck: Random::{self.some(['Deck', 'Yard', 'Heart'])}\n"
        top += f"id: random-{self.random.randint(100, 999)}\n"
        top += "title: Some & <other> title\n" if self.perhaps() else ""
        language = self.random.choice(["en", "de", "ar"])
        top += f"language: {language}\n"
        top += "source: A *textbook*\n" if self.perhaps() else ""
        top += f"tags: [{self.random.choice(['exam', 'a::b', 'x'])}]\n" if self.perhaps() else ""
        top += f"cards: {self.cards()}\n" if self.perhaps() else ""
        scene = self.perhaps(0.7)
        top += (
            "scene: {file: yard.svg, alt: A yard, ask: What is this?}\n" if scene and self.perhaps() else ""
        )
        top += "scene: yard.svg\n" if scene and "\nscene:" not in top else ""
        top += "summary: What it *is* about\n" if self.perhaps() else ""
        top += "style: {accent: '#503090'}\n" if self.perhaps() else ""
        if self.perhaps(0.3):
            return f"{top}notes:\n{''.join(self.note(scene=scene) for _ in range(self.random.randint(1, 5)))}"
        sections = (self.section(index, scene=scene) for index in range(self.random.randint(1, 4)))
        return f"{top}sections:\n{''.join(sections)}"

    def section(self, index: int, *, scene: bool) -> str:
        head = f'  "{self.some(["Side", "effects", "Ünïcode", "<b>"], 2)} {index}":\n'
        head += "    tags: [in-section]\n" if self.perhaps() else ""
        head += f"    cards: {self.cards()}\n" if self.perhaps() else ""
        notes = (self.note(scene=scene, indent="    ") for _ in range(self.random.randint(1, 5)))
        return f"{head}    notes:\n{''.join(notes)}"

    def cards(self) -> str:
        shapes = ["reverse", "sweep", "cloze", "scene", "occlusion"]
        named = {shape: self.random.choice(["true", "false"]) for shape in shapes if self.perhaps()}
        return (
            "{" + ", ".join(f"{shape}: {on}" for shape, on in named.items()) + "}"
            if named
            else "{reverse: true}"
        )

    def note(self, *, scene: bool, indent: str = "") -> str:
        fact = f"{self.some(WORDS)} {self.random.choice(LINES)}"
        while slug(fact) in self.used:
            fact += " more"
        self.used.add(slug(fact))
        pairs = {"fact": fact, "mnemonic": self.some(WORDS)}
        pairs |= {"ask": f"Which {self.some(WORDS)}?"} if self.perhaps() else {}
        pairs |= (
            {"id": f"own-{len(self.used)}"}
            if self.perhaps()
            else {"id": f"n{len(self.used)}/x"}
            if self.perhaps(0.1)
            else {}
        )
        pairs |= {"explanation": "\n\n".join(self.random.choices(BLOCKS, k=2))} if self.perhaps(0.6) else {}
        pairs |= {"source": "Elsewhere, p. 5"} if self.perhaps(0.2) else {}
        text = "".join(f"{indent}    {key}: {self.quoted(value)}\n" for key, value in pairs.items())
        text += f"{indent}    tags: [own, 'b::c']\n" if self.perhaps(0.3) else ""
        text += f"{indent}    retired: true\n" if self.perhaps(0.1) else ""
        text += f"{indent}    withdrawn: [ask]\n" if self.perhaps(0.1) and "ask" not in pairs else ""
        text += f"{indent}    cards: {self.cards()}\n" if self.perhaps(0.2) else ""
        text += self.picture(indent, scene=scene)
        return f"{indent}  -{text[len(indent) + 3 :]}"

    def picture(self, indent: str, *, scene: bool) -> str:
        ways = [
            "",
            "image: goose.png",
            *(["symbol: goose", "symbol: bee", "region: [1.5, 20, 30, 40.25]"] if scene else []),
        ]
        way = self.random.choice(ways)
        return f"{indent}    {way}\n" if way else ""

    @staticmethod
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def built(project: Project, out: Path, epoch: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    made = build(project, Options(out=out))
    errors = [found.message for report in made.reports for found in report if found.severity == "error"]
    assert made.packages, (errors, project.source.read_text("utf-8"))
    return dump(read_package(out))


def notes_of(dumped: str) -> Iterator[str]:
    """Yield what tells of notes and their pictures: all but decks' descriptions."""
    return (line for line in dumped.splitlines() if not line.startswith("  description: "))


@pytest.mark.parametrize("seed", range(DECKS))
def test_build_unpack_build_gives_equal_notes(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _Author(seed).deck()
    project = Project(tmp_path / "first" / SOURCE_NAME)
    project.media.mkdir(parents=True)
    project.source.write_text(source, "utf-8")
    (project.media / "yard.svg").write_text(SCENE, "utf-8")
    (project.media / "goose.png").write_bytes(encoded(Image.new("RGB", (30, 20), "teal"), "PNG"))
    first = built(project, tmp_path / "first.apkg", FIRST, monkeypatch)

    unpacked = unpack(tmp_path / "first.apkg", tmp_path / "second")
    assert unpacked.takeover.lock is not None, source
    second = built(Project(tmp_path / "second" / SOURCE_NAME), tmp_path / "second.apkg", SECOND, monkeypatch)
    assert [*notes_of(second)] == [*notes_of(first)], source
