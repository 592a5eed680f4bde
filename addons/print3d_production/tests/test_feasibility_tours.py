from odoo.tests import HttpCase, tagged

from .test_print3d_run_farm import FarmCommon


@tagged("post_install", "-at_install")
class TestFeasibilityTours(HttpCase, FarmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator.password = "print3d_operator"
        cls.sales_user.password = "print3d_sales"
        cls.printer.name = "Tour Printer"

    def _queue_vases(self, count, grams):
        runs = self._queue(count, grams)
        runs.product_id.name = "Tour Vase"
        return runs

    def test_explained(self):
        """Open the arithmetic, find another printer, ask for what is missing."""
        runs = self._queue_vases(3, 200)
        self.spool.action_load(self.printer.slot_ids[0])
        self._order_filament(30.0, "2040-03-02 10:00:00")
        self.start_tour(
            f"/odoo/print3d-queue/{runs[2].id}",
            "print3d_feasibility_explained",
            login="print3d_operator",
        )
        self.assertEqual(runs[2].workcenter_id, self.other_printer)
        request = self.env["purchase.request"].search([("run_ids", "in", runs[2].ids)])
        self.assertEqual(request.line_ids.product_id, self.black)
        self.assertEqual(request.requested_by, self.operator)

    def test_looked_at(self):
        """Sales sees why, and is offered nothing to do about it."""
        runs = self._queue_vases(3, 200)
        self.spool.action_load(self.printer.slot_ids[0])
        self.start_tour(
            f"/odoo/print3d-queue/{runs[2].id}",
            "print3d_feasibility_looked_at",
            login="print3d_sales",
        )

    def test_plan_swap(self):
        """A print that would run out gets a spool to go on with, in one click."""
        self.second_spool.is_quarantined = False
        self.second_spool._print3d_record("count", 600.0)
        self.spool.action_load(self.printer.slot_ids[0])
        # Neither lasts alone.
        run = self._queue_vases(1, 650)
        self.assertEqual(run.feasibility, "swap")
        self.start_tour(
            f"/odoo/print3d-queue/{run.id}",
            "print3d_plan_swap",
            login="print3d_operator",
        )
        self.assertEqual(run.spool_ids.lot_id, self.second_spool | self.spool)
        self.assertEqual(run.spool_ids.mapped("planned_g"), [600.0, 50.0])

    def test_fetch(self):
        """Go to the rack with the phone: what is loaded leaves the list."""
        self._queue_vases(1, 200)
        self.start_tour(
            "/odoo/print3d-fetch", "print3d_fetch_spools", login="print3d_operator"
        )
        self.assertEqual(self.spool.location_id.workcenter_id, self.printer)
