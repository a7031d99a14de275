"""When a command cannot be done as it was asked."""

from __future__ import annotations


class UsageProblem(Exception):  # noqa: N818 - the command was used wrongly; nothing failed
    """What was asked cannot be done as asked; the text says what to do."""
