from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestMrpProduction(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clip = cls._create_product("Test Clip")
        cls._create_version(
            cls.clip, [{"copies": 4, "time_s": 7200, "filaments": [(cls.black, 40)]}]
        ).action_activate()

    def _change(self, production, quantity):
        wizard = self.env["change.production.qty"].create(
            {"mo_id": production.id, "product_qty": quantity}
        )
        wizard.change_prod_qty()

    def _active(self, production):
        return production.run_ids.filtered(lambda run: run.state != "cancelled")

    def test_copies_over_plate_copies(self):
        for quantity, count in ((1, 1), (4, 1), (5, 2), (8, 2), (9, 3)):
            self.assertEqual(
                len(self._create_mo(quantity, self.clip).run_ids), count, quantity
            )

    def test_duration_expected_is_a_plate_for_its_copies(self):
        production = self._create_mo(5, self.clip)
        self.assertEqual(production.workorder_ids.duration_expected, 240)

    def test_quantity_raised_and_lowered(self):
        production = self._create_mo(4, self.clip)
        self._change(production, 10)
        self.assertEqual(len(self._active(production)), 3)
        self._change(production, 8)
        self.assertEqual(len(self._active(production)), 2)
        self._start(self._active(production)[0], [self.spool])
        self._change(production, 1)
        self.assertEqual(self._active(production).mapped("state"), ["printing"])

    def test_cancelling_empties_the_queue(self):
        production = self._create_mo(8, self.clip)
        production.action_cancel()
        self.assertEqual(set(production.run_ids.mapped("state")), {"cancelled"})

    def test_cancelling_while_printing_is_refused(self):
        production = self._create_mo(8, self.clip)
        self._start(production.run_ids[0], [self.spool])
        with self.assertRaisesRegex(UserError, "Printer A is printing RUN"):
            production.action_cancel()
        with self.assertRaisesRegex(UserError, "Printer A is printing RUN"):
            production.button_mark_done()
        self.assertEqual(production.state, "progress")

    def test_done_by_hand_empties_the_queue(self):
        production = self._create_mo(4, self.clip)
        production.action_assign()
        form = Form(production)
        form.qty_producing = 4
        form.save()
        production.move_raw_ids.picked = True
        production.with_context(skip_backorder=True).button_mark_done()
        self.assertEqual(production.state, "done")
        self.assertEqual(production.run_ids.state, "cancelled")

    def test_split_queues_what_is_split_off(self):
        production = self._create_mo(8, self.clip)
        parts = production._split_productions({production: [4, 4]})
        self.assertEqual([len(self._active(part)) for part in parts], [1, 1])

    def test_run_cancelled_by_hand_is_not_queued_again(self):
        production = self._create_mo(8, self.clip)
        first, second = production.run_ids
        second.action_cancel()
        self._print(first, [self.spool])
        self.assertEqual(production.run_ids, first | second)
        self.assertEqual(production.state, "progress")
        self.assertEqual(production.missing_prints, 1)

    def test_demand_shrinks_by_what_was_planned(self):
        production = self._create_mo(8, self.clip)
        planned = production.move_raw_ids
        self.assertEqual(planned.product_uom_qty, 80.0)
        self._print(production.run_ids[0], [self.spool], used_g={1: 55})
        self.assertEqual(planned.product_uom_qty, 40.0)
        self.assertEqual((production.move_raw_ids - planned).mapped("quantity"), [55.0])

    def test_runs_of_orders_in_another_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        production = self._create_mo(1, self.clip, product_uom_id=dozen.id)
        self.assertEqual(len(production.run_ids), 3)
        for run in production.run_ids:
            self._print(run, [self.spool])
        self.assertEqual(production.state, "done")
        self.assertEqual(self.clip.qty_available, 12)

    def test_lot_tracked_pieces_get_a_lot(self):
        self.clip.tracking = "lot"
        production = self._create_mo(4, self.clip)
        self._print(production.run_ids, [self.spool])
        self.assertEqual(production.state, "done")
        line = production.move_finished_ids.move_line_ids
        self.assertTrue(line.lot_id)
        self.assertEqual(line.consume_line_ids.lot_id, self.spool)

    def test_serial_numbers_are_left_to_a_person(self):
        self.clip.tracking = "serial"
        production = self._create_mo(4, self.clip)
        self._print(production.run_ids, [self.spool])
        self.assertEqual(production.state, "to_close")
        self.assertEqual(self._get_grams(self.spool), 460.0)

    def test_one_run_for_two_orders(self):
        first = self._create_mo(2, self.clip)
        second = self._create_mo(2, self.clip)
        run = first.run_ids
        self.assertEqual(second.run_ids, run)
        self._print(run, [self.spool], duration_s=7200)
        self.assertEqual((first | second).mapped("state"), ["done", "done"])
        for production in first | second:
            self.assertAlmostEqual(
                production.move_finished_ids.value, 20 * 0.03 + 6.0, 2
            )
        self.assertEqual(self._get_grams(self.spool), 460.0)
