from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestQueueTours(HttpCase, Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator.password = "print3d_operator"
        cls.sales_user.password = "print3d_sales"
        # The board of the tours shows its own printers and runs alone.
        cls.env["print3d.run"].search(
            [("state", "in", ("draft", "queued", "assigned"))]
        )._cancel_waiting()
        cls.printer.name = "First Printer"
        cls.printer.slot_count = 1
        cls.other_printer.name = "Second Printer"
        cls.env["mrp.workcenter"].search(
            [
                ("is_printer", "=", True),
                ("id", "not in", (cls.printer | cls.other_printer).ids),
            ]
        ).action_archive()
        cls.spool.action_load(cls.printer.slot_ids[0])
        cls._create_spool(1000.0, filament=cls.white)
        cls.runs = cls.env["print3d.run"]
        for name, filament in (
            ("Tour Cup", cls.black),
            ("Tour Bowl", cls.white),
            ("Tour Vase", cls.black),
        ):
            product = cls._create_product(name)
            cls._create_version(
                product, [{"time_s": 3600, "filaments": [(filament, 10)]}]
            ).action_activate()
            cls.runs |= cls._create_mo(1, product).run_ids
        cls.runs.workcenter_id = cls.printer

    def _get_order(self):
        queue = self.env["print3d.run"].search([("id", "in", self.runs.ids)])
        return [run.product_id.name for run in queue]

    def test_keys(self):
        """Cards are moved, held, started and put back without a mouse."""
        self.start_tour(
            "/odoo/print3d-queue", "print3d_queue_keys", login="print3d_operator"
        )
        self.assertEqual(self.runs[1].workcenter_id, self.other_printer)
        self.assertFalse(self.runs[1].is_held)
        self.assertEqual(self._get_order()[0], "Tour Cup")

    def test_drag_undo_and_group(self):
        """Cards are dragged; black follows black in the end."""
        self.start_tour(
            "/odoo/print3d-queue", "print3d_queue_drag", login="print3d_operator"
        )
        self.assertEqual(self.runs.workcenter_id, self.printer)
        self.assertEqual(self._get_order()[2], "Tour Bowl")

    def test_bulk_from_the_list(self):
        """Two runs are moved at once, and back."""
        self.start_tour(
            "/odoo/print3d-queue", "print3d_queue_list", login="print3d_operator"
        )
        self.assertEqual(self.runs.workcenter_id, self.printer)

    def test_timeline(self):
        """What is planned stands in the row of its printer and opens."""
        now = fields.Datetime.now()
        for index, run in enumerate(self.runs):
            run.write(
                {
                    "planned_workcenter_id": self.printer.id,
                    "date_planned_start": now + timedelta(hours=1 + index),
                    "date_planned_end": now + timedelta(hours=2 + index),
                }
            )
        self.start_tour(
            "/odoo/print3d-queue", "print3d_queue_timeline", login="print3d_operator"
        )

    def test_sales_sees(self):
        """Salespeople read the board and change nothing."""
        before = self._get_order()
        self.start_tour(
            "/odoo/print3d-queue", "print3d_queue_sales", login="print3d_sales"
        )
        self.assertEqual(self._get_order(), before)
