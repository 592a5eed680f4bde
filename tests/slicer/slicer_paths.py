"""Where the tests of the slicer package find things."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / "addons" / "print3d_library"
DATA = Path(__file__).parent / "data"
CORPUS = Path(os.environ.get("PRINT3D_CORPUS") or ROOT.parent / "shared" / "corpus")
