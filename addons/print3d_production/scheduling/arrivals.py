"""Filament on its way, given out to the prints that lack some, in their order."""

from .farm import EPSILON, fill


class Arrivals:
    """What is on its way, and how much of it nobody waits for yet.

    :param receipts: the Receipts
    """

    def __init__(self, receipts):
        self._by_product = {}
        for receipt in sorted(receipts, key=_by_date):
            self._by_product.setdefault(receipt.product_id, []).append(receipt)
        self._left = {receipt.id: receipt.grams for receipt in receipts}

    def give(self, job, verdict):
        """Note with each tool of a print what will make good what it lacks."""
        for pick in verdict.picks:
            if pick.missing > EPSILON:
                need = next(need for need in job.needs if need.tool == pick.tool)
                self._give(need, pick)

    def _give(self, need, pick):
        coming = [
            receipt
            for product_id in need.product_ids
            for receipt in self._by_product.get(product_id, ())
            if self._left[receipt.id] > EPSILON
        ]
        coming.sort(key=_by_date)
        pick.arrivals, pick.uncovered = fill(
            pick.missing, [(receipt.id, self._left[receipt.id]) for receipt in coming]
        )
        for receipt_id, grams in pick.arrivals:
            self._left[receipt_id] -= grams

    def show(self, job, verdict):
        """Note the same, and leave everything to whoever comes next."""
        left = dict(self._left)
        self.give(job, verdict)
        self._left = left


def _by_date(receipt):
    return receipt.date, receipt.id
