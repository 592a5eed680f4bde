from odoo.tests import HttpCase, tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestTours(Print3dSalesCommon, HttpCase):
    def test_order_to_invoice(self):
        """A person sells, sees it printed, ships, invoices and reads the margin."""
        self.customer.name = "Tour Customer"
        self.start_tour("/odoo/print3d-sales", "print3d_sales_order", login="admin")
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(order.print3d_stage, "invoiced")

    def test_home(self):
        self._sell(1)
        self.start_tour("/odoo/print3d", "print3d_sales_home", login="admin")
