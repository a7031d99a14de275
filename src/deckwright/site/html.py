"""Pages out of templates, in which no text of a deck is ever markup."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from deckwright.source.decode import FORBIDDEN
from deckwright.tally import size

if TYPE_CHECKING:
    from collections.abc import Mapping

MARKUP = Markup  # for HTML that comes out of `cards/`, and for nothing else


def page(template: str, values: Mapping[str, Any]) -> bytes:
    """Fill a template; every text in *values* is shown as it stands, but for HTML marked as such."""
    filled = _environment().get_template(template).render(values)
    return FORBIDDEN.sub("", filled).encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("deckwright.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["size"] = size
    environment.filters["number"] = "{:,}".format
    return environment
