"""Find or fetch Odoo 19 itself."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import mirror, node, paths, stamps, system
from .console import note, step
from .errors import LauncherError
from .shell import output_of, run_logged, which

SERIES = "19.0"
PACKAGE = "odoo-19"
# Folders of odoo-19 link to files of these; unpacked into one root the links hold.
LINKED = ("libjs-jquery", "libjs-underscore", "libjs-jquery-form")
# Fonts that reports and the point of sale name; without them others stand in.
FONTS = (
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
DIST_PACKAGES = Path("usr/lib/python3/dist-packages")
# Debian removed this file, yet the backend's bundle still names it: without it
# the browser logs an error, and every tour fails on a logged error.
REMOVED_FILE = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
# Bump when the fixes below change, so that unpacked trees are made anew.
RECIPE = "1"
UPSTREAM = "https://github.com/odoo/odoo.git"


@dataclass(frozen=True)
class OdooTree:
    """One Odoo.

    :param python_path: the folder to put on PYTHONPATH, so that `import odoo` works
    :param addons: its addons folders
    :param version: what names it in the keys of templates
    """

    python_path: Path
    addons: tuple[Path, ...]
    version: str


def release_of(package: Path) -> str | None:
    """The version of an `odoo` package folder (`19.0`, `19.0-20260215`), or None."""
    try:
        text = (package / "release.py").read_text(encoding="utf-8")
    except OSError:
        return None
    match = re.search(r"^version_info\s*=\s*\((\d+),\s*(\d+)", text, re.MULTILINE)
    return f"{match[1]}.{match[2]}" if match else None


def tree_at(folder: Path) -> OdooTree | None:
    """The Odoo in `folder` (a checkout, or a folder of Python packages), or None."""
    package = folder / "odoo"
    release = release_of(package)
    if release is None:
        return None
    candidates = (folder / "addons", package / "addons")
    addons = tuple(path for path in candidates if (path / "base").is_dir())
    if (folder / "addons" / "web").is_dir():
        addons = tuple(dict.fromkeys((folder / "addons", *addons)))
    modified = int((package / "release.py").stat().st_mtime)
    return OdooTree(folder, addons, f"{release}-{modified}")


def ensure() -> OdooTree:
    """The Odoo to use, fetched when there is none.

    In this order: the checkout named by PRINT3D_ODOO, an Odoo 19 installed on
    this machine, the Debian package unpacked below `.cache/`, a clone of the
    official branch.
    """
    named = os.environ.get("PRINT3D_ODOO")
    if named:
        return _named(Path(named).expanduser().resolve())
    installed = _installed()
    if installed:
        return installed
    if which("apt-get") and which("dpkg-deb"):
        return _unpacked()
    return _cloned()


def _named(folder: Path) -> OdooTree:
    tree = tree_at(folder) or tree_at(folder / DIST_PACKAGES)
    if tree is None or not tree.version.startswith(SERIES):
        found = tree.version if tree else "no Odoo"
        raise LauncherError(
            f"PRINT3D_ODOO names {folder}, where there is {found}; "
            f"it has to be a checkout of Odoo {SERIES}."
        )
    return tree


def _installed() -> OdooTree | None:
    """An Odoo 19 that this machine's own Python has.

    Its folder also holds every other Python package of the system, which must
    not come before those of our virtual environment: only a link to it is used.
    """
    program = which("odoo")
    if not program or f" {SERIES}" not in output_of(
        [program, "--version"], check=False
    ):
        return None
    code = "import odoo; print(next(iter(odoo.__path__)))"
    python = "/usr/bin/python3"
    package = Path(output_of([python, "-c", code], check=False) or "/nonexistent")
    if not (release_of(package) or "").startswith(SERIES):
        return None
    link = paths.CACHE / "odoo-installed" / "odoo"
    link.parent.mkdir(exist_ok=True)
    if not link.is_symlink() or link.resolve() != package.resolve():
        link.unlink(missing_ok=True)
        link.symlink_to(package)
    return tree_at(link.parent)


def _unpacked() -> OdooTree:
    """The Debian package, unpacked with its fixes."""
    folder = paths.ODOO / DIST_PACKAGES
    if not stamps.is_done("odoo", RECIPE) or not tree_at(folder):
        downloads = paths.APT / "downloads"
        shutil.rmtree(downloads, ignore_errors=True)
        downloads.mkdir(parents=True)
        with step("Download Odoo 19 from the Debian mirror"):
            mirror.fetch((PACKAGE, *LINKED), FONTS, downloads)
        with step("Unpack Odoo 19"), stamps.building(paths.ODOO) as root:
            for package in sorted(downloads.glob("*.deb")):
                run_logged(["dpkg-deb", "-x", package, root], "odoo-unpack")
            mend(root / DIST_PACKAGES / "odoo", node.ensure())
        shutil.rmtree(downloads, ignore_errors=True)
        stamps.mark_done("odoo", RECIPE)
    tree = tree_at(folder)
    if tree is None or not tree.version.startswith(SERIES):
        raise LauncherError(
            f"The Debian package {PACKAGE} does not hold Odoo {SERIES} as expected."
        )
    return tree


def mend(package: Path, node_modules: Path) -> None:
    """Repair what unpacking leaves broken in the `odoo` package folder.

    :param node_modules: where npm put Font Awesome 4; the one in Debian is a
        newer version, with other file names
    """
    fonts = node_modules / "font-awesome" / "fonts"
    for link in dangling_links(package):
        substitute = fonts / link.name
        link.unlink()
        if "fontawesome" in link.parts and substitute.exists():
            shutil.copyfile(substitute, link)
    removed = package / REMOVED_FILE
    removed.parent.mkdir(parents=True, exist_ok=True)
    if not removed.exists():
        removed.write_text("/* Not part of the Debian package. */\n")


def dangling_links(folder: Path) -> list[Path]:
    """The symbolic links below `folder` that lead nowhere."""
    return [
        path
        for root, _folders, files in os.walk(folder)
        for path in (Path(root, name) for name in files)
        if path.is_symlink() and not path.exists()
    ]


def _cloned() -> OdooTree:
    """The official branch, where this system is not Debian."""
    tree = tree_at(paths.ODOO)
    if tree is None or not stamps.is_done("odoo", "git"):
        system.ensure([system.GIT])
        note(f"  … not a Debian system: cloning the official {SERIES} branch")
        with step(f"Clone Odoo {SERIES}"), stamps.building(paths.ODOO) as root:
            try:
                run_logged(
                    ["git", "clone", "--depth=1", "-b", SERIES, UPSTREAM, root],
                    "odoo-clone",
                )
            except LauncherError as error:
                raise LauncherError(mirror.NO_PACKAGE.format(reason=error)) from error
        stamps.mark_done("odoo", "git")
        tree = tree_at(paths.ODOO)
    return tree
