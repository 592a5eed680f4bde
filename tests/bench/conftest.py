"""Measurements are run by programs of their own, on clones of the test database."""

import json
import subprocess

import pytest

from launcher import addons, odoo, paths, postgres
from launcher.errors import LauncherError
from launcher.scenarios import HOST
from launcher.templates import Templates


@pytest.fixture(scope="session")
def measure():
    """A function (file name, addon, *words) that returns what a measurement prints."""
    try:
        server = postgres.ensure(throwaway=True)
    except LauncherError as error:
        pytest.skip(f"no database server is at hand: {error}")
    engine = odoo.ensure(dev=True)
    ours = addons.read()
    templates = Templates(engine, server)

    def run(program, addon, *words):
        names = addons.with_dependencies({addon}, ours)
        with templates.session(templates.ensure(list(names), ours)) as (name, conf):
            done = subprocess.run(
                [
                    str(engine.python),
                    str(HOST),
                    str(paths.TESTS / "bench" / program),
                    name,
                    "--json",
                    *map(str, words),
                ],
                env=engine.environment(conf),
                capture_output=True,
                text=True,
                timeout=600,
            )
        if done.returncode:
            pytest.fail(done.stderr, pytrace=False)
        return json.loads(done.stdout)

    return run
