"""The modules of this folder, and the readers without Odoo."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import fuzz_seeds  # noqa: F401  (puts the readers on the path)
