"""System packages: installed once, and only what is missing."""

import contextlib
import ctypes.util
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .console import note, step
from .errors import LauncherError
from .shell import environment, output_of, run_logged, which

UNATTENDED = ("DEBIAN_FRONTEND=noninteractive",)
APT_GET = (
    "apt-get",
    "-y",
    "-q",
    "--no-install-recommends",
    # Another installation on this machine may be running: wait for it.
    "-o",
    "DPkg::Lock::Timeout=300",
)


@dataclass(frozen=True)
class Need:
    """One thing the machine must have.

    :param package: the Debian package that brings it
    :param found: answers whether it is there, however it was installed
    :param purpose: what it is for, said to who has to install it by hand
    """

    package: str
    found: Callable[[], bool]
    purpose: str


def program(name: str, package: str, purpose: str) -> Need:
    """A need that is met when a program is on PATH."""
    return Need(package, lambda: which(name) is not None, purpose)


def postgres_bin(required: str = "initdb") -> Path | None:
    """The folder of the newest PostgreSQL server programs on this machine, or None.

    Debian keeps them out of PATH, in a folder per version.
    """
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name)
        if folder.parent.name.isdigit()
        else 0,
        reverse=True,
    )
    on_path = which(required)
    if on_path:
        folders.append(Path(on_path).parent)
    return next((folder for folder in folders if (folder / required).exists()), None)


def _venv_works() -> bool:
    """Whether this Python can make virtual environments.

    Debian takes ensurepip out of Python; only python3-venv brings it.
    """
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


POSTGRES_SERVER = Need(
    "postgresql", lambda: postgres_bin() is not None, "the database server"
)
POSTGRES_CLIENT = program("psql", "postgresql-client", "talking to the database")
PYTHON_VENV = Need("python3-venv", _venv_works, "the virtual environment")
NPM = program("npm", "npm", "right-to-left styles and the JavaScript linters")
PDF = program("wkhtmltopdf", "wkhtmltopdf", "printing PDFs")
SLICER = program("prusa-slicer", "prusa-slicer", "slicing the demo models")
BROWSER = Need(
    "chromium",
    lambda: any(which(name) for name in ("chromium", "google-chrome", "chrome")),
    "the browser tests",
)
PDF_TOOLS = program("pdftoppm", "poppler-utils", "looking at printed PDFs in tests")
CODE_READER = Need(
    "libzbar0",
    lambda: ctypes.util.find_library("zbar") is not None,
    "reading printed codes back in tests",
)
VIRUS_SCANNER = Need(
    "clamav-daemon",
    lambda: which("clamd") is not None or Path("/usr/sbin/clamd").exists(),
    "scanning files for viruses in tests",
)
GIT = program("git", "git", "fetching Odoo")


def ensure(needs: Iterable[Need]) -> None:
    """Install the Debian packages of the needs that are not met.

    :raise LauncherError: when something is missing and cannot be installed from
        here; the message is the command to type
    """
    missing = [need for need in needs if not need.found()]
    if not missing:
        return
    packages = sorted({need.package for need in missing})
    rights = administrator()
    if rights is None:
        raise LauncherError(missing_message(missing))
    with step(f"Install {', '.join(packages)}"):
        _install(rights, packages)
    still = [need for need in missing if not need.found()]
    if still:
        raise LauncherError(missing_message(still))


def _install(rights: list[str], packages: list[str]) -> None:
    """Install packages; when that fails, mend what is usually the reason first.

    That is an installation which was interrupted, or lists older than the mirror.
    """
    install = [*rights, *APT_GET, "install", *packages]
    if all(has_candidate(package) for package in packages):
        with contextlib.suppress(LauncherError):
            run_logged(install, "apt")
            return
    run_logged([*rights, "dpkg", "--configure", "-a"], "apt")
    run_logged([*rights, *APT_GET, "update"], "apt")
    run_logged(install, "apt")


def administrator() -> list[str] | None:
    """What to put before a command to install packages, or None without the right."""
    if not which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["env", *UNATTENDED]
    if not which("sudo"):
        return None
    if not sys.stdin.isatty() and not _sudo_without_password():
        return None
    note("  … packages are missing; sudo may ask for your password")
    # run_logged closes stdin, so the password is asked for here, once.
    if not _sudo_without_password() and os.system("sudo -v"):
        return None
    return ["sudo", "-n", *UNATTENDED]


def _sudo_without_password() -> bool:
    return os.system("sudo -n true >/dev/null 2>&1") == 0


def has_candidate(package: str) -> bool:
    """Whether apt knows a version of `package` to install."""
    policy = output_of(
        ["apt-cache", "policy", package], env=environment(LC_ALL="C"), check=False
    )
    return "Candidate:" in policy and "Candidate: (none)" not in policy


def missing_message(missing: Iterable[Need]) -> str:
    """Say exactly what to install, and why."""
    missing = list(missing)
    packages = " ".join(sorted({need.package for need in missing}))
    lines = [f"    {need.package}: {need.purpose}" for need in missing]
    return (
        "These packages are missing:\n"
        + "\n".join(lines)
        + "\nInstall them as an administrator, then run the same command again:\n"
        + f"    apt-get install {packages}\n"
        + "(On another system than Debian the packages may have other names.)"
    )


def python_tag() -> str:
    """What compiled packages of this Python depend on; part of set-up keys."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}-{sysconfig.get_platform()}"
