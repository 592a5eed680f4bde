"""Run other programs: quietly, with their output in a log that a failure points at."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import paths
from .errors import LauncherError

LAST_LINES = 25
LARGEST_LOG = 5_000_000


def which(name: str, path: str | None = None) -> str | None:
    """The full path of a program, or None."""
    return shutil.which(name, path=path)


def run_logged(
    command: Sequence[object],
    log: str,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> None:
    """Run `command` with its output in `.cache/logs/<log>.log`.

    :param on_line: called with each line while the program runs, to show progress
    :raise LauncherError: when it ends with another code than 0; the message holds
        the last lines and names the log
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log_file = paths.LOGS / f"{log}.log"
    turn_over(log_file)
    words = [str(word) for word in command]
    with log_file.open("a", encoding="utf-8", errors="replace") as output:
        output.write(f"$ {' '.join(words)}\n")
        output.flush()
        start = output.tell()
        code = _pump(words, output, cwd, env, on_line)
    if code:
        raise LauncherError(
            f"{Path(words[0]).name} ended with code {code}.\n"
            f"{_tail(log_file, start)}\nThe whole output: {log_file}"
        )


def turn_over(log_file: Path) -> None:
    """Begin a log anew when it has grown large; the old one is kept beside it."""
    if log_file.exists() and log_file.stat().st_size > LARGEST_LOG:
        log_file.replace(log_file.with_suffix(".old.log"))


def _pump(words, output, cwd, env, on_line) -> int:
    """Copy the program's output to the log line by line; return its exit code."""
    try:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except FileNotFoundError as error:
        raise LauncherError(f"{words[0]} is not installed") from error
    with process:
        try:
            for line in process.stdout:
                output.write(line)
                if on_line:
                    on_line(line.rstrip())
        except BaseException:
            process.terminate()
            raise
    return process.returncode


def _tail(log_file: Path, start: int) -> str:
    with log_file.open("rb") as stream:
        stream.seek(start)
        lines = stream.read().decode("utf-8", "replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-LAST_LINES:])


def output_of(
    command: Sequence[object],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    check: bool = True,
) -> str:
    """The stripped standard output of `command`.

    :param check: when false, a failing or missing program gives an empty string
    :raise LauncherError: when it fails and `check` holds
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
    except OSError as error:
        if check:
            raise LauncherError(f"{words[0]} could not be started: {error}") from error
        return ""
    if done.returncode:
        if check:
            raise LauncherError(f"{' '.join(words)}\n{done.stderr.strip()}")
        return ""
    return done.stdout.strip()


def environment(**changes: str | None) -> dict[str, str]:
    """This process's environment with `changes`; None removes a variable."""
    env = dict(os.environ)
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env
