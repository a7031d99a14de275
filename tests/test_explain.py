"""`deckwright explain`: one page for each code, and no page without one."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from deckwright import explain
from deckwright.deck.advice.catalogue import ADVICE
from deckwright.deck.rules import RULES
from deckwright.usage import UsageProblem
from support import ROOT, deckwright
from test_bad import raised

SRC = ROOT / "src" / "deckwright"


def called_with(*functions: str) -> set[str]:
    """Return the codes that stand first in calls of these functions."""
    calls = (
        node
        for module in SRC.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
    )
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.args[0], ast.Constant) and getattr(call.func, "id", "") in functions
    }


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    codes = {*raised()} | called_with("UnreadablePackage", "NoRoomError")
    assert set(explain.pages()) == codes


def test_no_code_has_two_pages() -> None:
    rules = [*ADVICE, *RULES]
    headings = [
        code
        for file in (SRC / "explanations").glob("*.md")
        for code in re.findall(r"^## ([a-z-]+)", file.read_text("utf-8"), re.MULTILINE)
    ]
    counts = Counter([*headings, *(rule.__name__.replace("_", "-") for rule in rules)])
    assert [code for code, count in counts.items() if count > 1] == []


def test_a_page_is_called_advice_where_it_stops_nothing() -> None:
    stops = called_with("error", "Refused", "Problem", "UnreadablePackage", "NoRoomError")
    advice = called_with("warning") - stops
    told = {page.code for page in explain.pages().values() if page.is_advice}
    assert advice - told == set()
    assert told & stops == set()


def test_every_page_has_a_sentence_for_the_list_and_ends_well() -> None:
    for page in explain.pages().values():
        assert page.summary.endswith((".", "!", "?")), page.code
        assert 10 <= len(page.summary) <= 160, page.code
        assert "\n" not in page.summary
        assert page.text == page.text.strip()
        assert page.text.count("```") % 2 == 0, page.code


def test_a_page_is_printed_under_its_name() -> None:
    done = deckwright("explain", "text-after-hash")
    assert done.code == 0, done.err
    assert done.out.startswith("text-after-hash (error)\n\nA ` #` within a text starts a comment")
    assert deckwright("explain", "fact-too-long").out.startswith("fact-too-long (advice)\n\n")


@pytest.mark.parametrize("code", ["[bad-id]", "BAD-ID", "bad_id", " bad-id"])
def test_a_code_is_known_however_it_was_copied(code: str) -> None:
    assert explain.as_text(code).startswith("bad-id (error)")


def test_an_unknown_code_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(UsageProblem, match="did you mean `no-license`"):
        explain.as_text("no-licence")
    with pytest.raises(UsageProblem, match="lists them all"):
        explain.as_text("qqq")
    assert explain.page("qqq") == ""
    assert deckwright("explain", "no-licence").code == 2


def test_without_a_code_all_are_listed_errors_first() -> None:
    text = deckwright("explain").out
    errors, advice = text.split("\n\n")
    assert "  bad-id " in errors
    assert "  fact-too-long " in advice
    listed = re.findall(r"^  ([a-z-]+)  ", text, re.MULTILINE)
    assert sorted(listed) == sorted(explain.pages())
