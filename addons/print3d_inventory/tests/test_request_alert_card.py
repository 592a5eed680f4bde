from odoo.tests import tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRequestAlertCard(RequestCommon):
    """What the card of an alert says of the request that answers it."""

    def _raise(self, count=1):
        """Raise an alert on each of some new spools (print3d.alert)."""
        spools = self.env["stock.lot"]
        for _number in range(count):
            spools |= self._create_spool(grams=100)
        for spool in spools:
            spool._raise_alert("b5_low", "Zebra low", product_id=self.filament.id)
        self.env["print3d.alert"]._take_in()
        return self.env["print3d.alert"].search(
            [("res_model", "=", "stock.lot"), ("res_id", "in", spools.ids)]
        )

    def _ask(self, alert, user=None):
        action = alert.with_user(user or self.asker).action_request()
        return self.Request.browse(action["res_id"])

    def _get_card(self, alert, user=None):
        bell = self.env["print3d.alert"].with_user(user or self.asker).get_bell
        [card] = [
            card for card in bell(search="zebra")["alerts"] if card["id"] == alert.id
        ]
        return card

    def test_how_far_it_is(self):
        alert = self._raise()
        self.assertFalse(self._get_card(alert)["request"])
        request = self._ask(alert)
        expected = {
            "id": request.id,
            "name": request.name,
            "is_over": False,
            "can_open": True,
        }
        self.assertEqual(request.state, "approved")
        self.assertEqual(
            self._get_card(alert)["request"], {**expected, "state": "Approved"}
        )
        request.with_user(self.owner).action_order()
        request.line_ids.purchase_lines.order_id.button_confirm()
        self.assertEqual(self._get_card(alert)["request"]["state"], "Ordered")

    def test_the_last_one_that_was_not_given_up(self):
        alert = self._raise()
        first = self._ask(alert)
        line = [{"product": self.filament, "qty": 1000}]
        given_up = self.Request._print3d_create(line, alert=alert)
        given_up.action_cancel()
        self.assertEqual(self._get_card(alert)["request"]["id"], first.id)
        last = self.Request._print3d_create(line, alert=alert)
        self.assertEqual(self._get_card(alert)["request"]["id"], last.id)

    def test_it_is_asked_for_anew_once_the_former_is_over(self):
        alert = self._raise()
        first = self._ask(alert)
        first.action_cancel()
        self.assertTrue(self._get_card(alert)["request"]["is_over"])
        second = self._ask(alert)
        self.assertNotEqual(second, first)
        self.assertFalse(self._get_card(alert)["request"]["is_over"])
        self.assertEqual(self._ask(alert, self.owner), second)
        second.action_cancel()
        # Somebody wants the former after all: then that one answers the alert.
        first.action_withdraw()
        self.assertEqual(self._ask(alert), first)
        first.action_submit()
        first.action_cancel()
        third = self._ask(alert)
        self.assertNotIn(third, first | second)
        self.assertEqual(alert.request_ids, first | second | third)

    def test_one_that_is_open_answers_it_whoever_made_it(self):
        alert = self._raise()
        line = [{"product": self.filament, "qty": 1000}]
        made = self.Request._print3d_create(line, alert=alert, submit=False)
        self.assertEqual(self._ask(alert), made)

    def test_who_may_not_open_it_reads_how_far_it_is(self):
        alert = self._raise()
        request = self._ask(alert, self.owner)
        plain = self._create_user("request_plain", "user")
        shown = self._get_card(alert, plain)["request"]
        self.assertEqual(shown["name"], request.name)
        self.assertFalse(shown["can_open"])

    def test_no_way_is_offered_to_a_request_one_may_not_read(self):
        request = self._create_request((self.glue, 1), user=self.owner)
        request._raise_alert("request_late", "Zebra late", category="requests")
        self.env["print3d.alert"]._take_in()
        alert = self.env["print3d.alert"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
        plain = self._create_user("request_closed", "user")
        card = self._get_card(alert, plain)
        self.assertFalse(card["can_open_source"])
        self.assertEqual(card["actions"], [])
        shown = alert.with_user(plain)
        self.assertFalse(shown.can_open_source)
        self.assertFalse(shown.offered_actions)
        card = self._get_card(alert, self.owner)
        self.assertTrue(card["can_open_source"])
        keys = {action["key"] for action in alert.with_user(self.owner).offered_actions}
        self.assertIn("open", keys)

    def test_whoever_may_not_read_it_is_told_without_a_link(self):
        request = self._create_request((self.glue, 1), user=self.owner)
        plain = self._create_user("request_told", "user")
        self.env["ir.actions.server"]._notify_print3d(
            request, self.owner | plain, "Zebra is late"
        )
        told = self.env["mail.message"].search(
            [("subject", "=", "Zebra is late")], order="id", limit=3
        )
        self.assertEqual(
            [(one.partner_ids, one.model) for one in told],
            [
                (self.owner.partner_id, request._name),
                (plain.partner_id, False),
            ],
        )

    def test_asks_as_often_for_many_as_for_few(self):
        counts = []
        # The first round fills the caches that outlive a transaction.
        for more in (2, 1, 8):
            for alert in self._raise(more):
                self._ask(alert)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["print3d.alert"].with_user(self.asker).get_bell(search="zebra")
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])
