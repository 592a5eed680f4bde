from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import Print3dSalesCommon

SECRET = (
    "print3d_material_cost",
    "print3d_machine_cost",
    "print3d_stock_cost",
    "print3d_margin",
    "print3d_margin_percent",
    "print3d_scrap_g",
    "print3d_explanation",
)


@tagged("post_install", "-at_install")
class TestRights(Print3dSalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell(1)

    def test_salesperson_reads_revenue_only(self):
        order = self.order.with_user(self.sales_user)
        self.assertEqual(order.read(["print3d_revenue"])[0]["print3d_revenue"], 30)
        for name in SECRET:
            with self.subTest(name), self.assertRaises(AccessError):
                order.read([name])
            self.assertNotIn(name, order.fields_get())
            self.assertNotIn(name, order.read()[0])

    def test_operator_opens_transfers_where_carriers_serve_some_places(self):
        """Core lets only those who sell read the places, and nobody else the page."""
        carrier = self.env["delivery.carrier"].search([], limit=1)
        carrier.zip_prefix_ids = self.env["delivery.zip.prefix"].create({"name": "9Z"})
        operator = self._create_user("transfer_operator", "operator")
        picking = self.order.picking_ids[:1] or self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "partner_id": self.order.partner_id.id,
            }
        )
        self.assertTrue(picking.partner_id)
        with Form(picking.with_user(operator)) as form:
            self.assertEqual(form.partner_id, picking.partner_id)

    def test_salesperson_cannot_search_by_margin(self):
        with self.assertRaises(AccessError):
            self.env["sale.order"].with_user(self.sales_user).search(
                [("print3d_margin", ">", 0)]
            )

    def test_salesperson_does_not_read_cost_of_runs(self):
        run = self.order.print3d_run_ids.with_user(self.sales_user)
        self.assertTrue(run.name)
        for name in ("material_cost", "machine_cost"):
            with self.assertRaises(AccessError):
                run.read([name])
        self.order.print3d_run_ids.with_user(self.operator).read(["material_cost"])

    def test_owner_reads_all(self):
        self.order.with_user(self.owner).read(SECRET)

    def test_owner_grants(self):
        self.sales_user.group_ids = [
            Command.link(self.env.ref("print3d_sales.group_print3d_cost").id)
        ]
        self.order.with_user(self.sales_user).read(SECRET)

    def test_salesperson_sees_the_runs(self):
        order = self.order.with_user(self.sales_user)
        self.assertEqual(len(order.print3d_run_ids), 1)
        self.assertEqual(order.print3d_run_ids.mapped("state"), ["queued"])

    def test_salesperson_opens_the_form(self):
        arch = self.order.with_user(self.sales_user).get_view(
            view_type="form", view_id=self.env.ref("sale.view_order_form").id
        )["arch"]
        self.assertIn("print3d_revenue", arch)
        for name in SECRET:
            self.assertNotIn(name, arch)

    def test_operator_reads_orders(self):
        order = self.order.with_user(self.operator)
        self.assertEqual(order.read(["print3d_stage"])[0]["print3d_stage"], "queued")
        with self.assertRaises(AccessError):
            order.read(["print3d_margin"])

    def test_stranger_reads_nothing(self):
        stranger = new_test_user(self.env, "print3d_stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.order.with_user(stranger).read(["print3d_run_ids"])

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        other_owner = new_test_user(
            self.env,
            "print3d_other_owner",
            "print3d_library.group_print3d_owner",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        orders = self.env["sale.order"].with_user(other_owner)
        self.assertNotIn(self.order, orders.search([]))
        home = self.env["print3d.home"].with_user(other_owner).get_data()
        self.assertEqual(home["orders_due"]["total"], 0)
