"""Git beside a new project: what is ignored, what runs at each commit, and what at each push."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOOK = "pre-commit"
_SECONDS = 30
_WITHOUT_GIT = "git is not installed here: install it and run `git init`, then commit the folder"


def find_repository(folder: Path) -> Path | None:
    """Return the root of the repository that *folder* would lie in; None without one, or without git."""
    start = next((place for place in (folder, *folder.parents) if place.is_dir()), folder)
    top = _git(start, "rev-parse", "--show-toplevel")
    return Path(top) if top else None


def repository_files(folder: Path, repository: Path | None) -> Iterator[tuple[Path, bytes]]:
    """Yield the files for a project in *folder*, with their places; without *repository*, it becomes one."""
    root = repository or folder
    within = Path(os.path.relpath(folder.resolve(), root.resolve())).as_posix()
    texts = {"@PATH@": shlex.quote(within), "@ROOT@": "" if within == "." else f"{within}/"}
    for name, place in (
        ("gitignore", folder / ".gitignore"),
        ("pre-commit-config.yaml", root / ".pre-commit-config.yaml"),
        ("deck.yml", root / ".github" / "workflows" / "deck.yml"),
    ):
        yield place, _filled(name, texts).encode()


def join_repository(folder: Path, repository: Path | None) -> tuple[str, ...]:
    """Make a repository of *folder* unless it lies in one, and have each commit check the deck.

    Returns what could not be done as expected, a line each.
    """
    if shutil.which("git") is None:
        return (_WITHOUT_GIT,)
    inits = (("init", "-q", "-b", "main"), ("init", "-q"))  # git before 2.28 names no branch
    if repository is None and all(_git(folder, *init) is None for init in inits):
        return ("git could make no repository here; see what `git init` says",)
    return _with_hook(folder)


def _with_hook(folder: Path) -> tuple[str, ...]:
    """Write the hook, but not over another one, nor into a folder that serves other repositories too."""
    found = [_git(folder, "rev-parse", what) for what in ("--git-common-dir", "--show-toplevel")]
    hooks = _git(folder, "rev-parse", "--git-path", "hooks")
    if None in found or hooks is None:
        return ("git says nothing about its hooks here; `deckwright check` is not run at commits",)
    common, top = ((folder / str(name)).resolve() for name in found)
    path = (folder / hooks).resolve() / _HOOK
    if not path.is_relative_to(common) or path.exists():
        return (f"the {_HOOK} hook stays as it is; let it run `deckwright check -q`",)
    within = shlex.quote(Path(os.path.relpath(folder.resolve(), top)).as_posix())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_filled("pre-commit.sh", {"@PATH@": within}), "utf-8", newline="\n")
    path.chmod(0o755)
    return ()


def _filled(name: str, texts: dict[str, str]) -> str:
    text = (files("deckwright") / "starter" / "git" / name).read_text("utf-8")
    for mark, meant in texts.items():
        text = text.replace(mark, meant)
    return text


def _git(folder: Path, *arguments: str) -> str | None:
    """Run git in *folder*, and return what it says; None where it fails, or is not there."""
    # Within a hook of another repository, its variables would lead there.
    alone = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - constant commands
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the user's own git
            env=alone,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return os.fsdecode(done.stdout).removesuffix("\n")
