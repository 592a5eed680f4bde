from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import FilamentMatchCommon


@tagged("post_install", "-at_install")
class TestFilamentChoose(FilamentMatchCommon):
    def _open(self, line):
        action = line.action_choose_filament()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_alternatives_are_ranked_with_their_reasons(self):
        line = self._match()
        wizard = self._open(line)
        options = wizard.option_ids
        self.assertEqual(options.product_id, self.red | self.black)
        self.assertEqual(options[0].product_id, self.red)
        self.assertEqual(options.mapped("is_current"), [True, False])
        self.assertGreater(options[0].confidence, options[1].confidence)
        self.assertIn("colour ΔE", options[1].reason)
        self.assertEqual(options[0].chip[0]["colours"], ["#C1121F"])

    def test_taking_one_confirms_it(self):
        line = self._match()
        action = self._open(line).option_ids[1].action_choose()
        self.assertEqual(action["type"], "ir.actions.act_window_close")
        self.assertEqual(line.product_id, self.black)
        self.assertEqual(line.match_state, "confirmed")
        self.assertEqual(self.Match.search([]).product_id, self.black)

    def test_any_other_filament(self):
        line = self._match()
        wizard = self._open(line)
        with self.assertRaisesRegex(UserError, "Choose a filament"):
            wizard.action_choose()
        wizard.product_id = self.petg_red
        wizard.action_choose()
        self.assertEqual(line.product_id, self.petg_red)

    def test_nothing_comes_near(self):
        wizard = self._open(self._match(filament_type="MOONDUST"))
        self.assertFalse(wizard.option_ids)
        action = wizard.action_create_filament()
        self.assertEqual(action["res_model"], "print3d.filament.create.line")
