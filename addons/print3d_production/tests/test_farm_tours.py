from odoo.tests import HttpCase, tagged

from .common import Print3dProductionCommon


class FarmTourCommon(HttpCase, Print3dProductionCommon):
    """Two printers, one of them loaded for the print that is assigned to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.operator, cls.sales_user):
            user.password = user.login
        # The board of the tour shows its own printers alone.
        cls.env["print3d.run"].search(
            [("state", "in", ("draft", "queued", "assigned"))]
        )._cancel_waiting()
        ours = cls.printer | cls.other_printer
        cls.env["mrp.workcenter"].search(
            [("is_printer", "=", True), ("id", "not in", ours.ids)]
        ).write({"is_printer": False})
        cls.printer.write({"name": "Tour Printer", "needs_clearing": True})
        cls.other_printer.name = "Another Printer"
        cls.product.name = "Tour Vase"
        cls.spool.action_load(cls.printer.slot_ids[0])
        cls.run_assigned = cls._create_mo(2).run_ids[0]
        cls.run_assigned.workcenter_id = cls.printer


@tagged("post_install", "-at_install")
class TestFarmTours(FarmTourCommon):
    def test_start_end_and_clear(self):
        self.other_printer.action_archive()
        self.start_tour(
            "/odoo/print3d-farm", "print3d_farm_board", login="print3d_operator"
        )
        self.assertEqual(self.run_assigned.state, "done")
        self.assertTrue(self.printer.is_plate_clear)
        self.assertEqual(self.printer.plate_cleared_by_id, self.operator)

    def test_find_a_printer(self):
        self._start(self.run_assigned)
        self.start_tour(
            "/odoo/print3d-farm", "print3d_farm_filters", login="print3d_operator"
        )

    def test_sales_look(self):
        self._start(self.run_assigned)
        self.start_tour(
            "/odoo/print3d-farm", "print3d_farm_looking", login="print3d_sales"
        )

    def test_screen_on_the_wall(self):
        self._start(self.run_assigned)
        self.start_tour(
            "/odoo/print3d-farm-tv", "print3d_farm_tv", login="print3d_operator"
        )


@tagged("post_install", "-at_install")
class TestFarmPhoneTours(FarmTourCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_clear_with_a_thumb(self):
        self._start(self.run_assigned)
        self.run_assigned._do_end("done")
        self.start_tour(
            "/odoo/print3d-farm", "print3d_farm_phone", login="print3d_operator"
        )
        self.assertTrue(self.printer.is_plate_clear)
