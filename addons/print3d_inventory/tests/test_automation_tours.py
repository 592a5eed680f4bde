from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .automation_common import AutomationCommon


@tagged("post_install", "-at_install")
class TestAutomationTours(HttpCase, AutomationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner.password = "automation_owner"

    def test_simulate_and_switch_on(self):
        spool = self._make_old(self._create_spool(1000), 60)
        spool._print3d_record(
            "count", 100, happened_on=fields.Datetime.now() - timedelta(days=4)
        )
        rule = self.env.ref("print3d_inventory.automation_spool_low")
        self.assertFalse(rule.active)
        self.start_tour(
            "/odoo/print3d-automations",
            "print3d_simulate_a_rule",
            login="automation_owner",
        )
        self.assertTrue(rule.active)
        self.assertFalse(self._get_requests())

    def test_make_a_rule(self):
        self.start_tour(
            "/odoo/print3d-automations", "print3d_make_a_rule", login="automation_owner"
        )
        rule = self.Rule.search([("name", "=", "Tell me of new spools")])
        self.assertEqual(
            (rule.trigger, rule.model_name, rule.print3d_company_id),
            ("on_create", "stock.lot", self.owner.company_id),
        )
        self.assertEqual(rule.action_server_ids.state, "print3d_alert")
        spool = self._create_spool(1000)
        self.assertEqual(rule.print3d_firing_ids.res_id, spool.id)

    def test_odoos_own_page_knows_the_trigger(self):
        """The administrator's page of Odoo shows rules of the shop, too."""
        rule = self._create_low_rule()
        self.browser_js(
            f"/odoo/automations/{rule.id}",
            "console.log('test successful')",
            "document.querySelector(\".o_field_widget[name='trigger'] input\")?.value"
            " === 'Condition comes true'",
            login="admin",
        )
