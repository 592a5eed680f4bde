import pytest

from launcher import paths, selection
from launcher.addons import Addon
from launcher.errors import LauncherError


@pytest.fixture
def ours(tmp_path, monkeypatch):
    """Two addons, the second needing the first and with JavaScript tests."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "ADDONS", tmp_path / "addons")
    monkeypatch.setattr(paths, "TESTS", tmp_path / "tests")
    monkeypatch.chdir(tmp_path)
    made = {}
    for name, depends in (("print3d_a", ("mail",)), ("print3d_b", ("print3d_a",))):
        folder = tmp_path / "addons" / name
        (folder / "tests").mkdir(parents=True)
        (folder / "tests" / "test_x.py").touch()
        (folder / "__manifest__.py").write_text(repr({"depends": list(depends)}))
        made[name] = Addon(name, folder, depends, "")
    js = tmp_path / "addons" / "print3d_b" / "static" / "tests"
    js.mkdir(parents=True)
    (js / "x.test.js").touch()
    for group in ("lint", "js", "launcher", "stories"):
        (tmp_path / "tests" / group).mkdir(parents=True)
        (tmp_path / "tests" / group / "test_x.py").touch()
    return made


def test_no_word_means_everything(ours):
    chosen = selection.parse([], ours)
    assert chosen.targets == (
        "tests",
        "addons/print3d_a/tests",
        "addons/print3d_b/tests",
    )
    assert chosen.installed == ("print3d_a", "print3d_b")
    assert chosen.database


def test_an_addon_means_its_tests_and_only_what_it_needs(ours):
    chosen = selection.parse(["print3d_a"], ours)
    assert chosen.targets == ("addons/print3d_a/tests",)
    assert chosen.installed == ("print3d_a",)


def test_an_addon_brings_its_javascript_tests(ours):
    chosen = selection.parse(["print3d_b"], ours)
    assert chosen.targets == (
        "addons/print3d_b/tests",
        "tests/js/test_hoot.py::TestPrint3dB",
    )
    assert chosen.installed == ("print3d_a", "print3d_b")


def test_pure_tests_need_no_database(ours):
    chosen = selection.parse(["pure"], ours)
    assert chosen == selection.Selection(("tests/launcher",), (), False)
    assert selection.parse(["tests/launcher/test_x.py::test_y"], ours) == (
        selection.Selection(("tests/launcher/test_x.py::test_y",), (), False)
    )


def test_lint_reads_the_code_of_all_addons(ours):
    chosen = selection.parse(["lint"], ours)
    assert chosen.targets == ("tests/lint",)
    assert chosen.installed == ("print3d_a", "print3d_b") and chosen.database


@pytest.mark.parametrize("folder", [".", "addons", "addons/print3d_b"])
def test_a_path_is_seen_from_anywhere(ours, tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path / folder)
    chosen = selection.parse(["addons/print3d_b/tests/test_x.py::TestX::test_y"], ours)
    assert chosen.targets == ("addons/print3d_b/tests/test_x.py::TestX::test_y",)
    assert chosen.installed == ("print3d_a", "print3d_b")


def test_words_add_up(ours):
    chosen = selection.parse(["pure", "print3d_a", "pure"], ours)
    assert chosen.targets == ("tests/launcher", "addons/print3d_a/tests")
    assert chosen.installed == ("print3d_a",) and chosen.database


@pytest.mark.parametrize("word", ["print3d_z", "tests/none.py", "/etc/passwd"])
def test_an_unknown_word_names_what_there_is(ours, word):
    with pytest.raises(LauncherError, match="there are lint, js, pure, print3d_a"):
        selection.parse([word], ours)
