"""Links that open a line of a file in the author's editor."""

from __future__ import annotations

from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

# The scheme that each editor registers with the system; `{path}` begins with a slash.
EDITORS: Mapping[str, str] = MappingProxyType(
    {
        "vscode": "vscode://file{path}:{line}:{column}",
        "codium": "vscodium://file{path}:{line}:{column}",
        "cursor": "cursor://file{path}:{line}:{column}",
        "zed": "zed://file{path}:{line}:{column}",
        "idea": "idea://open?file={path}&line={line}&column={column}",
        "sublime": "subl://open?url=file://{path}&line={line}&column={column}",
        "none": "",
    }
)
_PROGRAMS = {"codium": "codium", "cursor": "cursor", "zed": "zed", "idea": "idea", "subl": "sublime"}


def usual_editor(environment: Mapping[str, str]) -> str:
    """Name the editor that the author's own settings name, a key of `EDITORS`."""
    for variable in ("VISUAL", "EDITOR"):
        command = environment.get(variable, "").split()
        program = PurePath(command[0]).stem.lower() if command else ""
        if program in _PROGRAMS:
            return _PROGRAMS[program]
    return "vscode"


def link(editor: str, path: PurePath, line: int, column: int) -> str:
    """Return the address that opens *path* there; empty where the *editor* is `none`."""
    name = quote(path.as_posix(), safe="/:")
    return EDITORS[editor].format(path=f"/{name.removeprefix('/')}", line=line, column=column)
