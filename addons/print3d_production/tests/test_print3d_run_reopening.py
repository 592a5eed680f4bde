from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dRunReopening(Print3dProductionCommon):
    """An end told by mistake is taken back, gram by gram."""

    def _end_one(self, outcome="done", **kwargs):
        """End the first of an order's two prints."""
        production = self._create_mo(2)
        run = self._start(production.run_ids[0], [self.spool])
        run._do_end(outcome, **kwargs)
        return production, run

    def test_done_by_mistake(self):
        production, run = self._end_one(duration_s=3600)
        planned = production.move_raw_ids.filtered(lambda move: not move.run_id)
        self.assertEqual(planned.product_uom_qty, 50.0)
        self.assertTrue(run.can_reopen)
        self.assertTrue(run._do_reopen())
        self.assertEqual(run.state, "printing")
        self.assertEqual(self._get_grams(self.spool), 500.0)
        self.assertEqual(planned.product_uom_qty, 100.0)
        self.assertFalse(run.move_ids | run.time_ids.run_id.move_ids)
        self.assertFalse(run.time_ids)
        self.assertEqual(len(run.undone_move_ids), 2)
        self.assertEqual(run.line_ids.mapped("good_qty"), [0.0])
        self.assertEqual((run.material_cost, run.machine_cost), (0.0, 0.0))
        self.assertEqual(run.event_ids[0].kind, "reopened")
        # A second time it changes nothing.
        self.assertFalse(run._do_reopen())
        self.assertFalse(run._find_differences())

    def test_the_order_costs_what_was_really_printed(self):
        production, run = self._end_one(duration_s=3600)
        run._do_reopen()
        run._do_end("done", used_g={1: 60.0}, duration_s=3600)
        self._print(production.run_ids - run, [self.second_spool], duration_s=1800)
        self.assertEqual(production.state, "done")
        finished = production.move_finished_ids.filtered(lambda m: m.state == "done")
        self.assertAlmostEqual(finished.value, 60 * 0.03 + 50 * 0.02 + 9.0, 2)
        self.assertEqual(self._get_grams(self.spool), 440.0)
        self.assertAlmostEqual(self.spool.standard_price, 0.03)
        self.assertFalse(production.run_ids._find_differences())

    def test_failed_by_mistake(self):
        production, run = self._end_one(
            "failed",
            percent=40,
            cause=self.env.ref("print3d_production.cause_spaghetti"),
        )
        reprint = run.reprint_ids
        run._do_reopen()
        self.assertEqual(reprint.state, "cancelled")
        self.assertEqual(self._get_grams(self.spool), 500.0)
        self.assertFalse(run.scrap_ids)
        self.assertFalse(run.failure_cause_id)
        self.assertEqual(
            sorted(production.run_ids.mapped("state")),
            ["cancelled", "printing", "queued"],
        )
        run._do_end("done")
        self.assertFalse(production.run_ids._find_differences())

    def test_a_weighing_since_then_stands(self):
        _production, run = self._end_one()
        self.spool._print3d_record("count", 430.0)
        run._do_reopen()
        self.assertEqual(self._get_grams(self.spool), 430.0)
        self.assertFalse(run._find_differences())

    def test_it_was_found_to_hold_more(self):
        small = self._create_spool(52.0, 0.05, self.black)
        production = self._create_mo(2)
        run = self._start(production.run_ids[0], [small])
        run._do_end("done", used_g={1: 60.0})
        run._do_reopen()
        self.assertEqual(self._get_grams(small), 52.0)
        self.assertFalse(run._find_differences())

    def test_where_another_spool_hangs_by_now(self):
        used_up = self._create_spool(50.0, 0.05, self.black)
        production = self._create_mo(2)
        run = self._start(production.run_ids[0], [used_up])
        slot = used_up.location_id
        run._do_end("done")
        self.second_spool.action_load(slot)
        run._do_reopen()
        self.assertEqual(slot.spool_id, self.second_spool)
        self.assertEqual(self._get_grams(used_up), 50.0)

    # === REFUSALS === #

    def test_an_order_that_is_closed(self):
        production = self._create_mo(1)
        run = self._start(production.run_ids, [self.spool])
        run._do_end("done")
        with self.assertRaisesRegex(UserError, "is closed and its pieces"):
            run.action_reopen()
        self.assertEqual(self._get_grams(self.spool), 450.0)

    def test_a_reprint_that_has_begun(self):
        _production, run = self._end_one("failed", percent=40)
        run.reprint_ids.workcenter_id = self.other_printer
        self._start(run.reprint_ids, [self.second_spool])
        with self.assertRaisesRegex(UserError, "has been started"):
            run.action_reopen()

    def test_a_printer_that_prints_something_else(self):
        production, run = self._end_one()
        self._start(production.run_ids - run, [self.second_spool])
        with self.assertRaisesRegex(UserError, "is printing .* by now"):
            run.action_reopen()

    def test_a_spool_that_feeds_another_print(self):
        production, run = self._end_one()
        self._start(production.run_ids - run, [self.spool], self.other_printer)
        with self.assertRaisesRegex(UserError, "with spool .* by now"):
            run.action_reopen()

    def test_too_long_ago(self):
        _production, run = self._end_one(
            ended_on=fields.Datetime.now() - timedelta(hours=25)
        )
        self.assertFalse(run.can_reopen)
        with self.assertRaisesRegex(UserError, "more than 24 hours ago"):
            run.action_reopen()

    def test_what_was_never_printed(self):
        run = self._create_mo(1).run_ids
        run.action_cancel()
        with self.assertRaisesRegex(UserError, "never printed"):
            run.action_reopen()

    def test_operators_may_and_salespeople_may_not(self):
        _production, run = self._end_one()
        with self.assertRaises(AccessError):
            run.with_user(self.sales_user).action_reopen()
        run.with_user(self.operator).action_reopen()
        self.assertEqual(run.event_ids[0].user_id, self.operator)
        run.with_user(self.operator)._do_end("failed", percent=30)
        run.with_user(self.operator).action_reopen()
        self.assertEqual(self._get_grams(self.spool), 500.0)

    # === THE CHECKER === #

    def test_differences_are_found(self):
        """It would be no proof if it could not fail."""
        _production, run = self._end_one(duration_s=3600)
        self.assertEqual(run._find_differences(), [])
        run.spool_ids.told_g = 51.0
        run.duration_s = 3601
        run.line_ids.bad_qty = 1.0
        self.env.cr.execute(
            "UPDATE print3d_run SET state = 'failed' WHERE id = %s", [run.id]
        )
        found = "\n".join(run._find_differences())
        for part in ("51.00 g of", "3601 s", "1 bad of 1", "ends with done"):
            self.assertIn(part, found)
