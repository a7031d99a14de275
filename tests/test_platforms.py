"""The same on every system: what only some of them have is asked for first, and texts are UTF-8."""

from __future__ import annotations

import ast
import json
import re
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from deckwright.console import own_up
from support import ROOT, deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MODULES = sorted((ROOT / "src").rglob("*.py"))
# What Python's own documentation calls "Unix only", as far as it could serve here.
POSIX_MODULES = frozenset(
    {"crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios", "tty"}
)
POSIX_NAMES = {
    "os": re.compile(
        "O_(CLOEXEC|DIRECTORY|DSYNC|NOATIME|NOCTTY|NOFOLLOW|NONBLOCK|PATH|SYNC|TMPFILE)|WNOHANG"
        "|l?chflags|lchmod|[fl]?chown|chroot|confstr|copy_file_range|ctermid|eventfd|fchdir|fdatasync|forkpty|fork"
        "|f?pathconf|f?statvfs|getloadavg|[gs]et(e|re|res)?[gu]id|[gs]etgroups|[gs]et(pgid|pgrp|sid|priority)"
        "|(get|list|remove|set)xattr|initgroups|killpg|lockf|major|makedev|memfd_create|minor|mkfifo|mknod|nice"
        "|openpty|pidfd_open|pipe2|posix_.*|pread|p?readv|pwrite|p?writev|register_at_fork|sched_.*|sendfile|splice|sync"
        "|sysconf|tc[gs]etpgrp|ttyname|uname|wait|wait3|wait4|waitid"
    ),
    "signal": re.compile(
        "SIG(ALRM|BUS|CHLD|CONT|HUP|IO|KILL|PIPE|PROF|QUIT|STOP|TSTP|TT..?|URG|USR[12]|WINCH|XCPU|XFSZ)"
        "|SIG_(UN)?BLOCK|SIG_SETMASK|alarm|[gs]etitimer|pause|pthread_.*|sig(interrupt|pending|timedwait|wait.*)"
    ),
    "socket": re.compile("AF_UNIX|SO_REUSEPORT|(send|recv)_fds"),
    "time": re.compile("tzset|clock_[gs]ettime(_ns)?|pthread_.*"),
}
ANYTHING, NOTHING = re.compile(".*"), re.compile("(?!)")
POSIX_OPTIONS = frozenset(
    {"preexec_fn", "pass_fds", "process_group", "user", "group", "extra_groups", "umask"}
)
ASKS = ("sys.platform", "os.name", "hasattr(")
ORDERS = frozenset({"run", "Popen", "call", "check_call", "check_output"})
TEXT = frozenset({"text", "universal_newlines"})
# How texts are opened: each with the place of its mode among its arguments, that of its encoding, and the
# mode that it has without one.
OPENERS = {
    "open": (1, 3, "r"),
    ".open": (0, 2, "r"),
    "os.fdopen": (1, 3, "r"),
    "io.open": (1, 3, "r"),
    "tempfile.NamedTemporaryFile": (0, 2, "w+b"),
    "tempfile.TemporaryFile": (0, 2, "w+b"),
    "tempfile.SpooledTemporaryFile": (1, 3, "w+b"),
}


def nested(node: ast.AST, above: tuple[ast.AST, ...] = ()) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """Yield each node below *node*, with all that it lies in."""
    for child in ast.iter_child_nodes(node):
        yield child, (*above, node)
        yield from nested(child, (*above, node))


def is_guarded(above: tuple[ast.AST, ...]) -> bool:
    """Whether code runs only where the system was asked, or where what happens without it is said."""
    tests = [ast.unparse(one.test) for one in above if isinstance(one, ast.If | ast.IfExp)]
    failures = [
        ast.unparse(handler.type)
        for one in above
        if isinstance(one, ast.Try)
        for handler in one.handlers
        if handler.type
    ]
    asked = any(word in test for word in ASKS for test in tests)
    return asked or any(name in failure for name in ("ImportError", "AttributeError") for failure in failures)


