from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRequestReceiving(RequestCommon):
    """Too little, too much, broken: what came otherwise than ordered."""

    def _get_found(self, request):
        return request.discrepancy_ids.sorted("id")

    def test_all_of_it(self):
        request = self._create_ordered((self.glue, 4), (self.nozzle, 2))
        wizard = self._open_wizard(request)
        self.assertEqual(wizard.line_ids.mapped("expected"), [4, 2])
        self.assertEqual(wizard.line_ids.mapped("received"), [4, 2])
        wizard.action_receive()
        self.assertEqual(request.state, "stocked")
        self.assertFalse(self._get_found(request))
        with self.assertRaises(UserError):
            wizard.action_receive()
        with self.assertRaises(UserError):
            request.with_user(self.asker).action_receive()
        self.assertEqual(self.glue.qty_available, 4)

    def test_short_and_the_rest_comes_later(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        wizard.line_ids.received = 3
        with self.assertRaises(UserError):
            wizard.action_receive()
        wizard.line_ids.reason = "One is missing"
        wizard.action_receive()
        self.assertEqual(request.state, "backordered")
        [found] = self._get_found(request)
        self.assertEqual((found.kind, found.quantity, found.value), ("short", 1, 5))
        self.assertEqual(found.partner_id, self.vendor)
        self.assertEqual(found.action, "backorder")
        self._receive_all(request)
        self.assertEqual(request.state, "stocked")
        self.assertEqual(self.glue.qty_available, 4)

    def test_short_and_the_rest_does_not_come(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        wizard.line_ids.write({"received": 3, "rest": "close", "reason": "Sold out"})
        wizard.action_receive()
        self.assertEqual(request.state, "stocked")
        self.assertTrue(request.line_ids.closed_short)
        self.assertFalse(request._get_open_receipts())
        self.assertEqual(request.line_ids.purchase_lines.qty_received, 3)

    def test_nothing_came_and_nothing_will(self):
        request = self._create_ordered((self.glue, 4), (self.nozzle, 1))
        wizard = self._open_wizard(request)
        wizard.line_ids[0].write({"received": 0, "rest": "close", "reason": "No"})
        wizard.action_receive()
        self.assertEqual(request.state, "stocked")
        self.assertEqual(self.glue.qty_available, 0)
        self.assertEqual(self.nozzle.qty_available, 1)

    def test_more_is_asked_about(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        wizard.line_ids.write({"received": 6, "reason": "A gift"})
        self.assertTrue(wizard.has_over)
        with self.assertRaises(UserError):
            wizard.action_receive()
        self.assertEqual(self.glue.qty_available, 0)
        wizard.line_ids.over_action = "keep"
        wizard.action_receive()
        self.assertEqual(self.glue.qty_available, 6)
        self.assertEqual(request.state, "stocked")
        [found] = self._get_found(request)
        self.assertEqual((found.kind, found.quantity), ("over", 2))

    def test_more_is_left_with_the_vendor(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        wizard.line_ids.write(
            {"received": 6, "over_action": "leave", "reason": "Counted twice"}
        )
        wizard.action_receive()
        self.assertEqual(self.glue.qty_available, 4)
        self.assertEqual(self._get_found(request).action, "close")

    def test_broken_and_put_aside(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        wizard.line_ids.write({"defect": 1, "reason": "Dried out"})
        wizard.action_receive()
        place = self.warehouse.print3d_defect_location_id
        self.assertTrue(place)
        quants = self.glue.stock_quant_ids.filtered(
            lambda quant: quant.location_id.usage == "internal"
        )
        self.assertEqual(
            {quant.location_id: quant.quantity for quant in quants},
            {self.stock: 3, place: 1},
        )
        # One of four is no use: another one is wanted.
        self.assertEqual(request.state, "partially_received")
        self.assertEqual(request.line_ids.qty_to_order, 1)
        self.assertTrue(request.with_user(self.owner).can_order)
        request.with_user(self.owner).action_order()
        again = request.line_ids.purchase_lines.order_id.filtered(
            lambda order: order.state == "draft"
        )
        self.assertEqual(again.order_line.product_qty, 1)
        again.button_confirm()
        self._receive_all(request)
        self.assertEqual(request.state, "stocked")

    def test_broken_and_sent_back(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        wizard.line_ids.write(
            {"defect": 1, "defect_action": "return", "reason": "Dried out"}
        )
        wizard.action_receive()
        [found] = self._get_found(request)
        back = found.return_id
        self.assertEqual(back.move_ids.product_uom_qty, 1)
        self.assertEqual(back.state, "assigned")
        self.assertEqual(request.line_ids.qty_received, 3)
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(back.state, "done")
        self.assertEqual(request.line_ids.qty_received, 3)
        self.assertEqual(self.glue.qty_available, 3)

    def test_broken_and_thrown_away(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        wizard.line_ids.write(
            {"defect": 2, "defect_action": "scrap", "reason": "Burst"}
        )
        wizard.action_receive()
        self.assertEqual(self.glue.qty_available, 2)
        self.assertEqual(self._get_found(request).scrap_id.state, "done")
        self.assertEqual(request.line_ids.qty_received, 2)

    def test_wrong_numbers(self):
        request = self._create_ordered((self.glue, 4))
        for values in (
            {"received": -1},
            {"defect": -1, "reason": "x"},
            {"received": 2, "defect": 3, "reason": "x"},
        ):
            wizard = self._open_wizard(request)
            wizard.line_ids.write(values)
            with self.subTest(values=values), self.assertRaises(UserError):
                wizard.action_receive()
        self.assertEqual(self.glue.qty_available, 0)

    # === SPOOLS === #

    def test_spools_are_made_and_labelled(self):
        request = self._create_ordered((self.filament, 3000), print3d_type="restock")
        self.assertEqual(request.line_ids.purchase_lines.product_qty, 3)
        wizard = self._open_wizard(request)
        self.assertEqual(wizard.line_ids.expected, 3)
        self.assertEqual(wizard.line_ids.uom_id, self.spool_uom)
        action = wizard.action_receive()
        spools = self.env["stock.lot"].search([("product_id", "=", self.filament.id)])
        self.assertEqual(spools.mapped("remaining_g"), [1000] * 3)
        self.assertAlmostEqual(spools[0].standard_price, 0.02)
        self.assertIn("tag", {**action, "tag": action.get("tag") or action.get("url")})
        self.assertNotEqual(action["type"], "ir.actions.act_window_close")
        self.assertEqual(request.state, "stocked")

    def test_a_broken_spool(self):
        request = self._create_ordered((self.filament, 3000), print3d_type="restock")
        wizard = self._open_wizard(request)
        wizard.line_ids.write({"defect": 1, "reason": "Crushed"})
        wizard.print_labels = False
        wizard.action_receive()
        spools = self.env["stock.lot"].search([("product_id", "=", self.filament.id)])
        self.assertEqual(len(spools), 3)
        [bad] = spools.filtered("is_quarantined")
        self.assertEqual(bad.location_id, self.warehouse.print3d_defect_location_id)
        [found] = self._get_found(request)
        self.assertEqual((found.lot_ids, found.quantity), (bad, 1000))
        self.assertEqual(request.state, "partially_received")
        self.assertEqual(request.line_ids.qty_to_order, 1000)

    def test_a_broken_spool_goes_back(self):
        request = self._create_ordered((self.filament, 2000), print3d_type="restock")
        wizard = self._open_wizard(request)
        wizard.line_ids.write(
            {"defect": 1, "defect_action": "return", "reason": "Crushed"}
        )
        wizard.action_receive()
        [found] = self._get_found(request)
        back = found.return_id
        self.assertEqual(back.move_ids.move_line_ids.lot_id, found.lot_ids)
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(found.lot_ids.remaining_g, 0)
        self.assertEqual(request.line_ids.qty_received, 1000)

    def test_a_broken_spool_is_thrown_away(self):
        request = self._create_ordered((self.filament, 2000), print3d_type="restock")
        wizard = self._open_wizard(request)
        wizard.line_ids.write(
            {"defect": 1, "defect_action": "scrap", "reason": "Crushed"}
        )
        wizard.action_receive()
        [found] = self._get_found(request)
        self.assertEqual(found.lot_ids.remaining_g, 0)
        self.assertEqual(found.scrap_id.state, "done")

    def test_more_and_fewer_spools(self):
        request = self._create_ordered((self.filament, 2000), print3d_type="restock")
        wizard = self._open_wizard(request)
        wizard.line_ids.write(
            {"received": 3, "over_action": "keep", "reason": "One more"}
        )
        wizard.action_receive()
        self.assertEqual(self.filament.spool_count, 3)
        self.assertEqual(request.state, "stocked")
        request = self._create_ordered((self.filament, 2000), print3d_type="restock")
        wizard = self._open_wizard(request)
        wizard.line_ids.write({"received": 1, "reason": "One is missing"})
        wizard.action_receive()
        self.assertEqual(request.state, "backordered")
        self._receive_all(request)
        self.assertEqual(request.state, "stocked")
        self.assertEqual(self.filament.spool_count, 5)

    def test_received_by_the_scan_app(self):
        """Spool by spool, and one that is a little lighter is a spool."""
        request = self._create_ordered((self.filament, 3000), print3d_type="restock")
        picking = request._get_open_receipts()
        picking._receive_spool(self.filament, {"grams": 985})
        self.assertEqual(request.state, "partially_received")
        self.assertEqual(request.line_ids.qty_received, 1000)
        picking._receive_spool(self.filament, {"grams": 1010})
        picking._receive_spool(self.filament, {})
        self.assertEqual(request.state, "stocked")

    def test_where_to_put_it(self):
        request = self._create_request((self.glue, 8), (self.filament, 1000))
        request.line_ids.target_location_id = self.shelf
        request.action_submit()
        request.with_user(self.owner).action_approve()
        request.with_user(self.owner).action_order()
        request.sudo().line_ids.purchase_lines.order_id.button_confirm()
        wizard = self._open_wizard(request)
        self.assertEqual(wizard.line_ids.target_location_id, self.shelf)
        wizard.action_receive()
        places = self.glue.stock_quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertEqual(places.location_id, self.shelf)
        spool = self.env["stock.lot"].search([("product_id", "=", self.filament.id)])
        self.assertEqual(spool.location_id, self.shelf)

    def test_services_are_received_on_the_order(self):
        service = self.env["product.product"].create(
            {"name": "Calibration", "type": "service", "purchase_ok": True}
        )
        self._create_seller(service, 60)
        request = self._create_ordered((service, 1), print3d_type="service")
        self.assertEqual(request.state, "in_progress")
        line = request.line_ids.purchase_lines
        line.qty_received = 1
        self.assertEqual(request.state, "stocked")
        line.qty_received = 0
        self.assertEqual(request.state, "in_progress")

    def test_from_the_order_and_the_receipt(self):
        order = self._create_purchase(2, 20)
        action = order.action_print3d_receive()
        self.assertEqual(action["res_model"], "print3d.request.receive")
        action = order.picking_ids.with_user(self.asker).action_print3d_receive()
        wizard = (
            self.env["print3d.request.receive"]
            .with_user(self.asker)
            .browse(action["res_id"])
        )
        wizard.line_ids.write({"received": 1, "reason": "Half"})
        wizard.action_receive()
        [found] = self.env["print3d.receipt.discrepancy"].search(
            [("order_id", "=", order.id)]
        )
        self.assertFalse(found.request_ids)
        self.assertEqual(found.user_id, self.asker)

    def test_photos_outlive_the_dialog(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        photo, paper = (
            self.env["ir.attachment"]
            .with_user(self.asker)
            .create(
                [
                    {
                        "name": name,
                        "raw": b"x",
                        "res_model": record._name,
                        "res_id": record.id,
                    }
                    for name, record in (
                        ("box.jpg", wizard.line_ids),
                        ("note.jpg", wizard),
                    )
                ]
            )
        )
        wizard.line_ids.write(
            {"received": 3, "reason": "Torn", "attachment_ids": photo.ids}
        )
        wizard.attachment_ids = paper
        picking = wizard.picking_ids
        wizard.action_receive()
        wizard.sudo().unlink()
        [found] = self._get_found(request)
        self.assertEqual(found.with_user(self.owner).attachment_ids.name, "box.jpg")
        self.assertEqual(
            (paper.sudo().res_model, paper.sudo().res_id), (picking._name, picking.id)
        )

    def test_told_by_the_scan_app(self):
        request = self._create_ordered((self.filament, 3000), print3d_type="restock")
        picking = request._get_open_receipts()
        picking._receive_spool(self.filament, {})
        picking._finish_receipt("cancel")
        [found] = self._get_found(request)
        self.assertEqual((found.kind, found.quantity), ("short", 2000))
        self.assertEqual(request.state, "partially_received")
        more = self._create_ordered((self.filament, 1000), print3d_type="restock")
        picking = more._get_open_receipts()
        picking._receive_spool(self.filament, {})
        picking._receive_spool(self.filament, {"over": True})
        self.assertEqual(self._get_found(more).mapped("kind"), ["over"])

    def test_things_with_numbers_of_their_own(self):
        self.glue.tracking = "serial"
        request = self._create_ordered((self.glue, 1))
        wizard = self._open_wizard(request)
        with self.assertRaises(UserError) as error:
            wizard.action_receive()
        self.assertIn(wizard.picking_ids.name, error.exception.args[0])

    def test_what_is_for_whom_is_not_forged(self):
        request = self._create_ordered((self.glue, 4), user=self.seller)
        notes = request.line_ids.purchase_request_allocation_ids
        with self.assertRaises(AccessError):
            notes.with_user(self.seller).write({"requested_product_uom_qty": 0})
        with self.assertRaises(AccessError):
            notes.with_user(self.seller).create(
                {"purchase_request_line_id": request.line_ids.id}
            )

    # === THE BOOK OF DISCREPANCIES === #

    def test_discrepancies_are_kept(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        wizard.line_ids.write({"received": 3, "reason": "One is missing"})
        wizard.action_receive()
        [found] = self._get_found(request)
        for user in (self.asker, self.owner):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    found.with_user(user).write({"quantity": 0.5})
                with self.assertRaises(UserError):
                    found.with_user(user).unlink()
        found.with_user(self.asker).reason = "One was missing in the box"
        found.with_user(self.asker).action_settle()
        self.assertTrue(found.is_settled)
        found.action_unsettle()
        with self.assertRaises(AccessError):
            found.with_user(self.seller).action_settle()
        self.assertEqual(self.vendor.print3d_discrepancy_count, 1)

    def test_receiving_is_for_those_who_keep_the_stock(self):
        request = self._create_ordered((self.glue, 4), user=self.seller)
        with self.assertRaises(AccessError):
            request.with_user(self.seller).action_receive()
        self.assertFalse(request.with_user(self.seller).can_receive)
        self.assertTrue(request.with_user(self.asker).can_receive)

    def test_the_form(self):
        request = self._create_ordered((self.glue, 4))
        wizard = self._open_wizard(request)
        with Form(wizard) as form:
            with form.line_ids.edit(0) as line:
                line.received = 3
                line.reason = "One is missing"
        wizard.action_receive()
        self.assertEqual(request.state, "backordered")
