"""The walls of the house: who may import whom, and where each dependency lives."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SRC = ROOT / "src" / "deckwright"
LAYERS = ("source", "deck", "cards", "apkg")
COMMANDS = (
    "parts",
    "everyday",
    "updates",
    "editors",
    "project",
    "preview",
    "imports",
    "unpack",
    "merge",
    "publish",
)
HOMES = {
    "anki": {"learner.py"},
    "yaml": {"source/syntax.py", "source/parsers.py"},
    "pypdfium2": {"pages/pdfium.py"},
    "python_calamine": {"tables/sheets.py"},
    "symspellpy": {"pages/words.py"},
    "pydantic": {"deck/model.py", "deck/schema.py"},
    "pyromark": {"cards/markdown.py"},
    "nh3": {"cards/cleaner.py"},
    "PIL": {"cards/bitmaps.py", "cards/easel.py", "cards/encode.py", "cards/sticker.py"},
    "resvg_py": {"cards/easel.py"},
    "pillow_heif": {"cards/bitmaps.py"},
    "genanki": {"apkg/write.py"},
    "imagesize": {"cards/gallery.py"},
    "jinja2": {"site/html.py"},
    "markupsafe": {"site/html.py"},
    "jellyfish": {"deck/advice/echo.py"},
    "latex2mathml": {"cards/mathml.py"},
    "starlette": {"serve.py"},
    "uvicorn": {"serve.py"},
    "watchfiles": {"preview/saves.py"},
    "sqlite3": {"apkg/write.py", "apkg/collection.py"},
    "tinycss2": {"cards/style.py"},
    "zstandard": {"apkg/archive.py"},
    "zipfile": {"apkg/write.py", "apkg/archive.py", "apkg/bundle.py"},
    "filelock": {"build.py"},
    "click": {"cli.py", "console.py", *(f"commands/{name}.py" for name in COMMANDS)},
}
IMPURE = {"os", "pathlib", "io", "time", "datetime", "random", "secrets", "tempfile", "subprocess", "shutil"}
MODULES = sorted(SRC.rglob("*.py"))
VERBS = {path.stem for path in SRC.glob("*.py")} - {"__init__", "usage"}


def imports(module: Path, *, types: bool = True) -> Iterator[str]:
    """Yield the full name of everything a module imports; without *types*, only what runs."""
    tree = ast.parse(module.read_text("utf-8"))
    checking = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if not types and id(node) in checking:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_data_walks_one_way() -> None:
    for module in MODULES:
        room = module.relative_to(SRC).parts[0]
        if room in LAYERS:
            above = {*LAYERS[LAYERS.index(room) + 1 :], *VERBS}
            wrong = [name for name in imports(module) if name.split(".")[:1] == ["deckwright"]
                     and name.split(".")[1] in above]  # fmt: skip
            assert not wrong, f"{module.relative_to(SRC)} looks upwards: {wrong}"


def test_nothing_imports_the_command_line() -> None:
    for module in MODULES:
        assert not [name for name in imports(module) if name.startswith("deckwright.cli")], module


def test_each_dependency_has_one_home() -> None:
    for module in MODULES:
        name = module.relative_to(SRC).as_posix()
        used = {imported.split(".")[0] for imported in imports(module, types=False)}
        strays = [package for package, homes in HOMES.items() if package in used and name not in homes]
        assert not strays, f"{name} imports {strays}"


def test_the_model_and_the_renderer_are_pure() -> None:
    for module in [
        *(SRC / "deck").rglob("*.py"),
        SRC / "cards/render.py",
        SRC / "cards/alike.py",
        SRC / "cards/attached.py",
        SRC / "cards/face.py",
        SRC / "cards/hypertext.py",
        SRC / "cards/passages.py",
        SRC / "cards/phrases.py",
        SRC / "cards/unrender.py",
        SRC / "cards/bridge.py",
        SRC / "cards/cleaner.py",
        SRC / "cards/gaps.py",
        SRC / "cards/gathered.py",
        SRC / "cards/markdown.py",
        SRC / "cards/markup.py",
        SRC / "cards/occlusion.py",
        SRC / "cards/refusals.py",
        SRC / "cards/sounds.py",
        SRC / "cards/tiles.py",
        SRC / "cards/maths.py",
        SRC / "cards/mathml.py",
        SRC / "cards/clozes.py",
        SRC / "cards/show.py",
        SRC / "cards/template.py",
    ]:
        impure = {name.split(".")[0] for name in imports(module, types=False)} & IMPURE
        assert not impure, f"{module.relative_to(SRC)} imports {impure}"


def test_modules_and_functions_stay_small() -> None:
    for module in MODULES:
        text = module.read_text("utf-8")
        assert text.count("\n") <= 300, module
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 60, f"{module.name}: {node.name} has {length} lines"
