"""The slicer package without Odoo, and the corpus of real files."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from slicer_paths import ADDON, CORPUS

sys.path.insert(0, str(ADDON))


@pytest.fixture(scope="session")
def corpus():
    """Folder of the corpus; tests that need it are skipped without it."""
    if not (CORPUS / "TRUTH.json").is_file():
        pytest.skip(f"no corpus of sliced files at {CORPUS} (PRINT3D_CORPUS names it)")
    return CORPUS
