"""The zoo that all faults befall, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faulty import make_zoo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that was published and edited since; tests work on copies of it."""
    return make_zoo(tmp_path_factory.mktemp("zoo"))
