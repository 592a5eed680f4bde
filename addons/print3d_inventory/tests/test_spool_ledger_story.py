"""Random stories of a spool: the books say what a plain calculation says."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.tests import tagged

from .common import Print3dInventoryCommon

STATEMENTS = ("weigh", "count", "percent")
FULL, TARE = 1000.0, 200.0

grams = st.integers(0, 60000).map(lambda hundredths: hundredths / 100)
deeds = st.one_of(
    st.tuples(st.just("use"), grams),
    st.tuples(st.just("scrap"), grams),
    st.tuples(st.just("count"), grams),
    st.tuples(st.just("weigh"), grams.map(lambda value: value + TARE)),
    st.tuples(st.just("percent"), st.integers(0, 100)),
    st.tuples(st.just("core"), grams),
    st.tuples(st.just("place"), st.integers(0, 2)),
)
# A deed, when it was done (minutes after the start; each another one), and what
# becomes of it once it was told.
stories = st.lists(
    st.tuples(
        deeds, st.integers(1, 10000), st.sampled_from(["", "", "", "again", "undo"])
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one[1],
)


def calculate(told):
    """Return what is left after deeds that were told in any order.

    :param told: (minute, kind, value) of what stands
    """
    left = FULL
    for _minute, kind, value in sorted(told):
        if kind in ("use", "scrap", "core"):
            left = max(0.0, left - value)
        elif kind == "weigh":
            left = max(0.0, value - TARE)
        elif kind == "count":
            left = value
        elif kind == "percent":
            left = FULL * value / 100
        left = round(left, 2)
    return left


@tagged("post_install", "-at_install")
class TestSpoolLedgerStory(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.filament.tare_weight_g = TARE
        cls.start = fields.Datetime.now() - timedelta(days=30)
        cls.places = cls.shelf + cls.stock + cls._create_slot()

    @classmethod
    def _create_spool_then(cls):
        wizard = cls.env["print3d.spool.add"].create(
            {
                "product_id": cls.filament.id,
                "net_weight_g": FULL,
                "price_per_kg": 20,
                "location_id": cls.shelf.id,
            }
        )
        spool = wizard.with_context(print3d_spool_happened_on=cls.start)._add_spools()
        return spool.with_env(cls.env)

    def _tell(self, spool, kind, value, when):
        """Do one deed; return its entry, if that can be taken back."""
        if kind == "place":
            place = self.places[value]
            if spool.remaining_g and not (place.spool_id - spool):
                spool._move_to(place)
            return None
        if kind == "core":
            # As a transfer or an order would: a move nobody told the ledger.
            if value and spool.remaining_g >= value:
                then = spool.with_context(print3d_spool_happened_on=when)
                self._use_filament(then, value)
                return True
            return None
        return spool._print3d_record(kind, value, happened_on=when, key=str(when))

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(story=stories)
    def test_it_always_adds_up(self, story):
        with self.env.cr.savepoint() as point:
            self._follow(story)
            point.rollback()

    def _follow(self, story):
        spool = self._create_spool_then()
        told = []
        for (kind, value), minute, then in story:
            when = self.start + timedelta(minutes=minute)
            entry = self._tell(spool, kind, value, when)
            if entry is None:
                continue
            deed = (minute, kind, value)
            told.append(deed)
            if kind != "core" and then == "again":
                self.assertEqual(self._tell(spool, kind, value, when), entry)
            if kind != "core" and then == "undo":
                entry.action_undo()
                told.remove(deed)
            self._check(spool, told)

    def _check(self, spool, told):
        spool.invalidate_recordset()
        left = calculate(told)
        self.assertAlmostEqual(spool.remaining_g, left, 2, told)
        quants = self.env["stock.quant"].search(
            [("lot_id", "=", spool.id), ("location_id.usage", "=", "internal")]
        )
        self.assertAlmostEqual(sum(quants.mapped("quantity")), left, 2, told)
        self.assertGreaterEqual(min(quants.mapped("quantity"), default=0), 0)
        entries = spool.spool_entry_ids
        self.assertAlmostEqual(sum(entries.mapped("grams")), left, 2, told)
        lines = self.env["stock.move.line"].search(
            [("lot_id", "=", spool.id), ("state", "=", "done")]
        )
        self.assertEqual(lines.spool_entry_id & entries, lines.spool_entry_id)
        self.assertFalse(lines.filtered(lambda line: not line.spool_entry_id))
        # What was taken is valued, at what the spool cost.
        out = lines.filtered(lambda line: line._get_spool_change() < 0).move_id
        self.assertTrue(all(move.value > 0 for move in out if move.quantity > 0.5))
