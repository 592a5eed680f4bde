from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestWasteFactor(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Factor = cls.env["print3d.waste.factor"]
        cls.Factor.search([]).unlink()
        # What other spools of the database were weighed for does not count here.
        cls.material = cls.env["print3d.material"].create(
            {"name": "Test Polymer", "density": 1.2}
        )
        cls.black.material_id = cls.material
        cls.env.company.print3d_waste_samples = 2
        cls.clock = fields.Datetime.now() - timedelta(days=10)
        cls._receive_earlier(cls.spool)

    @classmethod
    def _receive_earlier(cls, spool):
        """Let a spool have come before everything the tests tell of the past."""
        cls.env.flush_all()
        cls.env.cr.execute(
            SQL(
                "UPDATE print3d_spool_entry SET happened_on = %s WHERE lot_id = %s",
                cls.clock - timedelta(days=30),
                spool.id,
            )
        )
        cls.env.invalidate_all()
        return spool

    @classmethod
    def _tick(cls, minutes=10):
        cls.clock += timedelta(minutes=minutes)
        return cls.clock

    def _weigh(self, grams, spool=None, kind="count"):
        return (spool or self.spool)._print3d_record(
            kind, grams, happened_on=self._tick()
        )

    def _run(self, spool=None, printer=None, **kwargs):
        """Print one plate of 50 g in the past."""
        run = self._create_mo(1).run_ids
        self._start(
            run,
            [spool or self.spool],
            printer=printer or self.printer,
            started_at=self._tick(),
        )
        run._do_end(kwargs.pop("outcome", "done"), ended_on=self._tick(), **kwargs)
        return run

    def _span(self, actual, spool=None, printer=None, **kwargs):
        """Weigh, print 50 g by the file, weigh again."""
        spool = spool or self.spool
        left = spool.remaining_g
        self._weigh(left, spool)
        run = self._run(spool, printer, **kwargs)
        self._weigh(left - actual, spool)
        return run

    def _learn(self):
        self.Factor._learn(self.env.company)
        return self.Factor.search([("material_id", "=", self.material.id)])

    def _get(self, printer=None):
        return self._learn().filtered(
            lambda factor: factor.workcenter_id
            == (printer or self.env["mrp.workcenter"])
        )

    # === LEARNING === #

    def test_spans_of_a_printer_and_of_the_material(self):
        self._span(52)
        self._span(53)
        self._span(51, printer=self.other_printer)
        self.assertRecordValues(
            self._get(),
            [
                {
                    "sample_count": 3,
                    "left_out_count": 0,
                    "planned_g": 150,
                    "is_used": True,
                }
            ],
        )
        self.assertAlmostEqual(self._get().factor, 0.04)
        self.assertAlmostEqual(self._get(self.printer).factor, 0.05)
        other = self._get(self.other_printer)
        self.assertAlmostEqual(other.factor, 0.02)
        self.assertFalse(other.is_used)
        self.assertIn("1", other.lack_note)

    def test_a_span_of_two_printers_teaches_of_the_material_alone(self):
        self._weigh(500)
        self._run()
        self._run(printer=self.other_printer)
        self._weigh(500 - 104)
        self.assertAlmostEqual(self._get().factor, 0.04)
        self.assertFalse(self._get(self.printer) | self._get(self.other_printer))

    def test_what_was_told_is_compared_with_the_file(self):
        """An end that tells grams books these; the plan stays what the file says."""
        self._span(55, used_g={1: 54})
        self.assertAlmostEqual(self._get().factor, 0.10)
        self.assertEqual(self._get().planned_g, 50)

    def test_failed_prints_count_as_far_as_they_came(self):
        self._span(26, outcome="failed", percent=50, reprint=False)
        self.assertAlmostEqual(self._get().factor, 0.04)
        self.assertEqual(self._get().planned_g, 25)

    def test_what_else_took_filament_teaches_nothing(self):
        self._weigh(500)
        self._run()
        self.spool._print3d_record("use", 30, happened_on=self._tick())
        self._weigh(400)
        self.assertFalse(self._get())

    def test_a_print_under_way_at_a_weighing_teaches_nothing(self):
        self._weigh(500)
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool], started_at=self._tick())
        self._weigh(480)
        run._do_end("done", ended_on=self._tick())
        self._weigh(440)
        self.assertFalse(self._get())

    def test_short_spans_and_estimates_teach_nothing(self):
        self.version.plate_ids.filament_ids.weight_g = 10
        self._span(15)
        self.version.plate_ids.filament_ids.weight_g = 50
        left = self.spool.remaining_g
        self._weigh(left)
        self._run()
        self._weigh(60, kind="percent")
        self.assertFalse(self._get())

    def test_a_weighing_taken_back_teaches_nothing(self):
        self._span(80)
        entry = self.env["print3d.spool.entry"].search(
            [("lot_id", "=", self.spool.id), ("kind", "=", "count")], limit=1
        )
        entry.action_undo()
        self.assertFalse(self._get())

    def test_the_spools_of_a_tool_share_its_plan(self):
        """A spool changed in mid-print: the plan follows what each really gave."""
        second = self._receive_earlier(self._create_spool(500))
        for spool in (self.spool, second):
            self._weigh(500, spool)
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool], started_at=self._tick())
        run._do_end(
            "done",
            used_g={1: [(self.spool, 30), (second, 20)]},
            ended_on=self._tick(),
        )
        self._weigh(500 - 33, self.spool)
        self._weigh(500 - 22, second)
        factor = self._get()
        self.assertEqual(factor.sample_count, 2)
        self.assertEqual(factor.planned_g, 50)
        self.assertAlmostEqual(factor.factor, 0.10)

    def test_learning_again_changes_nothing(self):
        self._span(52)
        self._span(53)
        before = self._learn()
        values = before.mapped("factor")
        self.assertEqual(self._learn(), before)
        self.assertEqual(before.mapped("factor"), values)

    def test_what_is_no_longer_known_goes(self):
        factor = self.Factor.create(
            {
                "company_id": self.env.company.id,
                "material_id": self.material.id,
                "factor": 0.1,
                "sample_count": 9,
            }
        )
        self._learn()
        self.assertFalse(factor.exists())

    def test_every_night(self):
        self._span(52)
        with self.enter_registry_test_mode():
            self.env.ref(
                "print3d_production.ir_cron_learn_waste"
            ).method_direct_trigger()
        self.assertTrue(self.Factor.search([("material_id", "=", self.material.id)]))

    def test_one_factor_a_material_and_printer(self):
        vals = {"company_id": self.env.company.id, "material_id": self.material.id}
        self.Factor.create(vals)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.Factor.create(vals)

    # === ESTIMATES === #

    def _teach(self, factor, count=2, printer=None):
        return self.Factor.create(
            {
                "company_id": self.env.company.id,
                "material_id": self.material.id,
                "workcenter_id": printer and printer.id,
                "factor": factor,
                "sample_count": count,
            }
        )

    def _get_waste(self, printer=None):
        return self.Factor._get_waste(self.material, printer)[self.material]

    def test_the_printer_then_the_material_then_the_setting(self):
        self.assertEqual(self._get_waste(self.printer), (0.0, "setting", 0))
        self.env.company.print3d_waste_percent = 3
        self.assertEqual(self._get_waste(self.printer), (0.03, "setting", 0))
        self._teach(0.04, 12)
        self.assertEqual(self._get_waste(self.printer), (0.04, "material", 12))
        own = self._teach(0.06, 1, self.printer)
        self.assertEqual(self._get_waste(self.printer), (0.04, "material", 12))
        own.sample_count = 2
        self.assertEqual(self._get_waste(self.printer), (0.06, "printer", 2))
        self.assertEqual(self._get_waste(self.other_printer), (0.04, "material", 12))
        # Less than planned is not counted on.
        own.factor = -0.05
        self.assertEqual(self._get_waste(self.printer), (0.0, "printer", 2))

    def test_the_waste_is_a_line_of_its_own_in_the_cost(self):
        without = self.version.print_cost
        grams_price = self.black._get_gram_price()
        self.assertTrue(grams_price)
        self._teach(0.04, 12)
        self.env.invalidate_all()
        explained = self.version.print_cost_explained
        [line] = [line for line in explained["lines"] if line["kind"] == "waste"]
        self.assertEqual(
            line["label"], "Test Polymer +4 % waste, learned from 12 weighings"
        )
        self.assertAlmostEqual(line["quantity"], 2.0)
        self.assertAlmostEqual(line["amount"], 2.0 * grams_price)
        [plan] = [line for line in explained["lines"] if line["kind"] == "filament"]
        self.assertEqual(plan["quantity"], 50.0)
        self.assertAlmostEqual(
            self.version.print_cost, without + 2.0 * grams_price, delta=0.011
        )

    def test_versions_and_prints_show_it_beside_their_grams(self):
        self._teach(0.04, 12)
        run = self._create_mo(1).run_ids
        for record in (self.version, run):
            self.assertAlmostEqual(record.waste_g, 2.0)
            self.assertEqual(record.waste_note, "+4 % waste, learned from 12 weighings")
            self.assertEqual(record.weight_g, 50.0)
        run.workcenter_id = self.printer
        self._teach(0.1, 3, self.printer)
        run.invalidate_recordset()
        self.assertAlmostEqual(run.waste_g, 5.0)

    def test_the_plan_is_not_touched_so_that_learning_does_not_feed_itself(self):
        self._teach(0.5, 9)
        run = self._span(52)
        self.assertEqual(run.spool_ids.planned_g, 50)
        self.assertEqual(run.spool_ids.used_g, 50)
        self.assertFalse(run.waste_g)
        self.assertAlmostEqual(self._get().factor, 0.04)
        [line] = run.production_ids.bom_id.bom_line_ids
        self.assertEqual(line.product_qty, 50)

    def test_filament_nobody_matched_has_the_setting(self):
        self.env.company.print3d_waste_percent = 10
        self.version.plate_ids.filament_ids.product_id = False
        self.env.invalidate_all()
        self.assertAlmostEqual(self.version.waste_g, 5.0)
        self.assertEqual(self.version.waste_note, "+10 % waste, as set")

    # === RIGHTS === #

    def test_who_may_let_it_learn(self):
        self._span(52)
        self.Factor.with_user(self.operator).action_learn()
        factor = self.Factor.search([("material_id", "=", self.material.id)])
        self.assertTrue(factor)
        with self.assertRaises(AccessError):
            self.Factor.with_user(self.sales_user).action_learn()
        with self.assertRaises(AccessError):
            factor.with_user(self.operator).write({"factor": 0.9})

    def test_companies_learn_for_themselves(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self._teach(0.04, 12)
        factor = self.Factor.create(
            {
                "company_id": company.id,
                "material_id": self.material.id,
                "factor": 0.9,
                "sample_count": 99,
            }
        )
        self.assertEqual(self._get_waste().share, 0.04)
        with self.assertRaises(AccessError):
            factor.with_user(self.operator).read(["factor"])
        self.Factor._learn(self.env.company)
        self.assertTrue(factor.exists())
