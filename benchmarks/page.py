"""`docs/performance.md`, written by the run itself."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.goals import as_markdown
from benchmarks.measure import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmarks.goals import Row

PAGE = ROOT / "docs" / "performance.md"
_VERSIONS = ("deckwright", "genanki", "pyyaml", "pydantic", "pyromark")
_HEAD = """\
# What Deckwright costs

Written by `make bench`. {day}, {rounds} rounds.

The yardstick is the script that a student who knows genanki would write, `benchmarks/yardstick.py`:
PyYAML's C loader, and a genanki note for each of the deck's. It checks nothing, renders no Markdown, and
its second package makes every note anew. Figures are ratios to that script in this same run, where
nothing else is said: below 1.00 Deckwright is done sooner. Seconds are those of this machine; the ratios
hold on others, too.

Everything is a process of its own, from start to end, with its files in memory already. Both sides take
turns, and figures are medians. “Processor” is the same ratio of the processor's time, which other
programs disturb less."""
_BUILDS = """\
A deck as a class writes it: half of its notes ask a question, most have an explanation in Markdown.
“Cold” has no lock, no package and no cache. “Slope” is how steeply a cold build's time rises with the
notes: 1.00 is in proportion."""
_MEDIA = """\
Files that travel as they are, next to `cat` of them all into one file. What counts is what they add to
the build of the same notes without them, hashing included."""
_PICTURES = "Of 12 megapixels, scaled and encoded."
_PREVIEW = """\
From the save of `cards.yaml` until the page has the changed card, asked for as the browser does."""
_PEERS = """\
The same notes in each tool's own format. These tools render no Markdown either, and check less."""
_TEXTS = {
    "builds": ("Building and checking", _BUILDS),
    "startup": ("Starting", "`check` is that of the Baclofen deck, which has pictures."),
    "media": ("Media", _MEDIA),
    "pictures": ("Photographs", _PICTURES),
    "preview": ("The preview", _PREVIEW),
    "peers": ("Other tools that make packages of YAML", _PEERS),
}
_FOOT = """\
## Measure it yourself

`make bench` measures all of it and writes this page; `make bench QUICK=1` prints the figures of one deck
within a minute, and writes nothing. The parts are {parts}. The other tools are installed below
`.bench/`, each in an environment of its own."""


def write(rows: Mapping[str, Sequence[Row]], rounds: int) -> None:
    """Write the page of a whole run, rows by part."""
    PAGE.write_text("\n\n".join(_sections(rows, rounds)) + "\n", "utf-8", newline="\n")


def _sections(rows: Mapping[str, Sequence[Row]], rounds: int) -> Iterator[str]:
    today = datetime.now(UTC)
    yield _HEAD.format(day=f"{today.day} {today:%B %Y}", rounds=rounds)
    yield "\n".join(machine())
    yield _summary([row for part in rows.values() for row in part])
    for name, part in rows.items():
        title, text = _TEXTS[name]
        yield f"## {title}"
        yield text
        yield "\n".join(as_markdown(part))
    yield _FOOT.format(parts=", ".join(f"`{name}`" for name in rows))


def _summary(rows: Iterable[Row]) -> str:
    goals = [row.verdict for row in rows if row.verdict]
    return f"**{goals.count('held')} of {len(goals)} goals held.**"


def machine() -> Iterator[str]:
    """Yield what this was measured on, as a list: nothing that names the machine."""
    yield f"- {os.cpu_count()} cores, {_processor()}; {platform.system()} on {platform.machine()}"
    yield f"- {platform.python_implementation()} {platform.python_version()}"
    yield f"- {', '.join(f'{name} {version(name)}' for name in _VERSIONS)}"


def _processor() -> str:
    """Return the processor's model, as the system knows it."""
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or "unknown"
