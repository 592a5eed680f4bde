"""A server may be killed while files arrive: each goes on where it stopped."""

# What is left when the file was sent to its end by another server.
THROUGH = {"answer": "done", "state": "done", "whole": True, "files": 1, "meshes": 1}


def test_killed_in_the_middle_goes_on(run_race):
    found = run_race("upload_kill.py", "print3d_library")
    # Two pieces of six were committed; the third was on the disk only.
    assert found["_write_staged"] == {
        **{"killed": True, "same": True, "kept": 2, "staged": 0},
        **THROUGH,
    }
    # All had arrived; what was made of them was not committed.
    assert found["_settle"] == {
        **{"killed": True, "same": True, "kept": 5, "staged": 0},
        **THROUGH,
    }
