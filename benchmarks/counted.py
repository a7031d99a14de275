"""The tool, told on: a byte goes to a file for each text that the Markdown parser renders.

python counted.py FILE preview cards.yaml --no-open
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deckwright import cli
from deckwright.cards import markdown


def main(counter: Path, arguments: list[str]) -> None:
    """Run the tool with *arguments*."""
    rendered, descriptor = markdown.to_html, os.open(counter, os.O_WRONLY | os.O_APPEND)

    def to_html(text: str) -> str:
        os.write(descriptor, b".")
        return rendered(text)

    markdown.to_html = to_html
    sys.argv[1:] = arguments
    cli.main()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
