"""Lets so much through in a time and no more, without Odoo."""

import threading
import time
from collections import OrderedDict


class Throttle:
    """Counts what each key did, within one process.

    Each key has ``burst`` at once, and gets back ``per_minute`` in a minute.

    :param clock: returns seconds that never go back
    :param int most_keys: the ones unseen for longest are forgotten beyond this many
    """

    def __init__(self, per_minute, burst, clock=time.monotonic, most_keys=10_000):
        self._rate = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._most_keys = most_keys
        self._left = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key):
        """Count one; return 0, or the seconds to wait when it is one too many."""
        with self._lock:
            left = self._refill(key)
            if left < 1:
                return (1 - left) / self._rate
            self._left[key] = (left - 1, self._clock())
            self._left.move_to_end(key)
            if len(self._left) > self._most_keys:
                self._left.popitem(last=False)
            return 0.0

    def peek(self, key):
        """Return 0, or the seconds to wait, without counting."""
        with self._lock:
            left = self._refill(key)
            return (1 - left) / self._rate if left < 1 else 0.0

    def _refill(self, key):
        left, when = self._left.get(key, (self._burst, None))
        if when is None:
            return left
        return min(self._burst, left + (self._clock() - when) * self._rate)
