from odoo.tests import tagged

from .shopping_common import ShoppingCommon

TABLE = {
    "product_id": {"fields": {"display_name": {}}},
    "partner_id": {"fields": {"display_name": {}}},
    "packs": {},
    "pack_uom_id": {"fields": {"display_name": {}}},
    "qty_needed": {},
    "quantity": {},
    "unit_price": {},
    "company_cost": {},
    "company_currency_id": {"fields": {"display_name": {}}},
    "needed_on": {},
    "reason_text": {},
    "state": {},
    "order_id": {"fields": {"display_name": {}}},
}
FEW, MANY = 5, 200
# Measured; what one more costs is that it is noticed.
PAGE, COMPARISON, LIST = 75, 60, 20


@tagged("post_install", "-at_install")
class TestShoppingQueries(ShoppingCommon):
    """The page asks the database as often for 200 lines as for 5."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendors = cls.env["res.partner"].create(
            [
                {
                    "name": f"Shopping Vendor {index}",
                    "print3d_freight_cost": 5,
                    "print3d_free_freight_from": 80,
                }
                for index in range(5)
            ]
        )
        cls.products = cls.env["product.product"].create(
            [
                {
                    "name": f"Shopping Filament {index}",
                    "is_filament": True,
                    "material_id": (cls.pla, cls.petg)[index % 2].id,
                    "colour_hexes": f"#{index * 999:06X}",
                }
                for index in range(MANY)
            ]
        )
        cls.env["product.supplierinfo"].create(
            [
                {
                    "partner_id": cls.vendors[(index + step) % 5].id,
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "price": 15 + (index * 7 + step * 3) % 11,
                }
                for index, product in enumerate(cls.products)
                for step in range(3)
            ]
        )
        cls.rules = cls.env["stock.warehouse.orderpoint"].create(
            [
                {
                    "product_id": product.id,
                    "location_id": cls.stock.id,
                    "product_min_qty": 500,
                    "product_max_qty": 900 + index * 7,
                    "trigger": "manual",
                }
                for index, product in enumerate(cls.products)
            ]
        )
        cls.env.flush_all()

    def _count(self, call, times=3):
        """Return the fewest queries of some calls, the caches of records emptied.

        The first ones fill caches of the registry.
        """
        counts = []
        for _time in range(times):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            result = call()
            counts.append(self.env.cr.sql_log_count - start)
        return min(counts), result

    def _use(self, count):
        self.rules.active = False
        self.rules[:count].active = True
        self.Line._refresh(self.company)
        self.env.flush_all()

    def test_page(self):
        counts = {}
        for size in (FEW, MANY):
            self._use(size)
            counts[size], data = self._count(self._get_screen)
            self.assertEqual(len(data["lines"]), size)
            self.assertEqual(len(data["vendors"]), 5)
        self.assertEqual(counts[FEW], counts[MANY])
        self.assertLessEqual(counts[MANY], PAGE)

    def test_table(self):
        self._use(MANY)
        Line = self.Line.with_user(self.buyer)

        def look(limit):
            return Line.web_search_read(
                [("company_id", "=", self.company.id)], TABLE, limit=limit
            )

        few, _rows = self._count(lambda: look(FEW))
        many, rows = self._count(lambda: look(MANY))
        self.assertEqual(len(rows["records"]), MANY)
        self.assertEqual(few, many)
        self.assertLessEqual(many, LIST)

    def test_comparison(self):
        self._use(MANY)
        line = self._get_lines(self.products[0])
        count, data = self._count(line.with_user(self.buyer).get_comparison)
        self.assertEqual(len(data["offers"]), 3)
        self.assertLessEqual(count, COMPARISON)
