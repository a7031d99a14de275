"""Gaps and pictures in explanations: open where they are meant to be, as if never written everywhere else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.cards import gaps
from deckwright.cards.markdown import PictureMark, pictures
from deckwright.cards.markup import block, cloze, plain
from deckwright.cards.refusals import block_problems, line_problems
from deckwright.cards.template import cloze_ordinals

FILES = {"goose.png": "_goose-1.webp", "a b.png": "_a-b-1.webp"}


def refused(text: str) -> list[tuple[str, str]]:
    """Return code and marked text of each finding."""
    return [(found.code, text[found.start : found.end]) for found in block_problems(text)]


@pytest.mark.parametrize(
    ("text", "live", "plain_text"),
    [
        ("The {{c1::dorsal horn}}.", "<p>The {{c1::dorsal horn}}.</p>", "The dorsal horn."),
        ("{{c1::a::hint}} b", "<p>{{c1::a::hint}} b</p>", "a b"),
        ("{{c12::a}} {{c2::b}}{{c12::c}}", "<p>{{c12::a}} {{c2::b}}{{c12::c}}</p>", "a bc"),
        ("{{c1::**bold** _it_}}", "<p>{{c1::<strong>bold</strong> <em>it</em>}}</p>", "bold it"),
        ("**{{c1::b}}** _{{c2::i}}_", "<p><strong>{{c1::b}}</strong> <em>{{c2::i}}</em></p>", "b i"),
        ("- one {{c1::two}}\n- {{c1::three}}",
         "<ul>\n<li>one {{c1::two}}</li>\n<li>{{c1::three}}</li>\n</ul>", "one two three"),
        ("{{c1::a < b & c}}", "<p>{{c1::a &lt; b &amp; c}}</p>", "a < b & c"),
        ("{{c1::a}} and }} too", "<p>{{c1::a}} and }} too</p>", "a and }} too"),
        (r"{{c1::\(\frac{a}{{b}}::c\)}}", r"<p>{{c1::\(\frac{a}{&#123;b}&#125;:&#58;c\)}}</p>",
         r"\(\frac{a}{{b}}::c\)"),
        ("{{c1::`x::y }}`}}", "<p>{{c1::<code>x:&#58;y }&#125;</code>}}</p>", "x::y }}"),
        ("{{c1::a::b::c}}", "<p>{{c1::a::b:&#58;c}}</p>", "a"),
        (r"\{{c1::a}} `{{c2::b}}`", "<p>{&#123;c1::a}} <code>{&#123;c2::b}}</code></p>",
         "{{c1::a}} {{c2::b}}"),
        (r"\({{c1::x}}\)", r"<p>\({&#123;c1::x}}\)</p>", r"\({{c1::x}}\)"),
        ("{{Fact}} {{type:Fact}}", "<p>{&#123;Fact}} {&#123;type:Fact}}</p>", "{{Fact}} {{type:Fact}}"),
        (r"{{c1::f\{x\}}} {{c2::a\:::b&#125;}}",
         "<p>{{c1::f{x&#125;}} {{c2::a&#58;::b&#125;}}</p>", "f{x} a:"),
        (r"\\{{c1::a}}", r"<p>\{{c1::a}}</p>", r"\a"),
        (r"{{c1::a::**b** & \(x\)}}", r"<p>{{c1::a::<strong>b</strong> &amp; \(x\)}}</p>", "a"),
        ("{{c1::[a](https://e.org/::}})}}",
         '<p>{{c1::<a href="https://e.org/:&#58;%7D%7D" rel="noopener noreferrer">a</a>}}</p>', "a"),
        ("[{{c1::a}}](https://e.org)",
         '<p><a href="https://e.org" rel="noopener noreferrer">{{c1::a}}</a></p>', "a"),
    ],
)  # fmt: skip
def test_gaps_are_open_in_a_cloze_and_gone_in_a_block(text: str, live: str, plain_text: str) -> None:
    assert refused(text) == []
    assert cloze(text) == live
    assert plain(block(text)) == plain_text
    assert "{{" not in block(text)


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("a {{c1:b}}", "bad-gap", "{{c1:"),
        ("a {{c::b}}", "bad-gap", "{{c::"),
        ("a {{C1::b}}", "bad-gap", "{{C1::"),
        ("a {{c1::b", "bad-gap", "{{c1::"),
        ("a {{c1,2::b}}", "bad-gap", "{{c1,2::"),
        ("a {{ c1::b}}", "bad-gap", "{{ c1::"),
        ("a {{1::b}}", "bad-gap", "{{1::"),
        ("a {{c1}}", "bad-gap", "{{c1"),
        ("<p>{{c1::b}}</p>", "bad-gap", "{{c1::"),
        ("a <b>b</b> ![{{c1::x}}](goose.png)", "bad-gap", "{{c1::"),
        ("[a](https://e.org '{{c1::x}}')", "bad-gap", "{{c1::"),
        ("[a](https://e.org/{{c1::x}})", "bad-gap", "{{c1::"),
        ("[a]\n\n[a]: https://e.org '{{c1::x}}'", "bad-gap", "{{c1::"),
        ("a {{c1::}}", "bad-gap", "{{c1::}}"),
        ("a {{c1:: ::hint}}", "bad-gap", "{{c1:: ::hint}}"),
        ("a {{c0::b}}", "bad-gap", "{{c0::"),
        ("a {{c500::b}}", "bad-gap", "{{c500::"),
        ("{{c1::a {{c2::b}} c}}", "bad-gap", "{{c2::"),
        ("{{c1::one\n\ntwo}}", "gap-across-parts", "{{c1::one\n\ntwo}}"),
        ("- {{c1::one\n- two}}", "gap-across-parts", "{{c1::one\n- two}}"),
        ("{{c1::**one}} two**", "gap-across-parts", "{{c1::**one}}"),
        (
            "![{{c1::a}}](https://example.org/x.png)",
            "remote-picture",
            "![{{c1::a}}](https://example.org/x.png)",
        ),
    ],
)
def test_what_is_no_gap_is_told_at_its_place(text: str, code: str, marked: str) -> None:
    assert (code, marked) in refused(text)
    assert all(found.message and found.advice for found in block_problems(text))


def test_a_picture_in_a_gap_or_its_hint_is_part_of_it() -> None:
    picture = '<img src="_goose-1.webp" alt="{}">'
    assert cloze("{{c1::![a::b}}c](goose.png)}}", FILES) == (
        f"<p>{{{{c1::{picture.format('a:&#58;b}&#125;c')}}}}}</p>"
    )
    assert cloze("{{c1::a::![b](goose.png)}}", FILES) == f"<p>{{{{c1::a::{picture.format('b')}}}}}</p>"
    assert block("{{c1::a::![b](goose.png)}}", FILES) == "<p>a</p>"


def test_a_gap_that_no_card_can_show_is_shown_plainly() -> None:
    assert cloze("{{c1::one\n\ntwo}} {{c2::three}}") == "<p>one</p>\n<p>two {{c2::three}}</p>"


WORDS = st.sampled_from(
    ["a", " ", "\n", "\n\n", "{{c1::", "{{c2::", "{{c3::", "}}", "::", "**", "_", "`", "- ", "\\(", "\\)",
     "\\", "<b>", "</b>", "![x](goose.png)", "{{", "[", "](https://e.org)", "é\u0301", "⸮", "\ue000",
     "| a |\n|--|\n"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=14).map("".join))
def test_every_gap_that_is_found_whole_makes_its_card_and_no_other(text: str) -> None:
    broken = any(code in ("bad-gap", "gap-across-parts") for code, _ in refused(text))
    found, _ = gaps.find(text)
    made = cloze_ordinals((cloze(text, FILES),))
    assert set(made) <= {gap.number - 1 for gap in found}
    if not broken:
        assert set(made) == {gap.number - 1 for gap in found}
    assert cloze_ordinals((block(text, FILES),)) == ()


@given(st.lists(WORDS, max_size=14).map("".join))
def test_without_its_gaps_a_cloze_is_the_block(text: str) -> None:
    live = re.sub(
        r"\{\{c[0-9]+::((?:(?!\}\}).)*?)(?:::(?:(?!\}\}).)*)?\}\}", r"\1", cloze(text, FILES), flags=re.DOTALL
    )
    assert live.replace(":&#58;", "::").replace("}&#125;", "}}") == block(text, FILES).replace(
        ":&#58;", "::"
    ).replace("}&#125;", "}}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ![A *grey* goose](goose.png) b", '<p>a <img src="_goose-1.webp" alt="A grey goose"> b</p>'),
        ('![x "y" & z](goose.png "title")', '<p><img src="_goose-1.webp" alt="x &quot;y&quot; &amp; z"></p>'),
        ("![x](<a b.png>) ![y](a%20b.png)",
         '<p><img src="_a-b-1.webp" alt="x"> <img src="_a-b-1.webp" alt="y"></p>'),
        ("![x][g]\n\n[g]: goose.png", '<p><img src="_goose-1.webp" alt="x"></p>'),
        ("[![x](goose.png)](https://e.org)",
         '<p><a href="https://e.org" rel="noopener noreferrer"><img src="_goose-1.webp" alt="x"></a></p>'),
        ("{{c1::![x](goose.png)}}", '<p><img src="_goose-1.webp" alt="x"></p>'),
        ("![x](other.png)", "<p></p>"),
        ("`![x](goose.png)`", "<p><code>![x](goose.png)</code></p>"),
        (r"![a \(x\) b](goose.png) \(y\)", r'<p><img src="_goose-1.webp" alt="a '),
    ],
)  # fmt: skip
def test_a_picture_comes_along_under_the_name_of_its_file(text: str, expected: str) -> None:
    assert block(text, FILES).startswith(expected)


@pytest.mark.parametrize(
    "text", ['<img src="goose.png">', '<img src=x onerror="alert(1)">', "![x](goose.png)<img src=goose.png>"]
)
def test_no_other_picture_gets_through(text: str) -> None:
    assert block(text, FILES).count("<img") == text.count("![")
    assert "unsafe-html" in [code for code, _ in refused(text)]


def test_the_pictures_of_a_text_are_found_with_their_places() -> None:
    text = "ü ![a](x.png) `![b](y.png)` ![c ![d](z.png)](w.png)"
    assert pictures(text) == (
        PictureMark("x.png", "a", 2, 13),
        PictureMark("w.png", "c d", 28, len(text)),
    )


@pytest.mark.parametrize(
    "address", ["https://e.org/x.png", "data:image/png;base64,AA", "//e.org/x.png", "FILE:///x"]
)
def test_a_picture_from_elsewhere_is_refused(address: str) -> None:
    assert refused(f"![a]({address})") == [("remote-picture", f"![a]({address})")]


def test_a_picture_has_no_place_within_a_line() -> None:
    (found,) = line_problems("a ![b](goose.png)")
    assert (found.code, found.start) == ("misplaced-picture", 2)
