import random
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestSpoolAverage(Print3dInventoryCommon):
    """Costs follow from what comes in, as if all moves had been gone through."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.filament.tare_weight_g = 200

    def _check(self):
        self.assertAlmostEqual(
            self.filament.standard_price, self.filament._run_avco()[0], 8
        )

    def test_average_is_what_core_calculates(self):
        rng = random.Random(3)
        spools = [self._create_spool(price=0.02), self._create_spool(price=0.05)]
        self._check()
        for number in range(30):
            spool = rng.choice(spools)
            left = spool.remaining_g
            deed = rng.choice(("use", "weigh", "count", "scrap", "come", "buy"))
            if deed == "come":
                price = rng.choice((0.01, 0.03, 0.08))
                spools.append(self._create_spool(price=price))
            elif deed == "buy":
                order = self._create_purchase(2, rng.choice((15, 32)))
                order.picking_ids.button_validate()
                spools += order.picking_ids.move_line_ids.lot_id
            elif deed == "weigh":
                value = 200 + max(0, left + rng.choice((-40, -3, 7)))
                spool._print3d_record("weigh", value, accept_above=True)
            elif deed == "count":
                spool._print3d_record("count", left + 12, accept_above=True)
            else:
                spool._print3d_record(deed, min(left, 55))
            with self.subTest(number=number, deed=deed):
                self._check()
        for spool in spools:
            # Core lets the cost of a spool follow the cents that moves are rounded to.
            self.assertAlmostEqual(
                spool.standard_price, self.filament._run_avco(lot=spool)[0], 4
            )

    def test_all_gone_then_new(self):
        first = self._create_spool(price=0.02)
        first._print3d_record("use", 1000)
        self._create_spool(price=0.07)
        self._check()
        self.assertAlmostEqual(self.filament.standard_price, 0.07)

    def test_a_cost_set_by_hand_is_mixed_in(self):
        spool = self._create_spool(price=0.02)
        lines = self.env["stock.move.line"].search([("lot_id", "=", spool.id)])
        lines.move_id.date -= timedelta(days=1)
        self.filament.standard_price = 0.04
        self._create_spool(price=0.02)
        self.assertAlmostEqual(self.filament.standard_price, 0.03)

    def test_what_a_weighing_finds_needs_no_past(self):
        spool = self._create_spool(price=0.02)
        spool._print3d_record("use", 500)
        with patch.object(
            type(self.filament), "_run_avco", side_effect=AssertionError("all moves")
        ):
            entry = spool._print3d_record("weigh", 708)
        self.assertEqual(entry.state, "posted")
        self.assertEqual(entry.move_line_ids.move_id.value, 0.16)
        self.assertAlmostEqual(spool.standard_price, 0.02)

    def test_a_value_corrected_later_counts(self):
        spool = self._create_spool(price=0.02)
        move = self.env["stock.move.line"].search([("lot_id", "=", spool.id)]).move_id
        move.value_manual = 30
        self._check()
        self.assertAlmostEqual(self.filament.standard_price, 0.03)
