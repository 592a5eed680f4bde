"""Random stories of three remnants: filament is wound to and fro, none is lost."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import Print3dInventoryCommon

grams = st.integers(1, 30000).map(lambda hundredths: hundredths / 100)
spools = st.integers(0, 2)
deeds = st.one_of(
    st.tuples(st.just("merge"), spools, spools, grams),
    st.tuples(st.just("merge"), spools, spools, st.none()),
    st.tuples(st.just("use"), spools, spools, grams),
    st.tuples(st.just("undo"), spools, spools, grams),
)


@tagged("post_install", "-at_install")
class TestSpoolMergeStory(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spools = cls.env["stock.lot"]
        for left, price in ((300, 0.03), (200, 0.02), (100, 0.01)):
            spool = cls._create_spool(1000, price)
            spool._print3d_record("use", 1000 - left)
            cls.spools |= spool

    @settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(story=st.lists(deeds, min_size=2, max_size=7))
    def test_no_gram_and_no_cent_is_lost(self, story):
        with self.env.cr.savepoint() as point:
            self._follow(story)
            point.rollback()

    def _follow(self, story):
        merges, used, cost = [], 0.0, 0.0
        for kind, first, second, value in story:
            source, target = self.spools[first], self.spools[second]
            if kind == "use" and source.remaining_g >= value:
                entry = source._print3d_record("use", value)
                used += value
                cost += entry.move_line_ids.move_id.value
            elif kind == "merge":
                entries = self._try(
                    lambda source=source, target=target, value=value: (
                        source._print3d_merge_into(target, value)
                    )
                )
                if entries:
                    merges.append(entries)
            elif kind == "undo" and merges:
                entries = merges[-1]
                if self._try(entries[0].action_undo):
                    merges.pop()
            self._check(600 - used, 14 - cost)

    def _try(self, deed):
        """Return what a deed returns; what is refused changes nothing."""
        before = self.spools.mapped("remaining_g")
        try:
            with self.env.cr.savepoint():
                return deed()
        except UserError:
            self.spools.invalidate_recordset()
            self.assertEqual(self.spools.mapped("remaining_g"), before)
            return None

    def _check(self, left, value):
        self.spools.invalidate_recordset()
        self.assertAlmostEqual(sum(self.spools.mapped("remaining_g")), left, 2)
        for spool in self.spools:
            self.assertAlmostEqual(spool._get_book_grams(), spool.remaining_g, 2)
            self.assertAlmostEqual(
                sum(spool.spool_entry_ids.mapped("grams")), spool.remaining_g, 2
            )
        # Moves are worth whole cents.
        self.assertAlmostEqual(
            sum(self.spools.mapped("spool_value")), value, delta=0.05
        )
