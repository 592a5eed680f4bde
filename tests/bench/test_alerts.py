"""The measurement of alerts runs, on a small scale, and counts every event."""

import json
import subprocess

import pytest

from launcher import addons, odoo, paths, postgres
from launcher.errors import LauncherError
from launcher.scenarios import HOST
from launcher.templates import Templates

FEW, MANY = 100, 400


@pytest.fixture(scope="module")
def measured():
    """What the measurement returns for a few alerts."""
    try:
        server = postgres.ensure(throwaway=True)
    except LauncherError as error:
        pytest.skip(f"no database server is at hand: {error}")
    engine = odoo.ensure(dev=True)
    ours = addons.read()
    templates = Templates(engine, server)
    names = addons.with_dependencies({"print3d_inventory"}, ours)
    with templates.session(templates.ensure(list(names), ours)) as (name, conf):
        done = subprocess.run(
            [
                str(engine.python),
                str(HOST),
                str(paths.TESTS / "bench" / "alerts.py"),
                name,
                "--json",
                *("--events", "2000", "--processes", "2", "--rounds", "1"),
                *("--few", str(FEW), "--many", str(MANY)),
            ],
            env=engine.environment(conf),
            capture_output=True,
            text=True,
            timeout=600,
        )
    if done.returncode:
        pytest.fail(done.stderr, pytrace=False)
    return json.loads(done.stdout)


def test_every_event_is_counted(measured):
    assert measured["events"]["alerts"] == 20
    assert measured["events"]["events"] == 2000


def test_queries_do_not_grow(measured):
    few, many = (measured["at"][str(count)] for count in (FEW, MANY))
    assert few.keys() == many.keys()
    for name, row in many.items():
        # A page with more records names more things and people.
        assert row["queries"] <= few[name]["queries"] + 6, name
    assert many["bell"]["found"] > few["bell"]["found"] > 0
    assert many["alerts"]["found"] > few["alerts"]["found"] > 0
