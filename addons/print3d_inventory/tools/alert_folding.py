"""What signals, told in any order, make of the alerts of one key.

A signal says that something is so (raise), is still so (hold) or is no longer so
(clear), and when that was seen. An episode is one alert: from the first to the last
time it was seen, until it was closed. Whatever the order in which signals come, the
last word about whether something is so has the one that was seen last; what comes
late belongs to the episode of its time.
"""

from dataclasses import dataclass, field
from datetime import datetime

RAISE, HOLD, CLEAR = "raise", "hold", "clear"


@dataclass
class Signal:
    """What was told once.

    ``number`` is the order in which it was told, which decides between signals of the
    same time.
    """

    when: datetime
    number: int
    kind: str
    vals: str = ""
    user_id: int | None = None


@dataclass
class Episode:
    """One alert, as far as signals change it.

    ``id`` is None for a new one; ``closed_on`` None for an open one. ``begun`` is the
    first of the signals folded now, ``told`` the one whose words count, when one of
    them has the last word; ``closer`` the one that closed it; ``added`` how often it
    was raised now.
    """

    id: int | None
    first: datetime
    last: datetime
    count: int = 0
    closed_on: datetime | None = None
    begun: Signal | None = None
    told: Signal | None = None
    closer: Signal | None = None
    added: int = 0
    is_touched: bool = False

    def see(self, signal):
        """Count a signal that belongs to this episode."""
        self.begun = self.begun or signal
        if signal.when >= self.last:
            self.told = signal
        self.first = min(self.first, signal.when)
        self.last = max(self.last, signal.when)
        if signal.kind == RAISE:
            self.added += 1
            self.count += 1
        self.is_touched = True

    def close(self, signal):
        """Close this episode: what it is about is over."""
        self.closed_on, self.closer, self.is_touched = signal.when, signal, True


@dataclass
class Story:
    """The episodes of one key, and when it was last said to be over."""

    episodes: list[Episode] = field(default_factory=list)
    cleared_on: datetime | None = None

    def fold(self, signals):
        """Take signals in, whatever their order; return the episodes that changed.

        :param signals: iterable of :class:`Signal`
        :rtype: list[Episode]
        """
        for signal in sorted(signals, key=lambda one: (one.when, one.number)):
            if signal.kind == CLEAR:
                self._clear(signal)
            else:
                self._see(signal)
        return [episode for episode in self.episodes if episode.is_touched]

    def _get_open(self):
        return next((one for one in self.episodes if one.closed_on is None), None)

    def _clear(self, signal):
        self.cleared_on = max(self.cleared_on or signal.when, signal.when)
        episode = self._get_open()
        # What was seen after it was over is there again.
        if episode and episode.last <= signal.when:
            episode.close(signal)

    def _see(self, signal):
        episode = self._get_open() or self._find_closed(signal.when)
        if episode is None:
            is_over = self.cleared_on is not None and signal.when < self.cleared_on
            if is_over and signal.kind == HOLD:
                return
            episode = Episode(
                None,
                signal.when,
                signal.when,
                # What holds was never told apart, and is there once.
                count=int(signal.kind == HOLD),
                closed_on=self.cleared_on if is_over else None,
            )
            self.episodes.append(episode)
        elif episode.closed_on is not None and signal.kind == HOLD:
            return
        episode.see(signal)

    def _find_closed(self, when):
        """The episode that was closed next after a time."""
        later = [one for one in self.episodes if one.closed_on and one.closed_on > when]
        return min(later, key=lambda one: one.closed_on, default=None)
