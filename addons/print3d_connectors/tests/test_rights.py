from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import Print3dConnectorsCommon


@tagged("post_install", "-at_install")
class TestRights(Print3dConnectorsCommon):
    def test_owner_manages(self):
        connections = self.env["print3d.connection"].with_user(self.owner)
        connection = connections.create(
            {"name": "Owner's", "workcenter_id": self.other_printer.id}
        )
        connection.action_regenerate_token()
        self.assertTrue(connection.has_token)
        connection.unlink()

    def test_operator_looks(self):
        connection = self.connection.with_user(self.operator)
        self.assertEqual(connection.name, "Test Printer")
        for forbidden in (
            lambda: connection.write({"name": "Mine"}),
            connection.action_regenerate_token,
            connection.unlink,
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_salesperson_does_not(self):
        with self.assertRaises(AccessError):
            self.connection.with_user(self.sales_user).read(["name"])

    def test_nobody_reads_the_fingerprint(self):
        self.connection.action_regenerate_token()
        for user in (self.owner, self.operator):
            with self.assertRaises(AccessError):
                self.connection.with_user(user).read(["token_hash"])

    def test_log_is_not_rewritten(self):
        self._tell("started")
        event = self._get_event("started").with_user(self.owner)
        self.assertEqual(event.outcome, "applied")
        with self.assertRaises(AccessError):
            event.write({"outcome": "refused"})

    def test_other_company(self):
        self._tell("started")
        company = self.env["res.company"].create({"name": "Other Shop"})
        other = new_test_user(
            self.env,
            "print3d_other_owner",
            "print3d_library.group_print3d_owner",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for model in ("print3d.connection", "print3d.connection.event"):
            self.assertFalse(self.env[model].with_user(other).search([]))
