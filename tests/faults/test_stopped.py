"""Commands that are killed, or told to stop by Ctrl-C, at moments that nobody chose.

`test_interrupted.py` and `test_publish.py` kill at chosen calls; here the clock decides, and the signal goes
to the children that draw pictures too, as a terminal's does.
"""

from __future__ import annotations

import os
import random
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faulty import COMMANDS, differing, fresh, linux, seen, started, told

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

pytestmark = linux  # sends signals when /proc says that they are awaited
HALF_WRITTEN = re.compile(r"(?:.*/)?\.[^/]+\.(?:partial|new)")
MARK = "site/.deckwright-site"
WORDS = "Stopped, and nothing was lost; the next run does it all."
STOPPED = ("build", "publish", "merge")
IN_A_ROW = 4


@dataclass(frozen=True)
class Undisturbed:
    """What a command makes of the zoo where nobody stops it, and how many seconds that takes."""

    zoo: Path
    command: str
    before: dict[str, bytes]
    after: dict[str, bytes]
    seconds: float


@pytest.fixture(scope="module", params=STOPPED)
def undisturbed(
    request: pytest.FixtureRequest, zoo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    folder = fresh(zoo, tmp_path_factory.mktemp("whole"))
    before, started = seen(folder), time.monotonic()
    assert COMMANDS[request.param].run(folder).code == 0
    return Undisturbed(zoo, request.param, before, seen(folder), time.monotonic() - started)


def is_listening(process: subprocess.Popen[bytes]) -> bool:
    """Tell whether the tool itself is at work by now, or done, and no longer Python that starts."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = re.search(r"SigCgt:\s*([0-9a-f]+)", status)
    return caught is None or bool(int(caught[1], 16) & 1 << signal.SIGTERM - 1)


def stop(process: subprocess.Popen[bytes], kill: signal.Signals, seconds: float) -> tuple[int, str]:
    """Send a signal after so many seconds of work; return how it ended, and what it told."""
    while not is_listening(process):
        time.sleep(0.002)
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, kill)
    out, err = process.communicate(timeout=60)
    return process.returncode, (out + err).decode()


def old_or_new(left: dict[str, bytes], whole: Undisturbed) -> None:
    """Hold every file to be the old or the new one, and anything else to be half-written and hidden."""
    for name in left.keys() | whole.before.keys() | whole.after.keys():
        if not HALF_WRITTEN.fullmatch(name) and name != MARK:
            assert left.get(name) in (whole.before.get(name), whole.after.get(name)), name


def moments(whole: Undisturbed, seed: int) -> Iterator[float]:
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(IN_A_ROW):
        yield chance.uniform(0, whole.seconds * 0.9)


def stopped_in_a_row(
    whole: Undisturbed, seed: int, folder: Path, once: Callable[[subprocess.Popen[bytes], float], None]
) -> None:
    """Stop a command several times over, look at what each left, then let it end."""
    fresh(whole.zoo, folder)
    for seconds in moments(whole, seed):
        once(started(folder, whole.command), seconds)
        old_or_new(seen(folder), whole)
    done = COMMANDS[whole.command].run(folder)
    assert done.code == 0, done.err
    assert differing(seen(folder), whole.after) == []
    assert list(folder.rglob(".*.partial")) == [], "not in hidden folders either"


SEEDS = (0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 51)))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_killed_leaves_each_file_old_or_new_and_the_next_run_finishes(
    seed: int, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    def kill(process: subprocess.Popen[bytes], seconds: float) -> None:
        code, _ = stop(process, signal.SIGKILL, seconds)
        assert code in (0, -signal.SIGKILL)

    stopped_in_a_row(undisturbed, seed, tmp_path / "zoo", kill)
    told(f"SIGKILL during `{undisturbed.command}`", IN_A_ROW, "random moments, four in a row on one project")


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_told_to_stop_says_so_and_leaves_no_trace(
    seed: int, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    folder = tmp_path / "zoo"

    def interrupt(process: subprocess.Popen[bytes], seconds: float) -> None:
        code, words = stop(process, signal.SIGINT, seconds)
        assert code in (0, 128 + signal.SIGINT, -signal.SIGINT), words
        assert words.count(WORDS) == (code > 0), words
        if code < 0:  # Python itself was on its way out
            assert differing(seen(folder), undisturbed.after) == []
        assert "Traceback" not in words
        assert [name for name in seen(folder) if HALF_WRITTEN.fullmatch(name)] == []

    stopped_in_a_row(undisturbed, seed, folder, interrupt)
    told(f"Ctrl-C during `{undisturbed.command}`", IN_A_ROW, "random moments, four in a row on one project")


def test_ctrl_c_does_not_wait_for_the_pictures_that_are_left(tmp_path: Path, zoo: Path) -> None:
    """A scene of many symbols is one child's work, which is not begun again symbol by symbol."""
    folder = fresh(zoo, tmp_path / "zoo")
    groups = "".join(f'<g id="sym-s{at}"><rect x="{at % 60}" width="3" height="3"/></g>' for at in range(80))
    scene = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><title>Many</title>{groups}</svg>'
    (folder / "media" / "many.svg").write_text(scene, "utf-8")
    notes = "".join(f"  - {{fact: Number {at}, mnemonic: Noon {at}, symbol: s{at}}}\n" for at in range(80))
    (folder / "cards.yaml").write_text(
        f"deck: Many\nid: many-x7k2\nscene: many.svg\nnotes:\n{notes}", "utf-8"
    )
    process = started(folder, "build")
    while not children(process.pid):
        time.sleep(0.01)
    begun = time.monotonic()
    code, words = stop(process, signal.SIGINT, 0.2)
    assert (code, words.count(WORDS)) == (130, 1), words
    assert time.monotonic() - begun < 30, "a hundred children take longer by far"


def children(pid: int) -> list[str]:
    return [one for path in Path(f"/proc/{pid}/task").glob("*/children") for one in path.read_text().split()]
