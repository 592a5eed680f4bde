"""How much of something is taken at every minute: people, power."""

from bisect import bisect_right

from .calendar import FOREVER


class Profile:
    """How much of something is taken at every minute, and where more of it fits."""

    __slots__ = ("times", "levels", "limit")

    def __init__(self, limit, level=0):
        self.times = [-FOREVER]
        self.levels = [level]
        self.limit = limit

    def add(self, start, end, amount):
        """Take an amount from start to end."""
        if end <= start or not amount:
            return
        first, last = self._cut(start), self._cut(end)
        levels = self.levels
        for index in range(first, last):
            levels[index] += amount
        # Stretches of one level are one: the fewer there are, the faster the search.
        for index in (last, first):
            if levels[index] == levels[index - 1]:
                del levels[index], self.times[index]

    def _cut(self, at):
        index = bisect_right(self.times, at) - 1
        if self.times[index] == at:
            return index
        self.times.insert(index + 1, at)
        self.levels.insert(index + 1, self.levels[index])
        return index + 1

    def find(self, after, length, amount):
        """Return the first minute from which on an amount fits for so long.

        :return: the minute, ``None`` when it never does
        """
        times, levels = self.times, self.levels
        most = self.limit - amount
        index = bisect_right(times, after) - 1
        count, start = len(times), after
        while index < count:
            if levels[index] > most:
                index += 1
                if index == count:
                    return None
                start = times[index]
            elif index + 1 == count or times[index + 1] - start >= length:
                return start
            else:
                index += 1
        return None

    def get_peak(self, start, end):
        """Return the most that is taken at a time between start and end."""
        first = bisect_right(self.times, start) - 1
        last = bisect_right(self.times, end - 1)
        return max(self.levels[first:last])
