"""Programs of our own are run on clones of the test database."""

import subprocess

import pytest

from launcher import addons, odoo, postgres
from launcher.errors import LauncherError
from launcher.templates import Templates


@pytest.fixture(scope="session")
def run_on_clone():
    """A function (words, addon, seconds) that returns what a program wrote.

    The words of its command line are a function of the clone's name; the addon and
    what it needs are installed there. `./print3d test` brings a database server; only
    pytest called by itself may find none.
    """
    try:
        server = postgres.ensure(throwaway=True)
    except LauncherError as error:
        pytest.skip(f"no database server is at hand: {error}")
    engine = odoo.ensure(dev=True)
    templates = Templates(engine, server)
    ours = addons.read()

    def run(words, addon, seconds):
        names = addons.with_dependencies({addon}, ours)
        with templates.session(templates.ensure(list(names), ours)) as (name, conf):
            done = subprocess.run(
                [str(engine.python), *map(str, words(name))],
                env=engine.environment(conf),
                capture_output=True,
                text=True,
                timeout=seconds,
            )
        if done.returncode:
            pytest.fail(done.stderr, pytrace=False)
        return done.stdout

    return run
