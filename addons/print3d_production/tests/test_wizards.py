from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestWizards(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.print_run = cls._create_mo(2).run_ids[0]
        cls.print_run.workcenter_id = cls.printer

    def _open(self, action):
        return self.env[action["res_model"]].with_context(**action["context"])

    def test_start_as_proposed(self):
        wizard = Form(self._open(self.print_run.action_start())).save()
        self.assertEqual(wizard.workcenter_id, self.printer)
        self.assertEqual(wizard.choice, {"1": self.spool.ids})
        choices = wizard.tools[0]["choices"]
        self.assertEqual(choices[0]["id"], self.spool.id)
        self.assertFalse(choices[0]["loaded"])
        wizard.action_start()
        self.assertEqual(self.print_run.state, "printing")

    def test_start_with_another_spool(self):
        wizard = Form(self._open(self.print_run.action_start())).save()
        wizard.choice = {"1": self.second_spool.ids}
        wizard.action_start()
        self.assertEqual(self.print_run.spool_ids.lot_id, self.second_spool)

    def test_start_on_another_printer(self):
        form = Form(self._open(self.print_run.action_start()))
        form.workcenter_id = self.other_printer
        wizard = form.save()
        wizard.action_start()
        self.assertEqual(self.print_run.workcenter_id, self.other_printer)

    def test_start_warns_of_a_printer_that_prints(self):
        other = self.print_run.production_ids.run_ids - self.print_run
        self._start(other, [self.second_spool])
        form = Form(self._open(self.print_run.action_start()))
        self.assertIn("is printing", form.warning)
        form.workcenter_id = self.other_printer
        self.assertFalse(form.warning)

    def test_end_all_good(self):
        self._start(self.print_run, [self.spool])
        wizard = Form(self._open(self.print_run.action_done())).save()
        self.assertEqual(wizard.grams[0]["used"], 50.0)
        self.assertAlmostEqual(wizard.hours, 1.0)
        wizard.action_all_good()
        self.assertEqual(self.print_run.state, "done")
        self.assertEqual(self._get_grams(self.spool), 450.0)

    def test_end_with_weighed_grams_and_photo(self):
        self._start(self.print_run, [self.spool])
        form = Form(self._open(self.print_run.action_done()))
        form.hours = 1.5
        wizard = form.save()
        wizard.grams = [{**wizard.grams[0], "used": 51.5}]
        wizard.photo_ids = self.env["ir.attachment"].create(
            {"name": "photo.png", "raw": b"x"}
        )
        wizard.action_end()
        self.assertEqual(self._get_grams(self.spool), 448.5)
        self.assertEqual(self.print_run.duration_s, 5400)
        photo = self.print_run.photo_ids
        self.assertEqual(
            (photo.res_model, photo.res_id), ("print3d.run", self.print_run.id)
        )
        self.assertIn(photo, self.print_run.message_ids.attachment_ids)

    def test_end_failed_follows_the_percent_and_asks_for_a_cause(self):
        self._start(self.print_run, [self.spool])
        form = Form(self._open(self.print_run.action_failed()))
        form.percent = 30
        self.assertEqual(form.grams[0]["used"], 15.0)
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "Tap what went wrong"):
            wizard.action_end()
        wizard.cause_id = self.env.ref("print3d_production.cause_clog")
        wizard.action_end()
        self.assertEqual(self.print_run.state, "failed")
        self.assertEqual(self.print_run.failure_percent, 30)
        self.assertEqual(self._get_grams(self.spool), 485.0)

    def test_end_stopped(self):
        self._start(self.print_run, [self.spool])
        form = Form(self._open(self.print_run.action_cancel()))
        self.assertEqual(form.outcome, "cancelled")
        form.percent = 0
        form.reprint = False
        form.save().action_end()
        self.assertEqual(self.print_run.state, "cancelled")
        self.assertEqual(self._get_grams(self.spool), 500.0)
