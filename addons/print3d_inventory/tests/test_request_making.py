from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRequestMaking(RequestCommon):
    """Asking: by others, by a click on an alert, on a phone, by pictures."""

    def _make(self, *things, **values):
        return self.Request.with_user(self.asker)._print3d_create(
            [{"product": product, "qty": qty} for product, qty in things], **values
        )

    def test_asked_once_for_a_key(self):
        first = self._make((self.glue, 2), key="rule-1")
        again = self._make((self.glue, 5), key="rule-1")
        self.assertEqual(first, again)
        self.assertEqual(first.line_ids.product_qty, 2)
        other = self._make((self.glue, 2), key="rule-2")
        self.assertNotEqual(first, other)
        company = self.env["res.company"].create({"name": "Other Key"})
        foreign = self.Request._print3d_create(
            [{"product": self.glue, "qty": 1}], key="rule-1", company_id=company.id
        )
        self.assertNotEqual(first, foreign)
        self.assertEqual(foreign.company_id, company)
        self.assertEqual(foreign.picking_type_id.company_id, company)

    def test_what_is_told_of_it(self):
        request = self._make(
            (self.filament, 3000),
            reason="Two orders wait",
            priority="2",
            needed_by="2030-05-01",
        )
        self.assertEqual(request.print3d_type, "restock")
        self.assertEqual(request.justification, "Two orders wait")
        self.assertEqual(request.priority, "2")
        self.assertEqual(request.requested_by, self.asker)
        self.assertEqual(request.amount, 60)
        self.assertEqual(request.vendor_id, self.vendor)
        self.assertEqual(request.state, "to_approve")

    def test_nothing_asked(self):
        with self.assertRaises(UserError):
            self._make((self.glue, 0))

    def test_drafts_of_one_vendor_join(self):
        first = self._make((self.glue, 2), submit=False, reason="Low")
        second = self._make((self.nozzle, 1), submit=False, reason="Worn", key="n")
        self.assertEqual(first, second)
        self.assertEqual(first.state, "draft")
        self.assertEqual(len(first.line_ids), 2)
        self.assertEqual(first.justification, "Low\nWorn")
        again = self._make((self.nozzle, 1), submit=False, key="n")
        self.assertEqual(again, first)
        self.assertEqual(len(first.line_ids), 2)
        # Another kind, another vendor, another person: another request.
        self.assertNotEqual(self._make((self.filament, 1000), submit=False), first)
        vendor = self.env["res.partner"].create({"name": "Other Vendor"})
        tape = self._create_thing("Tape", 3)
        tape.seller_ids.partner_id = vendor
        self.assertNotEqual(self._make((tape, 1), submit=False), first)
        theirs = self.Request.with_user(self.seller)._print3d_create(
            [{"product": self.glue, "qty": 1}], submit=False
        )
        self.assertNotEqual(theirs, first)

    def test_nobody_there_to_approve_loses_nothing(self):
        (self.others | self.approver | self.owner).write({"active": False})
        request = self._make((self.nozzle, 5))
        self.assertEqual(request.state, "draft")
        self.assertIn("Nobody", request.sudo().message_ids[0].body)

    def test_in_somebody_elses_name(self):
        request = self.Request._print3d_create(
            [{"product": self.nozzle, "qty": 5}], user=self.seller
        )
        self.assertEqual(request.requested_by, self.seller)
        self.assertEqual(request.submitted_by_id, self.seller)

    def test_kinds(self):
        service = self.env["product.product"].create({"name": "S", "type": "service"})
        spare = self._create_thing("Belt", 4)
        spare.product_tmpl_id.print3d_kind = "spare"
        for product, kind in (
            (self.filament, "restock"),
            (spare, "part"),
            (service, "service"),
            (self.glue, "consumable"),
        ):
            with self.subTest(kind=kind):
                self.assertEqual(self._make((product, 1)).print3d_type, kind)
        self.assertEqual(
            self._make((self.glue, 1), kind="equipment").print3d_type, "equipment"
        )

    # === ALERTS === #

    def _raise(self, **values):
        spool = self._create_spool(grams=100)
        spool._raise_alert(
            "a5_low",
            "Running low",
            product_id=self.filament.id,
            actions=[{"key": "request", "label": "Request", "icon": "fa-plus"}],
            **values,
        )
        self.env["print3d.alert"]._take_in()
        return self.env["print3d.alert"].search(
            [("res_model", "=", "stock.lot"), ("res_id", "=", spool.id)]
        )

    def test_an_alert_becomes_a_request(self):
        alert = self._raise(severity="critical").with_user(self.asker)
        action = alert.action_run("request")
        request = self.Request.browse(action["res_id"])
        self.assertEqual(request.alert_id, alert)
        self.assertEqual(alert.request_ids, request)
        self.assertEqual(request.line_ids.product_id, self.filament)
        self.assertEqual(request.line_ids.product_qty, 1000)
        self.assertEqual(request.priority, "2")
        self.assertEqual(request.justification, "Running low")
        self.assertIn(request.name, alert.request_status)
        again = alert.with_user(self.owner).action_run("request")
        self.assertEqual(again["res_id"], request.id)
        state = request._get_state_word()
        self.assertIn(state, alert.request_status)

    def test_an_alert_asks_for_what_the_rule_says(self):
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.filament.id,
                "location_id": self.stock.id,
                "product_min_qty": 5000,
                "product_max_qty": 5000,
            }
        )
        alert = self._raise()
        request = self.Request.browse(alert.action_run("request")["res_id"])
        self.assertGreaterEqual(request.line_ids.product_qty, 4900)
        self.assertTrue(request.line_ids.orderpoint_id)

    def test_alerts_of_requests(self):
        check = self.env["print3d.alert.check"]
        request = self._create_request((self.nozzle, 5))
        request.action_submit()
        late = self._create_ordered((self.glue, 4))
        late.line_ids.purchase_lines.date_planned = "2020-01-01 12:00:00"
        self.warehouse.reception_steps = "two_steps"
        pending = self._create_ordered((self.glue, 4))
        self._receive_all(pending)
        self.assertEqual(str(late.expected_on), "2020-01-01")

        def get_families():
            check._run_checks(["_check_requests"])
            self.env["print3d.alert"]._take_in()
            return {
                (alert.res_id, alert.family)
                for alert in self.env["print3d.alert"].search(
                    [
                        ("res_model", "=", "purchase.request"),
                        ("is_open", "=", True),
                        ("res_id", "in", (request | late | pending).ids),
                    ]
                )
            }

        expected = {
            (request.id, "request_approval"),
            (late.id, "request_late"),
            (pending.id, "request_receipt"),
        }
        self.assertEqual(get_families(), expected)
        self.assertEqual(get_families(), expected)
        alert = request.sudo().alert_ids
        self.assertEqual(alert.due_on, request.decide_before)
        action = alert.with_user(self.owner).action_run("decide")
        self.assertEqual(action["url"], f"/print3d/requests/{request.id}")
        for user, is_offered in ((self.owner, True), (self.seller, False)):
            offered = alert.with_user(user).offered_actions or []
            self.assertEqual("decide" in [a["key"] for a in offered], is_offered)
        with self.assertRaises(UserError):
            alert.with_user(self.seller).action_run("decide")
        request.with_user(self.owner).action_approve()
        self._receive_all(late)
        pending.action_stock()
        # The other order still lies at the input, as two steps are taken by now.
        self.assertNotIn((request.id, "request_approval"), get_families())
        self.assertNotIn((pending.id, "request_receipt"), get_families())

    # === BY HAND === #

    def test_the_quick_form(self):
        form = Form(self.env["print3d.request.new"].with_user(self.seller))
        with form.line_ids.new() as line:
            line.product_id = self.filament
            self.assertEqual(line.uom_id, self.filament._get_request_uom())
            line.quantity = 2
        self.assertEqual(form.print3d_type, "restock")
        self.assertEqual(form.amount, 40)
        with form.line_ids.new() as line:
            line.name = "A brush for the bed"
            line.cost = 5
        form.justification = "Dust"
        action = form.save().action_submit()
        request = self.Request.browse(action["res_id"])
        self.assertEqual(request.requested_by, self.seller)
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.amount, 45)
        self.assertEqual(request.line_ids[0]._get_quantity(), 2000)
        with self.assertRaises(UserError):
            self.env["print3d.request.new"].create({}).action_save()

    def test_the_catalogue(self):
        request = self._create_request((self.glue, 1))
        self.assertTrue(request.action_add_from_catalog())
        info = request._get_product_catalog_order_line_info(
            (self.glue | self.filament).ids
        )
        self.assertEqual(info[self.glue.id]["quantity"], 1)
        self.assertEqual(info[self.filament.id]["quantity"], 0)
        self.assertEqual(info[self.filament.id]["price"], 20)
        request._update_order_line_info(self.filament.id, 2)
        request._update_order_line_info(self.glue.id, 0)
        self.assertEqual(request.line_ids.product_id, self.filament)
        self.assertEqual(request.amount, 40)
        approved = self._create_approved((self.glue, 1))
        info = approved._get_product_catalog_order_line_info(self.glue.ids)
        self.assertTrue(info[self.glue.id]["readOnly"])

    def test_the_form(self):
        form = Form(self.Request.with_user(self.asker))
        form.justification = "Worn"
        with form.line_ids.new() as line:
            line.product_id = self.nozzle
            line.product_qty = 5
        request = form.save()
        self.assertEqual(request.amount, 100)
        request.action_submit()
        with Form(request) as form, form.line_ids.edit(0) as line:
            line.product_qty = 6
        self.assertEqual(request.amount, 120)
        self.assertEqual(request.state, "to_approve")

    # === ORDERING === #

    def test_ordered_by_packs_of_the_vendor(self):
        request = self._create_approved((self.filament, 2500))
        action = request.with_user(self.owner).action_order()
        order = self.env["purchase.order"].browse(action["res_id"])
        self.assertEqual(order.partner_id, self.vendor)
        self.assertEqual(order.order_line.product_qty, 3)
        self.assertEqual(order.order_line.product_uom_id, self.spool_uom)
        self.assertEqual(order.order_line.price_unit, 20)
        self.assertIn(request.name, order.origin)
        again = request.with_user(self.owner).action_order()
        self.assertEqual(again["res_id"], order.id)
        self.assertEqual(order.order_line.product_qty, 3)
        self.assertEqual(request.line_ids.qty_to_order, 0)
        # Half a spool is left on it, which is enough for the next one.
        other = self._create_approved((self.filament, 400))
        other.with_user(self.owner).action_order()
        self.assertEqual(order.order_line.product_qty, 3)
        more = self._create_approved((self.filament, 400))
        more.with_user(self.owner).action_order()
        self.assertEqual(order.order_line.product_qty, 4)
        self.assertEqual(order.print3d_request_count, 3)
        order.button_confirm()
        self.assertEqual((request | other | more).mapped("state"), ["in_progress"] * 3)
        self._receive_all(request)
        self.assertEqual((request | other | more).mapped("state"), ["stocked"] * 3)

    def test_who_needs_it_first_is_served_first(self):
        requests = self.Request
        for _index in range(2):
            request = self._create_approved((self.glue, 4))
            request.with_user(self.owner).action_order()
            requests |= request
        requests.line_ids.purchase_lines.order_id.button_confirm()
        self.assertEqual(len(requests.line_ids.purchase_lines), 1)
        wizard = self._open_wizard(requests[0])
        wizard.line_ids.write({"received": 5, "reason": "The rest follows"})
        wizard.action_receive()
        self.assertEqual(requests[0].state, "stocked")
        self.assertEqual(requests[1].state, "backordered")
        self.assertEqual(requests[1].line_ids.qty_received, 1)

    def test_two_vendors_two_orders(self):
        other = self.env["res.partner"].create({"name": "Other Vendor"})
        request = self._create_request((self.glue, 4), (self.nozzle, 1))
        request.line_ids[1].vendor_id = other
        self.assertFalse(request.vendor_id)
        request.action_submit()
        if request.state == "to_approve":
            request.with_user(self.owner).action_approve()
        action = request.with_user(self.owner).action_order()
        orders = self.env["purchase.order"].search(action["domain"])
        self.assertEqual(orders.partner_id, self.vendor | other)
        orders[0].button_confirm()
        self.assertEqual(request.state, "in_progress")

    def test_what_cannot_be_ordered(self):
        thing = self._create_thing("Unsold")
        request = self._create_approved((thing, 1))
        with self.assertRaises(UserError) as error:
            request.with_user(self.owner).action_order()
        self.assertIn("Unsold", error.exception.args[0])
        request = self._create_request((self.glue, 1))
        request.line_ids = [Command.create({"name": "Something", "product_qty": 1})]
        request.action_submit()
        request.with_user(self.owner).action_approve()
        with self.assertRaises(UserError):
            request.with_user(self.owner).action_order()
        with self.assertRaises(AccessError):
            request.with_user(self.asker).action_order()

    def test_a_denied_request_is_not_ordered(self):
        request = self._create_approved((self.glue, 4))
        request.with_user(self.owner).action_order()
        order = request.line_ids.purchase_lines.order_id
        twin = order.copy()
        twin.order_line.purchase_request_lines = request.line_ids
        order.button_confirm()
        with self.assertRaises(UserError):
            twin.button_confirm()
        waiting = self._create_request((self.nozzle, 5))
        waiting.action_submit()
        order = self._create_purchase(1, 20).copy()
        order.order_line.purchase_request_lines = waiting.sudo().line_ids
        with self.assertRaises(UserError):
            order.button_confirm()

    def test_the_dialog_of_the_module_below(self):
        """Whoever uses its dialog gets the same."""
        request = self._create_approved((self.glue, 4))
        wizard = (
            self.env["purchase.request.line.make.purchase.order"]
            .with_user(self.owner)
            .with_context(active_model="purchase.request", active_ids=request.ids)
            .create({"supplier_id": self.vendor.id})
        )
        wizard.make_purchase_order()
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.line_ids.qty_asked, 4)
        request.line_ids.purchase_lines.order_id.button_confirm()
        self.assertEqual(request.state, "in_progress")
        self._receive_all(request)
        self.assertEqual(request.state, "stocked")
