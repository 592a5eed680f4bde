"""The client of the virus scanner, without Odoo."""

import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2] / "addons" / "print3d_library"
sys.path.insert(0, str(ADDON / "tools"))
sys.path.insert(0, str(ADDON / "tests"))

import clamd_daemon


@pytest.fixture(scope="session")
def daemon():
    """Socket of a daemon that knows the EICAR test file."""
    if not clamd_daemon.find():
        pytest.skip("ClamAV's daemon is not installed (Debian package clamav-daemon)")
    with clamd_daemon.running() as address:
        yield address
