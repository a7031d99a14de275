"""A project on disk: which files are its decks, and what each of them holds."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PureWindowsPath
from typing import TYPE_CHECKING

from deckwright.apkg.lock import LOCK_NAME
from deckwright.deck.claims import same_deck_twice
from deckwright.deck.inherit import inherit
from deckwright.deck.names import file_stem
from deckwright.deck.rules import RULES
from deckwright.deck.schema import bind
from deckwright.deck.silence import leave_out, silence
from deckwright.guards import PACKAGE_SUFFIX
from deckwright.source.decode import MAX_BYTES, decode
from deckwright.source.diagnostics import Report, error
from deckwright.source.syntax import compose
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.deck.model import Deck
    from deckwright.source.diagnostics import Diagnostic
    from deckwright.source.text import SourceFile

SOURCE_NAME = "cards.yaml"
_LONGEST_NAME = 100
_WHERE = "write where they lie, as in `decks: decks/**/*.yaml`"
_DECK_SUFFIXES = (".yaml", ".yml")
_DEEPEST = 50  # parts of a pattern
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
    def scratch(self) -> Path:
        """The folder of what can be made again."""
        return self.root / ".deckwright"

    @property
    def cache(self) -> Path:
        """The folder of the pictures drawn before."""
        return self.scratch / "cache"

    @property
    def media(self) -> Path:
        """The folder of the pictures."""
        return self.root / "media"

    @property
    def releases(self) -> Path:
        """The folder that tells of each release what it sent to readers."""
        return self.root / "releases"

    def package(self, deck: str, *, draft: bool) -> Path:
        """Where the package named after *deck* goes; a draft never replaces the real one."""
        name = file_stem(deck.rsplit("::", maxsplit=1)[-1], "deck", _LONGEST_NAME)
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
        UsageProblem: there is none, and what lies there instead is named; or the file lies in a project of
            many decks that does not name it.

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
    named = [(written.report, written.deck) for written in decks if written.deck]
    for index, finding in same_deck_twice([(report.source.name, deck) for report, deck in named]):
        named[index][0].add(finding)
    return head, tuple(decks)


def read_source(path: Path, root: Path) -> SourceFile:
    """Return the text of a file of the project, named as findings name it; odd bytes are `�`."""
    return _decoded(path, root)[0]


def read_text(source: SourceFile) -> tuple[Report, Deck | None]:
    """Read a deck from its text alone: what is wrong with it, and the deck if there is one."""
    report = Report(source)
    deck = bind(compose(source, report), report)
    if deck is not None:
        silence(deck, report)
        for rule in RULES:
            report.extend(rule(deck))
    return report, deck


def _read(path: Path, root: Path) -> Written:
    source, undecoded = _decoded(path, root)
    report, deck = read_text(source) if source.text or not undecoded else (Report(source), None)
    report.extend(undecoded)
    return Written(path, report, deck, _css(deck, root, report) if deck else None)


def _decoded(path: Path, root: Path) -> tuple[SourceFile, tuple[Diagnostic, ...]]:
    with path.open("rb") as file:
        return decode(_name(path, root), file.read(MAX_BYTES + 1))


def _inherited(written: Written, head: Written) -> Written:
    if written.deck is None or head.deck is None:
        return written
    for code in head.deck.ignore:
        leave_out(code, written.report)
    css = head.css if written.deck.style is None else written.css
    return replace(written, deck=inherit(written.deck, head.deck), css=css)


def _css(deck: Deck, root: Path, report: Report) -> Report | None:
    """Read and check what the deck's style names; findings about the file stand in the report returned."""
    if deck.style is None:
        return None
    from deckwright.cards.style import check_colours, check_css  # noqa: PLC0415 - few decks have a style

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
    patterns = (head.deck.decks or ()) if head.deck else ()
    found: dict[Path, None] = {}
    for index, pattern in enumerate(patterns):
        files = [path for path in _matching(root, pattern) if path != head.path]
        found |= dict.fromkeys(files)
        if not files:
            head.report.add(_nothing_by(pattern, head, index))
    if head.deck and head.deck.decks == ():
        head.report.add(error("no-decks", "no deck is named", head.deck.span("decks"), advice=_WHERE))
    return list(found)


def _nothing_by(pattern: str, head: Written, index: int) -> Diagnostic:
    span = head.deck.span("decks", index) if head.deck else None
    if _leads_out(pattern):
        message = f"`{pattern}` leads out of the project's folder"
        return error("outside-project", message, span, advice="move the decks into the project's folder")
    return error("no-decks", f"no `.yaml` file goes by `{pattern}`", span, advice=_WHERE)


def _matching(root: Path, pattern: str) -> Iterator[Path]:
    """Yield the YAML files in *root* that go by *pattern*, but for hidden ones, in order."""
    if _leads_out(pattern) or not _is_pattern(pattern):
        return
    inside = root.resolve()
    for path in sorted(root.glob(pattern), key=lambda path: path.parts):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        yaml = path.suffix.lower() in _DECK_SUFFIXES and path.is_file()
        if yaml and not hidden and path.resolve().is_relative_to(inside):
            yield path


def _leads_out(pattern: str) -> bool:
    """Tell whether *pattern* leads out of a folder on any system; Windows has more such ways than others."""
    path = PureWindowsPath(pattern)
    return bool(path.anchor) or ".." in path.parts


def _is_pattern(pattern: str) -> bool:
    """Tell whether every version of Python takes *pattern*, and for the same."""
    parts = PurePath(pattern).parts
    alone = all(part == "**" or "**" not in part for part in parts)
    return alone and 0 < len(parts) <= _DEEPEST and parts[-1] != "**"


def _owner(source: Path) -> Project | None:
    """Find the project of which *source* is one deck of several, in the folders above; None for a project.

    Raises:
        UsageProblem: the nearest project of many decks does not name it.

    """
    path = Path(os.path.abspath(source))  # noqa: PTH100 - links stay as the user knows them
    for folder in path.parents:
        head = _head(folder / SOURCE_NAME) if folder / SOURCE_NAME != path else None
        if head is None:
            continue
        if path in _deck_files(folder, head):
            return None if _head(path) else Project(head.path, path)
        if path.name != SOURCE_NAME and not _head(path):
            raise UsageProblem(f"`{source}` is no deck of the project `{head.path}`; add it to `decks` there")
    return None


def _head(path: Path) -> Written | None:
    """Read a file that names decks; others, and those that are not ours to read, are None."""
    try:
        head = _read(path, path.parent) if path.is_file() else None
    except PermissionError:
        return None
    return head if head and head.deck and head.deck.decks is not None else None
