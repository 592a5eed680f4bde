"""Damaged files, the same ones every time, for every reader; `./print3d fuzz` for more.

Seeds are good files, the corpus' among them where it is there. What was found so is
mended and has a test of its own with the reader's tests.
"""

import sys

import pytest
from fuzz_families import TARGETS, seeds_of
from fuzz_harness import Worker, fuzz

# Files a part: enough to reach what its mutations reach soon, in a minute in all.
EXAMPLES = 200

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the limits are those of Linux"
)


@pytest.mark.parametrize("family", sorted(TARGETS))
def test_damaged_files_are_read_or_refused(family):
    with Worker(TARGETS[family]) as worker:
        fuzz(worker, seeds_of(family), EXAMPLES)
        print(f"\n{family}: {worker.count} files, {worker.outcomes}")
        assert worker.count >= EXAMPLES
        # A reader that refuses everything would find nothing.
        assert len(worker.outcomes) > 1


def test_every_family_has_seeds_of_our_own():
    """So that there is something to damage where there is no corpus."""
    from slicer.families.registry import FAMILIES

    codes = {family.code for family in FAMILIES}
    assert codes <= TARGETS.keys()
    assert all(seeds_of(code, corpus=False) for code in codes)
