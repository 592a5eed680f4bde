"""Make steps safe to interrupt and repeat.

A step writes its stamp only after it succeeded, by a rename, so a stamp that
exists is true. What a step builds is built aside and renamed into place.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from pathlib import Path

from . import paths
from .console import step

PATIENCE = 1.0


def digest(*parts: object) -> str:
    """One short hash over texts and the contents of files."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()[:16]


def is_done(name: str, key: str) -> bool:
    """Whether step `name` succeeded before with the same `key`."""
    try:
        return (paths.STAMPS / name).read_text() == key
    except OSError:
        return False


def mark_done(name: str, key: str) -> None:
    """Record that step `name` succeeded with `key`."""
    write_atomic(paths.STAMPS / name, key)


def forget(name: str) -> None:
    """Make step `name` run again."""
    (paths.STAMPS / name).unlink(missing_ok=True)


def write_atomic(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file that is either the old one or the whole new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)


@contextlib.contextmanager
def building(target: Path):
    """Yield an empty folder that becomes `target` when the block succeeds.

    What an interrupted earlier attempt left is removed first.
    """
    aside = target.with_name(f"{target.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    yield aside
    old = target.with_name(f"{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def lock(name: str, doing: str):
    """Let one launcher at a time pass; the lock goes away with its process.

    :param doing: what the lock is about, said to who has to wait for it
    """
    folder = paths.RUN / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as stream:
        if not _try_lock(stream, PATIENCE):
            with step(f"Wait for another print3d {doing}"):
                fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _try_lock(stream, seconds: float) -> bool:
    """Take the lock if it becomes free in a moment not worth a word."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
