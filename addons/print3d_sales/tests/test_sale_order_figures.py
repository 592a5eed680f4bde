from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestSaleOrderFigures(Print3dSalesCommon):
    """Spools cost 0.03 and 0.02 a gram, the printer 6 an hour, a vase takes 50 g."""

    def assertFigures(self, order, **figures):
        order.invalidate_recordset()
        for name, value in figures.items():
            self.assertAlmostEqual(order[f"print3d_{name}"], value, 2, name)

    def test_quotation(self):
        order = self._create_order(2)
        self.assertFigures(
            order, revenue=60, material_cost=0, machine_cost=0, margin=60
        )
        self.assertEqual(order.print3d_explanation["lines"], [])

    def test_cost_of_the_very_spools(self):
        order = self._sell(2)
        first, second = order.print3d_run_ids.sorted("id")
        self._print(first, [self.spool], duration_s=3600)
        self._print(second, [self.second_spool], duration_s=1800)
        # 50 g at 0.03 and 50 g at 0.02; an hour and a half at 6.
        self.assertFigures(
            order,
            revenue=60,
            material_cost=2.5,
            machine_cost=9,
            stock_cost=0,
            margin=48.5,
            margin_percent=48.5 / 60,
            scrap_g=0,
        )

    def test_weighed_grams_count(self):
        order = self._sell(1)
        self._print(
            order.print3d_run_ids, [self.spool], used_g={1: 62}, duration_s=3600
        )
        self.assertFigures(order, material_cost=62 * 0.03, machine_cost=6)

    def test_failed_print_is_part_of_the_cost(self):
        order = self._sell(1)
        run = order.print3d_run_ids
        self._start(run, [self.spool])
        run._do_end("failed", percent=40, duration_s=1440)
        self.assertFigures(order, material_cost=0.6, machine_cost=2.4, scrap_g=20)
        self._print(run.reprint_ids, [self.spool], duration_s=3600)
        self.assertFigures(
            order,
            material_cost=0.6 + 1.5,
            machine_cost=2.4 + 6,
            scrap_g=20,
            margin=30 - 2.1 - 8.4,
        )

    def test_two_printers_have_two_rates(self):
        order = self._sell(2)
        first, second = order.print3d_run_ids.sorted("id")
        self._print(first, [self.spool], duration_s=3600)
        second.workcenter_id = self.other_printer
        self._print(second, [self.second_spool], duration_s=3600)
        self.assertFigures(order, machine_cost=6 + 3)

    def _create_plate_of_four(self):
        product = self._create_product("Test Clip")
        version = self._create_version(
            product, [{"copies": 4, "time_s": 3600, "filaments": [(self.black, 40)]}]
        )
        version.action_activate()
        return product

    def test_surplus_is_stock(self):
        product = self._create_plate_of_four()
        order = self._sell(3, product)
        run = order.print3d_run_ids
        self._print(run, [self.spool], duration_s=3600)
        # Three quarters of 40 g at 0.03 and of an hour at 6.
        self.assertFigures(order, material_cost=0.9, machine_cost=4.5)
        self.assertEqual(product.qty_available, 4)
        # What the order does not carry is the value of the piece that stays.
        self.assertAlmostEqual(product.standard_price, (1.2 + 6) / 4, 2)

    def test_surplus_and_failure(self):
        product = self._create_plate_of_four()
        order = self._sell(3, product)
        run = order.print3d_run_ids
        self._start(run, [self.spool])
        run._do_end("failed", percent=50, duration_s=1800)
        self._print(run.reprint_ids, [self.spool], duration_s=3600)
        # What failed is in no piece's value, so that the order carries all of it.
        self.assertFigures(
            order, material_cost=0.6 + 0.9, machine_cost=3 + 4.5, scrap_g=20
        )
        spent = 60 * 0.03 + 1.5 * 6
        kept = product.standard_price
        self.assertAlmostEqual(
            order.print3d_material_cost + order.print3d_machine_cost + kept, spent, 2
        )

    def test_pieces_from_stock(self):
        self._create_mo(1)
        self._print(self.env["print3d.run"].search([], order="id desc", limit=1))
        cost = self.product.standard_price
        self.assertGreater(cost, 0)
        order = self._sell(1)
        self.assertFalse(order.print3d_run_ids)
        self.assertFigures(order, stock_cost=0, margin=30)
        self._deliver(order)
        self.assertFigures(order, stock_cost=cost, margin=30 - cost)
        line = order.print3d_explanation["lines"][0]
        self.assertEqual((line["kind"], line["quantity"]), ("stock", 1))

    def test_half_from_stock(self):
        self._create_mo(1)
        self._print(self.env["print3d.run"].search([], order="id desc", limit=1))
        order = self._sell(2)
        self._print(order.print3d_run_ids, [self.second_spool], duration_s=3600)
        self._deliver(order)
        average = sum(order.picking_ids.move_ids.mapped("value")) / 2
        self.assertFigures(order, material_cost=1.0, machine_cost=6, stock_cost=average)

    def test_hand_made_parts(self):
        magnet = self.env["product.product"].create(
            {
                "name": "Test Magnet",
                "is_storable": True,
                "standard_price": 0.5,
                "categ_id": self.product.categ_id.id,
            }
        )
        self._add_stock(10, magnet)
        self.product.bom_ids.bom_line_ids = [
            Command.create({"product_id": magnet.id, "product_qty": 2})
        ]
        order = self._sell(1)
        self._print(order.print3d_run_ids, [self.spool], duration_s=3600)
        production = order.order_line.print3d_production_ids
        self.assertEqual(production.state, "done")
        self.assertFigures(order, material_cost=1.5 + 1.0)
        kinds = {line["kind"] for line in order.print3d_explanation["lines"]}
        self.assertEqual(kinds, {"run", "part"})

    def test_cancelled_order_brings_nothing(self):
        order = self._sell(1)
        order._action_cancel()
        self.assertFigures(order, revenue=0, margin=0)

    def test_other_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [
                    Command.create({"name": "2020-01-01", "company_rate": 4.0})
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        order = self._create_order(1, price=100, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, currency)
        self.assertFigures(order, revenue=25)

    def test_several_orders_keep_apart(self):
        first, second = self._sell(1), self._sell(1)
        self._print(first.print3d_run_ids, [self.spool], duration_s=3600)
        orders = first | second
        orders.invalidate_recordset()
        self.assertEqual(orders.mapped("print3d_material_cost"), [1.5, 0])

    def test_explained(self):
        order = self._sell(1)
        run = order.print3d_run_ids
        self._start(run, [self.spool])
        run._do_end("failed", percent=40, duration_s=1440)
        self._print(run.reprint_ids, [self.spool], duration_s=3600)
        order.invalidate_recordset()
        explained = order.print3d_explanation
        self.assertEqual(
            [
                (line["name"], line["state"], line["grams"], line["scrap_g"])
                for line in explained["lines"]
            ],
            [(run.reprint_ids.name, "done", 50, 0), (run.name, "failed", 0, 20)],
        )
        self.assertAlmostEqual(sum(line["minutes"] for line in explained["lines"]), 84)
        for part in ("material", "machine", "stock"):
            self.assertAlmostEqual(
                sum(line[part] for line in explained["lines"]), explained[part], 2
            )
        self.assertAlmostEqual(
            explained["margin"],
            explained["revenue"] - explained["material"] - explained["machine"],
            2,
        )
