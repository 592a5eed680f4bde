"""The measurement of plans runs, on a small scale, and checks every plan."""

import json
import subprocess

import pytest

from launcher import paths
from launcher.scenarios import HOST, _python


@pytest.fixture(scope="module")
def measured():
    """What the measurement returns for one small farm."""
    file = paths.TESTS / "bench" / "schedule.py"
    words = ("--json", "--smallest", "--seeds", "1", "--rounds", "2")
    done = subprocess.run(
        [str(_python(dev=True)), str(HOST), str(file), "-", *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return json.loads(done.stdout)["3 x 40"]


def test_plans_are_better_one_after_the_other(measured):
    points = [measured[name]["points"] for name in ("fifo", "rules", "solver", "bound")]
    assert points == sorted(points, reverse=True)
    assert points[1] < points[0]


def test_rules_are_on_time(measured):
    assert measured["rules"]["late_hours"] < measured["fifo"]["late_hours"]
