from odoo.tests import tagged

from .common import Print3dSalesCommon


@tagged("post_install", "-at_install")
class TestSaleOrderSource(Print3dSalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {"print3d_stock_first": True, "print3d_fill_plates": "always"}
        )

    def _get_waiting(self, order):
        return order.print3d_run_ids.filtered(
            lambda run: run.state in ("queued", "assigned")
        )

    # === WHAT IS PRINTED === #

    def test_only_the_rest_is_printed(self):
        self._add_stock(4)
        order = self._create_order(10)
        self.assertEqual(order.order_line.print3d_source, "4 from stock, 6 to print")
        order.action_confirm()
        self.assertEqual(len(self._get_waiting(order)), 6)
        self.assertRecordValues(
            order.order_line,
            [
                {
                    "print3d_stock_qty": 4,
                    "print3d_print_qty": 6,
                    "print3d_source": "4 from stock, 6 to print",
                }
            ],
        )
        self.assertEqual(order.print3d_source, "4 from stock, 6 to print")
        self._print_order(order, used_g={1: 1})
        self.assertEqual(order.print3d_source, "4 from stock, 6 printed")

    def test_two_orders_compete(self):
        self._add_stock(4)
        first, second = self._create_order(3), self._create_order(3)
        self.assertEqual(second.print3d_source, "3 from stock")
        first.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(second.print3d_source, "1 from stock, 2 to print")
        second.action_confirm()
        self.assertEqual(first.print3d_source, "3 from stock")
        self.assertEqual(second.print3d_source, "1 from stock, 2 to print")
        self.assertFalse(self._get_waiting(first))
        self.assertEqual(len(self._get_waiting(second)), 2)

    def test_two_lines_of_one_order_share_what_is_free(self):
        self._add_stock(4)
        order = self._create_order(3)
        order.order_line.copy({"order_id": order.id})
        self.assertEqual(
            order.order_line.mapped("print3d_source"),
            ["3 from stock", "1 from stock, 2 to print"],
        )
        order.action_confirm()
        self.assertEqual(order.print3d_source, "4 from stock, 2 printed for this order")

    def test_what_was_returned_is_sold_again(self):
        self._add_stock(4)
        order = self._sell(4)
        self._deliver(order)
        self.assertEqual(self._create_order(3).print3d_source, "3 to print")
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=order.picking_ids.id,
                active_ids=order.picking_ids.ids,
                active_model="stock.picking",
            )
            .create({})
        )
        wizard.product_return_moves.quantity = 2
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.quantity = 2
        back.button_validate()
        following = self._sell(3)
        self.assertEqual(following.print3d_source, "2 from stock, 1 to print")
        self.assertEqual(len(self._get_waiting(following)), 1)
        # The order whose pieces came back printed nothing, and prints nothing now.
        self.assertFalse(order.print3d_run_ids)

    def test_cancelled_delivery_frees_the_shelf(self):
        self._add_stock(4)
        order = self._sell(10)
        order.picking_ids.action_cancel()
        following = self._sell(4)
        self.assertEqual(following.print3d_source, "4 from stock")
        self.assertFalse(self._get_waiting(following))

    def test_cancelled_order_prints_nothing(self):
        self._add_stock(4)
        order = self._sell(10)
        order._action_cancel()
        self.assertFalse(self._get_waiting(order))
        self.assertFalse(order.print3d_source)
        self.assertEqual(
            self._create_order(5).print3d_source, "4 from stock, 1 to print"
        )

    # === THE SETTING === #

    def test_everything_is_printed_when_the_shop_wants_it(self):
        self._add_stock(4)
        self.env.company.print3d_stock_first = False
        order = self._create_order(5)
        self.assertEqual(order.print3d_source, "5 to print")
        order.action_confirm()
        self.assertEqual(order.print3d_source, "5 to print")
        self.assertEqual(len(self._get_waiting(order)), 5)
        self.env.company.print3d_stock_first = True
        self.assertEqual(self._sell(5).print3d_source, "4 from stock, 1 to print")

    def test_setting_is_of_one_company(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        self.assertTrue(company.print3d_stock_first)
        company.print3d_stock_first = False
        rules = self.route.rule_ids.filtered(lambda rule: rule.action == "pull")
        self.assertEqual(
            set(
                rules.filtered(lambda rule: rule.company_id == company).mapped(
                    "procure_method"
                )
            ),
            {"make_to_order"},
        )
        self.assertEqual(
            self.warehouse.print3d_order_pull_id.procure_method, "mts_else_mto"
        )
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Second Hall", "code": "HALL2", "company_id": company.id}
        )
        self.assertEqual(
            warehouse.print3d_order_pull_id.procure_method, "make_to_order"
        )

    # === WHOSE PIECES SHARE A PLATE === #

    def _sell_clips(self):
        clip = self._create_product("Test Clip")
        self._create_version(
            clip, [{"copies": 9, "filaments": [(self.black, 45)]}]
        ).action_activate()
        friend = self.env["res.partner"].create({"name": "Other Customer"})
        office = self.env["res.partner"].create(
            {"name": "Office", "parent_id": self.customer.id}
        )
        return [
            self._sell(2, clip, partner_id=partner.id)
            for partner in (self.customer, friend, office)
        ]

    def test_all_orders_share(self):
        orders = self._sell_clips()
        self.assertEqual(len({order.print3d_run_ids for order in orders}), 1)

    def test_a_customer_shares_with_himself(self):
        self.env.company.print3d_fill_plates = "customer"
        mine, other, office = (order.print3d_run_ids for order in self._sell_clips())
        self.assertEqual(mine, office)
        self.assertNotEqual(mine, other)

    def test_nobody_shares(self):
        self.env.company.print3d_fill_plates = "never"
        orders = self._sell_clips()
        self.assertEqual(len({order.print3d_run_ids for order in orders}), 3)

    def test_query_budget(self):
        """The lines of an order take as many queries as one of them."""
        counts = []
        for count in (2, 20):
            order = self._create_order(3)
            for index in range(count):
                product = self._create_product(f"Test Part {index}")
                order.order_line[:1].copy(
                    {"order_id": order.id, "product_id": product.id}
                )
            self.env.flush_all()
            self.env.invalidate_all()
            order.order_line.mapped("print3d_source")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.order_line.mapped("print3d_source")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
