"""What editors and CI ask for, and who wants to know more."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deckwright.commands.parts import DRAWING, FILE, FOUND, at_path, text_or_json
from deckwright.console import print_findings, say, say_json, watching


@click.command()
@at_path
def schema(path: Path) -> None:
    """Print the JSON Schema of cards.yaml, for editors.

    It holds the names of the scene's symbols where PATH is a project's, for completion. `build` and `preview`
    keep .deckwright/schema.json up to date by themselves.

    \b
    Examples:
      deckwright schema
      deckwright schema > .deckwright/schema.json
    """
    from deckwright import editor, workspace
    from deckwright.usage import UsageProblem

    try:
        text = editor.schema_of(workspace.find_project(path))
    except UsageProblem:
        if path != Path():
            raise
        text = editor.schema_for()
    say(text.rstrip("\n"))


@click.command()
@at_path
@text_or_json
def stats(path: Path, format_: str) -> None:
    """Count notes, cards, words and pictures, section by section, and name the longest facts.

    A file of a picture counts once, however many notes show it.

    \b
    Examples:
      deckwright stats
      deckwright stats --format json pharmacology/
    """
    from deckwright import project, workspace
    from deckwright import stats as verb

    compiled = project.check(workspace.find_project(path), watching(DRAWING))
    if compiled.has_errors:
        print_findings(compiled, "full", to_stderr=True)
        sys.exit(FOUND)
    found = verb.stats(compiled)
    if format_ == "json":
        say_json(verb.as_json(found))
    else:
        say(verb.as_text(found))


@click.command()
@click.argument("code", required=False, metavar="[CODE]")
def explain(code: str | None) -> None:
    """Say what a code such as `fact-too-long` means, why it matters, and how to mend it.

    Without CODE, all codes are listed.

    \b
    Examples:
      deckwright explain
      deckwright explain text-after-hash
    """
    from deckwright import explain as verb

    say(verb.as_text(code) if code else verb.overview())


@click.command()
@click.argument("package", type=FILE, metavar="X.apkg")
def dump(package: Path) -> None:
    """Show what is in a package, as sorted text that can be compared."""
    from deckwright.apkg import compare, read

    say(compare.dump(read.read_package(package)).rstrip("\n"))
