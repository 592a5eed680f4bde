"""A launcher whose `.cache/` is a folder of the test."""

import pytest

from launcher import paths

FOLDERS = ("APT", "LOGS", "NODE", "NODE_DEV", "OCA", "ODOO", "RUN", "STAMPS", "VENV")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Put everything the launcher makes into an empty folder; return it."""
    folder = tmp_path / "cache"
    for name in FOLDERS:
        place = folder / getattr(paths, name).name
        monkeypatch.setattr(paths, name, place)
    monkeypatch.setattr(paths, "CACHE", folder)
    paths.ensure_cache()
    return folder
