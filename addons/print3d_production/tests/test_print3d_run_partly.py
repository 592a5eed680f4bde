from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dRunPartly(Print3dProductionCommon):
    """Seven of nine are good: what the two took is a loss, and two are missing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clip = cls._create_product("Partly Clip")
        cls._create_version(
            cls.clip, [{"copies": 9, "time_s": 9000, "filaments": [(cls.black, 90)]}]
        ).action_activate()
        cls.cause = cls.env.ref("print3d_production.cause_spaghetti")

    def test_good_ones_and_loss_are_both_true(self):
        production = self._create_mo(9, self.clip)
        run = self._start(production.run_ids, [self.spool])
        run._do_end(
            "done",
            good=7,
            cause=self.cause,
            duration_s=9000,
            bad_copies={run.line_ids.id: [9, 4]},
        )
        self.assertEqual(self._get_grams(self.spool), 410.0)
        self.assertRecordValues(
            run.scrap_ids,
            [
                {
                    "scrap_qty": 20.0,
                    "lot_id": self.spool.id,
                    "state": "done",
                    "production_id": production.id,
                    "scrap_reason_tag_ids": self.cause.scrap_reason_tag_id.ids,
                }
            ],
        )
        used = run.move_ids.filtered(lambda move: not move.scrap_id)
        self.assertEqual(used.quantity, 70.0)
        self.assertEqual(run.line_ids.bad_copies, [4, 9])
        self.assertEqual(run.failure_cause_id, self.cause)
        by_kind = {
            log.loss_type: (log.date_end - log.date_start).seconds
            for log in run.time_ids
        }
        self.assertEqual(by_kind, {"productive": 7000, "quality": 2000})
        # 90 g and 2.5 h in all, good and bad.
        self.assertAlmostEqual(run.material_cost, 2.7)
        self.assertAlmostEqual(run.machine_cost, 15.0)
        self.assertFalse(run._find_differences())

    def test_a_reprint_of_what_is_missing_comes_first(self):
        production = self._create_mo(9, self.clip)
        waiting = self._create_mo(1).run_ids
        run = self._start(production.run_ids, [self.spool])
        run._do_end("done", good=7)
        again = run.reprint_ids
        self.assertEqual(again.state, "queued")
        self.assertEqual(again.plate_id, run.plate_id)
        self.assertLess(
            (again.queue_rank, again.sequence), (waiting.queue_rank, waiting.sequence)
        )
        self._print(again, [self.spool], duration_s=9000)
        self.assertEqual(production.state, "done")
        # A plate is a fixed set of copies: what is more than missing goes to stock.
        self.assertEqual(self.clip.qty_available, 16)
        finished = production.move_finished_ids.filtered(lambda m: m.state == "done")
        # 70 g and 7000 s of the first, 90 g and 9000 s of the second.
        self.assertAlmostEqual(
            finished.value,
            160 * 0.03 + 6.0 * (run._check_duration(100) * 7 / 9 + 9000) / 3600,
            2,
        )
        self.assertFalse((run | again)._find_differences())

    def test_given_up(self):
        production = self._create_mo(9, self.clip)
        run = self._start(production.run_ids, [self.spool])
        run._do_end("done", good=7, reprint=False)
        self.assertTrue(run.is_waived)
        self.assertEqual(production.run_ids, run)
        self.assertEqual(production.missing_prints, 1)
        production.action_print_missing()
        self.assertEqual(len(production.run_ids), 2)

    def test_all_good_waives_nothing(self):
        run = self._start(self._create_mo(9, self.clip).run_ids, [self.spool])
        run._do_end("done", reprint=False)
        self.assertFalse(run.is_waived)

    def test_two_orders_share_a_plate_to_the_hundredth(self):
        first, second = self._create_mo(5, self.clip), self._create_mo(4, self.clip)
        run = (first | second).run_ids.filtered("line_ids")[:1]
        line = run.line_ids.filtered(lambda line: line.production_id == first)
        if not (run.line_ids - line):
            line.quantity = 5
            run.line_ids.create(
                {
                    "run_id": run.id,
                    "production_id": second.id,
                    "workorder_id": second.workorder_ids.id,
                    "quantity": 4,
                }
            )
        self._start(run, [self.spool])
        line = run.line_ids.filtered(lambda line: line.production_id == first)
        run._do_end("done", good={line.id: 3}, used_g={1: 91.37}, duration_s=9001)
        self.assertEqual(self._get_grams(self.spool), 408.63)
        self.assertAlmostEqual(sum(run.move_ids.mapped("quantity")), 91.37)
        self.assertAlmostEqual(sum(run.scrap_ids.mapped("scrap_qty")), 20.3, 2)
        self.assertEqual(
            sum((log.date_end - log.date_start).seconds for log in run.time_ids), 9001
        )
        self.assertFalse(run._find_differences())

    def test_more_than_counted_partly_good_and_told_late(self):
        small = self._create_spool(60.0, 0.05, self.black)
        run = self._create_mo(9, self.clip).run_ids
        run.workcenter_id = self.printer
        run._do_start({1: [small.id, self.spool.id]})
        run._do_end("done", good=6, used_g={1: [(small, 72.0), (self.spool, 18.0)]})
        self.assertEqual(self._get_grams(small), 0.0)
        self.assertEqual(self._get_grams(self.spool), 482.0)
        self.assertFalse(run._find_differences())

    # === WHAT WENT BACK, WHAT WAS PURGED === #

    def test_put_back_is_not_taken(self):
        run = self._start(self._create_mo(9, self.clip).run_ids, [self.spool])
        run._do_end("failed", percent=50, recovered_g={1: 12.5}, reprint=False)
        self.assertEqual(self._get_grams(self.spool), 467.5)
        self.assertEqual(run.scrap_ids.scrap_qty, 32.5)
        self.assertRecordValues(
            run.spool_ids, [{"told_g": 45.0, "recovered_g": 12.5, "used_g": 32.5}]
        )
        self.assertFalse(run._find_differences())

    def test_no_more_goes_back_than_was_used(self):
        run = self._start(self._create_mo(9, self.clip).run_ids, [self.spool])
        for told in ({1: 46.0}, {1: [(self.spool, 46.0)]}, {1: [(self.spool, -1.0)]}):
            with self.assertRaisesRegex(UserError, "no more than that"):
                run._do_end("failed", percent=50, recovered_g=told)
        with self.assertRaisesRegex(UserError, "no tool 4"):
            run._do_end("failed", percent=50, recovered_g={4: 1.0})

    def test_purged_grams_count_once(self):
        first, second = (self._create_mo(9, self.clip).run_ids for _turn in range(2))
        self._start(first, [self.spool])
        first._do_end("done", purge_g={1: 4.0})
        self.assertEqual(self._get_grams(self.spool), 500.0 - 94.0)
        # Whoever weighed has weighed the purged grams too.
        self._start(second, [self.spool])
        second._do_end("done", used_g={1: 93.0}, purge_g={1: 4.0})
        self.assertEqual(self._get_grams(self.spool), 406.0 - 93.0)
        self.assertEqual(second.spool_ids.purge_g, 4.0)
        with self.assertRaisesRegex(UserError, "purge less than 0"):
            self._start(self._create_mo(9, self.clip).run_ids, [self.spool])._do_end(
                "done", purge_g={1: -1.0}
            )
        self.assertFalse((first | second)._find_differences())

    # === ENERGY === #

    def test_energy_by_power_and_time(self):
        self.env.company.print3d_kwh_price = 0.3
        self.printer.power_w = 120
        run = self._start(self._create_mo(9, self.clip).run_ids, [self.spool])
        run._do_end("done", duration_s=9000)
        self.assertAlmostEqual(run.energy_kwh, 0.3)
        self.assertEqual(run.energy_source, "power")
        self.assertAlmostEqual(run.energy_cost, 0.09)
        # A later price changes nothing of it, and the rate counts it by itself.
        self.env.company.print3d_kwh_price = 9.0
        self.assertAlmostEqual(run.energy_cost, 0.09)
        self.assertAlmostEqual(run.machine_cost, 15.0)

    def test_energy_by_a_meter(self):
        run = self._start(self._create_mo(9, self.clip).run_ids, [self.spool])
        run.meter_start_kwh = 100.25
        with self.assertRaisesRegex(UserError, "100.25 kWh at the start"):
            run._do_end("done", meter_kwh=99.0)
        run._do_end("done", meter_kwh=100.75)
        self.assertAlmostEqual(run.energy_kwh, 0.5)
        self.assertEqual(run.energy_source, "meter")
        other = self._start(self._create_mo(9, self.clip).run_ids, [self.spool])
        other._do_end("done", energy_kwh=0.42)
        self.assertAlmostEqual(other.energy_kwh, 0.42)
        self.assertFalse((run | other)._find_differences())

    # === THE PLATE === #

    def test_what_was_printed_lies_on_the_plate(self):
        self.printer.write({"needs_clearing": True, "is_plate_clear": True})
        run = self._start(self._create_mo(9, self.clip).run_ids, [self.spool])
        run._do_end("done")
        self.assertFalse(self.printer.is_plate_clear)
        self.other_printer.write({"needs_clearing": False, "is_plate_clear": True})
        other = self._start(
            self._create_mo(9, self.clip).run_ids, [self.spool], self.other_printer
        )
        other._do_end("done")
        self.assertTrue(self.other_printer.is_plate_clear)
