"""Hostile bytes are decoded by libraries of machine code in a process of its own, with limits."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

# Isolated, so that neither the working directory nor PYTHON* variables choose what is imported;
# the package and what it needs are found where this process found them.
_CHILD = (
    "import sys; from importlib import import_module; sys.path += sys.argv[3:];"
    " import_module(sys.argv[1]).serve(int(sys.argv[2]))"
)


def ask_child(module: str, request: bytes, *, seconds: int) -> bytes:
    """Return what the `serve(seconds)` of a module writes to stdout when *request* is its stdin.

    What it answers comes from a process that read hostile bytes, and is not to be trusted.

    Raises:
        subprocess.TimeoutExpired: it took longer than *seconds*.
        subprocess.CalledProcessError: it failed, or hit its bounds.

    """
    command = child_command(module, seconds)
    # This very interpreter, with a constant program.
    return subprocess.run(command, input=request, capture_output=True, timeout=seconds, check=True).stdout  # noqa: S603


def child_command(module: str, seconds: int) -> list[str]:
    """Return the command line that runs `serve(seconds)` of a module, as this process would find it."""
    return [sys.executable, "-I", "-c", _CHILD, module, str(seconds), *_import_path()]


def limit(seconds: int, memory: int) -> None:
    """Bound this process's time, and its address space in bytes, where the system can."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    bounds = {resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0}
    for which, most in bounds.items():
        with suppress(OSError, ValueError):  # a system may not have it, or have set a lower one
            resource.setrlimit(which, (most, most))


def _import_path() -> list[str]:
    """List where this process finds modules, but for the directory it happens to run in."""
    here = Path.cwd()
    return [entry for entry in sys.path if Path(entry).is_absolute() and Path(entry) != here]
