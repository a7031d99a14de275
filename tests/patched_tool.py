"""The tool as a later version of it may be: a copy of its source with some texts replaced."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# So that later texts of the note type are later than those of today, whenever these were written.
_STAMP = r"modified=[0-9_]+,"


@dataclass(frozen=True)
class Patched:
    """A copy of the tool in *folder*; `deckwright(…, **tool.environment)` runs it."""

    folder: Path
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        shutil.copytree(ROOT / "src", self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        # Coverage is of the tool as it is.
        quiet = {"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
        object.__setattr__(self, "environment", {"PYTHONPATH": str(self.folder), **quiet})

    def replace(self, name: str, pattern: str, new: str) -> None:
        """Replace the one place in a file that *pattern* matches."""
        path = self.folder / "deckwright" / name
        text, count = re.subn(pattern, lambda _: new, path.read_text("utf-8"))
        assert count == 1, f"{count} places in {name} match {pattern}"
        path.write_text(text, "utf-8")

    def restyle(self, front: str, css: str) -> None:
        """Give the note types another front and CSS, and later stamps."""
        templates = self.folder / "deckwright" / "cards" / "templates"
        for name, text in (("picture.front.html", front), ("style.css", css)):
            with (templates / name).open("a", encoding="utf-8") as file:
                file.write(text)
        notetypes = self.folder / "deckwright" / "cards" / "notetypes.py"
        source, count = re.subn(_STAMP, _later, notetypes.read_text("utf-8"))
        assert count
        notetypes.write_text(source, "utf-8")


def _later(stamp: re.Match[str]) -> str:
    return f"modified={int(re.sub(r'[^0-9]', '', stamp[0])) + 1},"
