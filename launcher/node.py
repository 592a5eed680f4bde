"""JavaScript tools, from the lock file at the top of the checkout."""

import shutil
from pathlib import Path

from . import paths, stamps, system
from .console import step
from .shell import run_logged

LOCK_FILES = ("package.json", "package-lock.json")


def ensure(dev: bool = False) -> Path:
    """Install the locked npm packages; return their `node_modules`.

    :param dev: also the linters. They get a folder of their own, so that
        running the tests never rewrites what a serving Odoo uses.
    """
    system.ensure([system.NPM])
    folder = paths.NODE_DEV if dev else paths.NODE
    key = stamps.digest(*(paths.ROOT / name for name in LOCK_FILES))
    if not stamps.is_done(folder.name, key) or not folder.is_dir():
        label = "linters and their plugins" if dev else "rtlcss and Font Awesome"
        with step(f"Install {label} with npm"), stamps.building(folder) as aside:
            for name in LOCK_FILES:
                shutil.copyfile(paths.ROOT / name, aside / name)
            omit = [] if dev else ["--omit=dev"]
            run_logged(
                ["npm", "ci", "--no-audit", "--no-fund", *omit], "npm", cwd=aside
            )
        stamps.mark_done(folder.name, key)
    return folder / "node_modules"


def bin_folder(dev: bool = False) -> Path:
    """Where the programs of :func:`ensure` are."""
    return (paths.NODE_DEV if dev else paths.NODE) / "node_modules" / ".bin"
