"""A fuzzer that cannot fail proves nothing: each bound is crossed on purpose, and told."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bounds are Linux's")
CASE = """
import os, pathlib, shutil, socket, sqlite3, subprocess, sys, tempfile
from contextlib import suppress
from fuzz import fence
fence.SECONDS = 0.3
inside, outside = map(pathlib.Path, sys.argv[1:])
bounds = fence.Fence(inside)
bounds.raise_it()
with bounds.case():
    {}
"""


def run(folder: Path, body: str) -> subprocess.CompletedProcess[str]:
    """Run *body* as a case that may write `inside`, with a file `kept` in `outside`."""
    inside, outside = folder / "inside", folder / "outside"
    for made in (inside, outside):
        made.mkdir()
    (outside / "kept").write_text("kept", "utf-8")
    return subprocess.run(
        [sys.executable, "-c", CASE.format(body), inside, outside],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        encoding="utf-8",
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("(outside / 'new').write_text('x')", "open"),
        ("(outside / 'kept').open('a')", "open"),
        ("os.open(outside / 'new', os.O_CREAT | os.O_WRONLY)", "open"),
        ("(inside / '..' / 'outside' / 'kept').touch()", "os.utime"),
        ("(outside / 'kept').unlink()", "os.remove"),
        ("shutil.rmtree(outside)", "os.remove"),
        ("(outside / 'kept').rename(inside / 'kept')", "os.rename"),
        ("(inside / 'x').symlink_to('y'); (outside / 'link').symlink_to('y')", "os.symlink"),
        ("(outside / 'folder').mkdir()", "os.mkdir"),
        ("(outside / 'kept').chmod(0o600)", "os.chmod"),
        ("sqlite3.connect(outside / 'db')", "sqlite3.connect"),
        ("sqlite3.connect((outside / 'db').as_uri() + '?mode=rwc', uri=True)", "sqlite3.connect"),
        ("socket.create_connection(('127.0.0.1', 9))", "socket"),
        ("subprocess.run(['true'])", "subprocess.Popen"),
        ("os.system('true')", "os.system"),
        ("with suppress(BaseException): (outside / 'folder').mkdir()", "os.mkdir"),
        ("while True: pass", "seconds of the processor"),
        ("with suppress(BaseException):\n        while True: pass", "seconds of the processor"),
        ("bytearray(1 << 30)", "MemoryError"),
    ],
)
def test_a_case_that_crosses_a_bound_fails(tmp_path: Path, body: str, told: str) -> None:
    done = run(tmp_path, body)
    assert done.returncode == 1
    assert told in done.stderr.splitlines()[-1]
    assert [*(tmp_path / "outside").iterdir()] == [tmp_path / "outside" / "kept"]
    assert (tmp_path / "outside" / "kept").read_text("utf-8") == "kept"


@pytest.mark.parametrize(
    "body",
    [
        "(inside / 'a').write_text('x'); (inside / 'a').rename(inside / 'b'); (inside / 'b').unlink()",
        "(outside / 'kept').read_text()",
        "with tempfile.TemporaryDirectory(dir=inside) as made: pathlib.Path(made, 'x').touch()",
        "sqlite3.connect((outside / 'kept').as_uri() + '?mode=ro&immutable=1', uri=True).close()",
        "sqlite3.connect(':memory:').close()",
        "bytearray(200 << 20)",
    ],
)
def test_a_case_within_its_bounds_holds(tmp_path: Path, body: str) -> None:
    done = run(tmp_path, body)
    assert done.returncode == 0, done.stderr
