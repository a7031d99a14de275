"""Files of the scratch folder: copies that can be made again, believed only while they are whole."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from pathlib import Path


def keep(path: Path, *pieces: bytes) -> os.stat_result | None:
    """Put a file there, whole or not at all, and return its status; None if the folder does not take it."""
    growing = path.with_name(f".{path.name}.partial")  # always the same: a killed run leaves but one
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        growing.unlink(missing_ok=True)
        try:
            with growing.open("xb") as file:
                file.writelines(pieces)
            growing.replace(path)
            return path.stat()
        finally:
            growing.unlink(missing_ok=True)
    return None


def keep_sealed(path: Path, data: object, *, rules: bytes = b"") -> None:
    """Keep *data* as JSON under a seal; *rules* are what it was made by."""
    written = json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")
    keep(path, _seal(written, rules), b"\n", written)


def read_sealed(path: Path, *, rules: bytes = b"") -> Any:
    """Return what was kept sealed by the same *rules*; None where it is not there, or not whole."""
    with suppress(OSError, ValueError, RecursionError):
        seal, _, written = path.read_bytes().partition(b"\n")
        if seal == _seal(written, rules):
            return json.loads(written.decode("utf-8", "surrogatepass"))
    return None


def _seal(written: bytes, rules: bytes) -> bytes:
    return hashlib.sha256(rules + written).hexdigest().encode()
