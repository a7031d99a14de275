"""YAML as typed text with places; both parsers alike; bounds that hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright.source import syntax
from deckwright.source.decode import FORBIDDEN
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import Mapping, Node, Scalar, Sequence, compose, within
from deckwright.source.text import SourceFile, Span
from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = ROOT / "cards.yaml"
DECKS = sorted((ROOT / "tests" / "decks").glob("*/cards.yaml"))
BAD = sorted((ROOT / "tests" / "bad").glob("*.yaml"))


def composed(text: str, parser: type | None = None) -> tuple[Node | None, Report]:
    """Compose *text*, with one of the parsers."""
    report = Report(SourceFile("cards.yaml", text))
    with pytest.MonkeyPatch.context() as patch:
        if parser is not None:
            patch.setattr(syntax, "PARSERS", (parser,))
        return compose(report.source, report), report


def tree(text: str) -> Node:
    """Compose a text without faults."""
    node, report = composed(text)
    assert [found.message for found in report] == []
    assert node is not None
    return node


def value(text: str) -> Scalar:
    """Return the scalar under the key `a`."""
    node = tree(text)
    assert isinstance(node, Mapping)
    scalar = node.get("a")
    assert isinstance(scalar, Scalar)
    return scalar


def codes(text: str) -> list[str]:
    return [found.code for found in composed(text)[1]]


def scalars(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    elif isinstance(node, Mapping):
        for key, inner in node.pairs:
            yield key
            yield from scalars(inner)


@pytest.mark.parametrize(
    "typed",
    [
        "NO",
        "no",
        "yes",
        "on",
        "true",
        "1:30",
        "190:20:30",
        "0x1F",
        "0o17",
        "010",
        "1_000",
        "1e3",
        ".5",
        "-.inf",
        ".nan",
        "2024-01-01",
        "2024-01-01T00:00:00Z",
        "~",
        "null",
        "Null",
        "=",
        "5-HT",
        "1/2",
        "<<",
    ],
)
def test_a_scalar_is_the_text_that_was_typed(typed: str) -> None:
    assert value(f"a: {typed}\n") == Scalar(typed, Span(3, 3 + len(typed)))
    assert value(f"{{a: {typed}}}").text == typed
    node = tree(f"{typed}: b\n")
    assert isinstance(node, Mapping)
    assert node.pairs[0][0] == Scalar(typed, Span(0, len(typed)))


@pytest.mark.parametrize(
    ("text", "scalar"),
    [
        ("a: b c  # d\n", Scalar("b c", Span(3, 6))),
        ("a:\n", Scalar("", Span(2, 2))),
        ("a: 'it''s'\n", Scalar("it's", Span(3, 10), "'")),
        ('a: "x\\ty"\n', Scalar("x\ty", Span(3, 9), '"')),
        ("a: b\n  c\n\n  d\n", Scalar("b c\nd", Span(3, 13))),
        ("a: |\n  b\n  c\n\n", Scalar("b\nc\n", Span(3, 12), "|")),
        ("a: >-\n  b\n  c\n", Scalar("b c", Span(3, 13), ">")),
        ("x: &k v\na: *k\n", Scalar("v", Span(6, 7))),
        ("x: &k  'v'\na: *k\n", Scalar("v", Span(7, 10), "'")),
        ("a: http://x.org/#y\n", Scalar("http://x.org/#y", Span(3, 18))),
        ("a: b#c\n", Scalar("b#c", Span(3, 6))),
        ("a:\tb\tc\t# d\n", Scalar("b\tc", Span(3, 6))),
        ("a: 鹅 🪿\r\n", Scalar("鹅 🪿", Span(3, 6))),
    ],
)
def test_a_scalar_knows_its_place(text: str, scalar: Scalar) -> None:
    assert value(text) == scalar


def test_mappings_and_sequences_know_their_places() -> None:
    text = "a:\n  - b\n  - {c: d}  # e\nf: [g, h]\n\n# end\n"
    node = tree(text)
    assert isinstance(node, Mapping)
    assert text[node.span.start : node.span.end] == "a:\n  - b\n  - {c: d}  # e\nf: [g, h]"
    inner = node.get("a")
    assert isinstance(inner, Sequence)
    assert text[inner.span.start : inner.span.end] == "- b\n  - {c: d}"
    assert [text[item.span.start : item.span.end] for item in inner.items] == ["b", "{c: d}"]
    assert node.key("f") == Scalar("f", Span(text.index("f:"), text.index("f:") + 1))
    assert (node.get("x"), node.key("x")) == (None, None)


TEXTS = [
    "",
    "# comment\n",
    "---\n",
    "---\na: b\n...\n",
    "%YAML 1.2\n---\na: b\n",
    "%FOO\n---\na: b\n",
    "a",
    "- a\n- b: c\n  d: e\n-\n- - f\n  - g\n",
    "{a: b, c: [d, e, {f: g}], h}",
    "a: [b,\n  c] # d\ne: {f:\n  g}\n",
    "? a\n: b\n? [c]\n: d\n? |\n  e\n: f\n",
    "a: &x b\nc: *x\nd: &y [e]\nf: *y\n",
    "a: 'b\n  c'\nd: \"e\\\n  f\\n\"\n",
    "a: b\n  c\n\n  d\ne: f\n",
    "a: |\n  b\n   c\n\n  d\n",
    "a: |+\n  b\n\n\nc: d\n",
    "a: |2-\n    b\n",
    "a: >\n  b\n  c\n\n  d\n   e\n  f\n",
    "a: |",
    "a: |\n  b",
    "a:\tb\tc\n- d",
    "a:\t\tb \t c\t\n\td: e\n",
    "- \ta\n-\tb\n",
    "a: b\t#c\nd:\t# e\n  f\t: g\n",
    "[a\t,\tb\t]\t\n",
    "a: b\r\nc: d\r\n  e\r\n",
    "a: b\rc: |\r  d\r  e\r",
    "a: 鹅🪿\n\u00e9: 'e\u0301'\n",
    'a: "\\x41\\u00e9\\U0001F9BF\\/ \\N"\n',
    'a: "\\ud800"\nb: "\\U00110000"\nc: "\\q \\("\n',
    "a: !t b\nc: !!str 'd'\ne: !f [g]\n",
    "a: *b\nc: & d\n",
    "a: b: c: d\ne: f:\n",
    "a: [b\nc: d\n",
    "a: {b\n",
    "a: ]\n",
    "a: 'b\nc: d\n",
    "a: b\n c\nd\n",
    "a:\n  b: c\n d: e\n",
    "a: b\n---\nc: d\n",
    "a: b\n...\nc: d\n",
    "a: @b\nc: `d`\ne: %f\n",
    "a: - b\nc: ? d\n",
    "a: b #c\n  #d\n",
    "<<: *a\n",
    "{a: b?, c: d? e, f? : g}\n",
    "[a?, ?b, a:b, http://c?d=e]\n",
    "a: >\t\n  b\n",
    "k: a\n  \t\n  b\n",
    "k: a\n \tb\n",
    "a: \x00b\u2028c\x85d\ufeff\n",
    "a: ''\nb: \"\"\n'': c\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_both_parsers_give_the_same_tree_and_findings(text: str) -> None:
    trees = [composed(text, parser) for parser in syntax.PARSERS]
    assert len(trees) == 2, "this Python has no libyaml"
    assert trees[0][0] == trees[1][0]
    assert list(trees[0][1]) == list(trees[1][1])


@pytest.mark.parametrize("path", [OWN, *DECKS, *BAD], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_both_parsers_read_whole_decks_alike(path: object) -> None:
    text = (ROOT / str(path)).read_text("utf-8")
    first, second = (composed(text, parser) for parser in syntax.PARSERS)
    assert first[0] == second[0]
    assert list(first[1]) == list(second[1])


# Without brackets: an empty value between them has a place of its own in each parser; and without a tab at
# the start of a block, which only libyaml refuses.
ALPHABETS = ("ab 鹅-#:'\"\\,&*!%@`~\t", "ab 鹅-#:'\"\\,&*!|>%@`~")
STARTS = tuple(f"{indent}{start}" for indent in ("", "  ", "    ") for start in ("", "- ", "k: ", "- k: "))
SCRIBBLES = st.sampled_from(ALPHABETS).flatmap(
    lambda alphabet: st.lists(st.tuples(st.sampled_from(STARTS), st.text(alphabet, max_size=8)), max_size=5)
)


@settings(max_examples=500, deadline=None)
@given(SCRIBBLES)
def test_both_parsers_agree_on_any_scribble(lines: list[tuple[str, str]]) -> None:
    text = "".join(f"{start}{rest}\n" for start, rest in lines)
    first, second = (composed(text, parser) for parser in syntax.PARSERS)
    assert first[1].has_errors == second[1].has_errors
    if not first[1].has_errors:
        assert first[0] == second[0]


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="ab:- \n\t#'\"\\&*!|>[]{},?~\r\x00\x85\u2028鹅", max_size=60),
    st.sampled_from(syntax.PARSERS),
)
def test_no_text_breaks_the_composer_and_spans_stay_inside(text: str, parser: type) -> None:
    node, report = composed(text, parser)
    for scalar in scalars(node):
        assert 0 <= scalar.span.start <= scalar.span.end <= len(text)
    for found in report:
        assert 0 <= found.span.start <= len(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_quoted_texts_come_back_as_they_were(text: str) -> None:
    if FORBIDDEN.search(text):
        return
    quoted = "a: '" + text.replace("'", "''") + "'\n"
    assert value(quoted) == Scalar(text, Span(3, len(quoted) - 1), "'")


@pytest.mark.parametrize("parser", syntax.PARSERS)
def test_a_billion_laughs_end_at_once(parser: type) -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    node, report = composed("\n".join(lines), parser)
    (found,) = report
    assert (node, found.code) == (None, "too-large")
    assert report.source.place(found.span.start).line == 6


def test_aliases_of_mappings_and_keys_count_too() -> None:
    lines = ["a0: &a0 {lol: lol}"]
    lines += [f"a{n}: &a{n} {{{', '.join(f'k{i}: *a{n - 1}' for i in range(20))}}}" for n in range(1, 9)]
    assert codes("\n".join(lines)) == ["too-large"]


def test_aliases_are_bounded_in_number() -> None:
    text = "a: &x b\nc: [" + "*x," * syntax.MAX_ALIASES + "]\n"
    assert codes(text) == []
    assert codes(text.replace("]", "*x]")) == ["too-many-aliases"]


def test_values_are_bounded_in_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "MAX_NODES", 100)
    assert codes("[" + "a," * 99 + "]") == []
    assert codes("[" + "a," * 100 + "]") == ["too-large"]
    assert codes("a: &x [" + "a," * 40 + "]\nb: *x\n") == []
    assert codes("a: &x [" + "a," * 40 + "]\nb: [*x, *x]\n") == ["too-large"]


@pytest.mark.parametrize("parser", syntax.PARSERS)
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("- ", "")])
def test_depth_is_bounded(opening: str, closing: str, parser: type) -> None:
    deepest = syntax.MAX_DEPTH
    assert [found.code for found in composed(opening * deepest + "x" + closing * deepest, parser)[1]] == []
    _, report = composed(opening * (deepest + 1) + "x" + closing * (deepest + 1), parser)
    assert [found.code for found in report] == ["too-deep"]
    assert [found.code for found in composed(opening * 50_000, parser)[1]] == ["too-deep"]


def test_an_alias_to_itself_is_no_endless_tree() -> None:
    node, report = composed("a: &a [b, *a]\n")
    assert [found.code for found in report] == ["unquoted-text"]
    assert [scalar.text for scalar in scalars(node)] == ["a", "b", "*a"]


def test_an_anchor_may_be_set_anew() -> None:
    node = tree("- &a x\n- *a\n- &a y\n- *a\n")
    assert [scalar.text for scalar in scalars(node)] == ["x", "x", "y", "y"]


def test_a_list_of_aliases_stands_where_it_is_written() -> None:
    text = "a: &x b\nc:\n  - *x\nd: [*x]\n"
    node = tree(text)
    assert isinstance(node, Mapping)
    spans = [node.get(key) for key in "cd"]
    assert [text[item.span.start : item.span.end] for item in spans if item] == ["", "[*x]"]
    assert [item.span.start for item in spans if item] == [text.index("- *x"), text.index("[*x]")]
    assert all(item.span.start <= item.span.end for item in spans if item)


def test_repairs_are_bounded_in_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "MAX_REPAIRS", 5)
    assert len(codes("".join(f"k{n}: a: b\n" for n in range(4)))) == 4
    node, report = composed("".join(f"k{n}: a: b\n" for n in range(50)))
    assert (node, report.count("error")) == (None, 5)


def test_a_key_twice_tells_both_places_and_the_first_counts() -> None:
    text = "a: b\nc: d\n'a': e\n"
    node, report = composed(text)
    (found,) = report
    assert found.related is not None
    assert (found.code, found.span, found.related.span) == ("duplicate-key", Span(10, 13), Span(0, 1))
    assert isinstance(node, Mapping)
    assert [(key.text, scalar.text) for key, scalar in node.pairs if isinstance(scalar, Scalar)] == [
        ("a", "b"),
        ("c", "d"),
    ]


@pytest.mark.parametrize(
    "text", ["[a]: b\n", "? {a: b}\n: c\n", '"a\\nb": c\n', "? |\n  a\n: b\n", '"\\t": c\n']
)
def test_keys_are_texts_of_one_line(text: str) -> None:
    assert codes(text) == ["key-not-text"]


def test_a_second_document_is_refused() -> None:
    for text in ("a: b\n---\nc: d\n", "---\na\n---\n", "a: b\n...\n---\n"):
        assert codes(text) == ["second-document"]
    for text in ("--- \na: b\n", "a: b\n...\n", "---\na: b\n...\n# end\n"):
        assert codes(text) == []


def place_of(text: str, part: str) -> tuple[str, Span]:
    """Find *part* of the value of `a` in the source; return what stands there, and the place."""
    scalar = value(text)
    start = scalar.text.index(part)
    span = within(SourceFile("cards.yaml", text), scalar, start, start + len(part))
    return text[span.start : span.end], span


@pytest.mark.parametrize(
    "text",
    [
        "a: one two HERE three\n",
        "a: HERE\n",
        "a: 鹅 e\u0301 HERE\n",
        "a: H HERE\n",
        "a: 'one two HERE three'\n",
        'a: "one two HERE three"\n',
        "a: |\n  one\n  two HERE\n",
        "a: |  # HERE\n  one HERE\n",
        "a: |2\n   one\n    HERE\n",
        "a: |\n\n  one\n\n\n    HERE and\n  more\n",
        "a: |\r\n  one\r\n  two HERE\r\n",
        "x: &HER HER\ny: *HER\na: HERE\n",
        "a: >\n  one\n  two HERE\n\n  three\n",
        "a: >-\n  one\n\n   indented HERE\n",
        "a: one\n  two\n  HERE\n",
        "a: one\n\n  two HERE\n",
        'a: "one\n  two HERE"\n',
        "a: 'it''s HERE'\n",
        'a: "\\"one\\" \\u00e9 HERE"\n',
        'a: "one\\n\\ttwo HERE"\n',
        "a: 'one\n\n  two HERE'\n",
    ],
)
def test_a_part_of_a_scalar_is_found_in_the_source(text: str) -> None:
    assert place_of(text, "HERE")[0] == "HERE"


def test_a_part_of_an_anchored_text_is_found_behind_the_anchor() -> None:
    text = "x: &alpha a HERE\ny: *alpha\n"
    node = tree(text)
    assert isinstance(node, Mapping)
    scalar = node.get("x")
    assert isinstance(scalar, Scalar)
    span = within(SourceFile("cards.yaml", text), scalar, 0, 1)
    assert span == Span(10, 11)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.text(alphabet="ab c'\"\\é鹅", min_size=1, max_size=12), min_size=1, max_size=4),
    st.sampled_from(["'", '"', "|", ">"]),
    st.integers(0, 40),
    st.integers(0, 10),
)
def test_any_part_of_any_scalar_has_a_place_within_it(
    lines: list[str], style: str, start: int, length: int
) -> None:
    if style in "|>":
        text = f"a: {style}2\n" + "".join(f"  {line}\n" for line in lines)
    else:
        inner = " ".join(lines)
        doubled = (
            inner.replace("'", "''") if style == "'" else inner.replace("\\", "\\\\").replace('"', '\\"')
        )
        text = f"a: {style}{doubled}{style}\n"
    scalar = value(text)
    start = min(start, len(scalar.text))
    source = SourceFile("cards.yaml", text)
    span = within(source, scalar, start, min(start + length, len(scalar.text)))
    assert scalar.span.start <= span.start < span.end <= scalar.span.end
    if style == "|" and length and start < len(scalar.text.rstrip()):
        assert text[span.start] == scalar.text[start]


def test_texts_that_yaml_cuts_are_all_mended_in_one_pass() -> None:
    """Each pass reads the whole text, and MAX_REPAIRS bounds the passes, not the findings."""
    text = "".join(f"- fact: &K{n} channel\n- 5-HT #{n}\n- !t{n} x\n" for n in range(3000))
    node, report = composed(text)
    assert node is not None
    assert report.count("error") == 9000
