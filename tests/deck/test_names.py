"""Names made from texts of any script."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.deck.names import ascii_slug, file_stem, slug, tag_part


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Spinal cord", "spinal-cord"),
        ("  GABA-B (receptor) agonist! ", "gaba-b-receptor-agonist"),
        ("5-HT₃", "5-ht3"),
        ("Μηχανισμός", "μηχανισμόσ"),  # a final sigma folds to the plain one
        ("ΜΗΧΑΝΙΣΜΌΣ", "μηχανισμόσ"),
        ("الحبل الشوكي", "الحبل-الشوكي"),
        ("脊髓", "脊髓"),
        ("セキズイ", "セキズイ"),
        ("ｾｷｽﾞｲ", "セキズイ"),
        ("मेरुरज्जु", "मेरुरज्जु"),  # vowel signs belong to their letters
        ("Größe", "grösse"),
        ("GRÖSSE", "grösse"),
        ("Cafe\u0301", "café"),
        ("ﬁbrosis", "fibrosis"),
        ("Ⅳ", "iv"),
        ("½ dose", "1-2-dose"),
        ("a_b", "a-b"),
        ("a\u200bb", "a-b"),
        ("a/b", "a-b"),
        ("İ", "i\u0307"),
        ("🪿", ""),
        ("!!! ??? —", ""),
        ("", ""),
        ("\u202e", ""),
    ],
)
def test_a_slug_keeps_letters_and_digits_of_any_script(text: str, name: str) -> None:
    assert slug(text) == name


@given(st.text())
def test_a_slug_is_its_own_slug_and_holds_no_separator_of_ours(text: str) -> None:
    name = slug(text)
    assert slug(name) == name
    assert unicodedata.is_normalized("NFKC", name)
    assert not set(name) & set("/~#@ \n\t")
    assert not name.startswith("-")
    assert not name.endswith("-")
    assert "--" not in name


@given(st.text())
def test_upper_and_lower_case_and_composition_make_no_difference(text: str) -> None:
    assert slug(unicodedata.normalize("NFD", text)) == slug(unicodedata.normalize("NFC", text))
    assert slug(text.casefold()) == slug(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Spinal cord", "spinal-cord"), ("Größe", "groe"), ("脊髓", "else"), ("", "else"), ("--", "else")],
)
def test_an_ascii_slug_is_fit_for_a_file_name(text: str, name: str) -> None:
    assert ascii_slug(text, "else") == name


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("Spinal cord", "spinal-cord"),
        ("Con", "con-deck"),
        ("LPT 1", "lpt-1"),
        ("Com1", "com1-deck"),
        ("鹅", "deck"),
    ],
)
def test_a_files_name_is_one_that_windows_can_have(text: str, stem: str) -> None:
    assert file_stem(text, "deck", 12) == stem


def test_a_files_name_is_cut() -> None:
    assert file_stem("Spinal cord, long", "deck", 7) == "spinal"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Side effects", "Side_effects"),
        ("  a \t b\u3000c\xa0d ", "a_b_c_d"),
        ('the "first"', "the_'first'"),
        ("a::b", "a:b"),
        ("a:::b::::c", "a:b:c"),
        ("Étude 鹅", "Étude_鹅"),
    ],
)
def test_a_part_of_a_tag_is_one_part_to_anki(text: str, part: str) -> None:
    assert tag_part(text) == part


@given(st.text())
def test_any_part_of_a_tag_holds_no_blank_and_no_boundary(text: str) -> None:
    part = tag_part(text)
    assert not any(char.isspace() or char == '"' for char in part)
    assert "::" not in part
