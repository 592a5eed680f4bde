"""The order of the queue, without Odoo."""

import sys
from pathlib import Path

import hypothesis

ROOT = Path(__file__).resolve().parents[2]
# Last: the tools of other addons have the same name there.
sys.path.append(str(ROOT / "addons" / "print3d_production"))

# How long an example takes says more about the machine than about the plan.
hypothesis.settings.register_profile("scheduling", deadline=None)
hypothesis.settings.load_profile("scheduling")
