from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from deckwright.apkg.compare import dump
from deckwright.apkg.package import (
    Package,
    PackageCard,
    PackageDeck,
    PackageField,
    PackageMedia,
    PackageNote,
    PackageNotetype,
    PackageTemplate,
)

PAIR = PackageNotetype(
    id=1,
    name="Pair",
    kind="normal",
    sort_field=1,
    modified=50,
    css=".card {}",
    fields=(PackageField("Fact", 71), PackageField("Mnemonic", None), PackageField("Explanation", None)),
    templates=(PackageTemplate("Forth", None, "{{Fact}}", ""), PackageTemplate("Back", -72, "ä", "b")),
    original='{"font":"Papyrus"}',
)
GAP = replace(
    PAIR,
    id=2,
    name="Gap",
    kind="cloze",
    sort_field=0,
    css="",
    fields=(PackageField("Text", None),),
    templates=(PackageTemplate("Cloze", None, "", ""),),
)
NOTE = PackageNote(
    id=11,
    guid="guid-b",
    notetype=1,
    modified=100,
    tags=("one", "two"),
    fields=("Spinal cord", "", "Slows:\n\n  card 0\n"),
    cards=(PackageCard(22, 5, 0, 8, studied=True), PackageCard(21, 5, 1, 7, studied=False)),
)
CLOZE = PackageNote(13, "guid-c", 2, 102, (), ("{{c3::GABA}}",), (PackageCard(23, 5, 2, 9, studied=False),))
PACKAGE = Package(
    decks=(PackageDeck(1, "Default", ""), PackageDeck(5, "Pharmacology::Baclofen", "Seen\nonce")),
    notetypes=(GAP, PAIR),
    notes=(CLOZE, NOTE),
    media=(PackageMedia("_goose.webp", 5, "ab" * 32), PackageMedia("bee.png", 3, "cd" * 32)),
    revlog=1,
)


def test_a_package_prints_whole() -> None:
    assert (
        dump(PACKAGE)
        == f"""\
package: 2 decks, 2 note types, 2 notes, 3 cards, 2 media files, 1 review

deck Default
  id 1

deck Pharmacology::Baclofen
  id 5
  description:
    |Seen
    |once

notetype Gap
  id 2, cloze, modified 50, sorted by Text
  css 0 chars sha256:e3b0c44298fc…
  field Text
  template Cloze
    front 0 chars sha256:e3b0c44298fc…
    back 0 chars sha256:e3b0c44298fc…

notetype Pair
  id 1, normal, modified 50, sorted by Mnemonic
  css 8 chars sha256:{hashlib.sha256(b".card {}").hexdigest()[:12]}…
  field Fact, id 71
  field Mnemonic
  field Explanation
  template Forth
    front 8 chars sha256:{hashlib.sha256(b"{{Fact}}").hexdigest()[:12]}…
    back 0 chars sha256:e3b0c44298fc…
  template Back, id -72
    front 1 chars sha256:{hashlib.sha256("ä".encode()).hexdigest()[:12]}…
    back 1 chars sha256:{hashlib.sha256(b"b").hexdigest()[:12]}…

note guid-c
  id 13, modified 102, Gap
  Text: {{{{c3::GABA}}}}
  card 2 Cloze: due 9, Pharmacology::Baclofen, id 23

note guid-b
  id 11, modified 100, Pair
  tags: one two
  Fact: Spinal cord
  Explanation:
    |Slows:
    |
    |  card 0
    |
  card 0 Forth: due 8, Pharmacology::Baclofen, id 22, studied
  card 1 Back: due 7, Pharmacology::Baclofen, id 21

media _goose.webp, 5 bytes, sha256:{"ab" * 32}
media bee.png, 3 bytes, sha256:{"cd" * 32}
"""
    )


def test_an_empty_package_is_one_line() -> None:
    assert dump(Package((), (), (), (), 0)) == (
        "package: 0 decks, 0 note types, 0 notes, 0 cards, 0 media files, 0 reviews\n"
    )


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("\x1b[31m", "\\u{1b}[31m"),
        ("a\tb\r", "a\\u{9}b\\u{d}"),
        ("\u202etfel", "\\u{202e}tfel"),
        ("\x00\x7f\x85\u2028", "\\u{0}\\u{7f}\\u{85}\\u{2028}"),
        ("\\u{1b}", "\\u{5c}u{1b}"),
        ("\\( x \\) 💊 ü", "\\( x \\) 💊 ü"),
        ("�", "�"),
    ],
)
def test_nothing_that_drives_a_terminal_is_printed(text: str, printed: str) -> None:
    note = replace(NOTE, fields=(text, "", ""))
    assert f"  Fact: {printed}\n" in dump(replace(PACKAGE, notes=(note,)))


def test_names_keep_to_their_line() -> None:
    trick = "x\nnote forged"
    package = Package(
        decks=(PackageDeck(5, trick, ""),),
        notetypes=(
            replace(
                PAIR,
                name=trick,
                fields=(PackageField(trick, None),) * 3,
                templates=(PackageTemplate(trick, None, "", ""),) * 2,
            ),
        ),
        notes=(replace(NOTE, guid=trick, tags=(trick,)),),
        media=(PackageMedia(trick, 1, "ab"),),
        revlog=0,
    )
    heads = [line for line in dump(package).splitlines() if line and not line.startswith(" ")]
    assert [head.split()[0] for head in heads] == ["package:", "deck", "notetype", "note", "media"]


def test_what_only_the_original_says_is_not_printed() -> None:
    other = replace(PACKAGE, notetypes=(GAP, replace(PAIR, original="{}")))
    assert dump(other) == dump(PACKAGE)
