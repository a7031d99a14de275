"""Cells → Markdown."""

from __future__ import annotations

import pytest

from deckwright.tables.cells import Written, picture_name, tags_of, without_files


@pytest.mark.parametrize(
    ("text", "is_html", "fact", "rest"),
    [
        ("One\nTwo\nThree", False, "One", "Two\n\nThree"),
        ("- One\n- Two", False, "One", "- Two"),
        ("• One\n• Two", False, "One", "- Two"),
        ("One", False, "One", ""),
        ("\n One \n", False, "One", ""),
        ("<div>One</div><div>Two</div>", True, "One", "Two"),
        ("One<br>Two", True, "One", "Two"),
        ("<b>One</b> two", True, "**One** two", ""),
        ("<ul><li>One</li><li>Two</li></ul>", True, "One", "- Two"),
    ],
)
def test_a_fact_is_the_first_line(text: str, is_html: bool, fact: str, rest: str) -> None:  # noqa: FBT001
    assert Written(text, is_html).fact() == (fact, rest)


def test_gaps_become_a_question_an_answer_and_the_text_itself() -> None:
    text = "The {{c1::liver::organ}} makes {{c2::bile}},\n{{c1::liver}} again"
    assert Written(text, is_html=False).gapped() == (
        "The [organ] makes […], […] again",
        "liver; bile",
        text,
    )
    assert Written("{{c1::<b>liver</b>}}", is_html=True).gapped() == ("[…]", "**liver**", "{{c1::**liver**}}")
    assert Written("no {{c1::", is_html=False).gapped() is None


@pytest.mark.parametrize(
    ("text", "in_anki", "tags"),
    [
        ("one two", True, ("one", "two")),
        ("one two", False, ("one", "two")),
        ("heart failure, kidney;lab, ", False, ("heart_failure", "kidney", "lab")),
        ("a::b  ::c:: a::b", True, ("a::b", "c")),
        ('say "so"', False, ("say", "'so'")),
        ("one,two", True, ("one,two",)),
    ],
)
def test_tags_are_parted_as_people_part_them(text: str, in_anki: bool, tags: tuple[str, ...]) -> None:  # noqa: FBT001
    assert tags_of(text, in_anki=in_anki) == tags


def test_files_are_taken_out_of_html() -> None:
    text = "a <img alt=\"&quot;\" src='b&amp;c.png'> d [sound:e.mp3]<IMG SRC=f.png>"
    assert without_files(text) == ("a d", ("b&c.png", "f.png"), ("e.mp3",))
    assert without_files("a  <b> c") == ("a  <b> c", (), ())
    assert picture_name(' <img src="a b.png"> ') == "a b.png"
    assert picture_name(" a.png ") == "a.png"
    assert picture_name("<img>") == ""
