from pathlib import Path

import pytest

from launcher import addons
from launcher.errors import LauncherError


@pytest.fixture
def folder(tmp_path):
    """Three addons in a line, one folder that is none yet, one switched off."""
    manifests = {
        "print3d_a": {"depends": ["mail"]},
        "print3d_c": {"depends": ["print3d_b", "sale"]},
        "print3d_b": {"depends": ["print3d_a", "stock"], "version": "19.0.1.0.0"},
        "print3d_off": {"depends": [], "installable": False},
    }
    for name, values in manifests.items():
        (tmp_path / name / "models").mkdir(parents=True)
        (tmp_path / name / "__manifest__.py").write_text(repr(values))
        (tmp_path / name / "models" / "thing.py").write_text("x = 1\n")
    (tmp_path / "print3d_begun").mkdir()
    return tmp_path


def test_dependencies_come_first(folder):
    found = addons.read(folder)
    assert list(found) == ["print3d_a", "print3d_b", "print3d_c"]
    assert found["print3d_b"].version == "19.0.1.0.0"


def test_an_addon_brings_what_it_needs_of_ours(folder):
    found = addons.read(folder)
    assert addons.with_dependencies(["print3d_b"], found) == ["print3d_a", "print3d_b"]
    assert addons.with_dependencies(["sale"], found) == []


def test_foreign_dependencies_are_all_that_are_not_ours(folder):
    assert addons.foreign_dependencies(addons.read(folder)) == ["mail", "sale", "stock"]


def test_a_circle_is_an_error(folder):
    manifest = folder / "print3d_a" / "__manifest__.py"
    manifest.write_text(repr({"depends": ["print3d_c"]}))
    with pytest.raises(LauncherError, match="circle"):
        addons.read(folder)


def test_a_broken_manifest_is_named(folder):
    (folder / "print3d_a" / "__manifest__.py").write_text("{'depends': [")
    with pytest.raises(LauncherError, match="print3d_a"):
        addons.read(folder)


@pytest.mark.parametrize(
    "change",
    ["models/thing.py", "views/new.xml", "i18n/he.po", "static/description/icon.png"],
)
def test_what_installing_reads_changes_the_fingerprint(folder, change):
    addon = addons.read(folder)["print3d_a"]
    before = addon.fingerprint()
    path = addon.path / change
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("other")
    assert addon.fingerprint() != before
    path.unlink()
    if change != "models/thing.py":
        assert addon.fingerprint() == before


@pytest.mark.parametrize(
    "change",
    [
        "tests/test_thing.py",
        "static/src/thing.js",
        "readme/USAGE.md",
        "models/__pycache__/thing.pyc",
        "i18n/print3d_a.pot",
        "models/.thing.py.swp",
    ],
)
def test_what_is_read_from_disk_asks_for_no_upgrade(folder, change):
    addon = addons.read(folder)["print3d_a"]
    before = addon.fingerprint()
    path = addon.path / change
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("other")
    assert addon.fingerprint() == before


def test_a_renamed_file_is_a_change(folder):
    addon = addons.read(folder)["print3d_a"]
    before = addon.fingerprint()
    file = addon.path / "models" / "thing.py"
    file.rename(file.with_name("other.py"))
    assert addon.fingerprint() != before


def test_our_own_addons_are_one_line():
    """Each of the five depends on the one before, and on no later one."""
    found = addons.read()
    for position, name in enumerate(found):
        earlier = list(found)[:position]
        ours = [other for other in found[name].depends if other in found]
        assert ours == earlier[-1:]
        assert found[name].path.parent == Path(addons.paths.ADDONS)
