"""Whoever imports may be killed at any moment: nothing is half made, or made twice."""


def test_killed_in_the_middle_goes_on_where_it_stopped(run_race):
    found = run_race("import_kill.py", "print3d_library")
    assert set(found["points"]) == {
        "product.template:create",
        "print3d.mesh:create",
        "print3d.picture:_add",
        "print3d.import:_notify",
    }
    for point, result in found["points"].items():
        assert result == {"killed": True, "nothing": True}, point
    # Models, variants, files, meshes and pictures.
    assert found["rows"]["made"] == [5, 10, 0, 0, 0]
    assert found["rows"]["state"] == "running"
    assert found["end"] == {"made": [9, 14, 4, 4, 4], "done": 18, "state": "done"}
