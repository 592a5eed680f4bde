"""Whoever starts, ends or reopens a print may be killed at any statement.

Nothing of it is half done, and told again it is done once: every gram, second and piece
agrees with the stock, the time logs and the journal, before and after.
"""

import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SEED, TIMES = 7, 8
STATES = {
    "start": "printing",
    "done": "done",
    "partly": "done",
    "failed": "failed",
    "reopen": "printing",
}


@pytest.fixture(scope="module")
def told(run_on_clone):
    """What came of each deed that was killed."""
    out = run_on_clone(
        lambda name: (HERE / "run_kill.py", name, SEED, TIMES),
        "print3d_production",
        900,
    )
    return json.loads(out.splitlines()[-1])


def test_each_was_killed_where_it_hurts(told):
    assert len(told) == len(STATES) * TIMES
    for story in told:
        assert story["killed"], story
        assert story["of"] > 10, story


def test_nothing_is_half_done(told):
    for story in told:
        assert story["half"] == [], story


def test_told_again_it_is_done_once(told):
    for story in told:
        assert story["differences"] == [], story
        assert story["state"] == STATES[story["deed"]], story
        first, second = story["answers"]
        assert second is False, story
        assert first is (story["point"] != "after"), story
        assert story["starts"] == 1, story
        assert story["ends"] == (story["deed"] != "start"), story