def option(call: ast.Call, name: str, place: int | None = None) -> str | None:
    """Return what a call gives for an argument, as Python writes it; None where it gives nothing."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return ast.unparse(keyword.value)
    return ast.unparse(call.args[place]) if place is not None and place < len(call.args) else None


def posix_only(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield what other systems do not have, and what runs there all the same."""
    for node, above in nested(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names if name.name in POSIX_MODULES]
        elif isinstance(node, ast.ImportFrom):
            known = POSIX_NAMES.get(node.module or "", ANYTHING if node.module in POSIX_MODULES else NOTHING)
            names = [name.name for name in node.names if known.fullmatch(name.name)]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names = [node.attr] if POSIX_NAMES.get(node.value.id, NOTHING).fullmatch(node.attr) else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ORDERS:
            names = [word.arg for word in node.keywords if word.arg in POSIX_OPTIONS]
        if not is_guarded(above):
            yield from ((node, f"`{name}` is POSIX's alone") for name in names)


def loose_texts(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield what reads or writes a text in whatever encoding and line ends the system has."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func)
        method = f".{call.func.attr}" if isinstance(call.func, ast.Attribute) else ""
        if method == ".read_text":
            yield from loose(call, place=0, writes=False)
        elif method == ".write_text":
            yield from loose(call, place=1, writes=True)
        elif name in OPENERS or method in OPENERS:
            mode_at, encoding_at, default = OPENERS[name if name in OPENERS else method]
            mode = mode_of(call, mode_at, default)
            if "b" not in mode:
                yield from loose(call, place=encoding_at, writes=mode != "r")
        elif name.startswith("subprocess.") and any(option(call, word) == "True" for word in TEXT):
            yield from loose(call, place=None, writes=False)


def mode_of(call: ast.Call, place: int, default: str) -> str:
    """Return the mode in which a call opens a file; `b` where it opens something else."""
    given = option(call, "mode", place)
    if given is None:
        return "b" if ast.unparse(call.func) not in OPENERS and call.args else default
    mode = given.strip("'\"")
    return mode if set(mode) <= set("rwaxbt+") else "b"


def loose(call: ast.Call, *, place: int | None, writes: bool) -> Iterator[tuple[ast.AST, str]]:
    if "utf-8" not in (option(call, "encoding", place) or ""):
        yield call, "a text without its encoding"
    if writes and option(call, "newline") != repr("\n"):
        yield call, 'a text written without `newline="\\n"`'


def loose_paths(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield paths that are joined as strings, or shown with the separators of one system."""
    for node in ast.walk(tree):
        text = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Call | ast.FormattedValue) else ""
        if text in ("os.path.join", "os.sep", "os.altsep", "os.linesep"):
            yield node, "a path joined by hand"
        if isinstance(node, ast.Call) and text.startswith("str(") and text.endswith(".relative_to(root))"):
            yield node, "a path within the project, without `as_posix`"
        if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Call):
            method = node.value.func
            if isinstance(method, ast.Attribute) and method.attr == "relative_to":
                yield node, "a path within the project, without `as_posix`"


@pytest.mark.parametrize("rule", [posix_only, loose_texts, loose_paths])
def test_the_code_takes_no_system_for_granted(
    rule: Callable[[ast.Module], Iterator[tuple[ast.AST, str]]],
) -> None:
    found = [
        f"{module.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 0)}: {what}"
        for module in MODULES
        for node, what in rule(ast.parse(module.read_text("utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("import fcntl", 1),
        ("try:\n    import fcntl\nexcept ImportError:\n    fcntl = None", 0),
        ("from os import fork", 1),
        ("os.geteuid()", 1),
        ("if hasattr(os, 'geteuid'):\n    os.geteuid()", 0),
        ("bound = getattr(os, 'O_NOFOLLOW', 0)", 0),
        ("stop = signal.SIGKILL", 1),
        ("stop = signal.SIGKILL if sys.platform != 'win32' else signal.SIGTERM", 0),
        ("subprocess.run(['git'], preexec_fn=limit)", 1),
        ("signal.signal(signal.SIGTERM, leave)", 0),
        ("path.read_text()", 1),
        ("path.read_text('utf-8')", 0),
        ("path.read_text(encoding='latin-1')", 1),
        ("path.write_text('x', 'utf-8')", 1),
        ("path.write_text('x', newline='\\n')", 1),
        ("path.write_text('x', 'utf-8', newline='\\n')", 0),
        ("open(path)", 1),
        ("open(path, 'rb')", 0),
        ("path.open()", 1),
        ("path.open('a', encoding='utf-8')", 1),
        ("path.open('xb')", 0),
        ("media.open(name)", 0),
        ("archive.open(info, 'w')", 0),
        ("tempfile.NamedTemporaryFile()", 0),
        ("tempfile.NamedTemporaryFile('w')", 2),
        ("subprocess.run(['git'], text=True)", 1),
        ("subprocess.run(['git'], text=True, encoding='utf-8')", 0),
        ("os.path.join(root, name)", 1),
        ("f'{path.relative_to(root)}'", 1),
        ("f'{path.relative_to(root).as_posix()}'", 0),
    ],
)
def test_the_rules_see_what_they_are_for(code: str, count: int) -> None:
    tree = ast.parse(code)
    assert sum(1 for rule in (posix_only, loose_texts, loose_paths) for _ in rule(tree)) == count


# -- what a system without UTF-8 shows, and what it writes


SOURCE = "deck: D\nid: dee-k3x9\nlicense: private\nnotes:\n  - {fact: A, mnemonik: B}\n"
# As on Windows, whose files and pipes have the encoding of its code page.
CODE_PAGE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}


def test_what_is_printed_into_a_file_is_utf_8(tmp_path: Path) -> None:
    """On Windows, `deckwright import page.txt > cards.yaml` would else lose every Greek letter."""
    (tmp_path / "page.txt").write_text("β-Blocker → slow\nBeta Blocks\nIt slows the heart.\n", "utf-8")
    done = deckwright("import", "--yes", "page.txt", cwd=tmp_path, **CODE_PAGE)
    assert done.code == 0, done.err
    assert "β-Blocker → slow" in done.out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8"])
def test_json_is_json_whatever_the_console_has(encoding: str, tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE.replace("mnemonik", "“β”-mnemonik"))
    done = deckwright("check", "--format", "json", cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert done.code == 1, done.err
    assert any("“β”-mnemonik" in entry["message"] for entry in json.loads(done.out))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "cp932"])
def test_every_page_of_help_can_be_shown_in_a_code_page(encoding: str) -> None:
    for command in ("check", "build", "publish", "import", "merge", "schema"):
        done = deckwright(command, "--help", PYTHONIOENCODING=encoding)
        assert done.code == 0, done.err


def test_a_bug_is_owned_up_to_though_its_words_are_no_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["deckwright", "K\udce4se"])
    own_up(ValueError("V\udcf6gel"))
    (log,) = tmp_path.iterdir()
    assert log.name in capsys.readouterr().err
    assert "V\\udcf6gel" in log.read_text("utf-8")


@pytest.mark.parametrize(
    "pattern",
    [
        "/decks/*.yaml",
        "../decks/*.yaml",
        r"..\decks\*.yaml",
        r"\decks\*.yaml",
        r"C:\decks\*.yaml",
        "C:/decks/*.yaml",
        "C:*.yaml",
        r"\\host\share\*.yaml",
    ],
)
def test_decks_lie_in_the_project_by_the_rules_of_every_system(pattern: str, tmp_path: Path) -> None:
    write_project(tmp_path, f"deck: D\nid: dee-k3x9\nlicense: private\ndecks:\n  - '{pattern}'\n")
    done = deckwright("check", "--format", "concise", cwd=tmp_path)
    assert done.code == 1, done.err
    assert "error[outside-project]" in done.out
