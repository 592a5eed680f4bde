from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestSpoolLedgerOfRuns(Print3dProductionCommon):
    def _get_lines(self, spool):
        """The lines of a ledger that changed grams, after the receipt."""
        entries = self.env["print3d.spool.entry"].search(
            [("lot_id", "=", spool.id), ("grams", "!=", 0)], order="id"
        )
        self.assertAlmostEqual(sum(entries.mapped("grams")), self._get_grams(spool), 2)
        return entries[1:]

    def test_a_print_is_a_line_with_its_run(self):
        production = self._create_mo(1)
        self._print(production.run_ids, [self.spool])
        self.assertRecordValues(
            self._get_lines(self.spool),
            [
                {
                    "kind": "use",
                    "grams": -50.0,
                    "balance_g": 450.0,
                    "res_model": "print3d.run",
                    "res_id": production.run_ids.id,
                    "document_name": production.run_ids.display_name,
                }
            ],
        )
        self.assertEqual(self.spool.get_burn_down()["points"][-1][1:], [450.0, "use"])

    def test_a_failed_print_is_scrapped_in_the_ledger(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])._do_end("failed", percent=50)
        self.assertRecordValues(
            self._get_lines(self.spool),
            [{"kind": "scrap", "grams": -25.0, "res_id": run.id}],
        )

    def test_what_a_print_took_beyond_the_books_is_a_correction(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        self.spool._print3d_record("count", 30)
        run._do_end("done")
        self.assertEqual(
            [(line.kind, line.grams) for line in self._get_lines(self.spool)],
            [("count", -470.0), ("correct", 20.0), ("use", -50.0)],
        )

    def test_a_weighing_outranks_a_print_that_ended_before_it(self):
        run, later = self._create_mo(2).run_ids
        self._start(run, [self.spool])
        self.spool._print3d_record("count", 400)
        before = fields.Datetime.now() - timedelta(hours=1)
        run._do_end("done", ended_on=before)
        self.assertEqual(run.date_end, before)
        self.assertEqual(self.spool.remaining_g, 400)
        # The order pays for it all the same.
        self.assertEqual(run.spool_ids.used_g, 50)
        self._print(later, [self.spool])
        self.assertEqual(self.spool.remaining_g, 350)
        self._get_lines(self.spool)
