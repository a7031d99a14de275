"""What people see: texts and findings on the terminal, whatever its encoding, and bugs owned up to."""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
import traceback
from typing import TYPE_CHECKING, Protocol, TextIO

import click

from deckwright import __version__

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from click._termui_impl import ProgressBar

    from deckwright.build import Built
    from deckwright.cards.watch import Watch
    from deckwright.source.diagnostics import Report

_A_MOMENT = 0.5  # seconds
_ASCII = str.maketrans({"→": "->", "…": "...", "≈": "~", "–": "-", "›": ">", "·": "-", "“": '"', "”": '"'})


class Findings(Protocol):
    """What findings were made on, by the files they are about."""

    @property
    def reports(self) -> tuple[Report, ...]:
        """The findings, a report for each file."""


def say(text: str, *, to_stderr: bool = False) -> None:
    """Print *text*; a console that has no `→` gets `->`, and a file gets UTF-8."""
    stream = sys.stderr if to_stderr else sys.stdout
    if stream is None:  # closed by whoever started us
        return
    if not to_stderr:
        _keep_every_letter(stream)
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_ASCII).encode(encoding, "replace").decode(encoding)
    click.echo(text, file=stream, color=True)


def say_json(text: str) -> None:
    """Print JSON; what a console lacks is escaped, so that it stays the same data."""
    try:
        text.encode((sys.stdout and sys.stdout.encoding) or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(json.loads(text), indent=2)
    say(text)


def _keep_every_letter(data: TextIO) -> None:
    """Let what goes to a file or another program be UTF-8: a Windows code page lacks most letters."""
    if isinstance(data, io.TextIOWrapper) and not data.isatty() and not os.environ.get("PYTHONIOENCODING"):
        data.reconfigure(encoding="utf-8", newline="\n")


def print_findings(found: Findings, format_: str, *, to_stderr: bool, errors_only: bool = False) -> None:
    """Print every finding in the *format_* asked for; none prints nothing but an empty JSON list.

    In full, advice comes after the errors: by its code, with the reason and some places of each.
    """
    from deckwright.source import diagnostics  # noqa: PLC0415

    errors = [report.errors for report in found.reports]
    if format_ == "json":
        say_json(diagnostics.as_json(errors if errors_only else found.reports))
    elif errors_only or format_ == "concise":
        _print(errors if errors_only else found.reports, format_, to_stderr=to_stderr)
    else:
        _print(errors, format_, to_stderr=to_stderr)
        advice = [report.advice for report in found.reports]
        for group in diagnostics.grouped(advice, _reason, colour=_has_colours(to_stderr=to_stderr)):
            say(group + "\n", to_stderr=to_stderr)


def _reason(code: str) -> str:
    from deckwright import explain  # noqa: PLC0415 - the pages are read only where there is advice

    return explain.pages()[code].summary


def print_build(built: Built) -> None:
    """Print the errors, and in full what this build alone can tell; the summary counts other advice."""
    errors = [report.errors for report in built.compiled.sources]
    _print([*errors, *built.compiled.memory, *built.told], "full", to_stderr=True)


def print_advice(built: Built, codes: Collection[str]) -> None:
    """Print the advice that goes by one of *codes*, grouped."""
    from deckwright.source import diagnostics  # noqa: PLC0415

    told = [
        diagnostics.Report(report.source, [found for found in report.advice if found.code in codes])
        for report in built.reports
    ]
    for group in diagnostics.grouped(told, _reason, colour=_has_colours(to_stderr=True)):
        say(group + "\n", to_stderr=True)


def _print(reports: Iterable[Report], format_: str, *, to_stderr: bool) -> None:
    colour = _has_colours(to_stderr=to_stderr)
    for report in reports:
        text = _format(report, format_, colour=colour)
        if text:
            say(text + ("\n" if format_ == "full" else ""), to_stderr=to_stderr)


def _has_colours(*, to_stderr: bool) -> bool:
    stream = sys.stderr if to_stderr else sys.stdout
    return stream is not None and stream.isatty() and not os.environ.get("NO_COLOR")


def _format(report: Report, format_: str, *, colour: bool) -> str:
    from deckwright.source import diagnostics  # noqa: PLC0415

    if format_ == "concise":
        return diagnostics.concise(report)
    return diagnostics.full(report, colour=colour)


def watching(what: str) -> Watch:
    """Return what shows a bar for work that takes longer than a moment, to someone at a terminal."""
    started = time.monotonic()
    bars: list[ProgressBar[int]] = []

    def watch(done: int, total: int) -> None:
        nonlocal started
        if done == 0:
            started = time.monotonic()
        elif not bars and done < total and time.monotonic() - started > _A_MOMENT and _is_terminal():
            bars.append(click.progressbar(length=total, label=what, file=sys.stderr))
        for bar in bars:
            bar.update(done - bar.pos)
        if bars and done == total:
            bars.pop().render_finish()

    return watch


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def own_up(problem: Exception) -> None:
    """Tell of a bug of ours, and keep what is needed to find it."""
    with tempfile.NamedTemporaryFile(
        "w",
        prefix="deckwright-",
        suffix=".log",
        encoding="utf-8",
        errors="backslashreplace",  # a file's name need not be Unicode
        newline="\n",
        delete=False,
    ) as log:
        log.write(f"deckwright {__version__}, Python {sys.version}\n{' '.join(sys.argv)}\n")
        log.writelines(traceback.format_exception(problem))
    say("error: this is a bug in Deckwright, not in your deck; nothing was lost", to_stderr=True)
    say(f"  please report it with the file {log.name}", to_stderr=True)


def was_interrupted(problem: BaseException | None) -> bool:
    """Tell whether Ctrl-C is behind *problem*: some libraries wrap it in errors of their own."""
    while problem is not None:
        if isinstance(problem, KeyboardInterrupt):
            return True
        problem = problem.__cause__ or problem.__context__
    return False
