"""Trees as YAML and JSON hold them: any, or known ones with a part exchanged."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from fuzz.tokens import KEYS, NUMBERS, TEXTS

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

scalars = st.one_of(
    st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.booleans(), st.none(), st.text(max_size=20)
)


def _wider(inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
    keys = st.sampled_from(KEYS) | st.sampled_from(TEXTS)
    return st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)


anything: SearchStrategy[Any] = st.recursive(scalars, _wider, max_leaves=12)


def exchanged(tree: Any, place: int, new: Any, how: int) -> Any:
    """Return *tree* with one part of it replaced by *new*, taken out, doubled or wrapped."""
    tree = copy.deepcopy(tree)
    slots = [*_slots(tree)]
    if not slots:
        return new
    holder, key = slots[place % len(slots)]
    old = holder[key]
    if how == 0:
        del holder[key]
    elif how == 1:
        holder[key] = [old, copy.deepcopy(old)]
    elif how == 2 and isinstance(holder, dict):
        holder[str(new)[:50]] = holder.pop(key)
    elif how == 3 and isinstance(old, dict):
        old[KEYS[place % len(KEYS)]] = new
    else:
        holder[key] = new
    return tree


def _slots(tree: Any) -> list[tuple[Any, Any]]:
    """List all places of a tree, as what holds each and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        holder = waiting.pop()
        keys = (
            list(holder)
            if isinstance(holder, dict)
            else range(len(holder))
            if isinstance(holder, list)
            else ()
        )
        found += [(holder, key) for key in keys]
        waiting += [holder[key] for key in keys]
    return found


exchanges = st.lists(
    st.tuples(st.integers(0, 1 << 16), st.one_of(scalars, anything), st.integers(0, 6)),
    min_size=1,
    max_size=3,
)


def all_exchanged(tree: Any, made: list[tuple[int, Any, int]]) -> Any:
    """Return *tree* after all *exchanges*."""
    for place, new, how in made:
        tree = exchanged(tree, place, new, how)
    return tree
