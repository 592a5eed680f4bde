"""Which files are ours: what git knows, or would add."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files(*suffixes):
    """Our files, relative to the checkout, with one of the suffixes (or any)."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    names = sorted(set(filter(None, listing.split("\0"))))
    return [
        name
        for name in names
        if (ROOT / name).is_file() and (not suffixes or name.endswith(suffixes))
    ]


def texts():
    """Name and text of each of our files that is text."""
    for name in files():
        data = (ROOT / name).read_bytes()
        if b"\0" in data[:8000]:
            continue
        yield name, data.decode("utf-8", "replace")
