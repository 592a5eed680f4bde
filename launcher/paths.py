"""Where things are: the checkout, and everything made from it below `.cache/`."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
TESTS = ROOT / "tests"
CACHE = ROOT / ".cache"

ODOO = CACHE / "odoo"
VENV = CACHE / "venv"
OCA = CACHE / "oca"
NODE = CACHE / "node"
NODE_DEV = CACHE / "node-dev"
APT = CACHE / "apt"
DATA = CACHE / "data"
DATA_TEST = CACHE / "data-test"
RUN = CACHE / "run"
LOGS = CACHE / "logs"
STAMPS = CACHE / "stamps"


def checkout_id(root: Path = ROOT) -> str:
    """A short name for this checkout, for what has to live outside of it.

    Databases on a server shared with others, and clusters in a folder of the
    system, would otherwise collide between two checkouts of one machine.
    """
    return hashlib.sha256(str(root).encode()).hexdigest()[:8]


def ensure_cache() -> None:
    """Make the folders every step may write to."""
    for folder in (CACHE, RUN, LOGS, STAMPS):
        folder.mkdir(exist_ok=True)
