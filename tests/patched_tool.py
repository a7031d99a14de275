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
        """Give the note type another front and CSS, and a later stamp."""
        templates = self.folder / "deckwright" / "cards" / "templates"
        for name, text in (("picture.front.html", front), ("style.css", css)):
            with (templates / name).open("a", encoding="utf-8") as file:
                file.write(text)
        source = (self.folder / "deckwright" / "cards" / "notetypes.py").read_text("utf-8")
        (stamp,) = re.findall(_STAMP, source)
        number = int(re.sub(r"\D", "", stamp))
        self.replace("cards/notetypes.py", _STAMP, f"modified={number + 1},")
