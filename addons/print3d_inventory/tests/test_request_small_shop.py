from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .request_common import RequestCommon

BY_ITSELF = "Approved by itself: nobody else of this shop could decide."


@tagged("post_install", "-at_install")
class TestRequestSmallShop(RequestCommon):
    """Too few people to decide: approvers do without, nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo wants somebody who looks after users; they decide nothing here.
        new_test_user(cls.env, "request_admin", "base.group_system")
        # Only the owner may decide here, until a test says otherwise.
        (cls.others | cls.approver).write({"active": False})

    def _submit(self, *things, user=None, **values):
        request = self._create_request(*things, user=user, **values)
        request.action_submit()
        return request

    def _get_words(self, request):
        return " ".join(map(str, request.sudo().message_ids.mapped("body")))

    def _assert_refused(self, request, user=None):
        with self.assertRaises(UserError) as error:
            request.with_user(user or request.env.user).action_submit()
        self.assertIn("Nobody may approve", error.exception.args[0])
        self.assertEqual(request.state, "draft")

    # === ONE PERSON === #

    def test_one_owner(self):
        for things in ((self.nozzle, 5), (self.printer, 1)):
            with self.subTest(product=things[0].name):
                request = self._submit(things, user=self.owner)
                self.assertEqual(request.state, "approved")
                self.assertTrue(request.approved_on)
                self.assertFalse(request.sudo().review_ids)
                self.assertFalse(request.sudo().activity_ids)
                self.assertIn(BY_ITSELF, self._get_words(request))

    def test_little_is_still_approved_for_being_little(self):
        request = self._submit((self.glue, 1), user=self.owner)
        self.assertEqual(request.state, "approved")
        self.assertNotIn(BY_ITSELF, self._get_words(request))

    def test_one_owner_and_an_operator(self):
        request = self._submit((self.nozzle, 5))
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(request.decider_names, self.owner.name)
        with self.assertRaises(AccessError):
            request.action_approve()
        request.with_user(self.owner).action_approve()
        self.assertEqual(request.state, "approved")
        self.assertEqual(
            self._submit((self.nozzle, 5), user=self.owner).state, "approved"
        )

    def test_an_operator_does_not_do_with_fewer(self):
        self._assert_refused(self._create_request((self.printer, 1)))

    def test_an_operator_alone(self):
        self.owner.active = False
        self._assert_refused(self._create_request((self.nozzle, 5)))

    def test_the_owner_of_another_company_does_not_count(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        elsewhere = self._create_user("request_elsewhere", "owner")
        elsewhere.write(
            {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        )
        request = self._submit((self.printer, 1), user=self.owner)
        self.assertEqual(request.state, "approved")
        self.assertIn(BY_ITSELF, self._get_words(request))
        self.owner.active = False
        self._assert_refused(self._create_request((self.nozzle, 5)))
        elsewhere.company_ids = [Command.link(self.company.id)]
        self.assertEqual(self._submit((self.nozzle, 5)).state, "to_approve")

    # === TWO AND THREE === #

    def test_two_owners_above(self):
        other = self._create_user("request_partner", "owner")
        request = self._submit((self.printer, 1), user=self.owner)
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(len(request.sudo().review_ids), 1)
        self.assertIn("1 instead of 2", self._get_words(request))
        with self.assertRaises(AccessError):
            request.action_approve()
        request.with_user(other).action_approve()
        self.assertEqual(request.state, "approved")
        # Of somebody else's request both decide.
        request = self._submit((self.printer, 1))
        self.assertEqual(len(request.sudo().review_ids), 2)

    def test_three_owners_above(self):
        others = self._create_user("request_second", "owner")
        others |= self._create_user("request_third", "owner")
        request = self._submit((self.printer, 1), user=self.owner)
        self.assertEqual(len(request.sudo().review_ids), 2)
        request.with_user(others[0]).action_approve()
        self.assertEqual(request.state, "to_approve")
        request.with_user(others[1]).action_approve()
        self.assertEqual(request.state, "approved")
        self.assertNotIn("instead", self._get_words(request))

    def test_who_comes_later_changes_nothing(self):
        done = self._submit((self.printer, 1), user=self.owner)
        other = self._create_user("request_partner", "owner")
        waiting = self._submit((self.printer, 1), user=self.owner)
        third = self._create_user("request_third", "owner")
        self.assertEqual(done.state, "approved")
        self.assertEqual(len(waiting.sudo().review_ids), 1)
        self.assertTrue(waiting.with_user(third).can_decide)
        waiting.with_user(other).action_approve()
        self.assertEqual(waiting.state, "approved")
        later = self._submit((self.printer, 1), user=self.owner)
        self.assertEqual(len(later.sudo().review_ids), 2)

    # === IN WHOSE NAME === #

    def test_asking_in_the_name_of_the_owner_does_not_help(self):
        with self.assertRaises(AccessError):
            self._create_request((self.nozzle, 5), requested_by=self.owner.id)
        # Nor does it when the system asks on behalf of somebody.
        request = self.Request.with_user(self.asker)._print3d_create(
            [{"product": self.nozzle, "qty": 5}], user=self.owner
        )
        self.assertEqual(request.create_uid, self.asker)
        self._assert_refused(request)
        self._assert_refused(request, self.owner)

    def test_the_draft_of_somebody_else_is_not_the_owners(self):
        request = self._create_request((self.nozzle, 5))
        self._assert_refused(request, self.owner)
        request.action_submit()
        self.assertEqual(request.state, "to_approve")
        # Nor is it when the owner changes it.
        with self.assertRaises(UserError):
            request.with_user(self.owner).line_ids.product_qty = 6

    def test_the_system_asks(self):
        line = [{"product": self.nozzle, "qty": 5}]
        request = self.Request._print3d_create(line, user=self.owner)
        self.assertEqual(request.state, "approved")
        self.assertIn(BY_ITSELF, self._get_words(request))
        self.assertEqual(self.Request._print3d_create(line).state, "to_approve")

    # === ON HOLD === #

    def test_resuming_is_no_decision(self):
        request = self._submit((self.nozzle, 5))
        request.action_hold("Wait")
        request.with_user(self.owner).action_resume()
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(request.submitted_by_id, self.asker)
        request.with_user(self.owner).action_approve()
        self.assertEqual(request.state, "approved")

    def test_who_changes_what_is_on_hold_does_not_decide(self):
        other = self._create_user("request_partner", "owner")
        request = self._submit((self.nozzle, 5))
        request.action_hold("Wait")
        request.with_user(self.owner).line_ids.product_qty = 6
        request.action_resume()
        self.assertEqual(request.submitted_by_id, self.owner)
        with self.assertRaises(AccessError):
            request.with_user(self.owner).action_approve()
        request.with_user(other).action_approve()
        self.assertEqual(request.state, "approved")

    # === EQUIPMENT === #

    def _submit_equipment(self, *things, user=None):
        return self._submit(*things, user=user, print3d_type="equipment")

    def test_the_only_named_approver_asks(self):
        self.company.print3d_request_equipment_ids = self.asker
        request = self._submit_equipment((self.glue, 1))
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(request.decider_names, self.owner.name)
        request.with_user(self.owner).action_approve()
        self.assertEqual(request.state, "approved")

    def test_another_named_approver_comes_first(self):
        self.company.print3d_request_equipment_ids = self.asker | self.seller
        request = self._submit_equipment((self.glue, 1))
        self.assertEqual(request.decider_names, self.seller.name)
        with self.assertRaises(AccessError):
            request.with_user(self.owner).action_approve()

    def test_a_named_approver_alone(self):
        self.company.print3d_request_equipment_ids = self.asker
        self.owner.active = False
        request = self._submit_equipment((self.glue, 1))
        self.assertEqual(request.state, "approved")
        self.assertIn(BY_ITSELF, self._get_words(request))
        # Above the second amount it takes approvers, of whom this is none.
        self._assert_refused(
            self._create_request((self.printer, 1), print3d_type="equipment")
        )
        # And of others' things a named approver of equipment knows nothing.
        self._assert_refused(self._create_request((self.nozzle, 5)))

    def test_a_named_approver_asks_for_something_dear(self):
        self.company.print3d_request_equipment_ids = self.asker
        request = self._submit_equipment((self.printer, 1))
        self.assertEqual(len(request.sudo().review_ids), 1)
        request.with_user(self.owner).action_approve()
        self.assertEqual(request.state, "approved")

    def test_the_owner_asks_and_another_is_named(self):
        self.company.print3d_request_equipment_ids = self.asker
        request = self._submit_equipment((self.printer, 1), user=self.owner)
        self.assertEqual(len(request.sudo().review_ids), 1)
        self.assertEqual(request.decider_names, self.asker.name)
        request.with_user(self.asker).action_approve()
        self.assertEqual(request.state, "approved")
