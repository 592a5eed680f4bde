from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRequestApproval(RequestCommon):
    """Who decides about what, and who never does."""

    def _submit(self, *things, **values):
        request = self._create_request(*things, **values)
        request.action_submit()
        return request

    # === AMOUNTS === #

    def test_little_is_approved_by_itself(self):
        request = self._submit((self.glue, 9))
        self.assertEqual(request.amount, 45)
        self.assertEqual(request.state, "approved")
        self.assertFalse(request.sudo().review_ids)
        self.assertIn("50", " ".join(request.sudo().message_ids.mapped("body")))

    def test_at_the_amount_somebody_is_asked(self):
        request = self._submit((self.glue, 10))
        self.assertEqual(request.amount, 50)
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(len(request.sudo().review_ids), 1)

    def test_two_different_people_above(self):
        request = self._submit((self.printer, 1))
        self.assertEqual(len(request.sudo().review_ids), 2)
        request.with_user(self.owner).action_approve("Fine by me")
        self.assertEqual(request.state, "to_approve")
        self.assertFalse(request.with_user(self.owner).can_decide)
        # A second click, or the same page on another phone, is no second person.
        request.with_user(self.owner).action_approve()
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(
            sorted(request.sudo().review_ids.mapped("status")), ["approved", "pending"]
        )
        request.with_user(self.approver).action_approve()
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.sudo().review_ids.done_by, self.owner | self.approver)

    def test_one_denies_after_the_other_approved(self):
        request = self._submit((self.printer, 1))
        request.with_user(self.owner).action_approve()
        with self.assertRaises(UserError):
            request.with_user(self.approver).action_deny("  ")
        request.with_user(self.approver).action_deny("Too large for the room")
        self.assertEqual(request.state, "rejected")
        self.assertEqual(request.decision_comment, "Too large for the room")
        with self.assertRaises(UserError):
            request.with_user(self.owner).action_approve()
        # Told twice.
        request.with_user(self.approver).action_deny("Too large for the room")
        self.assertEqual(request.state, "rejected")

    def test_without_a_price_somebody_is_asked(self):
        thing = self._create_thing("Odd Bearing")
        request = self._submit((thing, 1), (self.glue, 1))
        self.assertFalse(request.is_amount_known)
        self.assertEqual(request.state, "to_approve")
        request = self._create_request((thing, 1))
        request.line_ids.estimated_cost = 12
        request.action_submit()
        self.assertEqual(request.state, "approved")

    def test_an_estimate_below_the_vendor_does_not_count(self):
        request = self._create_request((self.printer, 1))
        request.line_ids.estimated_cost = 10
        self.assertEqual(request.amount, 900)
        request.action_submit()
        self.assertEqual(request.state, "to_approve")

    def test_prices_by_the_spool(self):
        request = self._create_request((self.filament, 2500))
        self.assertEqual(request.amount, 60)
        request = self._create_request((self.filament, 1))
        self.assertEqual(request.amount, 20)

    def test_prices_in_another_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "x",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2})],
            }
        )
        thing = self._create_thing("Foreign Belt", 80)
        thing.seller_ids.currency_id = currency
        request = self._create_request((thing, 1))
        self.assertAlmostEqual(request.amount, 40)

    def test_what_was_approved_does_not_grow_with_the_price_list(self):
        request = self._create_approved((self.glue, 9))
        self.glue.seller_ids.price = 100
        self.assertEqual(request.amount, 45)
        draft = self._create_request((self.glue, 9))
        self.glue.seller_ids.price = 200
        self.assertEqual(draft.amount, 1800)

    def test_switched_off(self):
        self.company.print3d_request_approval = False
        request = self._submit((self.printer, 5))
        self.assertEqual(request.state, "approved")

    def test_settings_keep_the_definitions(self):
        Tier = self.env["tier.definition"].with_context(active_test=False)
        domain = [("company_id", "=", self.company.id), ("print3d_rule", "!=", False)]
        before = Tier.search(domain)
        self.company.print3d_request_auto_below = 75
        self.company.print3d_request_two_above = 0
        tiers = Tier.search(domain).grouped("print3d_rule")
        self.assertEqual(before, Tier.search(domain))
        self.assertIn("75", tiers["first"].definition_domain)
        self.assertFalse(tiers["second"].active)
        self.assertEqual(len(self._submit((self.printer, 5)).sudo().review_ids), 1)
        with self.assertRaises(ValidationError):
            self.company.print3d_request_two_above = 20
        with self.assertRaises(ValidationError):
            self.company.print3d_request_auto_below = -1
        other = self.env["res.company"].create({"name": "Other Requests"})
        self.assertTrue(Tier.search([("company_id", "=", other.id)]))

    # === EQUIPMENT === #

    def test_named_approver_of_equipment(self):
        named = self._create_user("request_named", "user")
        self.company.print3d_request_equipment_ids = named
        request = self._submit((self.glue, 1), print3d_type="equipment")
        self.assertEqual(request.state, "to_approve")
        with self.assertRaises(AccessError):
            request.with_user(self.owner).action_approve()
        self.assertTrue(request.with_user(named).can_decide)
        request.with_user(named).action_approve()
        self.assertEqual(request.state, "approved")

    def test_named_approver_and_a_second_person_above(self):
        named = self._create_user("request_named", "owner")
        self.company.print3d_request_equipment_ids = named
        request = self._submit((self.printer, 1), print3d_type="equipment")
        request.with_user(named).action_approve()
        self.assertEqual(request.state, "to_approve")
        request.with_user(named).action_approve()
        self.assertEqual(request.state, "to_approve")
        request.with_user(self.approver).action_approve()
        self.assertEqual(request.state, "approved")

    # === NOBODY DECIDES ABOUT THEIR OWN === #

    def test_nobody_approves_their_own(self):
        request = self._submit((self.printer, 1), user=self.owner)
        self.assertFalse(request.can_decide)
        for word in ("action_approve", "validate_tier", "button_approved"):
            with self.subTest(word=word), self.assertRaises(AccessError):
                getattr(request, word)()
        with self.assertRaises(AccessError):
            request.action_deny("No")
        self.assertEqual(request.state, "to_approve")

    def test_asking_in_the_name_of_another_does_not_help(self):
        request = self._create_request(
            (self.nozzle, 5), user=self.owner, requested_by=self.asker.id
        )
        request.action_submit()
        with self.assertRaises(AccessError):
            request.action_approve()
        # Nor does it to submit what another wrote.
        request = self._create_request((self.nozzle, 5))
        request.with_user(self.owner).action_submit()
        with self.assertRaises(AccessError):
            request.with_user(self.owner).action_approve()
        request.with_user(self.approver).action_approve()
        self.assertEqual(request.state, "approved")

    def test_whose_request_it_is_stays(self):
        request = self._submit((self.nozzle, 5), user=self.owner)
        with self.assertRaises(UserError):
            request.requested_by = self.asker
        draft = self._create_request((self.nozzle, 5))
        with self.assertRaises(AccessError):
            draft.requested_by = self.owner

    def test_nobody_else_is_there(self):
        (self.others | self.approver).write({"active": False})
        # Two are needed, and one is left.
        request = self._create_request((self.printer, 1))
        with self.assertRaises(UserError) as error:
            request.action_submit()
        self.assertIn("Settings", error.exception.args[0])
        self.assertEqual(request.state, "draft")
        request = self._submit((self.nozzle, 5))
        self.assertEqual(request.state, "to_approve")

    def test_whoever_leaves_decides_no_more(self):
        request = self._submit((self.nozzle, 5))
        self.approver.group_ids = [
            Command.unlink(self.env.ref("print3d_inventory.group_print3d_approver").id)
        ]
        with self.assertRaises(AccessError):
            request.with_user(self.approver).action_approve()
        newcomer = self._create_user("request_newcomer", "owner")
        request.with_user(newcomer).action_approve()
        self.assertEqual(request.state, "approved")

    # === CHANGED AFTERWARDS === #

    def test_changing_begins_anew(self):
        request = self._submit((self.printer, 1))
        request.with_user(self.owner).action_approve()
        request.line_ids.product_qty = 2
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(
            request.sudo().review_ids.mapped("status"), ["pending", "pending"]
        )
        request.with_user(self.owner).action_approve()
        request.with_user(self.approver).action_approve()
        self.assertEqual(request.state, "approved")

    def test_an_approver_who_changes_it_does_not_decide(self):
        request = self._submit((self.nozzle, 5))
        request.with_user(self.owner).line_ids.product_qty = 50
        self.assertEqual(request.submitted_by_id, self.owner)
        with self.assertRaises(AccessError):
            request.with_user(self.owner).action_approve()

    def test_writing_the_same_changes_nothing(self):
        request = self._submit((self.nozzle, 5))
        reviews = request.sudo().review_ids
        request.line_ids.product_qty = 5
        request.line_ids.write({"vendor_id": False})
        request.justification = "More words"
        self.assertEqual(request.sudo().review_ids, reviews)

    def test_less_is_approved_by_itself(self):
        request = self._submit((self.nozzle, 5))
        request.line_ids.product_qty = 1
        self.assertEqual(request.state, "approved")

    def test_new_and_cancelled_lines_begin_anew(self):
        request = self._submit((self.nozzle, 5))
        reviews = request.sudo().review_ids
        request.line_ids = [
            Command.create({"product_id": self.glue.id, "product_qty": 1})
        ]
        self.assertFalse(reviews.exists())
        reviews = request.sudo().review_ids
        request.line_ids.filtered(lambda line: line.product_id == self.glue).do_cancel()
        self.assertFalse(reviews.exists())
        self.assertEqual(request.amount, 100)

    # === PAST THE DOORS === #

    def test_reviews_are_not_written_directly(self):
        request = self._submit((self.printer, 1))
        reviews = request.sudo().review_ids
        for user in (self.asker, self.approver, self.owner, self.seller):
            own = reviews.with_user(user)
            with self.subTest(user=user.login):
                for values in (
                    {"status": "approved"},
                    {"reviewer_ids": [Command.link(user.id)]},
                    {"model": "res.partner"},
                    {"res_id": 0},
                ):
                    with self.assertRaises(AccessError):
                        own.write(values)
                with self.assertRaises(AccessError):
                    own.unlink()
                with self.assertRaises(AccessError):
                    self.env["tier.review"].with_user(user).create(
                        {"model": "purchase.request", "res_id": request.id}
                    )
        other = (
            self.env["tier.review"]
            .with_user(self.asker)
            .create({"model": "res.partner", "res_id": self.vendor.id})
        )
        with self.assertRaises(AccessError):
            other.write({"model": "purchase.request", "res_id": request.id})
        with self.assertRaises(AccessError):
            request.write({"review_ids": [Command.clear()]})
        self.assertEqual(request.state, "to_approve")

    def test_the_comment_dialog_of_tier_validation(self):
        request = self._submit((self.printer, 1))
        reviews = request.sudo().review_ids
        for user in (self.asker, self.seller):
            wizard = (
                self.env["comment.wizard"]
                .with_user(user)
                .create(
                    {
                        "res_model": "purchase.request",
                        "res_id": request.id,
                        "review_ids": [Command.set(reviews.ids)],
                        "validate_reject": "validate",
                        "comment": "I say so",
                    }
                )
            )
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                wizard.add_comment()
        wizard.with_user(self.owner).create(
            {
                "res_model": "purchase.request",
                "res_id": request.id,
                "validate_reject": "reject",
                "comment": "Too dear",
            }
        ).add_comment()
        self.assertEqual(request.state, "rejected")

    def test_the_counter_in_the_bar(self):
        request = self._submit((self.nozzle, 5))
        counts = self.env["res.users"].with_user(self.owner).review_user_count()
        [ours] = [row for row in counts if row["model"] == "purchase.request"]
        self.assertGreaterEqual(ours["pending_count"], 1)
        request.with_user(self.owner).action_approve()
        self.assertTrue(
            self.env["res.users"].with_user(self.asker).review_user_count() is not None
        )

    # === BEING TOLD === #

    def test_whoever_decides_is_told(self):
        with freeze_time("2030-03-01 08:00:00"):
            request = self._submit((self.nozzle, 5), justification="The last is worn")
        self.assertEqual(str(request.decide_before), "2030-03-02 08:00:00")
        activities = request.sudo().activity_ids
        self.assertLessEqual(self.owner | self.approver, activities.user_id)
        self.assertNotIn(self.asker, activities.user_id)
        notice = self.env["mail.message"].search(
            [
                ("model", "=", "purchase.request"),
                ("res_id", "=", request.id),
                ("message_type", "=", "user_notification"),
            ],
            limit=1,
        )
        self.assertIn(f"/print3d/requests/{request.id}", notice.body)
        self.assertIn("The last is worn", notice.body)
        self.assertIn(self.owner.partner_id, notice.notified_partner_ids)
        request.with_user(self.owner).action_approve()
        self.assertFalse(request.sudo().activity_ids)

    def test_whoever_asked_is_told(self):
        request = self._submit((self.nozzle, 5))
        request.with_user(self.owner).action_deny("We have some in the drawer")
        notice = self.env["mail.message"].search(
            [
                ("model", "=", "purchase.request"),
                ("res_id", "=", request.id),
                ("message_type", "=", "user_notification"),
            ],
            order="id desc",
            limit=1,
        )
        self.assertIn(self.asker.partner_id, notice.notified_partner_ids)
        self.assertIn("in the drawer", notice.body)

    def test_in_time(self):
        with freeze_time("2030-03-01 08:00:00"):
            request = self._submit((self.nozzle, 5))
            self.assertEqual(request.sla_state, "on_track")
        for moment, state in (
            ("2030-03-02 05:00:00", "risk"),
            ("2030-03-02 09:00:00", "breached"),
        ):
            with freeze_time(moment):
                request.invalidate_recordset(["sla_state"])
                self.assertEqual(request.sla_state, state)

    def test_settings_form(self):
        with Form(self.env["res.config.settings"]) as form:
            form.print3d_request_auto_below = 60
        form.save().execute()
        self.assertEqual(self.company.print3d_request_auto_below, 60)

    def test_hold_and_deny_dialogs(self):
        request = self._submit((self.nozzle, 5))
        action = request.with_user(self.owner).action_ask_denial()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.owner)
            .with_context(**action["context"])
            .create({"comment": "No"})
        )
        wizard.action_save()
        self.assertEqual(request.state, "rejected")
