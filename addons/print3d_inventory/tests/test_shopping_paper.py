import csv
import io

from odoo.tests import HttpCase, tagged

from ..models.print3d_shopping_line_paper import disarm
from .shopping_common import ShoppingCommon

FORMULA = '=HYPERLINK("http://evil.example","Click")'


@tagged("post_install", "-at_install")
class TestShoppingPaper(HttpCase, ShoppingCommon):
    """The list on paper and as a table."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.red.seller_ids.write(
            {"purchase_url": "https://shop.example/red", "product_code": "R-20"}
        )
        cls._add_rule(cls.red)
        cls.line = cls._get_lines()
        cls.operator = cls._create_user("paper_operator", "operator")
        for user in (cls.buyer, cls.operator):
            user.password = user.login

    def _get_rows(self, login, ids=""):
        self.authenticate(login, login)
        response = self.url_open(f"/print3d/shopping.csv?lines={ids}")
        self.assertEqual(response.status_code, 200)
        text = response.content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def test_table(self):
        [row] = self._get_rows(self.buyer.login)
        self.assertEqual(
            row,
            {
                "Vendor": "Shopping Depot",
                "Product": self.red.display_name,
                "Vendor's number": "R-20",
                "Packs": "2",
                "Pack": self.spool_uom.display_name,
                "Quantity": "2000",
                "Unit": "g",
                "Price of a pack": "20.00",
                "Cost": "40.00",
                "Currency": self.company.currency_id.name,
                "Needed by": row["Needed by"],
                "Why": self.line.reason_text,
                "Where to buy": "https://shop.example/red",
            },
        )

    def test_table_without_money(self):
        [row] = self._get_rows(self.operator.login, self.line.id)
        self.assertNotIn("Cost", row)
        self.assertNotIn("Price of a pack", row)
        self.assertEqual(row["Packs"], "2")

    def test_formulas_are_disarmed(self):
        self.red.seller_ids.product_code = FORMULA
        self.depot.name = "@Depot"
        self.red.product_tmpl_id.name = "+PLA"
        self._get_lines()
        [row] = self._get_rows(self.buyer.login)
        self.assertEqual(row["Vendor's number"], "'" + FORMULA)
        self.assertEqual(row["Vendor"], "'@Depot")
        self.assertEqual(row["Product"], "'+PLA")

    def test_disarm(self):
        for text in ("=1", "+1", "-1", "@x", "\t=1", "  =1", "\u00a0=1", "\r=1"):
            self.assertTrue(disarm(text).startswith("'"), repr(text))
        for text in ("", "PLA", "1+1", "a=b", "https://x.example/?a=-1"):
            self.assertEqual(disarm(text), text)
        self.assertEqual(disarm("a\n=1"), "a =1")

    def test_table_is_for_those_who_see_the_list(self):
        self.authenticate(None, None)
        response = self.url_open("/print3d/shopping.csv", allow_redirects=False)
        self.assertIn(response.status_code, (302, 303))
        self.user_plain.password = "lib_plain"
        self.authenticate("lib_plain", "lib_plain")
        self.assertEqual(self.url_open("/print3d/shopping.csv").status_code, 403)
        self.authenticate(self.buyer.login, self.buyer.login)
        self.assertEqual(
            self.url_open("/print3d/shopping.csv?lines=x").status_code, 400
        )

    def test_page(self):
        html = (
            self.env["ir.actions.report"]
            .with_user(self.buyer)
            ._render_qweb_html("print3d_inventory.shopping_report", self.line.ids)[0]
            .decode()
        )
        self.assertIn("Shopping Depot", html)
        self.assertIn("#C1121F", html)
        self.assertIn("https://shop.example/red", html)
        self.assertIn("data:image/png;base64,", html)
        self.assertIn("40.00", html)
        self.assertIn("R-20", html)

    def test_page_without_money(self):
        html = (
            self.env["ir.actions.report"]
            .with_user(self.operator)
            ._render_qweb_html("print3d_inventory.shopping_report", self.line.ids)[0]
            .decode()
        )
        self.assertIn("Shopping Depot", html)
        self.assertNotIn("40.00", html)

    def test_page_of_a_long_address(self):
        """An address too long for a code is written out only."""
        self.red.seller_ids.purchase_url = "https://shop.example/" + "x" * 600
        self._get_lines()
        self.assertEqual(self.line._get_paper_line(True)["qr"], "")

    def test_print(self):
        action = self.line.with_user(self.buyer).action_print()
        self.assertEqual(action["report_name"], "print3d_inventory.shopping_report")
