"""The pages in `docs/` that are made from the code are as the code has them: `make docs` writes them."""

from __future__ import annotations

import re

import write_docs
from deckwright.cli import cli
from deckwright.explain import pages


def test_the_page_of_errors_is_fresh() -> None:
    assert write_docs.ERRORS.read_text("utf-8") == write_docs.errors(), "run `make docs`"


def test_the_page_of_commands_is_fresh() -> None:
    assert write_docs.CLI.read_text("utf-8") == write_docs.commands(), "run `make docs`"


def test_every_code_has_a_heading_to_link_to() -> None:
    found = re.findall(r"^### (\S+)$", write_docs.errors(), re.MULTILINE)
    assert sorted(found) == sorted(pages())


def test_every_command_and_option_is_there() -> None:
    text = write_docs.commands()
    for name, command in cli.commands.items():
        part = text.split(f"\n## deckwright {name}\n")[1].split("\n## ")[0]
        for parameter in command.params:
            assert all(option in part for option in parameter.opts if option.startswith("-")), name
