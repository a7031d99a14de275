"""The decks whose cards are looked at: every card shape, plain and at its worst, from real Anki."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from anki_backend import VERSIONS, Anki
from browser_cards import Cards
from browser_shell import Browser, browser
from support import ROOT, deckwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVERY_SHAPE = "cards: {scene: true, reverse: true, sweep: true, cloze: true, occlusion: true}"
LONG = (
    "Pneumonoultramicroscopicsilicovolcanoconiosis-induced hyperparathyroidism with a name so long that no"
    " one remembers at its end how it began (see also supercalifragilisticexpialidocious syndrome)"
)
MARKS = {
    "EVERY_SHAPE": EVERY_SHAPE,
    "A_LONG_TEXT": LONG,
    "A_LONG_LINE": "code " * 29 + "code",
    "A_LONG_WORD": "W" * 90,
}
# A flat picture with regions, a picture of a note's own, texts alone, and texts that are far too long.
FLAT = """\
deck: Tests::Flat
id: browser-flat
source: A_LONG_TEXT
EVERY_SHAPE
scene: flat.webp
sections:
  Side effects:
    - fact: Spinal cord
      mnemonic: Spina Cord
      region: [51.2, 9.3, 17.1, 40]
      ask: Where does baclofen mainly work?
      explanation: Its target is the dorsal horn of the {{c1::spinal cord}}.
    - fact: Spasticity
      mnemonic: Spast-tick
      region: [2, 48.9, 24.8, 20.7]
  Contraindications and A_LONG_TEXT:
    - fact: A_LONG_TEXT
      mnemonic: A_LONG_TEXT
      ask: A_LONG_TEXT
      region: [39, 75.9, 57.1, 21.5]
      explanation: |
        A {{c1::table}} that is {{c2::A_LONG_TEXT}} wide, and `code`, and [a link](https://example.org):

        | Aaaaaaaaaaaaaaa | Bbbbbbbbbbbbbbbbbbb | Cccccccccccccccc | Dddddddddddddd |
        |---|---|---|---|
        | 1 | 2 | 3 | 4 |

            A_LONG_LINE

        1. A_LONG_TEXT
           - inside
        2. two

        > quoted

        # A heading

        ***

        A_LONG_WORD
    - fact: Beach
      mnemonic: Beech
      ask: What is on the picture?
      image: own.webp
      explanation: Sand.
    - fact: A spider
      ask: Which animal is it?
      image: own.webp
"""
# No optional field at all: no section, no scene, no explanation, no source.
BARE = """\
deck: Tests::Bare
id: browser-bare
title: A_LONG_TEXT
EVERY_SHAPE
notes:
  - Spinal cord ~ Spina Cord
  - fact: Spasticity
    ask: What is it?
"""
ARABIC = """\
deck: Tests::Arabic
id: browser-arabic
title: باكلوفين
summary: يرخي العضلات المتشنجة.
language: ar
EVERY_SHAPE
scene: {file: baclofen-scene.svg, width: 800}
sections:
  آلية العمل:
    - fact: الحبل الشوكي
      mnemonic: حبل من شوك
      symbol: spinal-cord
      ask: أين يعمل الباكلوفين في الجهاز العصبي؟
      explanation: |
        الهدف الرئيسي هو القرن الظهري {{c1::للحبل الشوكي}} (GABA-B).

        - يقل الكالسيوم
    - fact: التشنج
      mnemonic: Spast-tick (x)
      symbol: spasticity
"""


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Build the repository's deck with every shape on, and the decks above."""
    folder = tmp_path_factory.mktemp("browser")
    shutil.copytree(ROOT / "media", folder / "media")
    ours = (ROOT / "cards.yaml").read_text("utf-8").replace("\nscene:", f"\n{EVERY_SHAPE}\nscene:", 1)
    ours = ours.replace("  credit: Original", "  width: 800\n  credit: Original")  # quicker, and all the same
    ours = ours.replace("**taper gradually**", "{{c1::taper gradually}}")
    made = [_build(folder, ours)]
    with zipfile.ZipFile(made[0]) as package:
        names = json.loads(package.read("media"))
        (backdrop,) = (key for key, name in names.items() if name.startswith("_baclofen-scene-"))
        for name in ("flat.webp", "own.webp"):
            (folder / "media" / name).write_bytes(package.read(backdrop))
    return [*made, *(_build(folder, source) for source in (FLAT, BARE, ARABIC))]


def _build(folder: Path, source: str) -> Path:
    for mark, text in MARKS.items():
        source = source.replace(mark, text)
    (folder / "cards.yaml").write_text(source, "utf-8")
    (folder / "cards.lock").unlink(missing_ok=True)
    package = folder / f"{hashlib.sha256(source.encode()).hexdigest()[:8]}.apkg"
    built = deckwright("build", "-o", package, cwd=folder)
    assert built.code == 0, built.err
    return package


def _imported(packages: list[Path], version: str, folder: Path) -> Cards:
    anki = Anki(version, folder / "collection.anki2")
    imports = [("import_package", {"package": str(package)}) for package in packages]
    *_, notes, shown = anki.steps(*imports, ("notes", {}), ("render", {}))
    return Cards.of(notes, shown, anki.media)


@pytest.fixture(scope="session")
def cards(packages: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Cards:
    """Return the cards of all packages, as the newest Anki shows them."""
    return _imported(packages, VERSIONS[-1], tmp_path_factory.mktemp("newest"))


@pytest.fixture(scope="session")
def oldest(packages: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Cards:
    """Return the cards of all packages, as the oldest Anki shows them."""
    return _imported(packages, VERSIONS[0], tmp_path_factory.mktemp("oldest"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running
