"""The virtual environment, and the Odoo addons that come as Python packages."""

import shutil
import sys
from pathlib import Path

from . import paths, stamps, system
from .console import step
from .errors import LauncherError
from .shell import output_of, run_logged, which

RUN_REQUIREMENTS = ("requirements-odoo.txt", "requirements.txt")
DEV_REQUIREMENTS = (*RUN_REQUIREMENTS, "requirements-dev.txt")
OCA_REQUIREMENTS = "requirements-oca.txt"
SUPPORTED = ((3, 10), (3, 13))


def ensure(dev: bool = False) -> Path:
    """Make the virtual environment; return its Python.

    :param dev: also what testing needs
    """
    files = DEV_REQUIREMENTS if dev else RUN_REQUIREMENTS
    python = paths.VENV / "bin" / "python"
    if _installed(files) or (not dev and _installed(DEV_REQUIREMENTS)):
        return python
    _ensure_venv()
    # A package half-written by an interrupted pip counts as installed to the
    # next one, so the environment is only trusted when pip came to its end.
    busy = paths.VENV / ".installing"
    busy.touch()
    requirements = [word for name in files for word in ("-r", paths.ROOT / name)]
    with step("Install Python packages") as progress:
        run_logged(
            [python, "-m", "pip", "install", "--prefer-binary", *requirements],
            "pip",
            on_line=lambda line: progress.update(line[:60]),
        )
    busy.unlink()
    for name in (RUN_REQUIREMENTS, files):
        stamps.mark_done(_stamp(name), _key(name))
    return python


def _stamp(files: tuple[str, ...]) -> str:
    return "python-dev" if files == DEV_REQUIREMENTS else "python"


def _key(files: tuple[str, ...]) -> str:
    return stamps.digest(system.python_tag(), *(paths.ROOT / name for name in files))


def _installed(files: tuple[str, ...]) -> bool:
    python = paths.VENV / "bin" / "python"
    return python.exists() and stamps.is_done(_stamp(files), _key(files))


def _ensure_venv() -> None:
    python = paths.VENV / "bin" / "python"
    usable = output_of([python, "-m", "pip", "--version"], check=False)
    if usable and not (paths.VENV / ".installing").exists():
        if stamps.is_done("venv", system.python_tag()):
            return
    interpreter = choose_python()
    if interpreter == sys.executable:
        system.ensure([system.PYTHON_VENV])
    with step("Create the virtual environment"):
        shutil.rmtree(paths.VENV, ignore_errors=True)
        for name in (RUN_REQUIREMENTS, DEV_REQUIREMENTS):
            stamps.forget(_stamp(name))
        run_logged([interpreter, "-m", "venv", paths.VENV], "venv")
    stamps.mark_done("venv", system.python_tag())


def choose_python() -> str:
    """The Python for Odoo: this one, or another on PATH that Odoo 19 supports.

    :raise LauncherError: when there is none
    """
    oldest, newest = SUPPORTED
    if oldest <= sys.version_info[:2] <= newest:
        return sys.executable
    for minor in range(newest[1], oldest[1] - 1, -1):
        found = which(f"python3.{minor}")
        if found:
            return found
    raise LauncherError(
        f"Odoo 19 needs Python {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}; "
        f"this is {sys.version.split()[0]} and no other was found."
    )


def ensure_oca() -> Path:
    """Unpack the OCA addons; return the folder to put on the addons path.

    They require a package `odoo` that no registry carries, so they are not
    installed as dependencies but unpacked by themselves.
    """
    requirements = paths.ROOT / OCA_REQUIREMENTS
    key = stamps.digest(requirements)
    folder = paths.OCA / "odoo" / "addons"
    if not stamps.is_done("oca", key) or not folder.is_dir():
        python = ensure()
        with step("Unpack the OCA addons"), stamps.building(paths.OCA) as aside:
            run_logged(
                [
                    *(python, "-m", "pip", "install", "--no-deps"),
                    *("--target", aside, "-r", requirements),
                ],
                "pip",
            )
        stamps.mark_done("oca", key)
    return folder
