"""Each linter is one test; what it says is the message of the failure."""

import subprocess
import sys

import pytest

from launcher import node

from .sources import ROOT, files

BIN = node.bin_folder(dev=True)
XML_PLUGIN = BIN.parent / "@prettier" / "plugin-xml" / "src" / "plugin.js"
PYLINT = (sys.executable, "-m", "pylint", "--rcfile=.pylintrc")
# Folders of addons whose code knows nothing of Odoo.
PURE = ("adapters", "learning", "mesh", "scheduling", "slicer", "tools")


def check(*command):
    """Fail with the program's output unless it is content."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        pytest.fail(f"{done.stdout}\n{done.stderr}".strip(), pytrace=False)


def test_ruff_finds_nothing():
    check(sys.executable, "-m", "ruff", "check", "--no-cache", ".", "print3d")


def test_python_is_formatted_by_ruff():
    check(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", ".")
    check(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", "print3d")


def test_pylint_odoo_finds_nothing():
    addons = sorted(path.parent for path in ROOT.glob("addons/*/__manifest__.py"))
    check(*PYLINT, rf"--ignore-paths=.*/({'|'.join(PURE)})/.*", *addons)


def test_pylint_odoo_finds_nothing_in_pure_python():
    """There a method named `read` or `create` overrides none of Odoo's."""
    folders = sorted(path for name in PURE for path in ROOT.glob(f"addons/*/{name}"))
    check(*PYLINT, "--disable=method-required-super", *folders)


def test_runs_on_the_oldest_python_promised():
    check(
        *(sys.executable, "-c", "from vermin import main; main()", "--quiet"),
        *("--violations", "--no-tips", "-t=3.10-", "addons", "launcher", "tests"),
    )


def test_files_are_formatted_by_prettier():
    names = files(".xml", ".js", ".mjs", ".scss", ".css", ".json", ".yml", ".yaml")
    check(BIN / "prettier", "--check", f"--plugin={XML_PLUGIN}", *names)


def test_eslint_finds_nothing():
    check(BIN / "eslint", "--no-warn-ignored", *files(".js", ".mjs"))
