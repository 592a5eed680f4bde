"""`test`: everything through one pytest session on a fresh clone."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from . import addons, odoo, paths, postgres, selection
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
    with templates.session(template) as (name, conf):
        return run_pytest(
            engine,
            conf,
            [
                f"--odoo-config={conf}",
                f"--odoo-database={name}",
                "--odoo-http",
                *options,
            ],
            # Tests that install addons themselves find the named server by these.
            server.variables() if server.shared else {},
        )


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
    env = engine.environment(
        conf,
        # Jobs are run by the tests themselves.
        ODOO_QUEUE_JOB_CHANNELS="root:0",
        PYTHONDONTWRITEBYTECODE="1",
        **variables,
    )
    note("")
    with patient():
        command = [str(engine.python), "-m", "pytest", *options]
        return subprocess.call(command, cwd=paths.ROOT, env=env)


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
