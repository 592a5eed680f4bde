"""`test`: everything through pytest, each session on a fresh clone of its own."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from . import addons, odoo, paths, postgres, selection, sharing
from .console import note
from .odoo import Odoo
from .templates import Templates


def test(arguments) -> int:
    """Prepare a database if the selection needs one, run pytest, clean up.

    :return: pytest's exit code
    """
    ours = addons.read()
    chosen = selection.parse(arguments.selection, ours)
    engine = odoo.ensure(dev=True)
    options = [*chosen.targets, *pytest_options(arguments)]
    if not chosen.database:
        # Without a database pytest-odoo's session fixtures would fail.
        conf = paths.ROOT / "odoo.conf"
        return run_pytest(engine, conf, ["-p", "no:odoo", *options], {})
    server = postgres.ensure(throwaway=True)
    templates = Templates(engine, server)
    templates.collect()
    template = templates.ensure(list(chosen.installed), ours)
    # Tests that install addons themselves find the named server by these.
    variables = server.variables() if server.shared else {}
    jobs = arguments.jobs or (1 if is_watched(arguments) else sharing.default_jobs())
    parts = sharing.divide(chosen.targets)
    if jobs < 2 or len(parts) < 2:
        with templates.session(template) as (name, conf):
            words = [*database_options(name, conf), *options]
            return run_pytest(engine, conf, words, variables)

    def call(part: sharing.Part, log: Path) -> int:
        cache = f".cache/pytest/{part.name.replace('/', '-')}"
        with templates.session(template) as (name, conf):
            return sharing.call_to_file(
                [
                    *(str(engine.python), "-m", "pytest"),
                    *("-o", f"cache_dir={cache}"),
                    *database_options(name, conf),
                    *part.targets,
                    *pytest_options(arguments),
                ],
                log,
                environment(engine, conf, variables),
            )

    with patient():
        return sharing.run(parts, jobs, call)


def is_watched(arguments) -> bool:
    """Whether somebody looks for certain tests, and wants to see them as they come."""
    return bool(
        arguments.selection
        or arguments.keyword
        or arguments.exitfirst
        or arguments.verbose
        or arguments.pytest
    )


def database_options(name: str, conf: Path) -> list[str]:
    """pytest-odoo's options for one database, and our own patience."""
    return [
        *("-p", "launcher.inside.patience"),
        *(f"--odoo-config={conf}", f"--odoo-database={name}", "--odoo-http"),
    ]


def pytest_options(arguments) -> list[str]:
    """The options of ours that are pytest's own."""
    options = list(arguments.pytest)
    if arguments.keyword:
        options += ["-k", arguments.keyword]
    if arguments.exitfirst:
        options.append("-x")
    if arguments.verbose:
        options.append("-v")
    return options


def run_pytest(
    engine: Odoo, conf: Path, options: list[str], variables: dict[str, str]
) -> int:
    """Run pytest on the checkout, with its output as it is."""
    note("")
    with patient():
        command = [str(engine.python), "-m", "pytest", *options]
        env = environment(engine, conf, variables)
        return subprocess.call(command, cwd=paths.ROOT, env=env)


def environment(engine: Odoo, conf: Path, variables: dict[str, str]) -> dict[str, str]:
    """What a session of pytest finds in its environment."""
    return engine.environment(
        conf,
        # Jobs are run by the tests themselves.
        ODOO_QUEUE_JOB_CHANNELS="root:0",
        PYTHONDONTWRITEBYTECODE="1",
        **variables,
    )


@contextlib.contextmanager
def patient() -> Iterator[None]:
    """Leave Ctrl-C to the program in the foreground, and clean up after it.

    The handler does nothing, yet it is one: an ignored signal would be ignored
    by the program too.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
