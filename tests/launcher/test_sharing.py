"""Parts of the tests go side by side, and none of their outcomes is lost."""

import json
import threading

import pytest

from launcher import paths, sharing
from launcher.sharing import Part


@pytest.fixture(autouse=True)
def checkout(tmp_path, monkeypatch):
    """A checkout with some folders of tests, and nothing else."""
    for name in ("CACHE", "LOGS"):
        monkeypatch.setattr(paths, name, tmp_path / name.lower())
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "TESTS", tmp_path / "tests")
    paths.CACHE.mkdir()
    for folder in ("lint", "mesh", "stories"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        (tmp_path / "tests" / folder / "test_x.py").touch()
    (tmp_path / "tests" / "empty").mkdir()
    return tmp_path


def test_everything_is_divided_once():
    parts = sharing.divide(["tests", "addons/a/tests", "addons/b/tests"])
    assert [(part.name, part.targets) for part in parts] == [
        ("tests", ("tests/mesh", "tests/stories")),
        ("tests/lint", ("tests/lint",)),
        ("addons/a", ("addons/a/tests",)),
        ("addons/b", ("addons/b/tests",)),
    ]


def test_what_took_longest_begins_first(checkout):
    parts = [Part("short", ()), Part("long", ()), Part("new", ())]
    times = {"short": 1.0, "long": 60.0}
    names = [part.name for part in sharing.longest_first(parts, times)]
    assert names == ["new", "long", "short"]


def test_the_larger_of_two_unknown_ones_begins_first(checkout):
    (checkout / "tests" / "stories" / "test_x.py").write_text("# long\n" * 9)
    parts = [Part("mesh", ("tests/mesh",)), Part("stories", ("tests/stories",))]
    names = [part.name for part in sharing.longest_first(parts, {})]
    assert names == ["stories", "mesh"]


def test_parts_really_go_side_by_side():
    """Each of two waits for the other: one after the other would never end."""
    barrier, shown = threading.Barrier(2), []

    def call(part, log):
        barrier.wait(timeout=30)
        log.write_text(f"{part.name}\n== 3 passed in 1 s ==\n")
        return 0

    parts = [Part("a", ()), Part("b", ())]
    assert sharing.run(parts, 2, call, shown.append) == 0
    assert sorted(text.splitlines()[0] for text in shown) == ["a", "b"]
    assert [part.last for part in parts] == ["3 passed in 1 s"] * 2
    assert set(json.loads((paths.CACHE / "test-times.json").read_text())) == {"a", "b"}


def test_a_failure_is_the_outcome_and_the_others_still_run():
    codes, shown = {"a": 0, "b": 1, "c": 0}, []

    def call(part, log):
        log.write_text(part.name)
        return codes[part.name]

    parts = [Part(name, ()) for name in codes]
    assert sharing.run(parts, 1, call, shown.append) == 1
    assert sorted(shown) == ["a", "b", "c"]


def test_a_part_that_cannot_begin_is_told():
    def call(part, log):
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        sharing.run([Part("a", ()), Part("b", ())], 2, call, lambda text: None)


def test_times_that_cannot_be_read_are_no_matter(checkout):
    file = checkout / "times.json"
    assert sharing.read_times(file) == {}
    for text in ("", "[]", '{"a": "b"}', '{"a": null}'):
        file.write_text(text)
        assert sharing.read_times(file) == {}


def test_no_test_found_is_no_failure(checkout):
    log = checkout / "log"
    assert sharing.call_to_file(["sh", "-c", "echo none; exit 5"], log, {}) == 0
    assert sharing.call_to_file(["sh", "-c", "exit 1"], log, {}) == 1
    assert sharing.call_to_file(["sh", "-c", "echo x"], log, {}) == 0
    assert log.read_text() == "x\n"
