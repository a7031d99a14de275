"""A project on disk: which files are its decks, and what each of them holds."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from deckwright.apkg.lock import LOCK_NAME
from deckwright.cards.style import check_colours, check_css
from deckwright.deck.claims import same_deck_twice
from deckwright.deck.inherit import inherit
from deckwright.deck.names import ascii_slug
from deckwright.deck.rules import RULES
from deckwright.deck.schema import bind
from deckwright.guards import PACKAGE_SUFFIX
from deckwright.source.decode import MAX_BYTES, decode
from deckwright.source.diagnostics import Report, error
from deckwright.source.syntax import compose
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.model import Deck

SOURCE_NAME = "cards.yaml"
MAX_DECKS = 10_000
_MISNAMED = ("cards.yml", "cards.yaml.txt", "cards.yml.txt", "Cards.yaml", "cards.YAML")


@dataclass(frozen=True, slots=True)
class Project:
    """Where a project lies: its own file, and beside it `media/`, the lock, `releases/` and `build/`.

    *source* is its only deck, or the file that names its decks; *only* is the one of these asked for.
    """

    source: Path
    only: Path | None = None

    @property
    def root(self) -> Path:
        """The folder of the project's own file."""
        return self.source.parent

    @property
    def lock(self) -> Path:
        """The file that remembers the notes."""
        return self.root / LOCK_NAME

    @property
    def media(self) -> Path:
        """The folder of the pictures."""
        return self.root / "media"

    def package(self, deck: str, *, draft: bool) -> Path:
        """Where the package named after *deck* goes; a draft never replaces the real one."""
        name = ascii_slug(deck.rsplit("::", maxsplit=1)[-1], "deck")[:100]
        return self.root / "build" / (f"{name}-draft.apkg" if draft else f"{name}.apkg")


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was read; *deck* is None where it holds none, *css* is what was read for its `style`."""

    path: Path
    report: Report
    deck: Deck | None
    css: Report | None = None

    @property
    def reports(self) -> tuple[Report, ...]:
        """The reports on this file and on its CSS."""
        return (self.report, self.css) if self.css else (self.report,)


def find_project(path: Path) -> Project:
    """Find the project that *path* names: a source file, or the folder of a `cards.yaml`.

    Raises:
        UsageProblem: there is none; what lies there instead is named.

    """
    source = path / SOURCE_NAME if path.is_dir() else path
    if source.suffix == PACKAGE_SUFFIX:
        raise UsageProblem(f"`{source}` is an Anki package: `deckwright dump` shows it, `diff` compares it")
    if source.is_file():
        return _owner(source) or Project(source)
    folder = source.parent
    for name in _MISNAMED:
        if (folder / name).is_file():
            raise UsageProblem(
                f"no `{source.name}` in `{folder}`, but `{name}`: rename it to `{SOURCE_NAME}`"
            )
    if source.exists():
        raise UsageProblem(f"`{source}` is not a file; name a `{SOURCE_NAME}` or the folder it lies in")
    raise UsageProblem(f"no `{source.name}` in `{folder}`; go to your deck's folder, or name it")


def read_decks(project: Project) -> tuple[Written, tuple[Written, ...]]:
    """Read the project's own file and its decks, which are that file alone where it names no others.

    What is wrong with a deck goes to its report. The decks have inherited what the project's file gives.
    """
    head = _read(project.source, project.root)
    if head.deck is None or head.deck.decks is None:
        return head, (head,)
    above = head.deck
    decks = []
    for path in _deck_files(project.root, head):
        written = _read(path, project.root)
        if written.deck is not None and written.deck.decks is not None:
            advice = "write all files of decks into the project's own file"
            span = written.deck.key_span("decks")
            written.report.add(
                error("misplaced-key", "a deck of a project names no decks", span, advice=advice)
            )
        decks.append(_inherited(written, head))
    if not decks and not head.report.has_errors:
        advice = "write where they lie, as in `decks: decks/**/*.yaml`"
        head.report.add(error("no-decks", "no file goes by this pattern", above.span("decks"), advice=advice))
    whole = [written for written in decks if written.deck]
    for index, finding in same_deck_twice([written.deck for written in whole if written.deck]):
        whole[index].report.add(finding)
    return head, tuple(decks)


def _read(path: Path, root: Path) -> Written:
    with path.open("rb") as file:
        source, undecoded = decode(_name(path, root), file.read(MAX_BYTES + 1))
    report = Report(source)
    report.extend(undecoded)
    deck = bind(compose(source, report), report) if source.text or not undecoded else None
    if deck is not None:
        for rule in RULES:
            report.extend(rule(deck))
    return Written(path, report, deck, _css(deck, root, report) if deck else None)


def _inherited(written: Written, head: Written) -> Written:
    if written.deck is None or head.deck is None:
        return written
    css = head.css if written.deck.style is None else written.css
    return replace(written, deck=inherit(written.deck, head.deck), css=css)


def _css(deck: Deck, root: Path, report: Report) -> Report | None:
    """Read and check what the deck's style names; findings about the file stand in the report returned."""
    if deck.style is None:
        return None
    check_colours(deck.style, report)
    name, span = deck.style.file, deck.style.span("file")
    path = root / name
    if not name:
        return None
    if path.suffix != ".css" or not path.resolve().is_relative_to(root.resolve()):
        advice = "put the file beside this one, and name it as in `style: look.css`"
        report.add(error("bad-style", f"`{name}` is no CSS file of this project", span, advice=advice))
        return None
    if not path.is_file():
        report.add(
            error("missing-style", f"no `{name}` in the project's folder", span, advice="correct the name")
        )
        return None
    with path.open("rb") as file:
        source, undecoded = decode(name, file.read(MAX_BYTES + 1))
    found = Report(source)
    found.extend(undecoded)
    check_css(source, found)
    return found


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _deck_files(root: Path, head: Written) -> list[Path]:
    """Find the files of the decks, in the order of the patterns and of their paths."""
    deck = head.deck
    found: dict[Path, None] = {}
    for index, pattern in enumerate(deck.decks or () if deck else ()):
        if deck and (Path(pattern).is_absolute() or ".." in Path(pattern).parts):
            advice = "move the decks into the project's folder"
            message = f"`{pattern}` leads out of the project's folder"
            head.report.add(error("outside-project", message, deck.span("decks", index), advice=advice))
            continue
        found |= dict.fromkeys(path for path in _matching(root, pattern) if path != head.path)
    return list(found)


def _matching(root: Path, pattern: str) -> Iterator[Path]:
    """Yield the files in *root* that go by *pattern*, but for hidden ones, in order."""
    inside = root.resolve()
    for path in sorted(root.glob(pattern)):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if not hidden and path.is_file() and path.resolve().is_relative_to(inside):
            yield path


def _owner(source: Path) -> Project | None:
    """Find the project of which *source* is one deck of several: the nearest `cards.yaml` above it."""
    path = Path(os.path.abspath(source))  # noqa: PTH100 - links stay as the user knows them
    for folder in path.parents:
        above = folder / SOURCE_NAME
        if above != path and above.is_file():
            head = _read(above, folder)
            return Project(above, path) if path in _deck_files(folder, head) else None
    return None
