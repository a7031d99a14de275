"""Writes `docs/errors.md` and `docs/cli.md` from the code: `make docs`."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import click

from deckwright.cli import cli
from deckwright.explain import pages
from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deckwright.explain import Page

ERRORS, CLI = ROOT / "docs" / "errors.md", ROOT / "docs" / "cli.md"
_INTRODUCTION = """\
An error stops the build. Advice stops nothing; `ignore:` at the top of a deck silences a code, and so does
`# deckwright: ignore CODE` on a note."""
_EXAMPLES = re.compile(r"\n*\x08\n(Examples:\n.*?)(?=\n\n|\Z)", re.DOTALL)


def errors() -> str:
    """Return the page of all codes: errors, then advice."""
    by_kind = [[page for page in pages().values() if page.is_advice == kind] for kind in (False, True)]
    parts = [
        "# What `check` finds\n\nEvery finding has a code. `deckwright explain CODE` prints its page, too.",
        _INTRODUCTION,
        *(_index(title, found) for title, found in zip(("Errors", "Advice"), by_kind, strict=True)),
        *_pages("Errors", by_kind[0]),
        *_pages("Advice", by_kind[1]),
    ]
    return "\n\n".join(parts) + "\n"


def commands() -> str:
    """Return the page of all commands with their options and examples."""
    parts = [
        "# Commands",
        "`PATH` is a `cards.yaml`, or the folder that holds one; left out, it is the folder you are in.",
    ]
    for name, command in cli.commands.items():
        parts += _command(name, command)
    return "\n\n".join(parts) + "\n"


def _index(title: str, found: list[Page]) -> str:
    return f"{title}:\n" + ",\n".join(f"[`{page.code}`](#{page.code})" for page in found) + "."


def _pages(title: str, found: list[Page]) -> Iterator[str]:
    yield f"## {title}"
    for page in found:
        yield f"### {page.code}"
        yield page.text


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=f"deckwright {name}")
    yield f"## deckwright {name}"
    yield f"```\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```"
    text = inspect.cleandoc(command.help or "")
    yield _EXAMPLES.sub("", text).strip()
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    if records := [record for option in options if (record := option.get_help_record(context))]:
        yield "\n".join(f"- `{option}`: {words}" for option, words in records)
    if examples := _EXAMPLES.search(text):
        lines = examples[1].splitlines()[1:]
        yield "\n".join(["```", *(line.strip() for line in lines), "```"])


def main() -> None:
    """Write both pages."""
    for path, text in ((ERRORS, errors()), (CLI, commands())):
        path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
