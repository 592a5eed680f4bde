from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRequestRights(RequestCommon):
    """Who sees and does what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env, "request_accountant", "account.group_account_readonly"
        )
        cls.biller = new_test_user(
            cls.env,
            "request_biller",
            "account.group_account_invoice,print3d_library.group_print3d_sales",
        )
        cls.stranger = new_test_user(cls.env, "request_stranger", "base.group_user")
        cls.own = cls._create_request((cls.glue, 20), user=cls.seller)
        cls.own.action_submit()

    def test_who_sees_what(self):
        theirs = self._create_request((self.glue, 20))
        both = (self.own | theirs).sudo()
        for user, seen in (
            (self.seller, self.own),
            (self.asker, both),
            (self.owner, both),
            (self.approver, both),
            (self.accountant, both),
            (self.biller, both),
        ):
            with self.subTest(user=user.login):
                found = self.Request.with_user(user).search([("id", "in", both.ids)])
                self.assertEqual(found, seen)
                lines = self.env["purchase.request.line"].with_user(user)
                self.assertEqual(
                    lines.search([("request_id", "in", both.ids)]),
                    seen.sudo().line_ids,
                )
        with self.assertRaises(AccessError):
            self.own.with_user(self.stranger).read(["name"])

    def test_who_changes_what(self):
        for user in (self.asker, self.accountant, self.stranger):
            with self.subTest(user=user.login):
                own = self.own.with_user(user)
                with self.assertRaises(AccessError):
                    own.justification = "Mine now"
                with self.assertRaises(AccessError):
                    own.line_ids.product_qty = 1
                for deed in (
                    "action_withdraw",
                    "action_approve",
                    "action_hold",
                    "action_cancel",
                ):
                    with self.assertRaises(AccessError):
                        getattr(own, deed)()
        self.assertEqual(self.own.state, "to_approve")
        with self.assertRaises(AccessError):
            self.Request.with_user(self.accountant).create({})
        with self.assertRaises(AccessError):
            self.Request.with_user(self.stranger).create({})

    def test_another_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += company
        foreign = self.Request.with_company(company).create(
            {"company_id": company.id, "print3d_type": "part"}
        )
        for user in (self.owner, self.approver, self.asker, self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                foreign.with_user(user).read(["name"])
        # Approvers are those of the company.
        foreign.line_ids = [
            Command.create({"name": "A thing", "product_qty": 1, "estimated_cost": 300})
        ]
        outsider = self.owner
        local = self._create_user("request_local", "owner")
        local.write(
            {
                "company_ids": [Command.set(company.ids)],
                "company_id": company.id,
            }
        )
        foreign.action_submit()
        deciders = foreign._get_deciders()
        self.assertIn(local, deciders)
        self.assertNotIn(outsider, deciders)

    def test_discrepancies_and_report_of_another_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        found = self.env["print3d.receipt.discrepancy"].create(
            {
                "kind": "short",
                "product_id": self.glue.id,
                "quantity": 1,
                "partner_id": self.vendor.id,
                "action": "close",
                "company_id": company.id,
            }
        )
        with self.assertRaises(AccessError):
            found.with_user(self.owner).read(["kind"])
        rows = self.env["print3d.supply.report"]
        with self.assertRaises(AccessError):
            rows.with_user(self.asker).search([])
        self.assertIsNotNone(rows.with_user(self.accountant).search([], limit=1))

    def test_sales_may_ask(self):
        request = (
            self.env["print3d.request.new"]
            .with_user(self.seller)
            .create({"line_ids": [Command.create({"product_id": self.glue.id})]})
        )
        action = request.action_save()
        self.assertEqual(
            self.Request.browse(action["res_id"]).requested_by, self.seller
        )
        with self.assertRaises(UserError):
            self.own.with_user(self.seller).action_order()


@tagged("post_install", "-at_install")
class TestRequestPage(HttpCase, RequestCommon):
    """The page where a request is decided, on a phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.owner, cls.asker, cls.seller):
            user.password = user.login
        cls.wanted = cls._create_request(
            (cls.nozzle, 5), justification="<b>Worn</b> out"
        )
        cls.wanted.action_submit()
        cls.url = f"/print3d/requests/{cls.wanted.id}"

    def _get(self, user, url=None):
        self.authenticate(user.login, user.login)
        return self.url_open(url or self.url)

    def _post(self, page, **values):
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(f"{self.url}/decide", {"csrf_token": token, **values})

    def test_approve(self):
        page = self._get(self.owner)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Nozzle 0.4", page.text)
        self.assertIn("&lt;b&gt;Worn&lt;/b&gt;", page.text)
        self.assertIn('value="approve"', page.text)
        page = self._post(page, verdict="approve", comment="Fine")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn('value="approve"', page.text)
        self.assertIn("Fine", page.text)
        self.wanted.invalidate_recordset()
        self.assertEqual(self.wanted.state, "approved")

    def test_deny_needs_a_word(self):
        page = self._get(self.owner)
        page = self._post(page, verdict="deny", comment=" ")
        self.assertIn("Say why", page.text)
        self.wanted.invalidate_recordset()
        self.assertEqual(self.wanted.state, "to_approve")
        page = self._post(page, verdict="deny", comment="We have some")
        self.assertIn("We have some", page.text)
        self.wanted.invalidate_recordset()
        self.assertEqual(self.wanted.state, "rejected")

    def test_whoever_asked_sees_it_and_waits(self):
        page = self._get(self.asker)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn('value="approve"', page.text)
        self.assertIn("Waits for", page.text)

    def test_others_see_nothing(self):
        page = self._get(self.seller)
        self.assertEqual(page.status_code, 404)
        self.assertNotIn("Nozzle", page.text)
        self.assertEqual(
            self._get(self.seller, "/print3d/requests/99999999").status_code, 404
        )
        self.authenticate(None, None)
        page = self.url_open(self.url, allow_redirects=False)
        self.assertIn(page.status_code, (302, 303))

    def test_no_token_no_decision(self):
        self._get(self.owner)
        with mute_logger("odoo.http"):
            page = self.url_open(f"{self.url}/decide", {"verdict": "approve"})
        self.assertEqual(page.status_code, 400)
        self.wanted.invalidate_recordset()
        self.assertEqual(self.wanted.state, "to_approve")

    def test_somebody_else_was_first(self):
        page = self._get(self.owner)
        self.wanted.sudo().with_user(self.approver).action_deny("No")
        page = self._post(page, verdict="approve")
        self.assertIn("Rejected", page.text)
        self.wanted.invalidate_recordset()
        self.assertEqual(self.wanted.state, "rejected")
