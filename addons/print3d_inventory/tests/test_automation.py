import logging
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .automation_common import AutomationCommon

FIRING = "odoo.addons.print3d_inventory.models.print3d_automation_firing"


@tagged("post_install", "-at_install")
class TestAutomation(AutomationCommon):
    # === WHAT COMES TO BE SO === #

    def test_a_low_spool_is_requested_once(self):
        rule = self._create_low_rule()
        spool = self._create_spool(1000)
        rule._watch()
        self.assertFalse(self._get_requests())
        spool._print3d_record("count", 140)
        firing = rule._watch()
        self.assertEqual((firing.state, firing.res_id), ("done", spool.id))
        request = self._get_requests()
        self.assertEqual(len(request), 1)
        self.assertEqual(request.line_ids.product_qty, 1000)
        self.assertIn(request.display_name, firing.result)
        self.assertIn(spool.name, request.justification)
        # Looked at again, in whatever way: it is done.
        rule._watch()
        rule._fire(spool)
        self.assertEqual(self._get_requests(), request)
        self.assertEqual(rule.print3d_fired_count, 1)

    def test_it_acts_anew_after_it_ceased(self):
        rule = self._create_low_rule(
            {"state": "print3d_alert", "print3d_text": "{name}!"}
        )
        spool = self._create_low_spool(100)
        first = rule._watch()
        self.assertTrue(first.is_open)
        spool._print3d_record("count", 400)
        self.assertFalse(rule._watch())
        self.assertFalse(first.is_open)
        spool._print3d_record("count", 90)
        second = rule._watch()
        self.assertEqual(second.res_id, spool.id)
        self.assertEqual(rule.print3d_fired_count, 2)

    def test_an_alert_goes_when_its_cause_goes(self):
        rule = self._create_low_rule(
            {"state": "print3d_alert", "print3d_text": "{name}!"}
        )
        spool = self._create_low_spool(100)
        rule._watch()
        Alert = self.env["print3d.alert"]
        Alert._take_in()
        domain = [("res_model", "=", "stock.lot"), ("res_id", "=", spool.id)]
        alert = Alert.search([*domain, ("name", "=", f"{spool.display_name}!")])
        self.assertEqual((len(alert), alert.state, alert.count), (1, "open", 1))
        spool._print3d_record("count", 400)
        rule._watch()
        Alert._take_in()
        self.assertEqual(alert.state, "auto_resolved")

    def test_the_cron_looks(self):
        rule = self._create_low_rule()
        broken = self._create_low_rule()
        self._create_spool(100)
        broken.flush_recordset()
        # As it may be after an upgrade that took a field away.
        self.env.cr.execute(
            'UPDATE base_automation SET filter_domain = \'[("gone", "=", 1)]\''
            " WHERE id = %s",
            [broken.id],
        )
        broken.invalidate_recordset()
        cron = self.env.ref("print3d_inventory.ir_cron_automation_watch")
        with (
            self.enter_registry_test_mode(),
            mute_logger(
                "odoo.addons.print3d_inventory.models.base_automation_watching"
            ),
        ):
            cron.method_direct_trigger()
        self.assertEqual(rule.print3d_fired_count, 1)
        self.assertEqual(broken.print3d_fired_count, 0)
        self.assertEqual(len(self._get_requests()), 1)

    def test_what_is_so_already(self):
        spool = self._create_low_spool(100)
        rule = self._create_low_rule(print3d_is_eager=False)
        rule._watch()
        self.assertFalse(self._get_requests())
        self.assertEqual(rule.print3d_fired_count, 0)
        late = self._create_spool(1000)
        late._print3d_record("count", 20)
        self.assertEqual(rule._watch().res_id, late.id)
        # It ceases for the first one, and comes to be so again.
        spool._print3d_record("count", 300)
        rule._watch()
        spool._print3d_record("count", 30)
        self.assertEqual(rule._watch().res_id, spool.id)

    def test_nothing_is_requested_that_comes_already(self):
        order = self._create_purchase(1, 20)
        rule = self._create_low_rule()
        self._create_spool(100)
        firing = rule._watch()
        self.assertIn("brings it already", firing.result)
        self.assertFalse(self._get_requests())
        # It does not come after all: that is seen within a day, not at once.
        order.button_cancel()
        rule._watch()
        self.assertFalse(self._get_requests())
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            rule._watch()
        self.assertEqual(len(self._get_requests()), 1)
        self.assertEqual(rule.print3d_fired_count, 1)

    def test_two_spools_of_one_filament_make_one_request(self):
        rule = self._create_low_rule()
        spools = self._create_spool(100) + self._create_spool(90)
        firings = rule._watch()
        self.assertEqual(set(firings.mapped("res_id")), set(spools.ids))
        self.assertEqual(len(self._get_requests().line_ids), 1)

    def test_quantities(self):
        spool = self._create_spool(100)
        company = self.env.company
        for mode, quantity, expected in (
            ("fixed", 750, 750),
            ("packs", 2, 2000),
            ("policy", 0, 1000),
        ):
            rule = self._create_low_rule(
                {
                    "state": "print3d_request",
                    "print3d_qty_mode": mode,
                    "print3d_qty": quantity,
                }
            )
            (plan,) = rule.action_server_ids._plan_print3d(spool)
            self.assertEqual(plan["quantity"], expected)
            self.assertAlmostEqual(plan["cost"], expected / 1000 * 20)
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.filament.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "company_id": company.id,
                "product_min_qty": 500,
                "product_max_qty": 3000,
                "trigger": "manual",
            }
        )
        (plan,) = rule.action_server_ids._plan_print3d(spool)
        point = self.env["stock.warehouse.orderpoint"].search(
            [("product_id", "=", self.filament.id)]
        )
        self.assertGreater(point.qty_to_order, 0)
        self.assertEqual(plan["quantity"], point.qty_to_order)

    # === WHEN SOMETHING IS WRITTEN === #

    def test_a_rule_on_changes_acts_once_until_it_ceases(self):
        rule = self._create_rule(
            "product.product",
            "on_create_or_write",
            '[("default_code", "=", "LOW")]',
            {"state": "print3d_notify", "print3d_user_id": self.owner.id},
        )
        self.assertEqual(rule.trigger_field_ids.mapped("name"), ["default_code"])
        product = self.filament
        product.default_code = "LOW"
        product.default_code = "LOW"
        product.name = "Another name"
        self.assertEqual(rule.print3d_fired_count, 1)
        product.default_code = "FULL"
        self.assertFalse(rule.print3d_firing_ids.is_open)
        product.default_code = "LOW"
        self.assertEqual(rule.print3d_fired_count, 2)
        told = self.env["mail.message"].search(
            [("model", "=", product._name), ("res_id", "=", product.id)]
        )
        self.assertEqual(
            len(told.filtered(lambda note: self.owner.partner_id in note.partner_ids)),
            2,
        )

    def test_an_error_stops_nobody(self):
        rule = self._create_rule(
            "product.product",
            "on_create",
            False,
            {"state": "print3d_notify", "print3d_user_id": self.owner.id},
            {"state": "code", "code": "raise UserError('Broken on purpose')"},
        )
        with mute_logger(FIRING):
            product = self._create_filament("Test PLA Broken Rule")
        self.assertTrue(product.exists())
        firing = rule.print3d_firing_ids
        self.assertEqual((firing.state, firing.error), ("failed", "Broken on purpose"))
        self.assertEqual(rule.print3d_error_count, 1)
        # All of it or nothing: the note before the error is gone, too.
        self.assertFalse(self._get_told(product))
        with mute_logger(FIRING):
            firing.action_retry()
        self.assertEqual((firing.state, firing.tries), ("failed", 2))
        rule.action_server_ids.filtered("code").unlink()
        firing.action_retry()
        self.assertEqual((firing.state, firing.error), ("done", False))
        self.assertEqual(len(self._get_told(product)), 1)
        with self.assertRaisesRegex(UserError, "needs no other try"):
            firing.action_retry()

    def _get_told(self, record):
        return self.env["mail.message"].search(
            [
                ("model", "=", record._name),
                ("res_id", "=", record.id),
                ("partner_ids", "in", self.owner.partner_id.ids),
            ]
        )

    def test_an_error_of_the_database_is_undone(self):
        rule = self._create_rule(
            "product.product",
            "on_create",
            False,
            {"state": "code", "code": "env.cr.execute('SELECT no_such_column')"},
        )
        with mute_logger(FIRING, "odoo.sql_db"):
            product = self._create_filament("Test PLA Bad Query")
        self.assertEqual(product.name, "Test PLA Bad Query")
        self.assertEqual(rule.print3d_firing_ids.state, "failed")

    def test_what_met_another_transaction_is_repeated_by_odoo(self):
        rule = self._create_low_rule()
        spool = self._create_spool(100)
        for error in (SerializationFailure, ConcurrencyError):
            with (
                patch.object(
                    type(self.env["ir.actions.server"]),
                    "_run_action_print3d_request_multi",
                    side_effect=error("meanwhile"),
                ),
                self.assertRaises(error),
                self.env.cr.savepoint(),
            ):
                rule._fire(spool)
        self.assertFalse(rule.print3d_firing_ids)

    def test_failed_ones_are_tried_again_by_themselves(self):
        rule = self._create_low_rule(
            {"state": "code", "code": "raise UserError('Not yet')"}
        )
        self._create_spool(100)
        with mute_logger(FIRING):
            firing = rule._watch()
            for _time in range(5):
                self.Rule._retry_print3d_failed()
        self.assertEqual((firing.state, firing.tries), ("failed", 3))

    def test_loops_are_stopped(self):
        self._create_rule(
            "res.partner",
            "on_create",
            '[("name", "ilike", "echo")]',
            {"state": "code", "code": "model.create({'name': record.name + ' echo'})"},
        )
        with mute_logger(FIRING):
            self.env["res.partner"].create({"name": "Echo"})
        echoes = self.env["res.partner"].search([("name", "ilike", "echo")])
        self.assertEqual(len(echoes), 5)
        held = self.Firing.search([("state", "=", "held")])
        self.assertEqual(len(held), 1)
        self.assertIn("set each other off", held.result)

    def test_a_rule_rests_when_it_acted_often(self):
        rule = self._create_rule(
            "res.partner",
            "on_create",
            '[("name", "=", "Often")]',
            {"state": "print3d_notify", "print3d_user_id": self.owner.id},
            print3d_day_limit=3,
        )
        self.env["res.partner"].create([{"name": "Often"}] * 6)
        states = rule.print3d_firing_ids.mapped("state")
        self.assertEqual(sorted(states), ["done"] * 3 + ["held"])

    def test_a_day_begins_where_people_are(self):
        user = self.env["base.automation"].with_context(tz="Asia/Jerusalem")
        with freeze_time("2026-11-21 23:10:00"):
            self.assertEqual(
                user._get_print3d_midnight(), datetime(2026, 11, 21, 22, 0)
            )

    def test_other_rules_are_as_they_were(self):
        rule = self._create_rule(
            "res.partner",
            "on_create",
            '[("name", "=", "Plain")]',
            {"state": "code", "code": "raise UserError('As Odoo does')"},
            print3d_managed=False,
        )
        with self.assertRaisesRegex(UserError, "As Odoo does"):
            self.env["res.partner"].create({"name": "Plain"})
        self.assertFalse(rule.print3d_firing_ids)

    # === COMPANIES === #

    def test_a_rule_of_a_company_leaves_others_alone(self):
        other = self.env["res.company"].create({"name": "Rules Elsewhere"})
        rule = self._create_rule(
            "res.partner",
            "on_create",
            '[("name", "=", "Whose")]',
            {"state": "print3d_notify", "print3d_user_id": self.owner.id},
            print3d_company_id=other.id,
        )
        Partner = self.env["res.partner"]
        Partner.create({"name": "Whose", "company_id": self.env.company.id})
        self.assertFalse(rule.print3d_firing_ids)
        theirs = Partner.create({"name": "Whose", "company_id": other.id})
        self.assertEqual(rule.print3d_firing_ids.res_id, theirs.id)
        self.assertEqual(rule.print3d_firing_ids.company_id, other)
        Firing = self.Firing.with_user(self.owner)
        self.assertFalse(Firing.search([("automation_id", "=", rule.id)]))

    # === WORDS === #

    def test_rules_say_what_they_do(self):
        rule = self._create_low_rule()
        self.assertEqual(rule.print3d_subject, "stock.lot")
        self.assertEqual(rule.print3d_event, "print3d_becomes")
        self.assertIn("Spool", rule.print3d_when)
        self.assertIn("Left (g) < 150", rule.print3d_if)
        self.assertIn(" and ", rule.print3d_if)
        self.assertIn("Request 1000 g of its filament", rule.print3d_then)
        rule.filter_domain = (
            '["|", ("spool_status", "in", ["sealed", "stored"]),'
            ' "!", ("opened_on", "=", False)]'
        )
        self.assertIn("Sealed or Stored", rule.print3d_if)
        self.assertIn(" or ", rule.print3d_if)

    def test_ready_rules_are_complete(self):
        for name in (
            "automation_spool_low",
            "automation_restock_request",
            "automation_spool_expiring",
            "automation_alert_escalate",
            "automation_request_waiting",
        ):
            rule = self.env.ref(f"print3d_inventory.{name}")
            self.assertFalse(rule.active, name)
            self.assertTrue(rule.action_server_ids, name)
            self.assertTrue(rule.print3d_when and rule.print3d_if and rule.print3d_then)
            self.assertFalse(rule.action_server_ids.filtered("warning"), name)

    def test_ready_rule_for_a_low_spool(self):
        rule = self.env.ref("print3d_inventory.automation_spool_low")
        rule.active = True
        spool = self._create_spool(149)
        rule._watch()
        firing = rule.print3d_firing_ids.filtered(lambda item: item.res_id == spool.id)
        self.assertEqual(firing.state, "done")
        self.assertEqual(self._get_requests().line_ids.product_qty, 1000)

    def test_ready_rule_for_escalation(self):
        rule = self.env.ref("print3d_inventory.automation_alert_escalate")
        rule.active = True
        spool = self._create_spool(500)
        spool._raise_alert("fire", "Fire!", severity="critical", category="printer")
        self.env["print3d.alert"]._take_in()
        alert = spool.alert_ids.filtered(lambda item: item.name == "Fire!")
        self.assertFalse(rule._watch() & self._get_firings(rule, alert))
        alert.first_seen_on = "2020-01-01 00:00:00"
        rule._watch()
        self.assertEqual(self._get_firings(rule, alert).state, "done")
        self.assertTrue(alert.user_id)
        self.assertIn("escalated", alert.event_ids.mapped("kind"))

    def _get_firings(self, rule, record):
        return rule.print3d_firing_ids.filtered(lambda item: item.res_id == record.id)

    # === SPEED === #

    def test_the_list_needs_no_more_queries_for_more_rules(self):
        names = [
            "name",
            "active",
            "print3d_when",
            "print3d_if",
            "print3d_then",
            "print3d_last_fired_on",
            "print3d_fired_count",
            "print3d_error_count",
        ]

        def count(rules):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rules.with_user(self.owner).read(names)
            return self.env.cr.sql_log_count - before

        rules = self.Rule.union(*(self._create_low_rule() for _time in range(12)))
        count(rules[:1])
        self.assertEqual(count(rules[:2]), count(rules))

    def test_logging_says_what_failed(self):
        rule = self._create_low_rule({"state": "code", "code": "1 / 0"})
        self._create_spool(100)
        with self.assertLogs(FIRING, logging.WARNING) as caught:
            firing = rule._watch()
        self.assertIn(rule.name, caught.output[0])
        self.assertIn("division by zero", firing.error)
