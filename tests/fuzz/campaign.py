"""Read damaged files for as long as is wanted: `./print3d fuzz`.

    ./print3d fuzz [--minutes N] [--family NAME] [--seed S]

Every file that breaks a reader is written to the folder of findings, as small as it
could be made, with what was wrong beside it. A finding is mended in the reader and
becomes a test with an input of our own.
"""

import argparse
import hashlib
import random
import sys
import time
from pathlib import Path

from fuzz_families import TARGETS, seeds_of
from fuzz_harness import Finding, Worker, fuzz
from hypothesis.errors import Flaky

ROUND = 400


def main(words=None):
    """Exit code 0 when nothing was found, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="print3d fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long (10)")
    parser.add_argument(
        "--family", choices=sorted(TARGETS), action="append", help="only this; repeat"
    )
    parser.add_argument("--seed", type=int, help="begin with this series of files")
    parser.add_argument("--findings", type=Path, default=Path(".cache/fuzz"))
    options = parser.parse_args(words)
    number = options.seed if options.seed is not None else random.randrange(10**9)
    families = options.family or sorted(TARGETS)
    end = time.monotonic() + options.minutes * 60
    workers = {name: Worker(TARGETS[name]) for name in families}
    found = {}
    try:
        while time.monotonic() < end:
            for name in families:
                if time.monotonic() > end:
                    break
                _round(workers[name], name, number, options.findings, found)
            number += 1
    finally:
        for worker in workers.values():
            worker.__exit__()
    for name, worker in workers.items():
        told = ", ".join(
            f"{outcome} {count}"
            for outcome, count in sorted(worker.outcomes.items(), key=lambda p: -p[1])
        )
        print(f"{name}: {worker.count} files, {worker.peak_kb // 1024} MB: {told}")
    print(f"{len(found)} findings" + (f" in {options.findings}" if found else ""))
    return int(bool(found))


def _round(worker, name, number, folder, found):
    try:
        fuzz(worker, seeds_of(name), ROUND, number)
    except Flaky as error:
        # It broke once and never again: worth a look, not an end to the campaign.
        print(f"{name}, series {number}: {str(error).splitlines()[0]:.200}")
    except Finding as finding:
        # The last line of a trace and the place tell one finding from another.
        key = (name, *finding.what.strip().splitlines()[-3:])
        if key in found:
            return
        found[key] = number
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}-{hashlib.sha256(finding.data).hexdigest()[:12]}"
        path.write_bytes(finding.data)
        text = f"series {number}\n{finding}\n"
        path.with_name(path.name + ".txt").write_text(text, encoding="utf-8")
        print(f"{name}: {path}\n  {finding.what.strip().splitlines()[-1]:.200}")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
