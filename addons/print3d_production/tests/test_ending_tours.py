from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestEndingTours(HttpCase, Print3dProductionCommon):
    """Ends as an operator tells them, on a phone and on a desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator.password = "print3d_operator"
        # The board of the tour shows its own printer and run alone.
        cls.env["print3d.run"].search(
            [("state", "in", ("draft", "queued", "assigned"))]
        )._cancel_waiting()
        cls.env["mrp.workcenter"].search(
            [("is_printer", "=", True), ("id", "!=", cls.printer.id)]
        ).action_archive()
        cls.clip = cls._create_product("Ending Clip")
        cls._create_version(
            cls.clip, [{"copies": 9, "time_s": 9000, "filaments": [(cls.black, 90)]}]
        ).action_activate()
        cls.order = cls._create_mo(18, cls.clip)
        cls.run_ = cls._start(cls.order.run_ids[0], [cls.spool])

    def test_three_taps_on_a_phone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        (self.order.run_ids - self.run_)._cancel_waiting(waived=True)
        self.start_tour(
            "/odoo/print3d-queue", "print3d_end_three_taps", login="print3d_operator"
        )
        self.assertEqual(self.run_.state, "done")
        self.assertEqual(self.run_.good_total, 9)
        self.assertEqual(self._get_grams(self.spool), 410.0)
        self.assertFalse(self.run_._find_differences())

    def test_partly_good(self):
        self.start_tour(
            "/odoo/print3d-queue", "print3d_end_partly_good", login="print3d_operator"
        )
        run = self.run_
        self.assertEqual((run.good_total, run.bad_total), (7, 2))
        self.assertEqual(run.line_ids.bad_copies, [4, 9])
        self.assertEqual(
            run.failure_cause_id, self.env.ref("print3d_production.cause_warping")
        )
        self.assertEqual(self._get_grams(self.spool), 413.0)
        self.assertEqual(run.spool_ids.recovered_g, 3.0)
        self.assertTrue(run.reprint_ids)
        self.assertFalse(run._find_differences())

    def test_reopen(self):
        self.run_._do_end("done", duration_s=9000)
        self.start_tour(
            f"/odoo/print3d-prints/{self.run_.id}",
            "print3d_reopen",
            login="print3d_operator",
        )
        self.assertEqual(self.run_.state, "printing")
        self.assertEqual(self._get_grams(self.spool), 500.0)
        self.assertFalse(self.run_._find_differences())

    def test_bad_pieces_found_on_a_phone(self):
        """Their order has closed: they are scrapped and made again."""
        self.browser_size = "390x844"
        self.touch_enabled = True
        (self.order.run_ids - self.run_)._cancel_waiting(waived=True)
        order = self._create_mo(9, self.clip)
        run = order.run_ids
        self.run_._do_end("cancelled", percent=0, reprint=False)
        self._start(run, [self.spool])._do_end("done", duration_s=9000)
        self.assertEqual(order.state, "done")
        self.start_tour(
            f"/odoo/print3d-prints/{run.id}",
            "print3d_flaws",
            login="print3d_operator",
        )
        self.assertEqual((run.good_total, run.bad_total), (7, 2))
        self.assertEqual(run.flaw_scrap_ids.mapped("scrap_qty"), [2.0])
        self.assertEqual(run.reprint_ids.quantity, 9)
        self.assertFalse(run._find_differences())

    def test_salespeople_look_and_end_nothing(self):
        wizard = self.env["print3d.run.end"].with_user(self.sales_user)
        with self.assertRaises(AccessError):
            wizard.create({"run_id": self.run_.id})
        with self.assertRaises(AccessError):
            self.run_.with_user(self.sales_user)._do_end("done")
        self.assertEqual(self.run_.state, "printing")
        # What happened to a print may be told to a customer.
        self.assertTrue(self.run_.with_user(self.sales_user).journal_json)

    def test_lists_of_ends_cost_the_same_however_long(self):
        view = self.env.ref("print3d_production.print3d_run_view_list_ends")
        names = [node.get("name") for node in view._get_combined_arch().iter("field")]
        self.assertIn("scrapped_g", names)
        runs, counts = self.order.run_ids, []
        self.assertEqual(len(runs), 2)
        for run in runs:
            if run.state != "printing":
                self._start(run, [self.second_spool])
            run._do_end("failed", percent=30, reprint=False)
            # The first look fills what is remembered of rights.
            for _look in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                found = (
                    self.env["print3d.run"]
                    .with_user(self.operator)
                    .web_search_read(
                        [("id", "in", runs.ids), ("state", "=", "failed")],
                        {name: {} for name in names},
                    )
                )
                count = self.env.cr.sql_log_count - before
            counts.append(count)
        self.assertEqual(found["length"], 2)
        self.assertEqual(counts[0], counts[1])
