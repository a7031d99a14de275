"""The README tells the truth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deckwright.cli import cli
from deckwright.deck.model import Deck, Note
from support import ROOT, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text("utf-8")
FORBIDDEN = re.compile(r"/(?:work|root|home|tmp)/|pythonhosted|pypi\.org|npmjs|debian\.org", re.IGNORECASE)


def test_the_least_deck_builds(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    write_project(tmp_path, blocks[1])
    done = deckwright("build", cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "build" / "capitals.apkg").exists()


def test_the_first_deck_has_eight_lines_and_builds(tmp_path: Path) -> None:
    source = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)[0]
    assert source.count("\n") == 8
    write_project(tmp_path, source)
    (tmp_path / "media" / "baclofen-scene.svg").write_bytes(
        (ROOT / "media" / "baclofen-scene.svg").read_bytes()
    )
    done = deckwright("build", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "1 note, 3 cards (1 scene, 1 picture, 1 ask), 2 pictures" in done.err


def test_the_shown_error_is_the_one_that_is_printed(tmp_path: Path) -> None:
    shown = re.search(r"```\n(error\[text-after-hash\].*?)\n```", README, re.DOTALL)
    assert shown is not None
    filler = "\n" * 14
    source = f"deck: X\nsections:\n  Y:\n{filler}    - fact: 5-HT #3 receptor antagonist\n      mnemonic: x\n"
    write_project(tmp_path, source)
    assert shown[1] in deckwright("check", cwd=tmp_path).out


def test_every_command_and_key_is_told() -> None:
    for name, command in cli.commands.items():
        assert f"deckwright {name}" in README
        for parameter in command.params:
            options = [option for option in parameter.opts if option.startswith("-")]
            assert not options or any(option in README for option in options), options
    keys = (set(Deck.model_fields) | set(Note.model_fields)) - {"node"}
    assert [key for key in sorted(keys) if f"`{key}`" not in README] == []


def test_every_file_the_readme_names_exists() -> None:
    for name in re.findall(r'(?:src="|\]\()([\w./-]+)', README):
        if not name.startswith("http"):
            assert (ROOT / name).exists(), name


def test_the_project_speaks_of_itself_alone() -> None:
    suffixes = {".py", ".md", ".toml", ".yaml", ".txt", ".html", ".css", ".lock", ".svg"}
    folders = ("src", "tests", "docs", "media", ".ci", ".github", "benchmarks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]
    files += [
        path for path in ROOT.iterdir() if path.suffix in suffixes or path.name in ("Makefile", "LICENSE")
    ]
    for path in files:
        if path != ROOT / "tests" / "test_docs.py" and "tests/bad" not in path.as_posix():
            text = path.read_text("utf-8", errors="replace")
            assert not (found := FORBIDDEN.search(text)), f"{path}: {found}"


def test_the_shipped_explanations_have_the_length_of_a_breath() -> None:
    source = (ROOT / "cards.yaml").read_text("utf-8")
    texts = re.findall(r"explanation: \|\n((?:        .*\n|\n)+)", source)
    assert len(texts) == 8
    assert [count for count in (len(text.split()) for text in texts) if not 35 <= count <= 75] == []
