"""Formulas as MathML: what they say stays, what could reach further does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.cards.mathml import with_mathml


def test_formulas_within_a_line_and_of_their_own_become_mathml() -> None:
    shown = with_mathml(r"<p>If \(x^2 &lt; y\): \[\frac{a}{b}\]</p>")
    assert re.sub(r' xmlns="[^"]*"', "", shown) == (
        '<p>If <math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup><mo>&lt;</mo><mi>y</mi></mrow>'
        '</math>: <math display="block"><mrow><mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>'
        "</mrow></math></p>"
    )


@pytest.mark.parametrize("formula", [r"\(\ce{H2O}\)", r"\(a^b^c\)", r"\[\nonsense\]"])
def test_what_the_converter_does_not_know_stays_as_it_was_typed(formula: str) -> None:
    assert with_mathml(f"a {formula} b") == f"a <code>{formula}</code> b"


@pytest.mark.parametrize(
    "formula",
    [
        r"\text{&lt;img src=x onerror=y&gt;}",
        r"\href{javascript:x}{y}",
        r"\style{color:red}{y}",
        r"\class{dw}{y}",
    ],
)
def test_no_formula_becomes_html_links_or_styles(formula: str) -> None:
    shown = with_mathml(rf"\({formula}\)")
    assert not re.search(r"<img|href=|style=|class=", shown)


@given(st.text(st.sampled_from(r"\(){}[]^_<>&;'xab1 fractext" + '"')))
def test_any_text_comes_through_and_adds_no_tags_but_those_of_formulas(text: str) -> None:
    before = re.sub(r"[<>]", "", text)
    shown = with_mathml(before)
    assert set(re.findall(r"</?([a-z]+)", shown)) <= {"code"} | set(re.findall(r"</?(m[a-z]+)", shown))


def test_what_stands_in_a_tag_is_no_formula() -> None:
    picture = r'<img src="a.webp" alt="look \(x^2\) > here"> '
    assert with_mathml(picture + r"\(x\)").startswith(picture + "<math")
