"""Whoever moves files may be killed at any moment: each file stays whole."""


def test_killed_in_the_middle_loses_nothing(run_race):
    found = run_race("storage_migration_kill.py", "print3d_library")
    for point in ("print3d.file:_add_copy", "print3d.file:_drop_copy"):
        assert found[point] == {"killed": True, "whole": 6, "here": 6, "there": 0}
    assert found["end"] == {"whole": 6, "here": 0, "there": 6}
    assert (found["failed"], found["lost"]) == (0, 0)
    # Three files were written before each kill, and none of that was committed.
    assert found["orphans"] == 6
    assert found["tidied"] == found["end"]
