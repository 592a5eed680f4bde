from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_print3d_run_farm import FarmCommon


@tagged("post_install", "-at_install")
class TestPrint3dRunFetching(FarmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Run = cls.env["print3d.run"].with_user(cls.operator)

    def _get_lines(self, hours=8):
        found = self.Run.get_fetch_list(hours)
        lines = [line for place in found["places"] for line in place["lines"]]
        self.assertEqual(found["count"], len(lines))
        return lines

    def _get_spools(self, hours=8):
        return [line["spool"]["id"] for line in self._get_lines(hours)]

    def test_each_spool_once_for_the_first_that_wants_it(self):
        runs = self._queue(2)
        [line] = self._get_lines()
        self.assertEqual(line["run_id"], runs[0].id)
        self.assertEqual(line["spool"]["id"], self.spool.id)
        self.assertEqual((line["place"], line["printer"]), ("Test Shelf", "Printer A"))
        self.assertFalse(line["follows"])

    def test_loaded_lines_are_gone(self):
        run = self._queue(1)
        self.assertIn("Slot 1", self.Run.fetch_spool(run.id, self.spool.id))
        self.assertEqual(self.spool.location_id, self.printer.slot_ids[0])
        self.assertFalse(self._get_lines())
        with self.assertRaisesRegex(UserError, "not wanted any more"):
            self.Run.fetch_spool(run.id, self.spool.id)

    def test_a_follower_lies_beside_when_no_slot_is_free(self):
        self.second_spool.is_quarantined = False
        self.second_spool._print3d_record("count", 300.0)
        self.spool.action_load(self.other_printer.slot_ids)
        run = self._queue(1, grams=700, printer=self.other_printer)
        [line] = self._get_lines()
        self.assertTrue(line["follows"])
        self.assertEqual(line["spool"]["id"], self.second_spool.id)
        self.assertIn("beside", self.Run.fetch_spool(run.id, self.second_spool.id))
        self.assertEqual(self.second_spool.location_id, self.other_printer.location_id)
        self.assertFalse(self._get_lines())
        self.assertEqual(self.spool.location_id, self.other_printer.slot_ids)

    def test_what_is_in_the_way_comes_out(self):
        white = self._create_spool(900.0, filament=self.white)
        white.action_load(self.other_printer.slot_ids)
        run = self._queue(1, printer=self.other_printer)
        [line] = self._get_lines()
        self.assertEqual(line["out"], [white.name])
        self.Run.fetch_spool(run.id, self.spool.id)
        self.assertEqual(self.spool.location_id, self.other_printer.slot_ids)
        self.assertEqual(white.location_id, self.shelf)

    def test_nothing_is_taken_from_what_prints_or_comes_before(self):
        white = self._create_spool(900.0, filament=self.white)
        first = self._queue(1, grams=50, printer=self.other_printer)
        second = self._queue(
            1, grams=50, filament=self.white, printer=self.other_printer
        )
        self.Run.fetch_spool(first.id, self.spool.id)
        self.assertIn("beside", self.Run.fetch_spool(second.id, white.id))
        self._start(first, [self.spool])
        self.assertEqual(self.spool.location_id, self.other_printer.slot_ids)
        self.assertFalse(self._get_lines(), "it lies there")

    def test_hours(self):
        run = self._queue(1)
        self.assertEqual(self._get_spools(), self.spool.ids)
        run.write(
            {
                "planned_workcenter_id": self.printer.id,
                "date_planned_start": fields.Datetime.now() + timedelta(hours=20),
            }
        )
        self.assertFalse(self._get_spools())
        self.assertEqual(self._get_spools(24), self.spool.ids)

    def test_without_a_plan_one_after_the_other(self):
        white = self._create_spool(900.0, filament=self.white)
        self._queue(12, grams=10, printer=self.other_printer)
        self._queue(1, grams=10, filament=self.white, printer=self.other_printer)
        self.assertEqual(self._get_spools(8), self.spool.ids)
        self.assertEqual(set(self._get_spools(24)), {self.spool.id, white.id})

    def test_held_and_short_prints_want_nothing_fetched(self):
        run = self._queue(1)
        run.is_held = True
        self.assertFalse(self._get_lines())
        self._queue(1, grams=900)
        self.assertFalse(self._get_lines())

    def test_scan(self):
        run = self._queue(1)
        other = self._create_spool(900.0, filament=self.white)
        self.assertIn("not on the list", self.Run.fetch_scanned(other.name)["message"])
        self.assertIn("no spool", self.Run.fetch_scanned(run.name)["message"])
        self.assertIn("no spool", self.Run.fetch_scanned("nonsense")["message"])
        found = self.Run.fetch_scanned(self.spool.name)
        self.assertIn("Printer A · Slot 1", found["done"])
        self.assertEqual(run.feasibility, "ready")

    def test_rights(self):
        run = self._queue(1)
        as_sales = self.Run.with_user(self.sales_user)
        self.assertFalse(as_sales.get_fetch_list()["may"])
        with self.assertRaises(AccessError):
            as_sales.fetch_spool(run.id, self.spool.id)
        user = new_test_user(self.env, "print3d_nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.Run.with_user(user).get_fetch_list()

    def test_another_company_has_its_own_list(self):
        self._queue(1)
        company = self.env["res.company"].create({"name": "Other Farm"})
        self.operator.company_ids |= company
        self.assertFalse(self.Run.with_company(company).get_fetch_list()["count"])
        self.assertEqual(self.Run.get_fetch_list()["count"], 1)

    def test_paper(self):
        self._queue(1)
        action = self.Run.action_print_fetch_list(8)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "print3d_production.fetch_report", [], data=action["data"]
        )[0]
        self.assertIn(self.spool.name, html.decode())
        self.assertIn("Test Shelf", html.decode())

    def test_query_budget(self):
        counts = []
        for total in (4, 16):
            for number in range(total):
                filament = self._create_filament(f"Test {total}-{number}", "#00FF00")
                filament.material_id = self.petg
                self._create_spool(900.0, filament=filament)
                self._queue(1, grams=10, filament=filament)
            for turn in range(2):
                self.env.invalidate_all()
                self.env["print3d.run"]._forget_farms()
                before = self.env.cr.sql_log_count
                self.assertTrue(self._get_lines(24))
                if turn:
                    counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
