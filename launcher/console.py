"""What the reader sees while steps run.

It goes to stderr, so that stdout carries results only.
"""

import contextlib
import sys
import threading
import time


class Progress:
    """One line for one step: its label, what it is busy with, and its seconds.

    On a terminal the line is rewritten every second; elsewhere (a log, a CI job)
    only the start and the end are written, so that a long step is never silent.
    """

    def __init__(self, label: str):
        self.label = label
        self.detail = ""
        self.started = time.monotonic()
        self._done = threading.Event()
        self._live = sys.stderr.isatty()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def start(self) -> None:
        if self._live:
            self._ticker.start()
        else:
            _write(f"  … {self.label}\n")

    def update(self, detail: str) -> None:
        """Tell what the step is doing now; seen on a terminal only."""
        self.detail = detail

    def finish(self, mark: str) -> None:
        self._done.set()
        if self._live:
            self._ticker.join()
            _write("\r\033[K")
        _write(f"  {mark} {self.label} ({self.seconds:.1f} s)\n")

    def _tick(self) -> None:
        while not self._done.wait(0.5):
            detail = f" · {self.detail}" if self.detail else ""
            _write(f"\r\033[K  … {self.label} ({self.seconds:.0f} s){detail}"[:120])


@contextlib.contextmanager
def step(label: str):
    """Announce a step, yield its :class:`Progress`, and print how long it took."""
    progress = Progress(label)
    progress.start()
    try:
        yield progress
    except BaseException:
        progress.finish("✗")
        raise
    progress.finish("✓")


def note(text: str) -> None:
    """Print one line of information."""
    _write(f"{text}\n")


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except UnicodeEncodeError:
        # A terminal in the C locale: better a question mark than a crash.
        sys.stderr.write(text.encode("ascii", "replace").decode())


def fail(message: str) -> int:
    """Print an error for the reader and return the exit code to leave with."""
    _write(f"\nprint3d: {message}\n")
    return 1
