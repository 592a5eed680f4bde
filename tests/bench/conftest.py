"""Measurements are run by programs of their own."""

import json

import pytest

from launcher import paths
from launcher.scenarios import HOST


@pytest.fixture(scope="session")
def measure(run_on_clone):
    """A function (file name, addon, *words) that returns what a measurement prints."""

    def run(program, addon, *words):
        file = paths.TESTS / "bench" / program
        return json.loads(
            run_on_clone(lambda name: (HOST, file, name, "--json", *words), addon, 600)
        )

    return run
