from odoo.tests import tagged

from .common import Print3dInventoryCommon

SPOOL_LIST = {
    "name": {},
    "spool_colour": {},
    "remaining_percent": {},
    "remaining_g": {},
    "spool_status": {},
    "spool_currency_id": {"fields": {"display_name": {}}},
    "price_per_kg": {},
    "spool_value": {},
    "opened_on": {},
    "expires_on": {},
    "drying_due_on": {},
    "last_dried_on": {},
    "reserved_g": {},
    "free_g": {},
    "price_paid": {},
    "vendor_id": {"fields": {"display_name": {}}},
    "received_on": {},
    "last_weighed_on": {},
    "quarantine_reason": {},
    "product_id": {"fields": {"display_name": {}}},
    "material_id": {"fields": {"display_name": {}}},
    "brand_id": {"fields": {"display_name": {}}},
    "location_id": {"fields": {"display_name": {}}},
}
SPOOL_KANBAN = {
    **SPOOL_LIST,
    "is_quarantined": {},
    "is_drying_due": {},
    "spool_chip": {},
}
FILAMENT_KANBAN = {
    "display_name": {},
    "filament_chip": {},
    "spool_count": {},
    "sealed_count": {},
    "price_per_kg": {},
    "cost_currency_id": {"fields": {"display_name": {}}},
    "brand_id": {"fields": {"display_name": {}}},
}
PLACES = {
    "name": {},
    "print3d_kind": {},
    "spool_id": {"fields": {"display_name": {}}},
    "spool_count": {},
}


@tagged("post_install", "-at_install")
class TestQueries(Print3dInventoryCommon):
    """The screens ask the database as often for 200 records as for 20."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brands = cls.env["res.partner"].create(
            [{"name": f"Brand {index}"} for index in range(4)]
        )
        cls.filaments = cls.env["product.product"].create(
            [
                {
                    "name": f"Filament {index}",
                    "is_filament": True,
                    "material_id": (cls.pla, cls.petg)[index % 2].id,
                    "brand_id": cls.brands[index % 4].id,
                    "colour_hexes": f"#{index * 999:06X}",
                }
                for index in range(200)
            ]
        )
        cls.slots = cls.env["stock.location"].create(
            [
                {
                    "name": f"Slot {index}",
                    "location_id": cls.stock.id,
                    "print3d_kind": "slot",
                    "slot_number": index,
                }
                for index in range(200)
            ]
        )
        lots = cls.env["stock.lot"].create(
            [
                {
                    "name": f"Q{index:04d}",
                    "product_id": filament.id,
                    "company_id": cls.env.company.id,
                }
                for index, filament in enumerate(cls.filaments)
            ]
        )
        # Straight quants: two hundred receipts would only cost time here.
        cls.env["stock.quant"].sudo().create(
            [
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "location_id": (slot if index % 3 else cls.shelf).id,
                    "quantity": index * 5 + 1,
                }
                for index, (lot, slot) in enumerate(zip(lots, cls.slots, strict=True))
            ]
        )
        cls.lots = lots
        cls.env.flush_all()

    def _count(self, model, domain, specification, limit):
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        result = self.env[model].web_search_read(
            domain, specification, limit=limit, order="id"
        )
        self.assertEqual(len(result["records"]), limit)
        return self.env.cr.sql_log_count - start

    def _assert_constant(self, model, domain, specification, budget):
        self._count(model, domain, specification, 20)  # fill the caches of the registry
        few = self._count(model, domain, specification, 20)
        many = self._count(model, domain, specification, 200)
        self.assertEqual(few, many)
        self.assertLessEqual(many, budget)
        self.env.invalidate_all()
        with self.assertQueryCount(budget):
            self.env[model].web_search_read(
                domain, specification, limit=200, order="id"
            )

    def test_spool_list(self):
        self._assert_constant(
            "stock.lot", [("id", "in", self.lots.ids)], SPOOL_LIST, 20
        )

    def test_spool_kanban(self):
        self._assert_constant(
            "stock.lot", [("id", "in", self.lots.ids)], SPOOL_KANBAN, 20
        )

    def test_filament_kanban(self):
        self._assert_constant(
            "product.product", [("id", "in", self.filaments.ids)], FILAMENT_KANBAN, 16
        )

    def test_places(self):
        self._assert_constant(
            "stock.location", [("id", "in", self.slots.ids)], PLACES, 10
        )
