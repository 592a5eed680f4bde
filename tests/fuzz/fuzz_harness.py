"""Damaged files for the readers, in a process that is watched."""

import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import fuzz_mutations
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

WORKER = Path(__file__).with_name("fuzz_worker.py")
MB = 1024 * 1024
# Address space: reading a slice may take 150 MB. Meshes need numpy, which alone takes
# most of half a gigabyte of it, memory or not.
MEMORY = {
    "slice": 150 * MB,
    "package": 150 * MB,
    "toolpath": 256 * MB,
    "mesh": 1536 * MB,
}
# Processor time for one small file, and how long to wait for an answer at all. Meshes
# are measured too, by rays through their walls.
CPU_S = {"slice": 2, "package": 2, "toolpath": 5, "mesh": 10}
WALL_S = 60


class Finding(AssertionError):
    """Something wrong with a reader, and the file that shows it."""

    def __init__(self, target, name, data, what):
        super().__init__(f"{target}, {name} damaged, {len(data)} bytes: {what}")
        self.data, self.what = data, what


class Worker:
    """A process that reads files until one breaks it; the next begins anew."""

    def __init__(self, target):
        self.target = target
        self.count = 0
        self.outcomes = {}
        self.peak_kb = self._first_kb = 0
        self._process = self._errors = None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._stop()

    def read(self, name, data):
        """What became of a file.

        :raises Finding: the reader broke, hung, was slow or took too much memory
        """
        if self._process is None:
            self._start()
        answer = self._answer(data)
        if isinstance(answer, str):
            self._stop()
            raise Finding(self.target, name, data, answer)
        self.count += 1
        outcome = answer["outcome"]
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.peak_kb = max(self.peak_kb, answer["peak_kb"])
        if "finding" in answer:
            raise Finding(self.target, name, data, answer["finding"])
        if answer["cpu_s"] > CPU_S[self.target]:
            self._read_again(name, data)

    def _read_again(self, name, data):
        """Whether a file is slow by itself, not by what else the machine did."""
        seconds = []
        for _time in range(3):
            answer = self._answer(data)
            if isinstance(answer, str):
                self._stop()
                raise Finding(self.target, name, data, answer)
            seconds.append(answer["cpu_s"])
        if min(seconds) > CPU_S[self.target]:
            raise Finding(self.target, name, data, f"took {min(seconds)} s")

    def _start(self):
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [sys.executable, str(WORKER), self.target, str(MEMORY[self.target])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
        )

    def _stop(self):
        if self._process is None:
            return
        self._process.kill()
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
        self._errors.close()
        self._process = None

    def _answer(self, data):
        """The worker's answer, or what is wrong in words."""
        try:
            self._process.stdin.write(struct.pack("<I", len(data)) + data)
            self._process.stdin.flush()
        except BrokenPipeError:
            return self._death()
        text, end = b"", time.monotonic() + WALL_S
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not text.endswith(b"\n"):
                left = end - time.monotonic()
                if left <= 0 or not selector.select(left):
                    return f"no answer within {WALL_S} s"
                piece = os.read(self._process.stdout.fileno(), 65536)
                if not piece:
                    return self._death()
                text += piece
        return json.loads(text)

    def _death(self):
        status = self._process.wait()
        self._errors.seek(0)
        told = self._errors.read().decode(errors="replace")[-2000:]
        cause = signal.Signals(-status).name if status < 0 else f"exit {status}"
        return f"the reader ended ({cause}) {told}"


def plans(names):
    """Strategy of the ways to damage a file that suits some mutations."""
    step = st.tuples(st.sampled_from(names), st.integers(0, 2**32 - 1))
    return st.lists(step, min_size=1, max_size=4)


def fuzz(worker, seeds, examples, number=None):
    """Damage seeds and read them; the smallest plan that shows something is found.

    :param worker: :class:`Worker`
    :param seeds: bytes by name
    :param examples: how many damaged files to read
    :param number: of the series of files; the same one gives the same files
    :raises Finding: with the file
    """
    names = sorted(seeds)
    others = [seeds[name] for name in names]
    for name in names:
        worker.read(name, seeds[name])
    # Seeds whose mutations differ are drawn apart, so that every plan does something.
    strategies = st.sampled_from(names).flatmap(
        lambda name: st.tuples(st.just(name), plans(fuzz_mutations.suited(seeds[name])))
    )

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=number is None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(strategies)
    def damaged_files_are_read(example):
        name, plan = example
        worker.read(name, fuzz_mutations.mutated(seeds[name], plan, others))

    if number is not None:
        damaged_files_are_read = seed(number)(damaged_files_are_read)
    damaged_files_are_read()
