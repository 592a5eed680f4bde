"""The language of the search, colours and slips of the finger, without Odoo."""

import sys
from pathlib import Path

import hypothesis

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "addons" / "print3d_library"))

# How long an example takes says more about the machine than about the search.
hypothesis.settings.register_profile("query", deadline=None)
hypothesis.settings.load_profile("query")
