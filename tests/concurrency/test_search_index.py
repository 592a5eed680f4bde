"""People change one model at once: the next search finds what each of them wrote."""


def test_everything_is_found(run_race):
    found = run_race("search_index_race.py", "print3d_library")
    for text in ("racehorse", "gallop", "theme:derby", "saddle", "race_height=7"):
        assert found[text] == 1, text
    assert found["stable"] == 1
    assert found["racetag"] == 0
    assert found["rows"] == 1
    assert found["twice after mending"] == 0
