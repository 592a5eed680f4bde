from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import Print3dLibraryCommon

TODAY = date(2026, 6, 15)


@tagged("post_install", "-at_install")
class TestLicenceTerm(Print3dLibraryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(TODAY, tick=True))
        cls.Term = cls.env["print3d.licence.term"]
        cls.anna = cls.env["res.partner"].create({"name": "Anna"})
        cls.model = cls._create_model("Owl", designer_id=cls.anna.id)

    def _agree(self, **values):
        return self.Term.create({"designer_id": self.anna.id, **values})

    def _get_position(self, day=TODAY, country=None, model=None):
        model = model or self.model
        found = self.Term._get_positions(model, self.env.company, day, country)
        return found[model.id]

    def test_designers_are_known_by_their_models(self):
        self.assertTrue(self.anna.is_print3d_designer)
        ben = self.env["res.partner"].create({"name": "Ben"})
        self.assertFalse(ben.is_print3d_designer)
        self.model.with_user(self.user_operator).designer_id = ben
        self.assertTrue(ben.is_print3d_designer)
        # Anna was one; what she designed before is still hers.
        self.assertTrue(self.anna.is_print3d_designer)
        carla = self.env["res.partner"].create({"name": "Carla"})
        self.Term.create({"designer_id": carla.id})
        self.assertTrue(carla.is_print3d_designer)

    def test_licence_gives_the_defaults(self):
        term = self._agree(
            licence_id=self.env.ref("print3d_library.licence_cc_by_nc").id
        )
        self.assertFalse(term.commercial_use)
        self.assertTrue(term.attribution_required)
        term.commercial_use = True
        self.assertIn("Commercial use allowed", term.summary)

    def test_words(self):
        self._agree(
            date_until=date(2026, 12, 31),
            royalty_type="percent",
            royalty_percent=8,
            attribution_required=True,
        )
        self.assertEqual(
            self.model.with_user(self.user_owner).print3d_licence_words,
            "Commercial use allowed until 12/31/2026; 8 % to Anna; name the designer",
        )
        for user in (self.user_sales, self.user_operator):
            self.assertEqual(
                self.model.with_user(user).print3d_licence_words,
                "Commercial use allowed until 12/31/2026; name the designer",
            )

    def test_words_of_a_licence_alone(self):
        self.assertFalse(self.model.print3d_licence_words)
        self.model.licence_id = self.env.ref("print3d_library.licence_cc_by")
        self.assertEqual(
            self.model.print3d_licence_words,
            "Commercial use allowed; name the designer",
        )
        self.model.licence_id = self.env.ref("print3d_library.licence_cc_by_nc")
        self.assertEqual(self.model.print3d_licence_problem, "non_commercial")
        self.assertIn("may not be sold", self.model.print3d_licence_words)

    def test_models_that_may_be_sold(self):
        """The filters go by the terms before the licence, as the words do."""
        licence = self.env.ref("print3d_library.licence_cc_by_nc").id
        ben = self.env["res.partner"].create({"name": "Ben"})
        models = {
            "free": self._create_model("Free"),
            "refused": self._create_model("Refused", licence_id=licence),
            "agreed": self._create_model(
                "Agreed", licence_id=licence, designer_id=ben.id
            ),
            "ended": self._create_model("Ended"),
        }
        self._agree(date_until=TODAY - timedelta(days=1))
        self.Term.create({"designer_id": ben.id})
        self._agree(
            commercial_use=False,
            scope="some",
            product_tmpl_ids=[Command.set(models["ended"].ids)],
        )
        Template = self.env["product.template"].with_user(self.user_sales)
        mine = [model.id for model in models.values()] + self.model.ids

        def find(operator, value):
            return Template.search(
                [("id", "in", mine), ("print3d_licence_problem", operator, value)]
            )

        self.assertEqual(find("=", False), models["free"] + models["agreed"])
        self.assertEqual(
            find("!=", False), self.model + models["refused"] + models["ended"]
        )
        self.assertEqual(find("=", "expired"), self.model)

    def test_states(self):
        day = timedelta(days=1)
        for state, values in {
            "in_force": {},
            "upcoming": {"date_from": TODAY + day},
            "expired": {"date_until": TODAY - day},
            "ending": {"date_until": TODAY},
        }.items():
            with self.subTest(state):
                term = self._agree(**values)
                self.assertEqual(term.state, state)
                found = self.Term.search([("state", "=", state)])
                self.assertIn(term, found)
                self.assertEqual(set(found.mapped("state")), {state})
                self.assertNotIn(term, self.Term.search([("state", "!=", state)]))

    def test_reminder(self):
        day = timedelta(days=1)
        cron = self.env.ref("print3d_library.ir_cron_remind_licences")
        self._agree(date_until=TODAY + 40 * day)
        self._agree(date_until=TODAY - day)
        ending = self.Term.with_user(self.user_owner).create(
            {"designer_id": self.anna.id, "date_until": TODAY + 12 * day}
        )
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "print3d.licence.term")]
        )
        self.assertEqual(activities.mapped("res_id"), ending.ids)
        self.assertEqual(activities.user_id, self.user_owner)
        self.assertEqual(activities.date_deadline, ending.date_until)
        self.assertIn("Anna", activities.note)
        # Prolonged, it is reminded of again when the new end is near.
        ending.date_until = TODAY + 20 * day
        self.Term._cron_remind()
        self.assertEqual(len(ending.activity_ids), 2)

    def test_days(self):
        self._agree(date_from=TODAY, date_until=TODAY)
        day = timedelta(days=1)
        self.assertEqual(self._get_position(TODAY - day).problem, "upcoming")
        self.assertEqual(self._get_position(TODAY).problem, "")
        self.assertEqual(self._get_position(TODAY + day).problem, "expired")

    def test_nearest_terms(self):
        general = self._agree(company_id=False)
        self.assertEqual(self._get_position().term, general)
        ours = self._agree()
        self.assertEqual(self._get_position().term, ours)
        this = self._agree(scope="some", product_tmpl_ids=self.model, company_id=False)
        self.assertEqual(self._get_position().term, this)
        another = self._create_model("Fox", designer_id=self.anna.id)
        self.assertEqual(self._get_position(model=another).term, ours)

    def test_country(self):
        france, germany = self.env.ref("base.fr"), self.env.ref("base.de")
        self._agree(country_ids=[Command.set(france.ids)])
        self.assertEqual(self._get_position(country=germany).problem, "territory")
        self.assertEqual(self._get_position(country=france).problem, "")
        self.assertEqual(self._get_position().problem, "")

    def test_models_of_somebody_else(self):
        ben = self.env["res.partner"].create({"name": "Ben"})
        with self.assertRaisesRegex(ValidationError, "is by Anna, not by Ben"):
            self.Term.create(
                {
                    "designer_id": ben.id,
                    "scope": "some",
                    "product_tmpl_ids": [Command.set(self.model.ids)],
                }
            )
        with self.assertRaisesRegex(ValidationError, "Choose the models"):
            self._agree(scope="some")

    def test_impossible_figures(self):
        for values in (
            {"royalty_percent": 101},
            {"royalty_unit": -1},
            {"max_units": -1},
            {"date_from": TODAY, "date_until": TODAY - timedelta(days=1)},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._agree(**values)

    def test_moved_variant_keeps_its_terms(self):
        """What was agreed is not lost by putting variants together."""
        term = self._agree(
            scope="some",
            commercial_use=False,
            product_tmpl_ids=[Command.set(self.model.ids)],
        )
        ben = self.env["res.partner"].create({"name": "Ben"})
        by_ben = self._create_model("Fox", designer_id=ben.id)
        mover = self.user_operator
        self.model._print3d_add_variant("Large")
        variant = self.model.product_variant_ids[0].with_user(mover)
        with self.assertRaisesRegex(UserError, "Name the same designer"):
            variant._print3d_move(by_ben.with_user(mover))
        by_nobody = self._create_model("Bird")
        variant._print3d_move(by_nobody.with_user(mover), "Owl")
        self.assertEqual(by_nobody.designer_id, self.anna)
        self.assertIn(by_nobody, term.product_tmpl_ids)
        self.assertEqual(by_nobody.print3d_licence_problem, "non_commercial")
        self.assertIn("Bird", term.message_ids[0].body)

    def test_undone_merge_takes_no_terms_along(self):
        other = self._create_model("Copy of the Owl", designer_id=self.anna.id)
        term = self._agree(scope="some", product_tmpl_ids=[Command.set(self.model.ids)])
        change = self.model._print3d_merge_with_undo(other)
        change.action_undo()
        self.assertEqual(term.product_tmpl_ids, self.model)

    def test_rights(self):
        term = self._agree()
        for user in (self.user_sales, self.user_operator, self.user_plain):
            for right in ("read", "write", "create", "unlink"):
                self.assertFalse(self.Term.with_user(user).has_access(right))
        self.assertTrue(term.with_user(self.user_owner).has_access("write"))
        other = self.env["res.company"].create({"name": "Other Shop"})
        term.company_id = other
        self.assertFalse(term.with_user(self.user_owner).has_access("read"))

    def test_contract_is_every_owners(self):
        file = self.env["ir.attachment"].create({"name": "contract.pdf", "raw": b"x"})
        term = self._agree(attachment_ids=[Command.set(file.ids)])
        self.assertEqual((file.res_model, file.res_id), (term._name, term.id))
        self.assertTrue(file.with_user(self.user_owner).has_access("read"))
        self.assertFalse(file.with_user(self.user_sales).has_access("read"))

    def test_designer_page(self):
        self._agree(royalty_type="unit", royalty_unit=2)
        anna = self.anna.with_user(self.user_sales)
        self.assertEqual(anna.print3d_model_count, 1)
        self.assertEqual(anna.print3d_showcase, self.model.ids)
        self.assertEqual(anna.print3d_terms_state, "in_force")
        self.assertEqual(anna.print3d_terms_words, "All models: Commercial use allowed")
        self.assertIn(
            "per unit", self.anna.with_user(self.user_owner).print3d_terms_words
        )
        action = anna.action_print3d_view_models()
        self.assertEqual(
            self.env["product.template"].search(action["domain"]), self.model
        )

    def test_lists_cost_few_queries(self):
        names = ["print3d_model_count", "print3d_terms_words", "print3d_terms_state"]
        designers = self.env["res.partner"].create(
            [{"name": f"Designer {number}"} for number in range(40)]
        )
        models = self.env["product.template"].create(
            [
                {"name": "x", "is_print3d_model": True, "designer_id": designer.id}
                for designer in designers
            ]
        )
        self.Term.create([{"designer_id": designer.id} for designer in designers])

        def count(records, fields):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.with_user(self.user_owner).read(fields)
            return self.env.cr.sql_log_count - before

        for records, fields in (
            (designers, names),
            (models, ["print3d_licence_words", "print3d_licence_problem"]),
        ):
            count(records, fields)
            few = count(records[:5], fields)
            self.assertEqual(count(records, fields), few)
            self.assertLess(few, 25)
