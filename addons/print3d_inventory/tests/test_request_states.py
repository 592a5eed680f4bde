from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.purchase_request_states import FACTS, MOVES
from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRequestStates(RequestCommon):
    """What may follow what, and who may do it."""

    def test_every_state_has_moves_and_no_move_leads_nowhere(self):
        states = {name for name, _label in self.Request._fields["state"].selection}
        self.assertEqual(set(MOVES), states)
        for targets in MOVES.values():
            self.assertLessEqual(set(targets), states)

    def test_the_whole_road(self):
        request = self._create_request((self.glue, 20))
        self.assertEqual(request.state, "draft")
        self.assertFalse(request.stage)
        request.action_submit()
        self.assertEqual((request.state, request.stage), ("to_approve", "submitted"))
        request.with_user(self.owner).action_approve()
        self.assertEqual((request.state, request.stage), ("approved", "approved"))
        request.with_user(self.owner).action_order()
        # An RFQ is not an order.
        self.assertEqual(request.state, "approved")
        order = request.sudo().line_ids.purchase_lines.order_id
        order.button_confirm()
        self.assertEqual((request.state, request.stage), ("in_progress", "ordered"))
        request.with_user(self.owner).action_mark_shipped()
        self.assertEqual(request.stage, "in_transit")
        wizard = self._open_wizard(request)
        wizard.line_ids.write({"received": 5, "reason": "The box was small"})
        wizard.action_receive()
        self.assertEqual((request.state, request.stage), ("backordered", "receiving"))
        self._receive_all(request)
        self.assertEqual((request.state, request.stage), ("stocked", "done"))
        request.action_close()
        self.assertEqual((request.state, request.stage), ("done", "done"))

    def test_every_step_is_in_the_journal(self):
        request = self._create_request((self.glue, 20)).with_context(
            tracking_disable=False, mail_notrack=False
        )
        for step in (
            request.action_submit,
            lambda: request.with_user(self.owner).action_approve("Go ahead"),
        ):
            step()
            self.env.flush_all()
            self.cr.flush()
        request.invalidate_recordset()
        messages = request.sudo().message_ids
        words = messages.tracking_value_ids.mapped("new_value_char")
        self.assertIn("Approved", words)
        said = messages.filtered(lambda message: "Go ahead" in (message.body or ""))
        self.assertIn(self.owner.partner_id, said.author_id)

    def test_orders_and_receipts_are_told_in_words(self):
        rest = self._create_thing("Rod <b>8 mm</b>", 2.0)
        request = self._create_ordered((self.glue, 4), (rest, 1.5))
        self._receive_all(request)
        order = request.line_ids.purchase_lines.order_id
        bodies = request.message_ids.mapped("body")
        for body in bodies:
            self.assertNotIn("&lt;li", body)
            self.assertNotIn("&lt;h3", body)
        [ordered] = [body for body in bodies if order.name in body]
        self.assertIn("<b>4 Units</b> Glue Stick", ordered)
        self.assertIn("Rod &lt;b&gt;8 mm&lt;/b&gt;", ordered)
        [came] = [
            body
            for body in bodies
            if order.picking_ids.name in body and "Glue Stick" in body
        ]
        self.assertIn("<b>4 Units</b> Glue Stick", came)

    def test_only_pictures_that_are_there_are_shown(self):
        picture = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6"
            "kgAAAABJRU5ErkJggg=="
        )
        self.nozzle.image_1920 = picture
        request = self._create_request((self.glue, 1), (self.nozzle, 1))
        self.assertEqual(
            [chip["product_id"] for chip in request.product_chips],
            [False, self.nozzle.id],
        )

    def test_two_steps_of_receiving(self):
        self.warehouse.reception_steps = "two_steps"
        request = self._create_ordered((self.glue, 4))
        self._receive_all(request)
        self.assertEqual((request.state, request.stage), ("received", "receiving"))
        self.assertTrue(request.received_on)
        inside = self.env["stock.move"].search(
            [
                ("product_id", "=", self.glue.id),
                ("state", "=", "assigned"),
                ("location_dest_id", "=", self.stock.id),
            ]
        )
        inside.picked = True
        inside.picking_id.button_validate()
        self.assertEqual(request.state, "stocked")

    def test_put_away_by_hand(self):
        self.warehouse.reception_steps = "two_steps"
        request = self._create_ordered((self.glue, 4))
        self._receive_all(request)
        with self.assertRaises(AccessError):
            request.with_user(self.seller).action_stock()
        request.with_user(self.asker).action_stock()
        self.assertEqual(request.state, "stocked")
        # What is told again changes nothing of it.
        request._sync_with_orders()
        self.assertEqual(request.state, "stocked")

    def test_an_order_that_is_cancelled(self):
        request = self._create_ordered((self.glue, 20))
        order = request.line_ids.purchase_lines.order_id
        order.button_cancel()
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.line_ids.qty_to_order, 20)
        request.with_user(self.owner).action_order()
        again = request.line_ids.purchase_lines.order_id - order
        again.button_confirm()
        self.assertEqual(request.state, "in_progress")
        self.assertEqual(request.line_ids.qty_coming, 20)

    def test_an_order_that_is_deleted(self):
        request = self._create_approved((self.glue, 20))
        request.with_user(self.owner).action_order()
        order = request.line_ids.purchase_lines.order_id
        order.button_cancel()
        order.unlink()
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.line_ids.qty_to_order, 20)

    def test_a_line_that_is_taken_off_an_order(self):
        request = self._create_approved((self.glue, 20), (self.nozzle, 2))
        request.with_user(self.owner).action_order()
        lines = request.line_ids.purchase_lines
        lines.filtered(lambda line: line.product_id == self.nozzle).unlink()
        lines.exists().order_id.button_confirm()
        self.assertEqual(request.state, "in_progress")
        self._receive_all(request)
        self.assertEqual(request.state, "partially_received")
        self.assertTrue(request.with_user(self.owner).can_order)

    def test_a_receipt_that_is_cancelled(self):
        request = self._create_ordered((self.glue, 20))
        request._get_open_receipts().action_cancel()
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.line_ids.qty_to_order, 20)

    def test_what_goes_back_is_not_here(self):
        request = self._create_ordered((self.glue, 4))
        self._receive_all(request)
        self.assertEqual(request.state, "stocked")
        picking = request.line_ids.purchase_lines.move_ids.picking_id
        for to_refund in (True, False):
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            wizard.product_return_moves.quantity = 1
            back = wizard._create_return()
            back.move_ids.write({"picked": True, "to_refund": to_refund})
            back.button_validate()
            self.assertEqual(back.state, "done")
        self.assertEqual(request.line_ids.qty_received, 2)
        self.assertEqual(request.state, "partially_received")

    def test_told_before_anybody_looked(self):
        """The desk receives in one go what nobody marked as ordered by hand."""
        request = self._create_approved((self.glue, 4))
        request.with_user(self.owner).action_order()
        order = request.line_ids.purchase_lines.order_id
        order.button_confirm()
        order.picking_ids.button_validate()
        self.assertEqual(request.state, "stocked")
        for _index in range(3):
            request._sync_with_orders()
        self.assertEqual(request.state, "stocked")

    def test_a_closed_request_stays_closed(self):
        request = self._create_ordered((self.glue, 4))
        self._receive_all(request)
        request.action_close()
        picking = request.line_ids.purchase_lines.move_ids.picking_id
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 4
        back = wizard._create_return()
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(request.state, "done")
        with self.assertRaises(AccessError):
            request.with_user(self.asker).action_reopen()
        request.with_user(self.owner).action_reopen()
        self.assertEqual(request.state, "approved")

    def test_closed_with_less(self):
        request = self._create_ordered((self.glue, 4))
        with self.assertRaises(UserError):
            request.action_close()
        request._get_open_receipts().action_cancel()
        request.with_user(self.asker).action_close()
        self.assertEqual(request.state, "done")
        self.assertTrue(request.line_ids.closed_short)
        self.assertEqual(request.line_ids.qty_to_order, 0)

    def test_on_hold(self):
        request = self._create_ordered((self.glue, 4))
        request.with_user(self.asker).action_hold("The customer thinks")
        self.assertEqual(request.state, "on_hold")
        self.assertEqual(request.stage, "ordered")
        self.assertEqual(request.hold_reason, "The customer thinks")
        with self.assertRaises(UserError):
            request.with_user(self.owner).action_order()
        request.with_user(self.asker).action_resume()
        self.assertEqual(request.state, "in_progress")
        self.assertFalse(request.hold_reason)

    def test_what_comes_ends_the_hold(self):
        request = self._create_ordered((self.glue, 4))
        request.action_hold("Wait")
        pickings = request._get_open_receipts()
        pickings.button_validate()
        self.assertEqual(request.state, "stocked")

    def test_held_while_waiting_is_asked_again(self):
        request = self._create_request((self.glue, 20))
        request.action_submit()
        reviews = request.sudo().review_ids
        request.action_hold("Wait")
        with self.assertRaises(UserError):
            request.with_user(self.owner).action_approve()
        request.action_resume()
        self.assertEqual(request.state, "to_approve")
        self.assertFalse(reviews.exists())
        request.with_user(self.owner).action_approve()
        self.assertEqual(request.state, "approved")

    def test_back_to_draft(self):
        request = self._create_request((self.glue, 20))
        request.action_submit()
        request.action_withdraw()
        self.assertEqual(request.state, "draft")
        self.assertFalse(request.sudo().review_ids)
        request = self._create_approved((self.glue, 20))
        request.with_user(self.owner).action_order()
        with self.assertRaises(UserError) as error:
            request.action_withdraw()
        self.assertIn(
            request.line_ids.purchase_lines.order_id.name, error.exception.args[0]
        )

    def test_given_up(self):
        request = self._create_approved((self.glue, 20))
        request.with_user(self.asker).action_cancel()
        self.assertEqual(request.state, "rejected")
        request.with_user(self.asker).action_withdraw()
        self.assertEqual(request.state, "draft")

    def test_all_lines_cancelled(self):
        request = self._create_approved((self.glue, 20))
        request.line_ids.do_cancel()
        self.assertEqual(request.state, "rejected")
        request = self._create_ordered((self.glue, 20))
        with self.assertRaises(UserError):
            request.line_ids.do_cancel()

    def test_nobody_writes_a_state(self):
        request = self._create_request((self.printer, 1))
        for values in (
            {"state": "approved"},
            {"state": "in_progress"},
            {"state": "received"},
            {"held_state": "approved"},
            {"submitted_by_id": self.owner.id},
            {"approved_on": "2030-01-01"},
            {"validation_status": "validated"},
        ):
            with self.subTest(values=values):
                with self.assertRaises(UserError):
                    request.write(values)
                self.assertEqual(request.state, "draft")
        with self.assertRaises(AccessError):
            self.Request.with_user(self.asker).create({"state": "approved"})
        for method in ("button_approved", "button_rejected", "button_done"):
            with self.subTest(method=method):
                with self.assertRaises(UserError):
                    getattr(request, method)()
                self.assertEqual(request.state, "draft")
        request.button_to_approve()
        self.assertEqual(request.state, "to_approve")
        for method in ("button_approved", "validate_tier"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(request, method)()
        request.button_in_progress()
        self.assertEqual(request.state, "to_approve")

    def test_dropping_cards(self):
        request = self._create_request((self.glue, 20))
        request.action_submit()
        with self.assertRaises(AccessError):
            request.stage = "approved"
        request = request.with_user(self.owner)
        for stage in ("ordered", "in_transit", "receiving", "done"):
            with self.subTest(stage=stage), self.assertRaises(UserError):
                request.stage = stage
        request.stage = "approved"
        self.assertEqual(request.state, "approved")
        with self.assertRaises(UserError):
            request.stage = "submitted"
        request.action_order()
        request.line_ids.purchase_lines.order_id.button_confirm()
        request.stage = "in_transit"
        self.assertEqual(request.stage, "in_transit")
        self.assertTrue(request.line_ids.purchase_lines.order_id.shipped_on)
        request.stage = "ordered"
        self.assertEqual(request.stage, "ordered")
        with self.assertRaises(UserError):
            request.stage = "done"

    def test_every_column_is_shown(self):
        self._create_request((self.glue, 20)).action_submit()
        Request = self.Request.with_context(read_group_expand=True)
        result = Request.web_read_group(
            [("stage", "!=", False)], ["stage"], ["__count"]
        )
        self.assertEqual(
            [group["stage"] for group in result["groups"]],
            [
                "submitted",
                "approved",
                "ordered",
                "in_transit",
                "receiving",
                "done",
            ],
        )

    def test_closed_by_itself(self):
        with freeze_time("2030-03-01 08:00:00"):
            request = self._create_ordered((self.glue, 4))
            self._receive_all(request)
        with freeze_time("2030-03-07 08:00:00"):
            self.Request._cron_close_stocked()
            self.assertEqual(request.state, "stocked")
        with freeze_time("2030-03-09 08:00:00"):
            self.company.print3d_request_autoclose = False
            self.Request._cron_close_stocked()
            self.assertEqual(request.state, "stocked")
            self.company.print3d_request_autoclose = True
            self.Request._cron_close_stocked()
            self.assertEqual(request.state, "done")

    def test_states_are_never_left_out(self):
        """Whatever state a request is in, what is on its way counts for the rule."""
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.glue.id,
                "location_id": self.stock.id,
                "product_min_qty": 10,
                "product_max_qty": 10,
            }
        )
        self.assertEqual(rule.qty_to_order, 10)
        request = self.Request._print3d_create([{"product": self.glue, "qty": 10}])
        self.assertEqual(request.line_ids.orderpoint_id, rule)

        def get_in_progress():
            rule.invalidate_recordset()
            return rule._quantity_in_progress()[rule.id]

        self.assertEqual(get_in_progress(), 10)
        request.action_hold("Wait")
        self.assertEqual(get_in_progress(), 10)
        request.action_resume()
        if request.state == "to_approve":
            request.with_user(self.owner).action_approve()
        request.with_user(self.owner).action_order()
        # Now the RFQ counts, by Odoo itself.
        self.assertEqual(get_in_progress(), 10)
        order = request.sudo().line_ids.purchase_lines.order_id
        order.button_cancel()
        self.assertEqual(get_in_progress(), 10)
        request.action_cancel()
        self.assertEqual(get_in_progress(), 0)
        self.assertIn("on_hold", MOVES["approved"])
        self.assertEqual(len(FACTS), 6)

    def test_half_ordered_counts_the_rest(self):
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.glue.id,
                "location_id": self.stock.id,
                "product_min_qty": 10,
                "product_max_qty": 10,
            }
        )
        request = self.Request._print3d_create([{"product": self.glue, "qty": 10}])
        if request.state == "to_approve":
            request.with_user(self.owner).action_approve()
        request.with_user(self.owner).action_order()
        line = request.sudo().line_ids.purchase_lines
        line.product_qty = 4
        line.order_id.button_confirm()
        self.assertEqual(request.sudo().line_ids.qty_to_order, 6)
        # 4 come by the order, which is no more in progress but incoming.
        rule.invalidate_recordset()
        self.assertEqual(rule._quantity_in_progress()[rule.id], 6)
        self.assertEqual(rule.qty_to_order, 0)

    def test_a_copy_begins_anew(self):
        request = self._create_ordered((self.glue, 4))
        again = request.with_user(self.asker).copy()
        self.assertEqual(again.state, "draft")
        self.assertEqual(again.line_ids.product_qty, 4)
        self.assertFalse(again.line_ids.purchase_lines)
        self.assertFalse(again.submitted_on)
        self.assertFalse(again.sudo().review_ids)

    def test_other_lines_are_not_moved_into_an_approved_request(self):
        approved = self._create_approved((self.glue, 20))
        other = self._create_request((self.printer, 1))
        with self.assertRaises(UserError):
            other.line_ids.request_id = approved.with_user(self.asker)
        with self.assertRaises(UserError):
            approved.with_user(self.asker).line_ids = [
                Command.create({"product_id": self.printer.id, "product_qty": 1})
            ]
        with self.assertRaises(UserError):
            approved.with_user(self.asker).line_ids.product_qty = 99
