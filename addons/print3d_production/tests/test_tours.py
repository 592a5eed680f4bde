from odoo.tests import HttpCase, tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestTours(HttpCase, Print3dProductionCommon):
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
        cls.env["stock.lot"].search(
            [
                ("is_spool", "=", True),
                ("id", "not in", (cls.spool | cls.second_spool).ids),
            ]
        ).is_quarantined = True
        cls.printer.name = "Tour Printer"
        cls.product.name = "Tour Vase"
        cls.spool.action_load(cls.printer.slot_ids[0])

    def test_print_and_reprint(self):
        """Start a run with a spool of choice, let it fail, print it again."""
        production = self._create_mo(1)
        self.start_tour(
            "/odoo/print3d-queue",
            "print3d_print_and_reprint",
            login="print3d_operator",
        )
        self.assertEqual(production.state, "done")
        # 20 g scrapped of the spool chosen, 50 g printed of the loaded one.
        self.assertEqual(self._get_grams(self.second_spool), 980.0)
        self.assertEqual(self._get_grams(self.spool), 450.0)
        failed = production.run_ids.filtered(lambda run: run.state == "failed")
        self.assertEqual(failed.scrap_ids.scrap_qty, 20.0)
        self.assertEqual(failed.reprint_ids.state, "done")

    def test_start_from_home(self):
        """Start what can start from the home page, as a developer sees it.

        In developer mode the browser also checks what our fields register.
        """
        run = self._create_mo(1).run_ids
        run.workcenter_id = self.printer
        self.start_tour(
            "/odoo/print3d?debug=1", "print3d_start_from_home", login="print3d_operator"
        )
        self.assertEqual(run.state, "printing")
