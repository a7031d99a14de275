"""What shows or plays a file of the reader's own, and nothing that could do more."""

from __future__ import annotations

import pytest

from deckwright.cards.attached import attached, blanked, detached


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('a <img src="goose.png"> b', "goose.png"),
        ("<img src='bild ü.JPG' style='width: 20px'>", "bild ü.JPG"),
        ('<img alt="a goose" src="a &amp; b.webp" width="20" />', "a & b.webp"),
        ("[sound:goose.mp3]", "goose.mp3"),
    ],
)
def test_files_of_the_collection_are_found(text: str, name: str) -> None:
    ((start, end, found),) = attached(text)
    assert found == name
    assert text[start:end].startswith(("<img", "[sound:"))
    assert len(blanked(text)) == len(text)
    assert "goose" not in blanked(text)
    marked, pieces, marks = detached(text)
    assert marks.sub(lambda mark: pieces[int(mark[1])], marked) == text


@pytest.mark.parametrize(
    "text",
    [
        '<img src="https://example.org/x.png">',
        '<img src="//example.org/x.png">',
        '<img src="../x.png">',
        '<img src="data:image/png;base64,AAAA.png">',
        '<img src="x.svg">',
        '<img src="x.png" onerror="alert(1)">',
        '<img src="x.png" style="background: url(https://example.org)">',
        '<img src="x.png" alt="{{c1::x}}">',
        "<img src=x.png>",
        "[sound:x.html]",
        "[sound:https://example.org/x.mp3]",
        "[sound:a[b.mp3]",
        "[latex]x[/latex]",
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert [*attached(text)] == []
