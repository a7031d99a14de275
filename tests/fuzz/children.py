"""The tool's child processes, forked instead of started: the same code and limits, ten times faster."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib import import_module
from typing import IO, TYPE_CHECKING

from deckwright.cards import images
from deckwright.pages import pdf
from deckwright.tables import workbook

if TYPE_CHECKING:
    from fuzz.fence import Fence

_LIBRARIES = (
    "deckwright.cards.easel",
    "deckwright.pages.pdfium",
    "deckwright.tables.sheets",
    "pillow_heif",
    "resvg_py",
)
_TRESPASSED = 99


def fork_children(fence: Fence) -> None:
    """Have pictures, PDFs and workbooks read in copies of this process, which stand behind *fence*, too."""
    for name in _LIBRARIES:
        import_module(name)

    def ask(module: str, request: bytes, *, seconds: int) -> bytes:
        return _asked(fence, module, request, seconds)

    for asking in (images, pdf, workbook):
        vars(asking)["ask_child"] = ask


def _asked(fence: Fence, module: str, request: bytes, seconds: int) -> bytes:
    """Answer as `ask_child` does, with the same errors but for the time by a clock."""
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answer:
        asked.write(request)
        asked.seek(0)
        child = os.fork()
        if not child:
            _serve(fence, module, seconds, asked, answer)
        _, status, used = os.wait4(child, 0)
        fence.children += used.ru_utime + used.ru_stime
        code = os.waitstatus_to_exitcode(status)
        if code == _TRESPASSED:
            fence.broken.append(f"a child of {module} went beyond its folder")
        if code:
            raise subprocess.CalledProcessError(code, module)
        answer.seek(0)
        return answer.read()


def _serve(fence: Fence, module: str, seconds: int, asked: IO[bytes], answer: IO[bytes]) -> None:
    """Be the child, and never return."""
    code = 1
    try:
        os.dup2(asked.fileno(), 0)
        os.dup2(answer.fileno(), 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        with (
            open(0, encoding="utf-8", closefd=False) as sys.stdin,
            open(1, "w", encoding="utf-8", closefd=False) as sys.stdout,
        ):
            import_module(module).serve(seconds)
        code = 0
    finally:
        os._exit(_TRESPASSED if fence.broken else code)
