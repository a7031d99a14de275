"""Writes `docs/dependencies.md` from `constraints.txt` and what is installed: `make docs`."""

from __future__ import annotations

import itertools
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

from packaging.licenses import canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PAGE = ROOT / "docs" / "dependencies.md"
SYSTEMS = ({"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
           {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
           {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"})  # fmt: skip
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
ABOUT = {
    "anki": "`rehearse` tries an update on a learner in the real Anki",
    "apsw": "damages databases in ways that Python's own sqlite3 does not",
    "axe-core-python": "holds pages to the rules of accessibility",
    "click": "the command line",
    "coverage": "counts which lines the tests reach",
    "filelock": "one build at a time",
    "fpdf2": "makes PDFs to import",
    "genanki": "the vocabulary of note types, notes and decks",
    "hypothesis": "properties and fuzzing",
    "imagesize": "the size of a picture from its first bytes",
    "jellyfish": "whether a mnemonic sounds like its fact",
    "jinja2": "the pages of a site",
    "jsonschema": "holds decks to the schema that editors get",
    "latex2mathml": "formulas",
    "markupsafe": "texts within HTML",
    "mypy": "types",
    "nh3": "takes out of HTML what could run",
    "openpyxl": "makes workbooks to import",
    "packaging": "which versions a pin allows",
    "pillow": "pictures",
    "pillow-heif": "photographs of iPhones",
    "pydantic": "the deck's model and its schema",
    "pypdfium2": "texts of PDFs",
    "pyromark": "Markdown",
    "pytest": "runs the tests",
    "pytest-cov": "coverage of the tests' processes",
    "pytest-xdist": "tests on all cores",
    "python-calamine": "cells of workbooks",
    "pyyaml": "YAML",
    "resvg-py": "draws SVG",
    "ruff": "lints and formats",
    "starlette": "the preview's answers",
    "symspellpy": "mends what a scan did to words",
    "tinycss2": "reads a deck's CSS",
    "types-jsonschema": "types of jsonschema",
    "types-pyyaml": "types of PyYAML",
    "uvicorn": "the preview's server",
    "watchfiles": "notices saves while one previews",
    "zstandard": "the newest package format",
}
# Of those whose metadata has no SPDX expression, as their own licence files read.
LICENCES = {
    "cached-property": "BSD-3-Clause",
    "defusedxml": "PSF-2.0",
    "distro": "Apache-2.0",
    "jellyfish": "MIT",
    "jinja2": "BSD-3-Clause",
    "pathspec": "MPL-2.0",
    "protobuf": "BSD-3-Clause",
    "pypdfium2": "Apache-2.0 OR BSD-3-Clause",
    "pyromark": "MIT",
    "pysocks": "BSD-3-Clause",
    "resvg-py": "MIT",
    "sortedcontainers": "Apache-2.0",
    "symspellpy": "MIT",
    "tinycss2": "BSD-3-Clause",
    "webencodings": "BSD-3-Clause",
}
# Pinned, but not for this system and the newest Anki: nothing of them is installed to be read.
ELSEWHERE = {
    "beautifulsoup4": ("MIT", "for Anki before 26.9"),
    "colorama": ("BSD-3-Clause", "for pytest, on Windows"),
    "soupsieve": ("MIT", "for beautifulsoup4"),
}
PERMISSIVE = frozenset({"MIT", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0"})
# Copyleft that ends at the files, or at the library, of the package itself.
WEAK = frozenset({"MPL-2.0", "LGPL-2.1-or-later", "LGPL-3.0-only"})
_JUDGEMENT = """\
# Dependencies

Deckwright is MIT and hands on nothing but its own files: pip fetches what it needs, unchanged, each package
under its own licence. Versions are those of `constraints.txt`, with which the tests run. Licences are SPDX
expressions: what a package's metadata says, or, where that is vague, what its licence file is.

A package that Deckwright needs to run may be permissive (MIT, BSD, Apache-2.0, PSF-2.0), or weak copyleft
(MPL-2.0, LGPL), which binds who changes that package and not who imports it. GPL and AGPL are for extras and
tests. A test holds the tables to that.

- **frozendict** (LGPL-3.0-only, through genanki) is imported as it is, and anyone can replace it.
- **anki** (AGPL-3.0-or-later) is the extra `anki`: only `rehearse` and `publish` use it, where it is
  installed. The tests run with several versions of it, so none is pinned.
- **pillow-heif** is BSD-3-Clause, but its wheels carry libheif and libde265 (LGPL-3.0) and x265 (GPL-2.0).
  pip puts them on a user's disk from their own makers. Whoever hands on Deckwright and its dependencies as
  one program hands on x265 too, and has to keep to the GPL.
- **pillow** uses FriBiDi (LGPL-2.1-or-later) where the system has it; its wheels carry permissive libraries.
"""


@dataclass(frozen=True, slots=True)
class Package:
    """A package, its pinned version (empty without one), its licence, and what it is for."""

    name: str
    version: str
    licence: str
    purpose: str


def page() -> str:
    """Return the page: what runs, what an extra brings, and what tests bring."""
    run, extra = needed("deckwright"), needed("deckwright", "anki")
    whole = dict.fromkeys(pins(), "") | needed("deckwright", "test")
    parts = (
        _table("To run", run),
        _table("With the extra `anki`", {name: extra[name] for name in extra if name not in run}),
        _table("For the tests alone", {name: whole[name] for name in sorted(whole) if name not in extra}),
    )
    return "\n".join((_JUDGEMENT, *parts))


def needed(name: str, *extras: str) -> dict[str, str]:
    """Return what a package needs with *extras* on any system and Python, by name, each with who asks for it.

    The package itself is not among it; what it asks for directly comes from itself.
    """
    found: dict[str, str] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [(name, extras)]
    for asker, asked in waiting:  # which grows meanwhile
        for requirement in _requirements(asker, asked):
            own = canonicalize_name(requirement.name)
            if own not in found:
                waiting.append((own, tuple(requirement.extras)))
            if own != name:
                found.setdefault(own, asker)
    return dict(sorted(found.items()))


@cache
def pins() -> dict[str, str]:
    """Return the versions of `constraints.txt`, by normalized name."""
    text = (ROOT / "constraints.txt").read_text("utf-8")
    return {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([^#=\s]+)==(\S+)$", text, re.MULTILINE)
    }


def package(name: str, asker: str) -> Package:
    """Return what the page tells of a package that *asker* needs.

    Raises:
        KeyError: Deckwright asks for it, and `ABOUT` does not say what for.

    """
    if name in ELSEWHERE:
        licence, purpose = ELSEWHERE[name]
        return Package(name, pins().get(name, ""), licence, purpose)
    purpose = ABOUT[name] if asker == "deckwright" else f"for {asker}"
    return Package(name, pins().get(name, ""), _licence(name), purpose)


def missing() -> tuple[str, ...]:
    """Return the packages of the page that are not installed, or in another version than the pinned one."""
    names = {*needed("deckwright", "test"), *pins()} - ELSEWHERE.keys()
    return tuple(sorted(name for name in names if not _is_as_pinned(name)))


def _is_as_pinned(name: str) -> bool:
    try:
        return distribution(name).version == pins().get(name, distribution(name).version)
    except PackageNotFoundError:
        return False


def _requirements(name: str, extras: Iterable[str]) -> Iterator[Requirement]:
    """Yield what a package needs on some system; nothing of one of which nothing is installed."""
    for requirement in map(Requirement, sorted(_asked(name, extras), key=str.casefold)):
        if requirement.marker is None or any(map(requirement.marker.evaluate, _places(extras))):
            yield requirement


def _asked(name: str, extras: Iterable[str]) -> Iterable[str]:
    if name in ELSEWHERE:
        return ()
    if name != "deckwright":
        return distribution(name).metadata.get_all("Requires-Dist") or ()
    # What is installed may be older than the file.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    more = (line for extra in extras for line in project["optional-dependencies"][extra])
    return (*project["dependencies"], *more)


def _places(extras: Iterable[str]) -> Iterator[dict[str, str]]:
    """Yield every system and Python that Deckwright runs on, with each of *extras* and without."""
    for system, python, extra in itertools.product(SYSTEMS, PYTHONS, ("", *extras)):
        yield {**system, "python_version": python, "python_full_version": f"{python}.9", "extra": extra}


def _licence(name: str) -> str:
    """Return the SPDX expression that a package's metadata has, else the one read in its licence file."""
    metadata = distribution(name).metadata.json
    said = metadata.get("license_expression") or LICENCES.get(name) or metadata["license"]
    return canonicalize_license_expression(str(said))


def _table(title: str, names: Mapping[str, str]) -> str:
    packages = itertools.starmap(package, names.items())
    rows = "".join(f"| {one.name} | {one.version} | {one.licence} | {one.purpose} |\n" for one in packages)
    return f"## {title}\n\n| Package | Version | Licence | What for |\n|---|---|---|---|\n{rows}"


def main() -> None:
    """Write the page."""
    if absent := missing():
        raise SystemExit(f"not installed as pinned: {', '.join(absent)}")
    PAGE.write_text(page(), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
