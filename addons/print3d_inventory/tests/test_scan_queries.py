from odoo.tests import tagged

from .common import Print3dInventoryCommon

SPOOLS = 500


@tagged("post_install", "-at_install")
class TestScanQueries(Print3dInventoryCommon):
    """What a phone keeps is read with as many queries for 500 spools as for 20."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("queries_operator", "operator")
        brands = cls.env["res.partner"].create(
            [{"name": f"Brand {index}"} for index in range(4)]
        )
        filaments = cls.env["product.product"].create(
            [
                {
                    "name": f"Filament {index}",
                    "is_filament": True,
                    "material_id": (cls.pla, cls.petg)[index % 2].id,
                    "brand_id": brands[index % 4].id,
                    "colour_hexes": f"#{index * 999:06X}",
                }
                for index in range(100)
            ]
        )
        slots = cls.env["stock.location"].create(
            [
                {
                    "name": f"Slot {index}",
                    "location_id": cls.stock.id,
                    "print3d_kind": "slot",
                    "slot_number": index,
                }
                for index in range(SPOOLS // 2)
            ]
        )
        cls.lots = (
            cls.env["stock.lot"]
            .with_context(tracking_disable=True)
            .create(
                [
                    {
                        "name": f"Q{index:04d}",
                        "product_id": filaments[index % len(filaments)].id,
                        "company_id": cls.env.company.id,
                    }
                    for index in range(SPOOLS)
                ]
            )
        )
        cls.env.flush_all()
        # Straight into the table: five hundred receipts would only cost time here.
        cls.env.cr.execute_values(
            """
            INSERT INTO stock_quant (product_id, company_id, location_id, lot_id,
                        quantity, reserved_quantity, in_date)
                 VALUES %s
            """,
            [
                (
                    lot.product_id.id,
                    cls.env.company.id,
                    (slots[index // 2] if index % 2 else cls.shelf).id,
                    lot.id,
                    index + 1,
                    0,
                    "2026-01-01",
                )
                for index, lot in enumerate(cls.lots)
            ],
        )
        cls.env.invalidate_all()
        # Nor are these lines told one by one.
        cls.env.cr.execute(
            """
            INSERT INTO print3d_spool_entry (lot_id, product_id, company_id, kind,
                        state, problem, user_id, happened_on, stated, grams)
                 SELECT lot.id, lot.product_id, lot.company_id, line.kind, line.state,
                        line.problem, %s, NOW() - line.minutes * INTERVAL '1 minute',
                        5, 0
                   FROM stock_lot AS lot
             CROSS JOIN (VALUES ('weigh', 'posted', NULL, 5),
                                ('move', 'posted', NULL, 4),
                                ('dry', 'posted', NULL, 3),
                                ('use', 'waiting', NULL, 2),
                                ('count', 'conflict', 'changed', 1)
                        ) AS line (kind, state, problem, minutes)
                  WHERE lot.id = ANY(%s)
            """,
            [cls.operator.id, cls.lots.ids],
        )
        cls.env.invalidate_all()
        cls.App = cls.env["print3d.scan.app"].with_user(cls.operator)

    def _count(self, size):
        self.env.invalidate_all()
        lots = self.lots[:size].with_user(self.operator)
        start = self.env.cr.sql_log_count
        cards = self.App._get_spool_cards(lots)
        count = self.env.cr.sql_log_count - start
        self.assertEqual([card["id"] for card in cards], lots.ids)
        self.assertEqual({len(card["log"]) for card in cards}, {5})
        return count

    def test_cards(self):
        self._count(20)
        few, many = self._count(20), self._count(200)
        self.assertEqual(few, many)
        # Odoo reads a thousand lines at a time of what belongs to many.
        self.assertLessEqual(self._count(SPOOLS), few + 4)
        self.assertLessEqual(few, 30)

    def test_bootstrap(self):
        self.App._get_bootstrap()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        found = self.App._get_bootstrap()
        count = self.env.cr.sql_log_count - start
        self.assertEqual(len(found["spools"]), SPOOLS)
        self.assertEqual({len(card["log"]) for card in found["spools"]}, {3})
        self.assertLessEqual(count, 50)
