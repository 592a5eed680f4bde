from odoo import Command, fields
from odoo.tests import Form, tagged

from .scan_common import ScanCommon


@tagged("post_install", "-at_install")
class TestScanReceive(ScanCommon):
    """Receiving spool by spool, each in stock as soon as it was in the hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.white = cls._create_filament("Receive PLA White", "#FFFFFF")
        cls.order = cls._create_purchase(3, 20, filament=cls.white)
        cls.picking = cls.order.picking_ids

    def _receive(self, state="done", order=None, product=None, **options):
        return self._do(
            "receive",
            options,
            state=state,
            spool_id=None,
            purchase_id=(order or self.order).id,
            product_id=(product or self.white).id,
        )

    def _get_spool(self, result):
        return self.env["stock.lot"].browse(result["spool_id"])

    def test_one_by_one(self):
        names = self.picking.move_line_ids.sorted("id").mapped("lot_name")
        result = self._receive(print=True)
        spool = self._get_spool(result)
        self.assertEqual(spool.name, names[0])
        self.assertEqual((spool.remaining_g, spool.net_weight_g), (1000, 1000))
        self.assertAlmostEqual(spool.standard_price, 0.02)
        self.assertEqual(spool.company_id, self.env.company)
        self.assertTrue(result["print"])
        self.assertEqual((result["left"], self.picking.state), (2, "assigned"))
        self.assertEqual(self.order.order_line.qty_received, 1)
        [card] = result["cards"]
        [line] = card["lines"]
        self.assertEqual(
            (line["ordered"], line["received"], line["spools_left"], line["unit"]),
            (3, 1, 2, "spools"),
        )
        self.assertEqual(line["spool_g"], 1000)
        self.assertEqual([each["id"] for each in card["received"]], [spool.id])
        self.assertTrue(card["can_finish"])
        self.assertTrue(card["can_differ"])
        self.assertIn(str(self.picking.id), card["url"])

        self._receive()
        result = self._receive()
        self.assertEqual((result["left"], self.picking.state), (0, "done"))
        self.assertTrue(self.picking.date_done)
        self.assertEqual(self.order.order_line.qty_received, 3)
        self.assertEqual(self.order.receipt_status, "full")
        spools = self.env["stock.lot"].search([("product_id", "=", self.white.id)])
        self.assertEqual(sorted(spools.mapped("name")), sorted(names))
        self.assertEqual(set(spools.mapped("remaining_g")), {1000.0})
        self.assertAlmostEqual(sum(spools.mapped("total_value")), 60)
        for each in spools:
            [entry] = each.spool_entry_ids
            self.assertEqual((entry.kind, entry.grams), ("receive", 1000))
            self.assertEqual(entry.document_name, self.picking.name)
        self.assertFalse(result["cards"][0]["can_finish"])
        self.assertFalse(result["cards"][0]["can_differ"])

    def test_sent_again_receives_once(self):
        action = self._make(
            "receive",
            {},
            spool_id=None,
            purchase_id=self.order.id,
            product_id=self.white.id,
        )
        first, again = self._act(action, action)
        self.assertEqual(first["spool_id"], again["spool_id"])
        [later] = self._act(action)
        self.assertEqual(later["spool_id"], first["spool_id"])
        self.assertEqual(self.order.order_line.qty_received, 1)

    def test_the_desk_receives_the_rest(self):
        self._receive()
        rest = self.picking.move_ids.filtered(lambda move: move.state != "done")
        rest.picked = True
        self.assertIs(self.picking.button_validate(), True)
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(self.order.order_line.qty_received, 3)
        self.assertEqual(self.white.spool_count, 3)

    def test_the_desk_is_asked_about_what_nobody_scanned(self):
        self._receive()
        action = self.picking.button_validate()
        Form.from_action(self.env, action).save().process()
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(self.order.order_line.qty_received, 1)
        self.assertEqual(self.picking.backorder_ids.state, "assigned")
        self.assertEqual(self._receive()["left"], 1)

    def test_more_than_ordered_asks(self):
        for _index in range(3):
            self._receive()
        result = self._receive(state="refused")
        self.assertEqual(result["ask"], "over")
        self.assertEqual(self.white.spool_count, 3)
        result = self._receive(over=True)
        self.assertEqual(self._get_spool(result).remaining_g, 1000)
        self.assertAlmostEqual(self._get_spool(result).standard_price, 0.02)
        self.assertEqual(self.order.order_line.qty_received, 4)
        self.assertEqual(self.order.picking_ids.mapped("state"), ["done", "done"])

    def test_more_of_one_while_another_is_to_come(self):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": 1,
                            "product_uom_id": self.spool_uom.id,
                            "price_unit": 20,
                        }
                    )
                    for product in (self.white, self.filament)
                ],
            }
        )
        order.button_confirm()
        self._receive(order=order)
        self._receive(order=order, over=True)
        self.assertEqual(order.picking_ids.mapped("state"), ["assigned"])
        result = self._receive(order=order, product=self.filament)
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertEqual(order.order_line.mapped("qty_received"), [2, 1])
        self.assertEqual(len(result["cards"][0]["lines"]), 2)

    def test_what_is_known_of_a_spool_is_kept(self):
        result = self._receive(
            grams=750,
            name="MINE-1",
            batch="B-77",
            expires_on="2030-05-06",
            place_id=self.other_shelf.id,
        )
        spool = self._get_spool(result)
        self.assertEqual((spool.name, spool.ref), ("MINE-1", "B-77"))
        self.assertEqual((spool.remaining_g, spool.net_weight_g), (750, 750))
        self.assertEqual(spool.expires_on, fields.Date.to_date("2030-05-06"))
        self.assertEqual(spool.location_id, self.other_shelf)
        self.assertEqual(len(spool.spool_entry_ids), 1)
        # One of three came, if a smaller one.
        self.assertEqual(result["left"], 2)
        result = self._receive(state="refused", name="MINE-1")
        self.assertIn("MINE-1", result["message"])

    def test_weighed_as_it_comes(self):
        self.white.tare_weight_g = 0
        self.env["print3d.tare.profile"].search([]).action_archive()
        spool = self._get_spool(self._receive(gross_g=1230))
        self.assertEqual((spool.tare_weight_g, spool.remaining_g), (230, 1000))
        self.white.tare_weight_g = 230
        spool = self._get_spool(self._receive(gross_g=1215))
        self.assertEqual(spool.remaining_g, 985)
        self.assertEqual(self.order.order_line.qty_received, 2)
        result = self._receive(state="refused", gross_g=50)
        self.assertIn("Weigh", result["message"])
        # Nothing of the refused one is left.
        self.assertEqual(self.order.order_line.qty_received, 2)

    def test_straight_into_a_slot(self):
        result = self._receive(place_id=self.slot.id)
        self.assertEqual(self._get_spool(result).location_id, self.slot)
        result = self._receive(state="refused", place_id=self.slot.id)
        self.assertIn("App Slot", result["message"])
        self.assertEqual(self.order.order_line.qty_received, 1)

    def test_the_rest_comes_later(self):
        result = self._do(
            "receive_done",
            {"rest": "later"},
            state="refused",
            purchase_id=self.order.id,
        )
        self.assertIn("Nothing", result["message"])
        self._receive()
        self._do("receive_done", {"rest": "later"}, purchase_id=self.order.id)
        self.assertEqual(self.picking.state, "done")
        rest = self.order.picking_ids - self.picking
        self.assertEqual(rest.state, "assigned")
        self.assertEqual(rest.move_line_ids.mapped("quantity"), [1000, 1000])
        result = self._receive()
        self.assertEqual(result["left"], 1)
        self.assertEqual(self.order.order_line.qty_received, 2)

    def test_the_rest_does_not_come(self):
        self._receive()
        self._do("receive_done", {"rest": "cancel"}, purchase_id=self.order.id)
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(self.order.picking_ids, self.picking)
        self.assertEqual(self.order.order_line.qty_received, 1)
        self._do(
            "receive_done", {"rest": "x"}, state="refused", purchase_id=self.order.id
        )

    def test_taken_back(self):
        results = [self._receive(gross_g=1190, place_id=self.slot.id), self._receive()]
        spool = self._get_spool(results[0])
        result = self._get("undo", key="test-undo-receive", of_key=results[0]["key"])
        self.assertEqual(result["state"], "done", result)
        self.assertEqual(spool.remaining_g, 0)
        self.assertEqual(self.order.order_line.qty_received, 1)
        self.assertEqual(result["cards"][0]["lines"][0]["spools_left"], 2)
        self.assertAlmostEqual(self.white.total_value, 20)
        self._receive()
        self._receive()
        self.assertEqual(self.order.order_line.qty_received, 3)
        self.assertEqual(self.picking.state, "done")
        last = self._receive(over=True)
        self._get("undo", key="test-undo-receive-2", of_key=last["key"])
        self.assertEqual(self.order.order_line.qty_received, 3)

    def test_used_since_is_not_taken_back(self):
        result = self._receive()
        self._do("use", 10, spool_id=result["spool_id"])
        result = self._get("undo", key="test-undo-used", of_key=result["key"])
        self.assertEqual(result["state"], "refused")
        self.assertIn("vendor", result["message"])
        self.assertEqual(self.order.order_line.qty_received, 1)

    def test_what_was_not_ordered(self):
        result = self._receive(state="refused", product=self.filament)
        self.assertIn("not on this order", result["message"])
        result = self._receive(state="refused", product=self.filament, over=True)
        self.assertIn("not on this order", result["message"])
        plain = self.env["product.product"].create({"name": "Plain"})
        result = self._receive(state="refused", product=plain)
        self.assertIn("no filament", result["message"])
        for grams in (0, -5, "x", True, 10**9):
            result = self._receive(state="refused", grams=grams)
            self.assertIn("grams", result["message"])

    def test_order_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Receiver"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        order = self.order.copy(
            {"company_id": company.id, "picking_type_id": warehouse.in_type_id.id}
        )
        order.button_confirm()
        self.assertTrue(order.picking_ids)
        result = self._receive(state="refused", order=order)
        self.assertIn("company", result["message"])
        error = self._call("card", type="purchase", id=order.id)["error"]
        self.assertIn("gone", error["data"]["message"])
        self.assertEqual(self._get("resolve", code=order.name)["type"], "unknown")

    def test_receipt_without_an_order(self):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.white.id,
                            "product_uom": self.gram.id,
                            "product_uom_qty": 2000,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.stock.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        found = self._get("resolve", code=picking.name)
        self.assertEqual(found["card"]["picking_ids"], picking.ids)
        for left in (1, 0):
            result = self._do(
                "receive",
                {},
                spool_id=None,
                picking_id=picking.id,
                product_id=self.white.id,
            )
            self.assertEqual(result["left"], left)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.white.spool_count, 2)
