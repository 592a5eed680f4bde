"""The measurement of the search runs, on a small scale, and finds what it made."""

import json
import subprocess

import pytest

from launcher import addons, odoo, paths, postgres
from launcher.errors import LauncherError
from launcher.scenarios import HOST
from launcher.templates import Templates

FEW, MANY = 24, 72


@pytest.fixture(scope="module")
def measured():
    """What the measurement returns for a few variants."""
    try:
        server = postgres.ensure(throwaway=True)
    except LauncherError as error:
        pytest.skip(f"no database server is at hand: {error}")
    engine = odoo.ensure(dev=True)
    ours = addons.read()
    templates = Templates(engine, server)
    names = addons.with_dependencies({"print3d_library"}, ours)
    with templates.session(templates.ensure(list(names), ours)) as (name, conf):
        done = subprocess.run(
            [
                str(engine.python),
                str(HOST),
                str(paths.TESTS / "bench" / "search.py"),
                name,
                "--json",
                *("--few", str(FEW), "--many", str(MANY), "--rounds", "1"),
            ],
            env=engine.environment(conf),
            capture_output=True,
            text=True,
            timeout=600,
        )
    if done.returncode:
        pytest.fail(done.stderr, pytrace=False)
    return json.loads(done.stdout)


def test_every_variant_is_in_the_index(measured):
    assert measured["import"]["variants"] == FEW
    assert measured["fill"]["variants"] == MANY - FEW
    sizes = measured["sizes"]
    assert sizes["print3d_search_entry"]["rows"] >= MANY
    assert sizes["print3d_search_version"]["rows"] >= MANY


def test_queries_do_not_grow(measured):
    few, many = measured["at"][str(FEW)], measured["at"][str(MANY)]
    for name, row in many.items():
        if name == "all":
            continue
        # Guessing what a slip of the finger means takes a few more.
        assert row["queries"] <= 40, name
    for name in ("empty, first page", "near a colour", "fits, quickest first"):
        assert 0 < few[name]["found"] < many[name]["found"]
        assert many[name]["queries"] <= few[name]["queries"] + 4
