"""The script one would write without Deckwright: PyYAML's C loader, a genanki note each, one package.

    python yardstick.py cards.yaml deck.apkg

It validates nothing and renders nothing, and its second package makes every note anew.
"""

import sys

import genanki
import yaml

MODEL = genanki.Model(
    1607392319,
    "Mnemonic",
    fields=[{"name": name} for name in ("Fact", "Mnemonic", "Explanation", "Ask", "Section")],
    templates=[
        {
            "name": "Mnemonic",
            "qfmt": "{{Mnemonic}}",
            "afmt": "{{FrontSide}}<hr id=answer>{{Fact}}<br>{{Explanation}}",
        },
        {
            "name": "Ask",
            "qfmt": "{{#Ask}}{{Ask}}{{/Ask}}",
            "afmt": "{{FrontSide}}<hr id=answer>{{Fact}}<br>{{Explanation}}",
        },
    ],
)


def main(source: str, target: str) -> None:
    """Write the package of the deck in *source* to *target*."""
    with open(source, encoding="utf-8") as file:  # noqa: PTH123 - as such scripts do
        project = yaml.load(file, Loader=yaml.CSafeLoader)
    deck = genanki.Deck(2059400110, project["deck"])
    for section, notes in project["sections"].items():
        for note in notes:
            fields = [
                note["fact"],
                note["mnemonic"],
                note.get("explanation", ""),
                note.get("ask", ""),
                section,
            ]
            tags = [tag.replace(" ", "_") for tag in note.get("tags", [])]
            deck.add_note(genanki.Note(model=MODEL, fields=fields, tags=tags))
    genanki.Package(deck).write_to_file(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
