"""Pictures and sounds in other tools' notes go back to readers as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from anki_packages import imported, log
from deckwright.apkg.read import read_package
from deckwright.build import Options, build
from deckwright.unpack import unpack
from deckwright.workspace import SOURCE_NAME, Project

if TYPE_CHECKING:
    from pathlib import Path

    from anki_backend import Anki

pytestmark = pytest.mark.anki

MASK = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}"
NOTES = (
    ("Basic", ['Spinal cord<br><img src="bild ü.png">', "Spina Cord [sound:ton.mp3]"], "Birds::Water::Deep"),
    ("Basic (and reversed card)", ["Goose", "Goes <img src='_bild.png'>"], "Zwei"),
    ("Cloze", ["{{c1::GABA}} and {{c3::ACh}}", ""], "Default"),
    ("Basic (type in the answer)", ["Ente", "Duck"], "Birds"),
    ("Image Occlusion", [MASK, '<img src="bild ü.png">', "", "Back", ""], "Zwei"),
)
MEDIA = {"bild ü.png": b"\x89PNG" * 999, "_bild.png": b"\x89PNG", "ton.mp3": b"ID3x"}


@pytest.mark.parametrize("legacy", [True, False])
def test_what_anki_exported_with_media_touches_nothing(anki: Anki, tmp_path: Path, *, legacy: bool) -> None:
    anki.media.mkdir()
    for name, data in MEDIA.items():
        (anki.media / name).write_bytes(data)
    old, new = tmp_path / "old.apkg", tmp_path / "new.apkg"
    anki.steps(
        *(
            ("add_note", {"notetype": notetype, "fields": fields, "deck": deck, "tags": ["zwei", "a::b"]})
            for notetype, fields, deck in NOTES
        ),
        ("study", {"seed": 3}),
        ("filter_deck", {"deck": "Cram", "search": "deck:Zwei"}),
        ("export", {"package": str(old), "legacy": legacy, "scheduling": True}),
    )
    before = anki.steps(("cards", {}), ("revlog", {}), ("notes", {}))
    assert unpack(old, tmp_path / "deck").losses == {}
    assert build(Project(tmp_path / "deck" / SOURCE_NAME), Options(out=new)).packages
    told, *after = anki.steps(imported(new), ("cards", {}), ("revlog", {}), ("notes", {}))
    assert told == log(duplicate=len(NOTES))
    assert after == before
    assert read_package(new).media == read_package(old).media
