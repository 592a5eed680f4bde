"""Vendors, packs and freight, without Odoo."""

import sys
from pathlib import Path

import hypothesis

ROOT = Path(__file__).resolve().parents[2]
# At the end: the folder has modules with common names.
sys.path.append(str(ROOT / "addons" / "print3d_inventory" / "tools"))

# How long an example takes says more about the machine than about the search.
hypothesis.settings.register_profile("shopping", deadline=None)
hypothesis.settings.load_profile("shopping")
