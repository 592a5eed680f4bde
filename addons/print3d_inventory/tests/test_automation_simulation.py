import base64
from datetime import timedelta

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .automation_common import AutomationCommon


@tagged("post_install", "-at_install")
class TestAutomationSimulation(AutomationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Simulation = cls.env["print3d.automation.simulation"]
        cls.now = fields.Datetime.now()

    def _simulate(self, rule, days=30):
        vals = self.Simulation._simulate(rule, days)
        return vals, [line[2] for line in vals["line_ids"]]

    def _use_on(self, spool, days_ago, left):
        """Say that so much was left on a spool so many days ago."""
        spool._print3d_record(
            "count", left, happened_on=self.now - timedelta(days=days_ago)
        )

    # === WHAT IT FINDS === #

    def test_the_ledger_says_when_spools_ran_low(self):
        rule = self._create_low_rule(active=False)
        spool = self._make_old(self._create_spool(1000), 60)
        full = self._create_spool(900)
        self._use_on(spool, 20, 500)
        self._use_on(spool, 10, 120)
        self._use_on(spool, 5, 60)
        vals, lines = self._simulate(rule)
        mine = [line for line in lines if line["res_id"] == spool.id]
        self.assertEqual(len(mine), 1)
        (line,) = mine
        self.assertEqual(line["day"], (self.now - timedelta(days=10)).date())
        self.assertEqual(
            (line["product_id"], line["quantity"]), (self.filament.id, 1000)
        )
        self.assertAlmostEqual(line["cost"], 20)
        self.assertIn("Request 1000 g", line["words"])
        self.assertNotIn(full.id, [line["res_id"] for line in lines])
        self.assertEqual(vals["now_count"], len(rule._search_print3d_records()))
        # Of three days only, it was so all the time.
        vals, lines = self._simulate(rule, 3)
        self.assertNotIn(spool.id, [line["res_id"] for line in lines])

    def test_what_would_have_been_on_its_way_is_not_requested_again(self):
        rule = self._create_low_rule(active=False)
        first, second, late = (
            self._make_old(self._create_spool(1000), 60) for _time in range(3)
        )
        # The vendor takes five days.
        for spool, days in ((first, 20), (second, 18), (late, 9)):
            self._use_on(spool, days, 100)
        _vals, lines = self._simulate(rule)
        found = {line["res_id"]: line for line in lines}
        self.assertEqual(found[first.id]["outcome"], "does")
        self.assertEqual(found[second.id]["outcome"], "nothing")
        self.assertIn("already", found[second.id]["words"])
        self.assertEqual(found[late.id]["outcome"], "does")

    def test_new_records(self):
        rule = self._create_rule(
            "product.product",
            "on_create",
            '[("is_filament", "=", True)]',
            {"state": "print3d_notify", "print3d_user_id": self.owner.id},
            active=False,
        )
        old = self._create_filament("Test PLA Old")
        self._make_old(old, 40)
        new = self._create_filament("Test PLA New")
        _vals, lines = self._simulate(rule)
        found = [line["res_id"] for line in lines]
        self.assertIn(new.id, found)
        self.assertNotIn(old.id, found)

    def test_changes_that_messages_tell_of(self):
        rule = self._create_rule(
            "purchase.request",
            "on_create_or_write",
            '[("state", "=", "approved")]',
            {"state": "print3d_notify", "print3d_user_id": self.owner.id},
            active=False,
        )
        request = self.env["purchase.request"].create({})
        self.env.cr.flush()
        self._make_old(request, 50)
        field = self.env["ir.model.fields"]._get("purchase.request", "state")
        labels = dict(request._fields["state"]._description_selection(self.env))
        for days, old, new in (
            (12, "draft", "to_approve"),
            (9, "to_approve", "approved"),
            (4, "approved", "done"),
        ):
            message = self.env["mail.message"].create(
                {
                    "model": request._name,
                    "res_id": request.id,
                    "date": self.now - timedelta(days=days),
                }
            )
            self.env["mail.tracking.value"].create(
                {
                    "field_id": field.id,
                    "mail_message_id": message.id,
                    "old_value_char": labels[old],
                    "new_value_char": labels[new],
                }
            )
        _vals, lines = self._simulate(rule)
        days = [line["day"] for line in lines if line["res_id"] == request.id]
        self.assertEqual(days, [(self.now - timedelta(days=9)).date()])

    def test_days_that_came_nearer(self):
        rule = self._create_rule(
            "stock.lot",
            "print3d_becomes",
            '[("is_spool", "=", True), ("expires_on", "<=", "today +14d")]',
            {"state": "print3d_alert", "print3d_text": "Use up {name}"},
            active=False,
        )
        spool = self._make_old(self._create_spool(500), 90)
        spool.expires_on = fields.Date.today() + timedelta(days=4)
        vals, lines = self._simulate(rule)
        (line,) = [line for line in lines if line["res_id"] == spool.id]
        self.assertEqual(line["day"], fields.Date.today() - timedelta(days=10))
        self.assertIn(f"Use up {spool.display_name}", line["words"])
        self.assertIn("Best Before", vals["notes"])

    def test_dates_of_time_triggers(self):
        field = self.env["ir.model.fields"]._get("purchase.order", "date_planned")
        rule = self._create_rule(
            "purchase.order",
            "on_time",
            '[("state", "=", "purchase")]',
            {"state": "print3d_notify", "print3d_user_id": self.owner.id},
            active=False,
            trg_date_id=field.id,
            trg_date_range=1,
            trg_date_range_type="day",
            trg_date_range_mode="after",
        )
        order = self._create_purchase(1, 20)
        order.date_planned = self.now - timedelta(days=6)
        far = self._create_purchase(1, 20)
        far.date_planned = self.now + timedelta(days=60)
        _vals, lines = self._simulate(rule)
        found = {line["res_id"]: line["happened_on"] for line in lines}
        self.assertEqual(found[order.id], order.date_planned + timedelta(days=1))
        self.assertNotIn(far.id, found)

    def test_the_journal_of_alerts(self):
        rule = self.env.ref("print3d_inventory.automation_alert_escalate")
        spool = self._create_spool(500)
        quick, slow = "quick", "slow"
        for key in (quick, slow):
            spool._raise_alert(
                key,
                key,
                severity="critical",
                category="printer",
                occurred_on=self.now - timedelta(days=3, hours=5),
            )
        self.env["print3d.alert"]._take_in()
        alerts = {alert.name: alert for alert in spool.alert_ids}
        for alert, hours in ((alerts[quick], 1), (alerts[slow], 30)):
            alert.action_acknowledge()
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE print3d_alert_event SET happened_on = %s"
                    " WHERE alert_id = %s AND kind = 'acknowledged'",
                    alert.first_seen_on + timedelta(hours=hours),
                    alert.id,
                )
            )
            self._make_old(alert, 4)
        self.env.invalidate_all()
        _vals, lines = self._simulate(rule)
        found = [line["res_id"] for line in lines]
        self.assertIn(alerts[slow].id, found)
        self.assertNotIn(alerts[quick].id, found)

    def test_what_cannot_be_known_is_said(self):
        rule = self._create_rule(
            "stock.lot",
            "on_unlink",
            False,
            {"state": "print3d_alert", "print3d_text": "x"},
            active=False,
        )
        vals, lines = self._simulate(rule)
        self.assertFalse(lines)
        self.assertIn("not kept", vals["notes"])
        rule = self._create_rule(
            "product.product",
            "on_create",
            '[("is_filament", "=", True)]',
            {"state": "code", "code": "record.unlink()"},
            active=False,
        )
        product = self._create_filament("Test PLA Code")
        vals, lines = self._simulate(rule)
        self.assertTrue(product.exists())
        self.assertEqual({line["outcome"] for line in lines}, {"unknown"})
        self.assertIn("known only when they run", vals["notes"])

    # === NOTHING IS WRITTEN === #

    def _get_fingerprint(self):
        """Return the rows and the last change of all tables, and all sequences."""
        tables = [
            name
            for (name,) in self.env.execute_query(
                SQL(
                    "SELECT c.relname FROM pg_class c JOIN pg_namespace n"
                    " ON n.oid = c.relnamespace WHERE c.relkind = 'r'"
                    " AND n.nspname = current_schema ORDER BY 1"
                )
            )
        ]
        found = {}
        for table in tables:
            ((count, last),) = self.env.execute_query(
                SQL(
                    "SELECT count(*), max(xmin::text || ctid::text) FROM %s",
                    SQL.identifier(table),
                )
            )
            found[table] = count, last
        for name, value in self.env.execute_query(
            SQL(
                "SELECT sequencename, last_value FROM pg_sequences"
                " WHERE schemaname = current_schema"
            )
        ):
            found[f"sequence {name}"] = value
        return found

    def test_nothing_is_written(self):
        spool = self._make_old(self._create_spool(1000), 60)
        self._use_on(spool, 10, 100)
        spool._raise_alert("x", "X", severity="critical", category="printer")
        self.env["print3d.alert"]._take_in()
        rule = self._create_low_rule(
            {"state": "print3d_request", "print3d_qty": 1000},
            {"state": "print3d_alert", "print3d_text": "{name}"},
            {"state": "print3d_reserve"},
            {"state": "print3d_notify", "print3d_group": "owner"},
            {"state": "print3d_escalate", "print3d_group": "owner"},
            {"state": "code", "code": "record.sudo().unlink()"},
            {"state": "webhook", "webhook_url": "http://127.0.0.1:9/"},
            active=False,
        )
        self.env.cr.flush()
        hooks = len(self.env.cr.postcommit._funcs), len(self.env.cr.precommit._funcs)
        before = self._get_fingerprint()
        _vals, lines = self._simulate(rule)
        self.assertGreaterEqual(len(lines), 7)
        self.env.cr.flush()
        self.assertEqual(self._get_fingerprint(), before)
        self.assertEqual(
            (len(self.env.cr.postcommit._funcs), len(self.env.cr.precommit._funcs)),
            hooks,
        )
        # And afterwards the transaction writes again.
        spool.note = "Still to be written"
        self.env.flush_all()
        self.assertIn("Still", spool.note)

    def test_the_database_itself_refuses(self):
        """Whatever a later kind of action does by mistake: it cannot be written."""

        def write(env, query):
            self.patch(
                type(env["ir.actions.server"]),
                "_plan_print3d",
                lambda action, record, asked=None: action.env.cr.execute(query),
            )

        rule = self._create_low_rule(active=False)
        spool = self._make_old(self._create_spool(1000), 60)
        self._use_on(spool, 10, 100)
        for query in (
            "UPDATE stock_lot SET name = name",
            "SELECT nextval('stock_lot_id_seq')",
        ):
            write(self.env, query)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(ReadOnlySqlTransaction),
            ):
                self._simulate(rule)
            self.assertEqual(spool.remaining_g, 100)

    # === THE SCREEN === #

    def test_owner_sees_and_downloads_it(self):
        rule = self._create_low_rule(active=False)
        spool = self._make_old(self._create_spool(1000), 60)
        self._use_on(spool, 10, 100)
        action = rule.with_user(self.owner).action_simulate()
        simulation = (
            self.env[action["res_model"]].with_user(self.owner).browse(action["res_id"])
        )
        self.assertGreaterEqual(simulation.moment_count, 1)
        self.assertIn("Spool", simulation.when_words)
        self.assertEqual(
            simulation.action_view_lines()["domain"],
            [("simulation_id", "=", simulation.id)],
        )
        line = simulation.line_ids.filtered(lambda item: item.res_id == spool.id)
        self.assertEqual(line.action_open_record()["res_id"], spool.id)
        self.assertIn("/web/content/", simulation.action_csv()["url"])
        text = base64.b64decode(simulation.data).decode("utf-8-sig")
        self.assertIn(spool.display_name, text)
        self.assertEqual(len(text.strip().splitlines()), len(simulation.line_ids) + 1)
        simulation.action_switch_on()
        self.assertTrue(rule.active)
        self.assertFalse(
            self.Simulation.with_user(
                self._create_user("simulation_other", "owner")
            ).search([("id", "=", simulation.id)])
        )

    def test_no_formula_in_the_table(self):
        self.filament.name = '=HYPERLINK("x")'
        rule = self._create_rule(
            "product.product",
            "on_create",
            '[("is_filament", "=", True)]',
            {"state": "print3d_alert", "print3d_text": "x"},
            active=False,
        )
        action = rule.with_user(self.owner).action_simulate()
        simulation = self.env[action["res_model"]].browse(action["res_id"])
        simulation.action_csv()
        text = base64.b64decode(simulation.data).decode("utf-8-sig")
        self.assertIn("\"'=HYPERLINK", text)

    def test_only_rules_of_the_shop(self):
        rule = self._create_rule("res.partner", "on_create", print3d_managed=False)
        with self.assertRaisesRegex(UserError, "Only rules of the 3D shop"):
            rule.action_simulate()

    def test_others_records_are_not_shown(self):
        foreign = self._create_foreign_spool()
        rule = self._create_rule(
            "stock.lot",
            "on_create",
            '[("is_spool", "=", True)]',
            {"state": "print3d_alert", "print3d_text": "x"},
            active=False,
        )
        action = rule.with_user(self.owner).action_simulate()
        simulation = self.env[action["res_model"]].browse(action["res_id"])
        self.assertNotIn(foreign.id, simulation.line_ids.mapped("res_id"))
