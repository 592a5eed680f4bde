"""How much more filament goes than the sliced files say.

Between two weighings of a spool, the scale says what really went, and the files of
the prints say what should have gone. Their ratio less one is the waste of that span:
purges, skirts the slicer does not count, filament cut off, a flow that is set too high.

From the spans of a material, or of a material on a printer, one factor is learned:

1. Spans whose ratio is an outlier are left out: their modified z-score
   ``0.6745 × |ratio − median| / MAD`` is above 3.5 (B. Iglewicz and D. C. Hoaglin, How
   to Detect and Handle Outliers, ASQC 1993). MAD is the median of the deviations from
   the median. Somebody forgot to book a print, or weighed another spool. When spans
   agree so well that MAD says nothing, what is within :data:`CLOSE` is kept.
2. The factor is the median of the others, each weighted by its planned grams: a scale
   is as wrong with a long span as with a short one, so that the ratio of the long one
   is the better known. The quartiles are weighted alike, and show the spread.
"""

from statistics import median
from typing import NamedTuple

# Of the modified z-score, and how far it lies from a standard deviation.
LIMIT = 3.5
SCALE = 0.6745
# Ratios so near the median are never outliers.
CLOSE = 0.05


class Sample(NamedTuple):
    """A span between two weighings of a spool."""

    # Grams the files of its prints say.
    planned: float
    # Grams the scale says.
    actual: float


class Factor(NamedTuple):
    """What was learned; shares of the planned grams, 0.04 being 4 % more."""

    value: float
    # The lower and the upper quartile.
    low: float
    high: float
    # Spans it was learned from, and those left out.
    count: int
    left_out: int
    # Planned grams of the spans it was learned from.
    planned: float


def learn(samples):
    """Learn a factor from spans.

    :param samples: of :class:`Sample`; without planned grams they say nothing
    :return: a :class:`Factor`, or None when nothing can be learned
    """
    samples = [sample for sample in samples if sample.planned > 0]
    if not samples:
        return None
    ratios = [sample.actual / sample.planned for sample in samples]
    middle = median(ratios)
    spread = median(abs(ratio - middle) for ratio in ratios)
    kept = [
        (ratio, sample.planned)
        for ratio, sample in zip(ratios, samples, strict=True)
        if abs(ratio - middle) <= max(CLOSE, LIMIT * spread / SCALE)
    ]
    return Factor(
        value=quantile(kept, 0.5) - 1.0,
        low=quantile(kept, 0.25) - 1.0,
        high=quantile(kept, 0.75) - 1.0,
        count=len(kept),
        left_out=len(samples) - len(kept),
        planned=sum(weight for _ratio, weight in kept),
    )


def quantile(pairs, share):
    """Return the weighted quantile of values.

    The value of which, with all smaller ones, the weights reach the share of the whole;
    the mean of that and the next one when they reach it exactly.

    :param pairs: (value, weight), not empty, with weights above zero
    :param float share: 0.5 for the median
    """
    pairs = sorted(pairs)
    wanted = share * sum(weight for _value, weight in pairs)
    gone = 0.0
    for index, (value, weight) in enumerate(pairs):
        gone += weight
        if abs(gone - wanted) < 1e-9 and index + 1 < len(pairs):
            return (value + pairs[index + 1][0]) / 2.0
        if gone >= wanted:
            return value
    return pairs[-1][0]
