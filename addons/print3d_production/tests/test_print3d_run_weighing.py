from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import Print3dProductionCommon

START = datetime(2040, 5, 4, 12)


@tagged("post_install", "-at_install")
class TestPrint3dRunWeighing(Print3dProductionCommon):
    """What a print used before its spool was weighed is taken off it once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bowl = cls._create_product("Weighed Bowl")
        # 100 minutes and 100 g, so that a minute is a gram and a percent.
        cls.bowl_version = cls._create_version(
            cls.bowl, [{"time_s": 6000, "filaments": [(cls.black, 100)]}]
        )
        cls.bowl_version.action_activate()

    def _begin(self, product=None, lots=None, quantity=1):
        with freeze_time(START):
            production = self._create_mo(quantity, product or self.bowl)
            return self._start(production.run_ids[:1], lots or [self.spool])

    def _weigh(self, minutes, grams, spool=None):
        with freeze_time(START + timedelta(minutes=minutes)):
            (spool or self.spool)._print3d_record("count", grams, accept_above=True)

    def _end(self, run, minutes=100, outcome="done", **kwargs):
        with freeze_time(START + timedelta(minutes=minutes)):
            return run._do_end(outcome, **kwargs)

    def _assert_books(self, run, left, spool=None):
        self.assertAlmostEqual(self._get_grams(spool or self.spool), left, 2)
        self.assertEqual(run._find_differences(), [])

    def test_what_came_after_is_taken_off_what_was_weighed(self):
        run = self._begin()
        self._weigh(40, 455.0)
        self._end(run)
        # Told to have 5 g less than thought, then 60 g went.
        self._assert_books(run, 395.0)
        self.assertEqual(run.spool_ids.used_g, 100.0)
        self.assertEqual(run.used_total_g, 100.0)
        self.assertAlmostEqual(run.material_cost, 100 * 0.03)
        finished = run.production_ids.move_finished_ids.filtered(
            lambda move: move.state == "done"
        )
        self.assertAlmostEqual(finished.value, 100 * 0.03 + 10.0, 2)

    def test_the_ledger_tells_it_in_the_order_of_time(self):
        run = self._begin()
        self._weigh(40, 455.0)
        self._end(run)
        entries = self.env["print3d.spool.entry"].search(
            [("lot_id", "=", self.spool.id), ("happened_on", ">=", START)],
            order="happened_on, id",
        )
        at_40 = START + timedelta(minutes=40)
        self.assertRecordValues(
            entries.filtered("grams"),
            [
                {
                    "kind": "use",
                    "grams": -40.0,
                    "happened_on": at_40 - timedelta(seconds=1),
                },
                {"kind": "count", "grams": -45.0, "happened_on": at_40},
                {"kind": "correct", "grams": 40.0, "happened_on": at_40},
                {
                    "kind": "use",
                    "grams": -60.0,
                    "happened_on": START + timedelta(minutes=100),
                },
            ],
        )

    def test_weighed_twice(self):
        run = self._begin()
        self._weigh(25, 480.0)
        self._weigh(75, 420.0)
        self._end(run)
        self._assert_books(run, 395.0)
        used = run.move_ids.sorted("id").mapped("quantity")
        self.assertEqual(used, [25.0, 50.0, 25.0])

    def test_weighed_at_its_very_end(self):
        run = self._begin()
        self._weigh(100, 390.0)
        self._end(run)
        self._assert_books(run, 390.0)

    def test_weighed_at_its_very_start(self):
        run = self._begin()
        self._weigh(0, 490.0)
        self._end(run)
        self._assert_books(run, 390.0)

    def test_weighed_to_hold_less_than_was_used_before(self):
        run = self._begin()
        self._weigh(80, 20.0)
        notes = self.spool.message_ids
        self._end(run)
        self._assert_books(run, 0.0)
        self.assertFalse(
            (self.spool.message_ids - notes).filtered(
                lambda note: "was thought to hold" in (note.body or "")
            ),
            "the weighing knew it",
        )

    def _change_spool(self, minutes):
        """Put the second spool into the place of the first one."""
        slot = self.spool.location_id
        with freeze_time(START + timedelta(minutes=minutes)):
            self.spool.action_unload()
            self.second_spool.action_load(slot)

    def test_spool_changed_on_the_way(self):
        run = self._begin()
        self._change_spool(40)
        # The first one lies on the shelf, the other one goes on.
        self._weigh(60, 455.0)
        self._weigh(70, 975.0, self.second_spool)
        self._end(run)
        self._assert_books(run, 455.0)
        self._assert_books(run, 945.0, self.second_spool)
        self.assertEqual(run.spool_ids.mapped("used_g"), [40.0, 60.0])

    def test_a_spool_that_was_told_twice(self):
        """It was changed for another one and came back."""
        run = self._begin()
        first, second = self.spool, self.second_spool
        self._end(run, used_g={1: [(first, 20.0), (second, 30.0), (first, 50.0)]})
        self._assert_books(run, 430.0)
        self._assert_books(run, 970.0, second)
        self.assertEqual(run.spool_ids.mapped("told_g"), [70.0, 30.0])

    def test_failed(self):
        run = self._begin()
        self._weigh(20, 470.0)
        self._end(run, 50, "failed", percent=50)
        self._assert_books(run, 440.0)
        self.assertEqual(run.scrapped_g, 50.0)
        self.assertEqual(len(run.scrap_ids), 2)

    def test_partly_good_and_put_back(self):
        clips = self._create_product("Weighed Clip")
        self._create_version(
            clips, [{"copies": 9, "time_s": 6000, "filaments": [(self.black, 90)]}]
        ).action_activate()
        run = self._begin(clips, quantity=9)
        self._weigh(50, 450.0)
        self._end(run, good=7, recovered_g={1: 9.0})
        # 45 g before it was weighed, 36 g after.
        self._assert_books(run, 414.0)
        self.assertEqual((run.used_total_g, run.scrapped_g), (81.0, 18.0))

    def test_told_by_tool(self):
        run = self._begin()
        self._weigh(40, 455.0)
        self._end(run, used_g={1: 110.0})
        self._assert_books(run, 389.0)

    def test_standing_still_uses_nothing(self):
        run = self._begin()
        for minutes, action in ((30, run.action_pause), (130, run.action_resume)):
            with freeze_time(START + timedelta(minutes=minutes)):
                action()
        self._weigh(140, 460.0)
        with freeze_time(START + timedelta(minutes=150)):
            run.progress = 50.0
            self.assertEqual(run._get_grams_to_take(), {run.id: {self.spool.id: 60.0}})
        self._end(run, 200)
        self.assertEqual(run.duration_s, 6000)
        self._assert_books(run, 400.0)

    def test_by_the_table_of_the_file(self):
        plate = self.bowl_version.plate_ids
        plate.write(
            {
                "timetable_json": [
                    [0.0, {"1": 0.0}],
                    [40.0, {"1": 0.1}],
                    [100.0, {"1": 1.0}],
                ],
                "timetable_key": plate._get_timetable_key(),
            }
        )
        run = self._begin()
        self._weigh(40, 490.0)
        self._end(run)
        self._assert_books(run, 400.0)

    def test_start_and_end_noted_together_after_the_print(self):
        run = self._begin()
        self._weigh(1, 400.0)
        self._end(run, 2)
        # It was printed before anybody noted it, so that it was weighed after.
        self._assert_books(run, 400.0 - 1.0)
        self.assertEqual(run.duration_s, 6000)

    def test_end_told_late_and_twice(self):
        run = self._begin()
        self._weigh(40, 455.0)
        self._weigh(200, 380.0)
        ended_on = START + timedelta(minutes=100)
        for minutes in (300, 301):
            self._end(run, minutes, ended_on=ended_on, job_key="job-1")
        self._assert_books(run, 380.0)
        self.assertEqual(run.used_total_g, 100.0)

    # === TOLD ONLY AFTER THE END === #

    def _weigh_late(self, minutes, grams, spool=None):
        """A phone without a connection: weighed on the way, told after the end."""
        with freeze_time(START + timedelta(minutes=200)):
            (spool or self.spool)._print3d_record(
                "count",
                grams,
                accept_above=True,
                happened_on=START + timedelta(minutes=minutes),
            )

    def test_weighing_told_after_the_end(self):
        run = self._begin()
        self._end(run)
        self._weigh_late(40, 455.0)
        self._assert_books(run, 395.0)
        self.assertEqual(run.used_total_g, 100.0)

    def test_weighings_told_after_the_end_in_the_wrong_order(self):
        run = self._begin()
        self._end(run)
        self._weigh_late(75, 420.0)
        self._weigh_late(25, 480.0)
        self._assert_books(run, 395.0)

    def test_one_known_before_and_one_told_after_the_end(self):
        for first, then in ((25, 75), (75, 25)):
            with self.subTest(first=first):
                spool = self._create_spool(500.0, 0.03)
                run = self._begin(lots=[spool])
                grams = {25: 480.0, 75: 420.0}
                self._weigh(first, grams[first], spool)
                self._end(run)
                self._weigh_late(then, grams[then], spool)
                self._assert_books(run, 395.0, spool)

    def test_told_after_the_end_of_a_print_that_changed_spools(self):
        run = self._begin()
        self._change_spool(40)
        self._end(run, good=0)
        self._weigh_late(20, 475.0)
        self._weigh_late(70, 975.0, self.second_spool)
        self._assert_books(run, 455.0)
        self._assert_books(run, 945.0, self.second_spool)

    def test_told_after_the_end_and_taken_back(self):
        run = self._begin()
        self._end(run)
        self._weigh_late(40, 455.0)
        entry = self.env["print3d.spool.entry"].search(
            [("lot_id", "=", self.spool.id), ("kind", "=", "count")]
        )
        with freeze_time(START + timedelta(minutes=210)):
            entry.action_undo()
        self._assert_books(run, 400.0)

    def test_end_taken_back_after_a_weighing_that_was_told_late(self):
        run = self._begin(quantity=2)
        self._end(run)
        self._weigh_late(40, 455.0)
        with freeze_time(START + timedelta(minutes=210)):
            run._do_reopen()
        self._assert_books(run, 455.0)

    # === TAKEN BACK === #

    def test_a_weighing_that_was_taken_back_does_not_count(self):
        run = self._begin()
        self._weigh(40, 455.0)
        entry = self.env["print3d.spool.entry"].search(
            [("lot_id", "=", self.spool.id), ("kind", "=", "count")]
        )
        with freeze_time(START + timedelta(minutes=41)):
            entry.action_undo()
        self._end(run)
        self._assert_books(run, 400.0)

    def test_end_taken_back_and_told_anew(self):
        run = self._begin(quantity=2)
        self._weigh(40, 455.0)
        self._end(run)
        self._assert_books(run, 395.0)
        with freeze_time(START + timedelta(minutes=110)):
            run._do_reopen()
        self._assert_books(run, 455.0)
        self._end(run, 150, "failed", percent=100)
        # 40 of 150 minutes before it was weighed.
        self._assert_books(run, 455.0 - 73.33)

    def test_the_cost_of_weighings_does_not_grow_with_runs(self):
        productions = self._create_mo(4, self.bowl)
        runs = productions.run_ids
        printers = [self.printer, self.other_printer]
        with freeze_time(START):
            for run, printer in zip(runs, printers, strict=False):
                spool = self._create_spool(500.0, 0.03)
                self._start(run, [spool], printer)
        counts = []
        for some in (runs[:1], runs[:2]):
            some.invalidate_recordset()
            some.spool_ids.mapped("lot_id.name")
            before = self.env.cr.sql_log_count
            some._get_weighings()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
