from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .automation_common import LOW, AutomationCommon


@tagged("post_install", "-at_install")
class TestAutomationRights(AutomationCommon):
    def test_an_owner_keeps_rules_without_code(self):
        Rule = self.Rule.with_user(self.owner)
        rule = Rule.create(
            {
                "name": "Mine",
                "print3d_subject": "stock.lot",
                "print3d_event": "print3d_becomes",
                "filter_domain": LOW,
                "action_server_ids": [
                    Command.create(
                        {
                            "name": "Ask for it",
                            "print3d_kind": "print3d_request",
                            "print3d_qty": 500,
                        }
                    )
                ],
            }
        )
        self.assertTrue(rule.print3d_managed)
        self.assertEqual(rule.print3d_company_id, self.owner.company_id)
        action = rule.action_server_ids
        self.assertEqual((action.state, action.print3d_qty), ("print3d_request", 500))
        rule.write(
            {
                "active": False,
                "action_server_ids": [(1, action.id, {"print3d_qty": 600})],
            }
        )
        self.assertEqual(action.print3d_qty, 600)
        copied = rule.copy()
        self.assertFalse(copied.active)
        self.assertEqual(copied.action_server_ids.print3d_qty, 600)
        rule.action_print3d_toggle()
        self.assertTrue(rule.active)
        rule.write({"print3d_event": "on_create"})
        self.assertEqual((rule.sudo().trigger, rule.filter_domain), ("on_create", LOW))
        rule.unlink()
        self.assertFalse(rule.exists())

    def test_an_owner_writes_no_code(self):
        Rule = self.Rule.with_user(self.owner)
        vals = {
            "name": "Mine",
            "print3d_subject": "stock.lot",
            "print3d_event": "on_create",
        }
        users = self.env["ir.model"]._get_id("res.users")
        for wrong in (
            {"trigger": "on_webhook", "print3d_event": False},
            {"record_getter": "model.browse(1)"},
            {"print3d_managed": False},
            {
                "model_id": users,
                "print3d_subject": False,
            },
        ):
            with self.assertRaises(AccessError):
                Rule.create({**vals, **wrong})
        with self.assertRaises(ValidationError):
            Rule.create(
                {**vals, "filter_domain": "[('id', 'in', model.search([]).ids)]"}
            )
        with self.assertRaises(ValidationError):
            Rule.create({**vals, "filter_domain": "[('no_such_field', '=', 1)]"})
        rule = Rule.create(vals)
        Action = self.env["ir.actions.server"].with_user(self.owner)
        vals = {
            "name": "X",
            "base_automation_id": rule.id,
            "print3d_kind": "print3d_alert",
        }
        for wrong in (
            {"print3d_kind": False, "state": "code", "code": "1"},
            {"print3d_kind": False, "state": "object_write", "value": "1"},
            {"webhook_url": "http://localhost"},
            {"group_ids": []},
        ):
            with self.assertRaises(AccessError):
                Action.create({**vals, **wrong})
        action = Action.create(vals)
        for wrong in (
            {"state": "code"},
            {"model_id": 1},
            {"evaluation_type": "equation"},
        ):
            with self.assertRaises(AccessError):
                action.write(wrong)
        # Of rules of the shop that an administrator gave code.
        foreign = self._create_rule(
            "stock.lot", "on_create", False, {"state": "code", "code": "1"}
        )
        with self.assertRaises(AccessError):
            foreign.action_server_ids.with_user(self.owner).write({"name": "Y"})
        with self.assertRaisesRegex(UserError, "only an administrator"):
            foreign.with_user(self.owner).copy()

    def test_other_rules_are_not_for_owners(self):
        plain = self._create_rule("res.partner", "on_create", print3d_managed=False)
        with self.assertRaises(AccessError):
            plain.with_user(self.owner).read(["name"])
        with self.assertRaises(AccessError):
            plain.with_user(self.owner).write({"name": "Mine now"})
        with self.assertRaises(AccessError):
            self.env["ir.actions.server"].with_user(self.owner).create(
                {
                    "name": "X",
                    "base_automation_id": plain.id,
                    "print3d_kind": "print3d_alert",
                }
            )

    def test_others_have_no_rules(self):
        rule = self._create_low_rule()
        for user in (self.operator, self._create_user("automation_sales", "sales")):
            with self.assertRaises(AccessError):
                rule.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                rule.with_user(user).action_simulate()
            with self.assertRaises(AccessError):
                self.Firing.with_user(user).search([])
        # What they do sets rules off all the same.
        product = self.filament
        watch = self._create_rule(
            "stock.lot",
            "on_create_or_write",
            '[("expires_on", "!=", False)]',
            {"state": "print3d_request", "print3d_qty": 1000},
        )
        spool = self._create_spool(800)
        spool.with_user(self.operator).expires_on = "2031-01-01"
        self.assertEqual(watch.print3d_firing_ids.user_id, self.operator)
        self.assertEqual(watch.print3d_firing_ids.state, "done")
        self.assertEqual(len(self._get_requests(product)), 1)

    def test_a_rule_for_all_companies_is_not_one_owners(self):
        rule = self._create_low_rule()
        self.env["res.company"].create({"name": "One More Shop"})
        with self.assertRaisesRegex(UserError, "every company"):
            rule.with_user(self.owner).write({"active": False})
        mine = rule.with_user(self.owner).copy()
        self.assertEqual(mine.print3d_company_id, self.owner.company_id)
        mine.active = True
