from odoo.tests import HttpCase, tagged

from .shopping_common import ShoppingCommon


@tagged("post_install", "-at_install")
class TestShoppingTours(HttpCase, ShoppingCommon):
    """The page of the shopping list at a desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer.password = cls.buyer.login
        cls.red.name = "Tour PLA Red"
        cls.depot.name, cls.barn.name = "Tour Depot", "Tour Barn"
        cls._add_price(cls.red, cls.barn, 25.0)
        cls._create_spool(400, filament=cls.red)
        cls._add_rule(cls.red, 500, 1500)
        cls.env["product.product"].create({"name": "Tour Magnet", "type": "consu"})

    def test_from_the_list_to_the_rfq(self):
        """Compare, decide, put off, add, and make one RFQ with one line."""
        self._walk()

    def _walk(self):
        self.start_tour(
            "/odoo/shopping-list", "print3d_shopping", login=self.buyer.login
        )
        line = self.env["purchase.order.line"].search(
            [("product_id", "=", self.red.id)]
        )
        self.assertEqual((len(line), line.partner_id), (1, self.depot))
        self.assertEqual(line.order_id.state, "draft")


@tagged("post_install", "-at_install")
class TestShoppingToursPhone(TestShoppingTours):
    """The same on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_from_the_list_to_the_rfq(self):
        """The same with a thumb."""
        self._walk()
