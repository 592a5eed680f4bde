import pytest

from launcher import odoo_source
from launcher.errors import LauncherError


def make_tree(folder, release="version_info = (19, 0, 0, FINAL, 0, '')", flat=False):
    """A folder that looks like an Odoo: a checkout, or (flat) Debian's way."""
    package = folder / "odoo"
    (package / "addons" / "base").mkdir(parents=True)
    (package / "release.py").write_text(f"{release}\n")
    if not flat:
        (folder / "addons" / "web").mkdir(parents=True)
    return folder


def test_a_checkout_has_two_folders_of_addons(tmp_path):
    tree = odoo_source.tree_at(make_tree(tmp_path))
    assert tree.addons == (tmp_path / "addons", tmp_path / "odoo" / "addons")
    assert tree.python_path == tmp_path
    assert tree.version.startswith("19.0-")


def test_the_debian_package_has_one(tmp_path):
    tree = odoo_source.tree_at(make_tree(tmp_path, flat=True))
    assert tree.addons == (tmp_path / "odoo" / "addons",)


def test_a_folder_without_odoo_is_none(tmp_path):
    assert odoo_source.tree_at(tmp_path) is None


def test_the_named_checkout_is_used(tmp_path, monkeypatch):
    make_tree(tmp_path)
    monkeypatch.setenv("PRINT3D_ODOO", str(tmp_path))
    assert odoo_source.ensure().python_path == tmp_path


@pytest.mark.parametrize(
    ("release", "found"),
    [("version_info = (18, 0, 0, FINAL, 0, '')", "18.0"), ("nothing = 1", "no Odoo")],
)
def test_another_version_is_refused(tmp_path, monkeypatch, release, found):
    make_tree(tmp_path, release)
    monkeypatch.setenv("PRINT3D_ODOO", str(tmp_path))
    with pytest.raises(LauncherError, match=found):
        odoo_source.ensure()


def test_mending_replaces_the_fonts_and_removes_dead_links(tmp_path):
    package = tmp_path / "odoo"
    fonts = package / "addons/web/static/lib/fontawesome/fonts"
    fonts.mkdir(parents=True)
    (fonts / "fontawesome-webfont.ttf").symlink_to("/nowhere/fontawesome-webfont.ttf")
    (fonts / "kept.txt").write_text("kept")
    (fonts / "alive").symlink_to("kept.txt")
    other = package / "addons/web/static/fonts/google/Roboto"
    other.mkdir(parents=True)
    (other / "Roboto-Thin.ttf").symlink_to("/nowhere/Roboto-Thin.ttf")
    modules = tmp_path / "node_modules"
    (modules / "font-awesome/fonts").mkdir(parents=True)
    (modules / "font-awesome/fonts/fontawesome-webfont.ttf").write_text("font")
    odoo_source.mend(package, modules)
    assert (fonts / "fontawesome-webfont.ttf").read_text() == "font"
    assert not (fonts / "fontawesome-webfont.ttf").is_symlink()
    assert (fonts / "alive").is_symlink()
    assert list(other.iterdir()) == []
    assert (package / odoo_source.REMOVED_FILE).read_text().startswith("/*")
