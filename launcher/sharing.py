"""Everything takes long in one session: its parts, and how several go side by side."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import paths
from .console import note, step

# Two browsers and two Odoo at once are enough for a small machine, and more than four
# wait for the disk.
MOST = 4
# pytest's exit code when no test was found, as with -k in a part without any.
NOTHING_COLLECTED = 5


@dataclass
class Part:
    """Some targets that go in one session, and what came of them."""

    name: str
    targets: tuple[str, ...]
    code: int = 0
    seconds: float = 0.0
    output: str = ""
    last: str = field(default="", repr=False)


def default_jobs() -> int:
    """How many sessions this machine bears at once."""
    return max(1, min(MOST, len(os.sched_getaffinity(0))))


def divide(targets: Sequence[str]) -> list[Part]:
    """Make a part of each target; the folder `tests` is divided again.

    Its folders are small and go together, but for the one that waits for nobody: the
    linters keep a processor busy for minutes.
    """
    parts = []
    for target in targets:
        if target != paths.TESTS.name:
            parts.append(Part(target.removesuffix("/tests"), (target,)))
            continue
        folders = sorted(
            f"{target}/{folder.name}"
            for folder in paths.TESTS.iterdir()
            if any(folder.glob("test_*"))
        )
        lint = f"{target}/lint"
        rest = tuple(folder for folder in folders if folder != lint)
        parts += [
            Part(name, chosen)
            for name, chosen in ((target, rest), (lint, (lint,)))
            if chosen and set(chosen) <= set(folders)
        ]
    return parts


def longest_first(parts: Sequence[Part], times: dict[str, float]) -> list[Part]:
    """Order parts so that the sessions end at about the same time.

    :param times: seconds each took the last time; one that is not known counts as
        long, by the size of its tests
    """

    def weight(part: Part) -> tuple[float, int]:
        size = sum(
            file.stat().st_size
            for target in part.targets
            for file in (paths.ROOT / target).rglob("test_*.py")
        )
        return times.get(part.name, float("inf")), size

    return sorted(parts, key=weight, reverse=True)


def run(
    parts: Sequence[Part],
    jobs: int,
    call: Callable[[Part, Path], int],
    show: Callable[[str], None] = sys.stdout.write,
) -> int:
    """Run parts side by side; show the output of each in one piece when it ends.

    :param call: runs one part, writes its output to the file, returns pytest's code
    :return: 0 when all passed, else the first code that is not
    """
    times_file = paths.CACHE / "test-times.json"
    times = read_times(times_file)
    waiting = longest_first(parts, times)
    lock = threading.Lock()
    failures: list[BaseException] = []

    def work() -> None:
        while True:
            with lock:
                if not waiting or failures:
                    return
                part = waiting.pop(0)
            try:
                with step(f"Test {part.name}"):
                    run_one(part, call)
            except BaseException as error:  # noqa: BLE001  told by the main thread
                failures.append(error)
                return
            with lock:
                show(part.output)
                times[part.name] = part.seconds

    workers = [threading.Thread(target=work) for _ in range(min(jobs, len(parts)))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    times_file.write_text(json.dumps(times))
    note("")
    for part in parts:
        mark = "✓" if not part.code else "✗"
        note(f"  {mark} {part.name}: {part.last} ({part.seconds / 60:.0f} min)")
    return next((part.code for part in parts if part.code), 0)


def run_one(part: Part, call: Callable[[Part, Path], int]) -> None:
    """Run one part and keep what came of it."""
    log = paths.LOGS / f"test-{part.name.replace('/', '-')}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    part.code = call(part, log)
    part.seconds = time.monotonic() - started
    part.output = log.read_text(errors="replace") if log.exists() else ""
    lines = part.output.strip().splitlines()
    part.last = lines[-1].strip("= ") if lines else f"ended with {part.code}"


def read_times(file: Path) -> dict[str, float]:
    """What each part took the last time, as far as that is known."""
    try:
        return {str(k): float(v) for k, v in json.loads(file.read_text()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def call_to_file(command: list[str], log: Path, env: dict[str, str]) -> int:
    """Run a command with its output in a file.

    :return: its exit code; that nothing was collected is no failure of a part
    """
    with log.open("w") as output:
        code = subprocess.call(
            command, cwd=paths.ROOT, env=env, stdout=output, stderr=subprocess.STDOUT
        )
    return 0 if code == NOTHING_COLLECTED else code
