"""A build that has nothing to do is told so by a small stamp of hashes, before anything is read or loaded.

The stamp lies in the project's scratch folder and is a copy that can be made again: one that is damaged, or
says anything else than what lies there now, counts for nothing, and the build goes its whole way.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deckwright import __version__
from deckwright.cards.ledger import A_WHILE, identity
from deckwright.cards.scratch import keep_sealed, read_sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deckwright.build import Built
    from deckwright.workspace import Project

_NAME = "built.json"
_SOURCE = "cards.yaml"


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What the last build would say again, and the packages that it made."""

    said: str
    packages: tuple[Path, ...]


def recall(path: Path, out: Path | None) -> Unchanged | None:
    """Return what a build of *path* would come to, if all lies there as the last one left it; else None.

    Packages and pictures are known by size, time and inode, texts by their SHA-256.
    """
    root = path if path.is_dir() else path.parent
    if (path != root and path.name != _SOURCE) or os.environ.get("SOURCE_DATE_EPOCH"):
        return None
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        told = read_sealed(root / ".deckwright" / _NAME)
        if told and told["at"] <= time.time() and not _is_within_another(root):
            files, patterns = map(str, told["texts"]), map(str, told["patterns"])
            packages = [Path(name) for name in told["packages"]]
            now = _state(root, out, files, patterns) | {"packages": _stats(packages)}
            if all(told[name] == value for name, value in now.items()):
                return Unchanged(str(told["said"]), tuple(packages))
    return None


def remember(project: Project, built: Built, said: str, *, started: int) -> None:
    """Keep what the next build would say if nothing changes; *built* was begun at *started*, in ns.

    Nothing is kept of what may have changed under the build's hands. A folder that takes no stamp does
    without.
    """
    with suppress(OSError):
        head = built.compiled.head.deck
        if head is None or any(any(report) for report in (*built.compiled.memory, *built.told)):
            return
        texts = [report.source.name for report in built.compiled.sources]
        told = _state(project.root, built.options.out, [*texts, project.lock.name], head.decks or ())
        if not _is_settled(project, built, told, started):
            return
        told |= {"at": time.time(), "said": said, "packages": _stats(made.path for made in built.packages)}
        keep_sealed(project.scratch / _NAME, told)


def _is_settled(project: Project, built: Built, told: dict[str, Any], started: int) -> bool:
    """Tell whether what lies there is what was built from: texts as they were read, pictures of old."""
    from deckwright.source.decode import decode  # noqa: PLC0415 - who recalls is to load little

    sources = [report.source for report in built.compiled.sources]
    texts = [(source, (project.root / source.name).read_bytes()) for source in sources]
    as_read = all(
        decode(source.name, data)[0].text == source.text and told["texts"][source.name] == _hash(data)
        for source, data in texts
    )
    old = all(max(changed) < started - A_WHILE for _, _, *changed in told["media"].values())
    lock = built.lock is None or told["texts"][project.lock.name] == _hash(built.lock.encode())
    return as_read and old and lock


def _state(root: Path, out: Path | None, texts: Iterable[str], patterns: Iterable[str]) -> dict[str, Any]:
    """Return all that decides on what a build makes and says, as JSON has it."""
    releases = sorted(path.name for path in (root / "releases").glob("[!.]*.jsonl"))
    return {
        "tool": _tool(),
        "asked": [str(Path.cwd()), str(out)],
        "texts": {name: _hash((root / name).read_bytes()) for name in texts},
        "releases": {name: _hash((root / "releases" / name).read_bytes()) for name in releases},
        "patterns": {
            pattern: sorted(path.relative_to(root).as_posix() for path in root.glob(pattern))
            for pattern in patterns
        },
        "media": _stats(_files(root / "media")),
    }


def _tool() -> str:
    """Hash what this tool is: its files, the Python that runs it, and what was last installed beside it."""
    files = _stats(path for path in _files(Path(__file__).parent) if path.suffix != ".pyc")
    folders = [os.stat(path).st_mtime_ns for path in sys.path if os.path.isdir(path)]  # noqa: PTH112, PTH116
    return _hash(json.dumps([__version__, sys.version, folders, files], sort_keys=True).encode())


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place, name) for name in names)


def _stats(paths: Iterable[Path]) -> dict[str, list[int]]:
    """Return by what each file is known to be unchanged, by path."""
    return {str(path): [*identity(path.stat())] for path in paths}


def _is_within_another(root: Path) -> bool:
    """Tell whether a folder above holds a project, which may count this one's decks as its own."""
    return any((folder / _SOURCE).exists() for folder in root.resolve().parents)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
