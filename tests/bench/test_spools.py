"""The measurement of spools runs, on a small scale, and its books add up."""

import json
import subprocess

import pytest

from launcher import addons, odoo, paths, postgres
from launcher.errors import LauncherError
from launcher.scenarios import HOST
from launcher.templates import Templates

FEW, MANY, MOVES = 30, 120, 6


@pytest.fixture(scope="module")
def measured():
    """What the measurement returns for a few spools."""
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
                str(paths.TESTS / "bench" / "spools.py"),
                name,
                "--json",
                *("--few", str(FEW), "--many", str(MANY), "--moves", str(MOVES)),
                *("--told", "12", "--rounds", "1"),
            ],
            env=engine.environment(conf),
            capture_output=True,
            text=True,
            timeout=600,
        )
    if done.returncode:
        pytest.fail(done.stderr, pytrace=False)
    return json.loads(done.stdout)


def test_the_books_have_what_was_asked_for(measured):
    few, many = measured["books"][str(FEW)], measured["books"][str(MANY)]
    assert (few["spools"], measured["told"]["spools"]) == (FEW, 12)
    # Some came in while the first ones were measured.
    assert many["spools"] > MANY - 1
    assert many["entries"] >= MANY * (MOVES - 2)
    assert many["moves"] > few["moves"]


def test_queries_do_not_grow(measured):
    few, many = (measured["at"][str(count)]["rows"] for count in (FEW, MANY))
    assert few.keys() == many.keys()
    for name, row in many.items():
        # A page with more records names more people and places.
        assert row["queries"] <= few[name]["queries"] + 6, name
    assert many["spools"]["found"] > few["spools"]["found"] > 0
    assert many["ledger"]["found"] > few["ledger"]["found"] > 0
