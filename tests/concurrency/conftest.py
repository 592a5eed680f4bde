"""Races are run by programs of their own."""

import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def run_race(run_on_clone):
    """A function (file name, addon) that runs a race and returns what it printed."""

    def run(program, addon):
        told = run_on_clone(lambda name: (HERE / program, name), addon, 300)
        return json.loads(told.splitlines()[-1])

    return run
