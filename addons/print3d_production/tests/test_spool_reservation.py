from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestRunReservation(Print3dProductionCommon):
    """What is kept for a print, from the queue to its end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.print_run = cls._create_mo(1).run_ids
        cls.print_run.workcenter_id = cls.printer
        cls.other_run = cls._create_mo(1).run_ids
        cls.other_run.workcenter_id = cls.other_printer
        # Only these two spools can be proposed.
        cls.env["stock.lot"].search(
            [
                ("is_spool", "=", True),
                ("id", "not in", (cls.spool | cls.second_spool).ids),
            ]
        ).is_quarantined = True

    def _get_proposal(self, run):
        return run._propose_spools(run.workcenter_id)[1]

    def test_reserving_what_is_proposed(self):
        self.print_run.action_reserve_spools()
        self.assertRecordValues(
            self.print_run.reservation_ids,
            [
                {
                    "lot_id": self.spool.id,
                    "grams": 50,
                    "tool": 1,
                    "wanted_id": self.black.id,
                    "document_name": self.print_run.display_name,
                }
            ],
        )
        self.assertEqual(self.spool.spool_status, "reserved")
        self.print_run.action_reserve_spools()
        self.assertEqual(self.spool.reserved_g, 50, "once, not twice")
        self.print_run.action_release_spools()
        self.assertFalse(self.print_run.reservation_ids)
        self.assertEqual(self.spool.reserved_g, 0)

    def test_proposals_leave_it_to_its_run(self):
        self.print_run._reserve_spools({1: self.spool})
        self.spool._print3d_record("count", 60)
        self.assertEqual(self._get_proposal(self.print_run), self.spool)
        self.assertEqual(self._get_proposal(self.other_run), self.second_spool)
        self.other_run.invalidate_recordset()
        with self.assertRaisesRegex(
            UserError, f"50.00 g of spool .* reserved for {self.print_run.name}"
        ):
            self.other_run._do_start({1: self.spool})
        self.assertEqual(self.other_run.state, "assigned")

    def test_its_spool_comes_before_what_is_loaded(self):
        self.spool.action_load(self.printer.slot_ids[0])
        self.assertEqual(self._get_proposal(self.print_run), self.spool)
        self.print_run._reserve_spools({1: self.second_spool})
        self.assertEqual(self._get_proposal(self.print_run), self.second_spool)
        self.print_run.invalidate_recordset()
        proposed = self.print_run.feasibility_json["tools"][0]["spools"]
        self.assertEqual([spool["id"] for spool in proposed], self.second_spool.ids)

    def test_start_takes_it_and_end_releases_it(self):
        self.print_run._reserve_spools({1: self.spool})
        reservation = self.print_run.reservation_ids
        self._start(self.print_run, [self.spool])
        self.assertEqual(reservation.state, "taken")
        # 50 g are planned by the print that runs, and counted once.
        self.assertEqual(self.spool.free_g, 450)
        self.print_run._do_end("done")
        self.assertEqual(reservation.state, "released")
        self.spool.invalidate_recordset()
        self.assertEqual(self.spool.free_g, 450)

    def test_starting_with_another_spool_releases_it(self):
        self.print_run._reserve_spools({1: self.spool})
        reservation = self.print_run.reservation_ids
        self._start(self.print_run, [self.second_spool])
        self.assertEqual(reservation.state, "released")

    def test_cancelling_releases_it(self):
        self.print_run.action_reserve_spools()
        reservation = self.print_run.reservation_ids
        self.print_run.production_ids.action_cancel()
        self.assertEqual(self.print_run.state, "cancelled")
        self.assertEqual(reservation.state, "released")

    def test_what_is_not_there_is_not_reserved(self):
        self.spool._print3d_record("count", 20)
        self.second_spool._print3d_record("count", 20)
        with self.assertRaisesRegex(UserError, "10.00 g of it are not free"):
            self.print_run.action_reserve_spools()
        self.assertFalse(self.print_run.reservation_ids)

    def test_another_colour_is_not_chosen_by_itself(self):
        white = self._create_spool(1000, filament=self.white)
        (self.spool | self.second_spool).is_quarantined = True
        with self.assertRaisesRegex(UserError, "not free"):
            self.print_run.action_reserve_spools()
        self.print_run._reserve_spools({1: white})
        self.assertEqual(self.print_run.reservation_ids.lot_id, white)
        petg = self._create_spool(1000, filament=self.red_petg)
        with self.assertRaisesRegex(UserError, "PLA is wanted"):
            self.print_run._reserve_spools({1: petg})

    def test_quarantine_is_told_to_those_who_count_on_it(self):
        self.print_run._reserve_spools({1: self.spool})
        self._start(self.other_run, [self.spool])
        before = self.print_run.message_ids | self.other_run.message_ids
        self.spool._print3d_record("quarantine", reason="It pops")
        for run in (self.print_run, self.other_run):
            with self.subTest(run=run.state):
                self.assertIn("It pops", (run.message_ids - before).body)
        with self.assertRaisesRegex(UserError, "quarantine: It pops"):
            self.print_run._do_start({1: self.spool})
        self.assertNotIn(self.spool, self._get_proposal(self.print_run))

    def test_what_is_away_is_not_proposed(self):
        away = self.env["stock.location"].create(
            {"name": "Fair", "location_id": self.stock.id, "print3d_kind": "away"}
        )
        self.spool._print3d_record("move", away)
        self.assertEqual(self._get_proposal(self.print_run), self.second_spool)

    def test_no_merging_while_it_prints(self):
        self._start(self.print_run, [self.spool])
        for source, target in (
            (self.spool, self.second_spool),
            (self.second_spool, self.spool),
        ):
            with self.assertRaisesRegex(UserError, "Printer A is printing"):
                source._print3d_merge_into(target, 1)

    def test_rights(self):
        run = self.print_run.with_user(self.sales_user)
        with self.assertRaises(AccessError):
            run.action_reserve_spools()
        self.print_run.with_user(self.operator).action_reserve_spools()
        with self.assertRaises(AccessError):
            run.action_release_spools()
        self.assertTrue(self.print_run.reservation_ids)
