"""Races are run by programs of their own, on clones of the test database."""

import json
import subprocess
from pathlib import Path

import pytest

from launcher import addons, odoo, postgres
from launcher.errors import LauncherError
from launcher.templates import Templates

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def run_race():
    """A function (file name, addon) that runs a race and returns what it printed."""
    try:
        server = postgres.ensure(throwaway=True)
    except LauncherError as error:
        pytest.skip(f"no database server is at hand: {error}")
    engine = odoo.ensure(dev=True)
    templates = Templates(engine, server)
    ours = addons.read()

    def run(program, addon):
        names = addons.with_dependencies({addon}, ours)
        with templates.session(templates.ensure(list(names), ours)) as (name, conf):
            done = subprocess.run(
                [str(engine.python), str(HERE / program), name],
                env=engine.environment(conf),
                capture_output=True,
                text=True,
                timeout=300,
            )
        if done.returncode:
            pytest.fail(done.stderr, pytrace=False)
        return json.loads(done.stdout.splitlines()[-1])

    return run
