from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..models.print3d_run_farm import KEY
from .common import Print3dProductionCommon


class FarmCommon(Print3dProductionCommon):
    """A farm in which only what a test makes counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_others_aside()
        cls.env["stock.move"].search(
            [
                ("product_id.is_filament", "=", True),
                ("location_id.usage", "!=", "internal"),
                ("location_dest_id.usage", "=", "internal"),
                ("state", "not in", ("done", "cancel")),
            ]
        )._action_cancel()
        cls.second_spool.is_quarantined = True

    def _queue(self, count, grams=200, filament=None, printer=None):
        product = self._create_product("Test Part")
        self._create_version(
            product, [{"copies": 1, "filaments": [(filament or self.black, grams)]}]
        ).action_activate()
        runs = self._create_mo(count, product).run_ids
        runs.workcenter_id = self.printer if printer is None else printer
        return runs

    def _order_filament(self, grams, date, filament=None):
        """A confirmed order of filament that is expected on a date."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Vendor"}).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (filament or self.black).id,
                            "product_qty": grams,
                            "product_uom_id": (filament or self.black).uom_id.id,
                            "price_unit": 0.02,
                            "date_planned": date,
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        return order


@tagged("post_install", "-at_install")
class TestPrint3dRunFarm(FarmCommon):
    """Whatever changes, the queue is told at once: nothing here is invalidated."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slot = cls.printer.slot_ids[0]
        cls.spool.action_load(cls.slot)

    def _assert_queue(self, runs, *states):
        self.assertEqual(runs.mapped("feasibility"), list(states))

    # === SPOOLS === #

    def test_spool_weighed(self):
        runs = self._queue(3)
        self._assert_queue(runs, "ready", "ready", "short")
        self.spool._print3d_record("count", 600.0, accept_above=True)
        self._assert_queue(runs, "ready", "ready", "ready")
        self.spool._print3d_record("count", 150.0)
        self._assert_queue(runs, "short", "short", "short")
        self.assertIn("Short by 50.0 g", runs[0].feasibility_note)

    def test_spool_moved_and_loaded(self):
        runs = self._queue(2)
        self._assert_queue(runs, "ready", "ready")
        self.spool.action_unload()
        # Once it is loaded for the first, it is there for the second.
        self._assert_queue(runs, "swap", "ready")
        self.assertEqual(
            runs[0].feasibility_note, f"Load {self.spool.name} from {self.shelf.name}"
        )
        self.spool.action_load(self.other_printer.slot_ids)
        self.assertIn("Printer B · Slot 1", runs[0].feasibility_note)
        self.spool.action_load(self.slot)
        self._assert_queue(runs, "ready", "ready")

    def test_spool_reserved_and_released(self):
        runs = self._queue(2)
        self._assert_queue(runs, "ready", "ready")
        kept = self.spool._print3d_reserve(250.0, note="A gift")
        self._assert_queue(runs, "ready", "short")
        kept.action_release()
        self._assert_queue(runs, "ready", "ready")
        runs[1].action_reserve_spools()
        self.spool._print3d_record("count", 250.0)
        self._assert_queue(runs, "short", "ready")

    def test_spool_quarantined(self):
        runs = self._queue(1)
        self._assert_queue(runs, "ready")
        self.spool.is_quarantined = True
        self._assert_queue(runs, "no_stock")
        self.second_spool.is_quarantined = False
        self._assert_queue(runs, "swap")

    def test_place_off_site(self):
        runs = self._queue(1)
        self.spool.action_unload()
        self._assert_queue(runs, "swap")
        self.shelf.is_off_site = True
        self._assert_queue(runs, "no_stock")

    def test_order_confirmed_postponed_and_received(self):
        runs = self._queue(3)
        self.assertIn("nothing is on its way", runs[2].feasibility_note)
        order = self._order_filament(1000.0, "2027-03-02 10:00:00")
        self.assertIn("it arrives by 03/02/2027", runs[2].feasibility_note)
        order.order_line.date_planned = "2027-03-09 10:00:00"
        self.assertIn("it arrives by 03/09/2027", runs[2].feasibility_note)
        order.order_line.product_qty = 60.0
        self.assertIn("60.0 g arrive by 03/09/2027", runs[2].feasibility_note)
        order.order_line.product_qty = 1000.0
        order.picking_ids.move_ids.quantity = 1000.0
        order.picking_ids.move_ids.move_line_ids.lot_name = "NEW1"
        order.picking_ids.move_ids.picked = True
        order.picking_ids._action_done()
        self._assert_queue(runs, "ready", "ready", "swap")

    def test_order_cancelled(self):
        runs = self._queue(3)
        order = self._order_filament(1000.0, "2027-03-02 10:00:00")
        self.assertIn("it arrives by", runs[2].feasibility_note)
        order.button_cancel()
        self.assertIn("nothing is on its way", runs[2].feasibility_note)

    # === RUNS === #

    def test_run_moved_and_urgent(self):
        runs = self._queue(3)
        self._assert_queue(runs, "ready", "ready", "short")
        runs[2].sequence = runs[0].sequence - 1
        self._assert_queue(runs, "ready", "short", "ready")
        runs[1].priority = "1"
        self._assert_queue(runs, "short", "ready", "ready")
        runs[1].workcenter_id = self.other_printer
        self._assert_queue(runs, "short", "swap", "swap")

    def test_run_added_cancelled_and_ended(self):
        runs = self._queue(2)
        self._assert_queue(runs, "ready", "ready")
        more = self._queue(1)
        more.sequence = runs[0].sequence - 1
        self._assert_queue(more | runs, "ready", "ready", "short")
        more._cancel_waiting()
        self._assert_queue(runs, "ready", "ready")
        self._start(runs[0], [self.spool])
        self._assert_queue(runs, "ready", "ready")
        runs[0]._do_end("failed", percent=0, reprint=False)
        self._assert_queue(runs[1], "ready")
        self.assertFalse(runs[0].feasibility)

    def test_held_run_takes_nothing(self):
        runs = self._queue(3)
        self._assert_queue(runs, "ready", "ready", "short")
        runs[0].is_held = True
        self._assert_queue(runs, "ready", "ready", "ready")
        self.assertFalse(runs[0].can_start)

    def test_plate_corrected(self):
        runs = self._queue(3)
        self._assert_queue(runs, "ready", "ready", "short")
        runs.plate_id.filament_ids.weight_g = 100.0
        self._assert_queue(runs, "ready", "ready", "ready")

    def test_planned_printer(self):
        run = self._queue(1, printer=False)
        self._assert_queue(run, "ready")
        run.planned_workcenter_id = self.other_printer
        self._assert_queue(run, "swap")
        self.assertEqual(run.feasibility_json["printer_id"], self.other_printer.id)

    # === PRINTERS === #

    def test_slots(self):
        product = self._create_product("Test Two Colours")
        self._create_version(
            product, [{"filaments": [(self.black, 10), (self.white, 10)]}]
        ).action_activate()
        self._create_spool(100.0, filament=self.white)
        run = self._create_mo(1, product).run_ids
        run.workcenter_id = self.other_printer
        self._assert_queue(run, "no_printer")
        self.assertIn("2 spools at once", run.feasibility_note)
        self.other_printer.slot_count = 2
        self._assert_queue(run, "swap")

    def test_material(self):
        run = self._queue(1)
        self.printer.material_ids = self.petg
        self._assert_queue(run, "no_printer")
        self.assertIn("does not print", run.feasibility_note)
        self.printer.material_ids = False
        self._assert_queue(run, "ready")

    def test_nozzle(self):
        run = self._queue(1)
        run.slice_id.nozzle_diameter = 0.6
        self._assert_queue(run, "no_printer")
        self.printer.nozzle_sizes = "0.4, 0.6"
        self._assert_queue(run, "swap")
        self.assertIn("Mount the 0.6 mm nozzle", run.feasibility_note)
        self.printer.nozzle_diameter = 0.6
        self._assert_queue(run, "ready")

    def test_printer_closed(self):
        run = self._queue(1)
        self.assertTrue(run.can_start)
        self.printer.needs_clearing = True
        self.printer.is_plate_clear = False
        self._assert_queue(run, "ready")
        self.assertIn("not cleared", run.feasibility_note)
        self.assertFalse(run.can_start)
        self.printer.is_plate_clear = True
        self.assertTrue(run.can_start)
        self.printer.is_offline = True
        self.assertIn("out of service", run.feasibility_note)
        self.printer.action_archive()
        self._assert_queue(run, "no_printer")
        self.assertIn("not in use any more", run.feasibility_note)

    def test_printer_blocked(self):
        run = self._queue(1)
        self.assertTrue(run.can_start)
        loss = self.env["mrp.workcenter.productivity.loss"].search(
            [("loss_type", "=", "availability")], limit=1
        )
        log = self.env["mrp.workcenter.productivity"].create(
            {
                "workcenter_id": self.printer.id,
                "loss_id": loss.id,
                "date_start": fields.Datetime.now(),
            }
        )
        self.assertIn("blocked", run.feasibility_note)
        self.assertFalse(run.can_start)
        log.date_end = fields.Datetime.now()
        self.assertNotIn("blocked", run.feasibility_note)

    def test_maintenance_overdue(self):
        run = self._queue(1)
        self.assertEqual(run.feasibility_note, "Spools are loaded")
        request = self.env["maintenance.request"].create(
            {
                "name": "Grease the rods",
                "workcenter_id": self.printer.id,
                "schedule_date": fields.Datetime.now() - timedelta(days=2),
            }
        )
        self.assertIn("Grease the rods of Printer A is overdue", run.feasibility_note)
        self.assertTrue(run.can_start, "it is no more than a warning")
        request.schedule_date = fields.Datetime.now() + timedelta(days=2)
        self.assertEqual(run.feasibility_note, "Spools are loaded")

    # === WHILE IT PRINTS === #

    def test_a_print_takes_what_remains_by_progress(self):
        """The books have all of a spool until the end, unless it is weighed."""
        runs = self._queue(2, grams=240)
        with freeze_time("2040-05-04 12:00:00"):
            self._start(runs[0], [self.spool])
        with freeze_time("2040-05-04 12:30:00"):
            self.assertEqual(runs[0].progress_shown, 50.0)
            self._assert_queue(runs[1], "ready")
            # 120 g are used so far, 120 g to come: there were 10 g more than thought.
            self.spool._print3d_record("count", 390.0)
            self.assertEqual(
                runs[0]._get_grams_to_take(), {runs[0].id: {self.spool.id: 120.0}}
            )
            self._assert_queue(runs[1], "ready")
            self.spool._print3d_record("count", 350.0)
            self._assert_queue(runs[1], "short")
            self.assertIn("Short by 10.0 g", runs[1].feasibility_note)

    # === REUSE === #

    def test_walked_once_for_many_questions(self):
        runs = self._queue(3)
        self._assert_queue(runs, "ready", "ready", "short")
        farm = self.env["print3d.run"]._get_farm(self.env.company)
        before = self.env.cr.sql_log_count
        self.assertIs(self.env["print3d.run"]._get_farm(self.env.company), farm)
        self.assertEqual(self.env.cr.sql_log_count, before)
        self.assertEqual(runs.mapped("can_start"), [True, True, False])
        self.assertIs(self.env["print3d.run"]._get_farm(self.env.company), farm)

    def test_what_matters_not_is_no_reason_to_walk_again(self):
        self._queue(1)
        farm = self.env["print3d.run"]._get_farm(self.env.company)
        self.env["res.partner"].create({"name": "Somebody"})
        self.spool.note = "Smells of vanilla"
        self.assertIs(self.env["print3d.run"]._get_farm(self.env.company), farm)

    def test_what_was_rolled_back_is_forgotten(self):
        runs = self._queue(3)
        self._assert_queue(runs, "ready", "ready", "short")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.spool._print3d_record("count", 600.0, accept_above=True)
            self._assert_queue(runs, "ready", "ready", "ready")
            raise ZeroDivisionError
        self._assert_queue(runs, "ready", "ready", "short")

    def test_nothing_is_kept_between_transactions(self):
        self._assert_queue(self._queue(1), "ready")
        self.assertIn(KEY, self.env.cr.cache)
        self.env.cr.clear()
        self.assertNotIn(KEY, self.env.cr.cache)

    def test_companies_do_not_share_spools(self):
        runs = self._queue(1)
        other = self.env["res.company"].create({"name": "Other Farm"})
        farm = self.env["print3d.run"]._get_farm(other)
        self.assertFalse(farm.jobs)
        self.assertFalse(farm.spools)
        self._assert_queue(runs, "ready")

    def test_query_budget(self):
        """A farm is read with as many queries, however large it is."""
        counts = []
        for total in (10, 60):
            runs = self._queue(total, grams=5)
            runs[::2].workcenter_id = False
            for number in range(total // 5):
                self._create_spool(100.0, filament=self.black)
                self._create_printer(f"Printer {total}-{number}")
            for turn in range(2):
                self.env.invalidate_all()
                self.env["print3d.run"]._forget_farms()
                before = self.env.cr.sql_log_count
                farm = self.env["print3d.run"]._get_farm(self.env.company)
                self.assertGreaterEqual(len(farm.walk.verdicts), total)
                if turn:
                    counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[1], 50)
