"""Pure tools of the library, without Odoo."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / "addons" / "print3d_library"
CORPUS = Path(os.environ.get("PRINT3D_CORPUS") or ROOT.parent / "shared" / "corpus")
sys.path.insert(0, str(ADDON))


@pytest.fixture(scope="session")
def corpus():
    """Folder of the corpus; tests that need it are skipped without it."""
    if not (CORPUS / "TRUTH.json").is_file():
        pytest.skip(f"no corpus of sliced files at {CORPUS} (PRINT3D_CORPUS names it)")
    return CORPUS
