"""`deckwright explain`: what each code of a finding means, and what to do about it.

The page of a rule is its docstring; the pages of all other codes lie in `explanations/`, under one heading
each, `## code`, or `## code (advice)` where the finding is a warning.
"""

from __future__ import annotations

import difflib
import inspect
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from deckwright.deck.advice.catalogue import ADVICE
from deckwright.deck.rules import RULES
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_HEADING = re.compile(r"^## (?P<code>[a-z]+(?:-[a-z]+)*)(?P<advice> \(advice\))?\n", re.MULTILINE)
_ADVISING = frozenset({"empty-section"})  # among the rules of form
_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """What is to be said of one code, in Markdown; *is_advice* where it stops no build."""

    code: str
    text: str
    is_advice: bool

    @property
    def summary(self) -> str:
        """The page's first sentence, on one line."""
        first = _SENTENCE.match(self.text)
        return " ".join((first[1] if first else self.text).split())


@cache
def pages() -> Mapping[str, Page]:
    """Return all pages by their codes, in the order of these."""
    found = [*_of_rules(ADVICE, advice=True), *_of_rules(RULES, advice=False), *_written()]
    return {page.code: page for page in sorted(found, key=lambda page: page.code)}


def page(code: str) -> str:
    """Return the page of *code*, in Markdown without a heading; empty for a code that has none."""
    return pages()[code].text if code in pages() else ""


def as_text(code: str) -> str:
    """Return the page of *code* under its name, as `deckwright explain` prints it.

    Raises:
        UsageProblem: there is no such code.

    """
    known = pages()
    wanted = code.strip().strip("[]").lower().replace("_", "-")
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, 3, cutoff=0.6)
        advice = f"did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""
        raise UsageProblem(
            f"no finding has the code `{code}`; {advice or '`deckwright explain` lists them all'}"
        )
    found = known[wanted]
    return f"{found.code} ({'advice' if found.is_advice else 'error'})\n\n{found.text}"


def overview() -> str:
    """Return all codes with their summaries, errors before advice."""
    width = max(map(len, pages()))
    groups = {False: "Errors stop the build:", True: "Advice stops nothing:"}
    parts = []
    for is_advice, head in groups.items():
        told = (page for page in pages().values() if page.is_advice == is_advice)
        parts.append("\n".join([head, *(f"  {one.code:<{width}}  {one.summary}" for one in told)]))
    return "\n\n".join(parts)


def _of_rules(rules: Iterable[Callable[..., object]], *, advice: bool) -> Iterator[Page]:
    for rule in rules:
        code = _code(rule)
        yield Page(code, inspect.getdoc(rule) or "", advice or code in _ADVISING)


def _code(rule: Callable[..., object]) -> str:
    return rule.__name__.replace("_", "-")


def _written() -> Iterator[Page]:
    for file in (files("deckwright") / "explanations").iterdir():
        if file.name.endswith(".md"):
            text = file.read_text("utf-8")
            heads = list(_HEADING.finditer(text))
            ends = [*(head.start() for head in heads[1:]), len(text)]
            for head, end in zip(heads, ends, strict=True):
                yield Page(head["code"], text[head.end() : end].strip(), head["advice"] is not None)
