from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestLicenceTours(Print3dSalesCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.print3d_licence_rule = "block"
        cls.designer = cls.env["res.partner"].create({"name": "Tour Designer"})
        cls.product.product_tmpl_id.designer_id = cls.designer

    def _agree(self, **values):
        return self.env["print3d.licence.term"].create(
            {"designer_id": self.designer.id, **values}
        )

    def test_refused_and_allowed(self):
        """A salesperson is refused and asks; an owner allows it with a reason."""
        self._agree(commercial_use=False)
        order = self._create_order(2, user_id=self.sales_user.id)
        url = f"/odoo/print3d-sales/{order.id}"
        self.start_tour(
            url, "print3d_sales_licence_refused", login=self.sales_user.login
        )
        self.assertEqual(order.state, "draft")
        self.assertEqual(len(order.activity_ids), 1)
        self.start_tour(url, "print3d_sales_licence_allowed", login=self.owner.login)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.print3d_licence_reason, "Anna agreed on the phone")
        self.assertFalse(order.activity_ids)

    def test_royalties(self):
        """An owner looks at a designer and pays what last month's sales owe."""
        self._agree(royalty_type="unit", royalty_unit=1.5)
        last_month = fields.Date.today().replace(day=1) - timedelta(days=3)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": last_month,
                "invoice_line_ids": [
                    fields.Command.create(
                        {"product_id": self.product.id, "quantity": 3}
                    )
                ],
            }
        )
        invoice.action_post()
        self.start_tour(
            "/odoo/print3d-designers", "print3d_sales_royalties", login=self.owner.login
        )
        bill = self.env["account.move"].search(
            [("partner_id", "=", self.designer.id), ("move_type", "=", "in_invoice")]
        )
        self.assertEqual((bill.state, bill.amount_untaxed), ("posted", 4.5))
