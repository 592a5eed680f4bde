from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .shopping_common import ShoppingCommon

MONEY = ("unit_price", "cost", "company_cost", "currency_id")


@tagged("post_install", "-at_install")
class TestShoppingRights(ShoppingCommon):
    """Who sees the list, who writes on it, and who buys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("shopping_operator", "operator")
        cls.sales = cls._create_user("shopping_sales", "sales")
        cls.clerk = new_test_user(
            cls.env,
            "shopping_clerk",
            "purchase.group_purchase_user,print3d_library.group_print3d_user",
        )
        cls._add_rule(cls.red)
        cls.line = cls._get_lines()

    def test_buyers(self):
        for user in (self.buyer, self.clerk):
            data = self._get_screen(user)
            self.assertEqual(data["may"], {"buy": True, "add": True})
            [line] = data["lines"]
            self.assertEqual(line["cost"], 40)
            line = self.line.with_user(user)
            line.action_set_packs(3)
            line.action_release()
            line.get_comparison()
            line.action_dismiss()
            line.action_wake()
        orders = self.line.with_user(self.clerk).create_rfqs()["orders"]
        self.Line.with_user(self.clerk).action_undo_rfqs([orders[0]["id"]])

    def test_operators_see_and_add(self):
        data = self._get_screen(self.operator)
        self.assertEqual(data["may"], {"buy": False, "add": True})
        self._assert_no_money(data, self.operator)
        Line = self.Line.with_user(self.operator)
        self.assertTrue(Line.search_products("Shopping PLA"))
        line = Line.browse(Line.action_add_product(self.red.id))
        self.assertEqual(line.user_id, self.operator)
        line.action_remove()
        with self.assertRaises(UserError):
            self.line.with_user(self.operator).action_remove()
        self._assert_may_not_buy(self.operator)

    def test_sales_only_see(self):
        data = self._get_screen(self.sales)
        self.assertEqual(data["may"], {"buy": False, "add": False})
        self._assert_no_money(data, self.sales)
        self._assert_may_not_buy(self.sales)
        Line = self.Line.with_user(self.sales)
        for deed in (
            lambda: Line.search_products("PLA"),
            lambda: Line.action_add_product(self.red.id),
            lambda: self.line.with_user(self.sales).action_remove(),
        ):
            with self.assertRaises(AccessError):
                deed()

    def test_nobody_else(self):
        for user in (self.user_plain, self.user_portal):
            with self.assertRaises(AccessError):
                self._get_screen(user)
            with self.assertRaises(AccessError):
                self.line.with_user(user).read(["product_id"])

    def test_nobody_writes_past_the_deeds(self):
        for user in (self.buyer, self.operator):
            with self.assertRaises(AccessError):
                self.line.with_user(user).write({"packs": 9})
            with self.assertRaises(AccessError):
                self.Line.with_user(user).create({"product_id": self.red.id})

    def _assert_no_money(self, data, user):
        self.assertTrue(data["lines"])
        for line in data["lines"]:
            self.assertFalse(set(MONEY) & set(line))
        self.assertEqual(set(data["vendors"][0]), {"id", "name", "lead_days"})
        self.assertIsNone(data["split"])
        fields = self.Line.with_user(user).fields_get()
        self.assertFalse(set(MONEY) & set(fields))

    def _assert_may_not_buy(self, user):
        line = self.line.with_user(user)
        for deed in (
            lambda: line.action_create_rfqs(),
            lambda: line.create_rfqs(),
            lambda: line.action_set_packs(3),
            lambda: line.action_set_vendors({line.id: self.depot.id}),
            lambda: line.action_release(),
            lambda: line.action_dismiss(),
            lambda: line.action_wake(),
            lambda: line.action_apply_split(),
            lambda: line.action_undo_rfqs([]),
            lambda: line.get_comparison(),
        ):
            with self.assertRaises(AccessError):
                deed()
        self.assertEqual(self.line.state, "todo")

    # === COMPANIES === #

    def test_companies(self):
        company = self.env["res.company"].create({"name": "Shopping Second"})
        foreign = self._create_user("shopping_foreign", "owner")
        foreign.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        Line = self.Line.with_user(foreign).with_company(company)
        self.assertFalse(Line.search([]))
        self.assertFalse(Line.get_list()["lines"])
        for deed in (
            lambda: Line.browse(self.line.id).create_rfqs(),
            lambda: Line.browse(self.line.id).action_set_packs(3),
            lambda: Line.browse(self.line.id).get_comparison(),
            lambda: Line.action_set_vendors({self.line.id: self.depot.id}),
        ):
            with self.assertRaises(AccessError):
                deed()
        product = self.env["product.product"].create({"name": "Shopping Glue"})
        mine = self.Line.browse(Line.action_add_product(product.id))
        self.assertEqual(mine.company_id, company)
        self.assertNotIn(mine, self._get_lines())

    def test_whoever_makes_contacts_need_not_buy(self):
        maker = new_test_user(
            self.env,
            "shopping_maker",
            "base.group_user,base.group_partner_manager",
        )
        vendor = self.env["res.partner"].with_user(maker).create({"name": "New Vendor"})
        self.assertEqual(
            vendor.sudo().print3d_freight_currency_id, self.company.currency_id
        )

    def test_terms_of_vendors_are_for_buyers(self):
        for user in (self.operator, self.sales):
            fields = self.env["res.partner"].with_user(user).fields_get()
            self.assertNotIn("print3d_freight_cost", fields)
        self.assertIn(
            "print3d_freight_cost",
            self.env["res.partner"].with_user(self.clerk).fields_get(),
        )
