from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestTraceOfPrints(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Trace = cls.env["print3d.trace"]
        cls.spool.ref = "BATCH-1"
        cls.second_spool.ref = "BATCH-2"
        cls.customer = cls.env["res.partner"].create({"name": "Trace Customer"})
        cls.customers = cls.env.ref("stock.stock_location_customers")

    @classmethod
    def _deliver(cls, product, pieces, lot=None):
        """Send pieces to the customer and return the delivery (stock.picking)."""
        values = {
            "product_id": product.id,
            "location_id": cls.stock.id,
            "location_dest_id": cls.customers.id,
        }
        picking = cls.env["stock.picking"].create(
            {
                "partner_id": cls.customer.id,
                "picking_type_id": cls.warehouse.out_type_id.id,
                "location_id": cls.stock.id,
                "location_dest_id": cls.customers.id,
                "move_ids": [
                    Command.create(
                        {
                            **values,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": pieces,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    **values,
                    "picking_id": picking.id,
                    "lot_id": lot and lot.id,
                    "quantity": pieces,
                    "picked": True,
                }
            )
        ]
        picking._action_done()
        return picking

    def _trace(self, record, user=None):
        Trace = self.Trace.with_user(user) if user else self.Trace
        return Trace.get_trace({"model": record._name, "ids": record.ids})

    def _get_cells(self, trace, key, column):
        section = next((s for s in trace["sections"] if s["key"] == key), None)
        cells = [row["cells"].get(column) for row in section["rows"]] if section else []
        return [cell["text"] if isinstance(cell, dict) else cell for cell in cells]

    def _make(self, spool, product=None):
        """Print one piece from a spool, and return its order (mrp.production)."""
        production = self._create_mo(1, product)
        self._print(production.run_ids, [spool])
        self.assertEqual(production.state, "done")
        return production

    # === ONWARD AND BACK === #

    def test_lots_are_followed_both_ways(self):
        self.product.tracking = "lot"
        bad, good = self._make(self.spool), self._make(self.second_spool)
        bad_lot, good_lot = bad.lot_producing_ids, good.lot_producing_ids
        self.assertTrue(bad_lot and good_lot and bad_lot != good_lot)
        sent = self._deliver(self.product, 1, bad_lot)
        self._deliver(self.product, 1, good_lot)
        trace = self._trace(self.spool)
        self.assertEqual(self._get_cells(trace, "runs", "run"), [bad.run_ids.name])
        self.assertEqual(self._get_cells(trace, "runs", "grams"), [50.0])
        self.assertEqual(
            self._get_cells(trace, "productions", "production"), [bad.name]
        )
        self.assertEqual(self._get_cells(trace, "pieces", "lot"), [bad_lot.name])
        self.assertEqual(self._get_cells(trace, "pieces", "stock"), [0.0])
        self.assertEqual(self._get_cells(trace, "deliveries", "delivery"), [sent.name])
        self.assertEqual(self._get_cells(trace, "deliveries", "sure"), [True])
        # Taken by prints, so not by hand.
        self.assertFalse(self._get_cells(trace, "uses", "spool"))
        for start in (sent, bad_lot, bad, bad.run_ids):
            with self.subTest(start=start):
                trace = self._trace(start)
                self.assertEqual(
                    self._get_cells(trace, "spools", "spool"), [self.spool.name]
                )
                self.assertEqual(
                    self._get_cells(trace, "runs", "run"), [bad.run_ids.name]
                )
                self.assertEqual(
                    self._get_cells(trace, "deliveries", "delivery"), [sent.name]
                )

    def test_failed_and_running_prints_are_told(self):
        failed, running = self._create_mo(2).run_ids
        self._start(failed, [self.spool])._do_end("failed", percent=50, reprint=False)
        self._start(running, [self.spool])
        trace = self._trace(self.spool)
        self.assertEqual(
            set(self._get_cells(trace, "runs", "run")), {failed.name, running.name}
        )
        self.assertEqual(sorted(self._get_cells(trace, "runs", "grams")), [0.0, 25.0])
        # Back from the print that runs: the spool that hangs in it.
        trace = self._trace(running)
        self.assertEqual(self._get_cells(trace, "spools", "spool"), [self.spool.name])

    def test_parts_of_parts_are_followed(self):
        self.product.tracking = "lot"
        part = self._make(self.spool).lot_producing_ids
        kit = self.env["product.product"].create(
            {"name": "Test Assembly", "is_storable": True, "tracking": "lot"}
        )
        production = self.env["mrp.production"].create(
            {
                "product_id": kit.id,
                "product_qty": 1,
                "move_raw_ids": [
                    Command.create(
                        {"product_id": self.product.id, "product_uom_qty": 1}
                    )
                ],
            }
        )
        production.action_confirm()
        production.action_generate_serial()
        production.qty_producing = 1
        production.move_raw_ids.move_line_ids.unlink()
        production.move_raw_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": self.product.id,
                    "lot_id": part.id,
                    "quantity": 1,
                    "picked": True,
                }
            )
        ]
        production.move_raw_ids.picked = True
        production.button_mark_done()
        self.assertEqual(production.state, "done")
        sent = self._deliver(kit, 1, production.lot_producing_ids)
        trace = self._trace(self.spool)
        self.assertEqual(
            set(self._get_cells(trace, "pieces", "lot")),
            {part.name, production.lot_producing_ids.name},
        )
        self.assertEqual(self._get_cells(trace, "deliveries", "delivery"), [sent.name])
        trace = self._trace(sent)
        self.assertEqual(self._get_cells(trace, "spools", "spool"), [self.spool.name])

    # === PIECES NOBODY CAN TELL APART === #

    def test_pieces_without_a_lot_are_possible_until_the_stock_is_empty(self):
        before = self._make(self.second_spool)
        early = self._deliver(self.product, 1)
        self._make(self.spool)
        self._make(self.second_spool)
        first = self._deliver(self.product, 1)
        trace = self._trace(self.spool)
        self.assertEqual(self._get_cells(trace, "deliveries", "delivery"), [first.name])
        self.assertEqual(self._get_cells(trace, "deliveries", "sure"), [False])
        # One of two is left, and it may be the one.
        self.assertEqual(self._get_cells(trace, "pieces", "stock"), [1.0])
        second = self._deliver(self.product, 1)
        # From here on the stock was empty once.
        self._make(self.second_spool)
        self._deliver(self.product, 1)
        trace = self._trace(self.spool)
        self.assertEqual(
            set(self._get_cells(trace, "deliveries", "delivery")),
            {first.name, second.name},
        )
        self.assertEqual(self._get_cells(trace, "pieces", "stock"), [0.0])
        # And back: the first delivery of all had one spool only, for sure or not.
        trace = self._trace(early)
        self.assertEqual(self._get_cells(trace, "runs", "run"), [before.run_ids.name])
        trace = self._trace(second)
        self.assertEqual(
            set(self._get_cells(trace, "spools", "spool")),
            {self.spool.name, self.second_spool.name},
        )

    def test_a_piece_that_is_found_may_be_one_of_them(self):
        self._make(self.spool)
        self._deliver(self.product, 1)
        self.env["stock.quant"].create(
            {
                "product_id": self.product.id,
                "location_id": self.stock.id,
                "inventory_quantity": 1,
            }
        ).action_apply_inventory()
        late = self._deliver(self.product, 1)
        trace = self._trace(self.spool)
        self.assertIn(late.name, self._get_cells(trace, "deliveries", "delivery"))

    # === RIGHTS === #

    def test_sales_do_not_see_manufacturing_orders(self):
        self._make(self.spool)
        keys = [s["key"] for s in self._trace(self.spool, self.sales_user)["sections"]]
        self.assertIn("runs", keys)
        self.assertNotIn("productions", keys)
        keys = [s["key"] for s in self._trace(self.spool, self.operator)["sections"]]
        self.assertIn("productions", keys)

    def test_prints_of_other_companies_stay_there(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        run = self._create_mo(1).run_ids
        run.sudo().company_id = company
        with self.assertRaises(AccessError):
            self._trace(run, self.operator)

    def test_they_are_found_by_name(self):
        production = self._create_mo(1)
        titles = [
            found["title"]
            for name in (production.name, production.run_ids.name)
            for found in self.Trace.search_subjects(name)
        ]
        self.assertIn(production.display_name, titles)
        self.assertIn(production.run_ids.display_name, titles)
