from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dRunEnd(Print3dProductionCommon):
    def test_done_takes_grams_from_the_very_spool_at_once(self):
        production = self._create_mo(2)
        self.assertEqual(len(production.run_ids), 2)
        run = production.run_ids[0]
        self._start(run, [self.second_spool])
        self.assertEqual(self.second_spool.location_id.workcenter_id, self.printer)
        self.assertTrue(run._do_end("done", duration_s=3600))
        self.assertEqual(self._get_grams(self.second_spool), 950.0)
        self.assertEqual(self._get_grams(self.spool), 500.0)
        self.assertEqual(production.state, "progress")
        self.assertEqual(run.spool_ids.used_g, 50.0)
        self.assertAlmostEqual(run.material_cost, 1.0)
        self.assertAlmostEqual(run.machine_cost, 6.0)

    def test_spool_swapped_during_the_print(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        slot = self.spool.location_id
        run.progress = 40.0
        self.spool.action_unload()
        other = self._create_spool(700.0, 0.02)
        other.with_user(self.operator).action_load(slot)
        self.assertRecordValues(
            run.spool_ids,
            [
                {"lot_id": self.spool.id, "tool": 1, "planned_g": 20.0},
                {"lot_id": other.id, "tool": 1, "planned_g": 30.0},
            ],
        )
        self.assertIn(other.name, run.message_ids[0].body)
        run._do_end("done", duration_s=3600)
        self.assertEqual(self._get_grams(self.spool), 480.0)
        self.assertEqual(self._get_grams(other), 670.0)
        self.assertEqual(sum(run.spool_ids.mapped("used_g")), 50.0)

    def test_spool_put_back_is_no_swap(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        slot = self.spool.location_id
        self.spool.action_unload()
        self.spool.action_load(slot)
        free = self.printer.slot_ids - slot
        self.second_spool.action_load(free)
        self.assertEqual(run.spool_ids.lot_id, self.spool)

    def test_spool_of_the_next_print_is_no_swap(self):
        """The print is over by its time, and nobody has told so yet."""
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        slot = self.spool.location_id
        run.date_start -= timedelta(hours=2)
        self.spool.action_unload()
        self._create_spool(700.0, 0.02, self.red_petg).action_load(slot)
        self.assertEqual(run.spool_ids.lot_id, self.spool)

    def test_swap_for_another_material_is_refused(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        slot = self.spool.location_id
        self.spool.action_unload()
        petg = self._create_spool(700.0, 0.02, self.red_petg)
        with self.assertRaisesRegex(UserError, "Load a spool of"):
            petg.action_load(slot)
        self.assertNotEqual(petg.location_id, slot)
        self.assertEqual(run.spool_ids.lot_id, self.spool)

    def test_order_is_done_at_its_real_cost(self):
        production = self._create_mo(2)
        first, second = production.run_ids
        self._print(first, [self.spool], used_g={1: 60.0}, duration_s=3600)
        self._print(second, [self.second_spool], used_g={1: 45.5}, duration_s=1800)
        self.assertEqual(production.state, "done")
        finished = production.move_finished_ids.filtered(lambda m: m.state == "done")
        self.assertEqual(finished.quantity, 2)
        # 60 g × 0.03 + 45.5 g × 0.02 + 1.5 h × 6
        self.assertAlmostEqual(finished.value, 1.8 + 0.91 + 9.0, 2)
        self.assertEqual(self._get_grams(self.spool), 440.0)
        self.assertEqual(self._get_grams(self.second_spool), 954.5)
        self.assertEqual(self.product.qty_available, 2)
        self.assertEqual(
            finished.move_line_ids.consume_line_ids.lot_id,
            self.spool | self.second_spool,
        )
        self.assertFalse(
            production.move_raw_ids.filtered(
                lambda move: move.state not in ("done", "cancel")
            )
        )

    def test_surplus_of_a_plate_goes_to_stock(self):
        product = self._create_product("Test Clip")
        version = self._create_version(
            product, [{"copies": 4, "time_s": 7200, "filaments": [(self.black, 40)]}]
        )
        version.action_activate()
        production = self._create_mo(3, product)
        self.assertEqual(len(production.run_ids), 1)
        self._print(production.run_ids, [self.spool], duration_s=7200)
        self.assertEqual(production.state, "done")
        self.assertEqual(product.qty_available, 4)
        self.assertEqual(self._get_grams(self.spool), 460.0)
        finished = production.move_finished_ids
        self.assertAlmostEqual(finished.value, 1.2 + 12.0, 2)

    def test_bad_piece_queues_another_run(self):
        product = self._create_product("Test Clip")
        self._create_version(
            product, [{"copies": 4, "time_s": 7200, "filaments": [(self.black, 40)]}]
        ).action_activate()
        production = self._create_mo(4, product)
        run = production.run_ids
        self._print(run, [self.spool], good=3)
        self.assertRecordValues(run.line_ids, [{"good_qty": 3, "bad_qty": 1}])
        self.assertEqual(production.state, "progress")
        further = production.run_ids - run
        self.assertEqual(further.state, "queued")
        self._print(further, [self.spool])
        self.assertEqual(production.state, "done")
        self.assertEqual(product.qty_available, 7)

    def test_good_pieces_beyond_the_plate_are_refused(self):
        production = self._create_mo(1)
        run = self._start(production.run_ids, [self.spool])
        with self.assertRaisesRegex(UserError, "0 to 1"):
            run._do_end("done", good=2)
        self.assertEqual(self._get_grams(self.spool), 500.0)

    def test_failed_scraps_its_share_and_queues_a_reprint(self):
        production = self._create_mo(2)
        run, waiting = production.run_ids
        cause = self.env.ref("print3d_production.cause_spaghetti")
        self._start(run, [self.spool])
        run._do_end("failed", percent=40, cause=cause, duration_s=1200)
        self.assertEqual(run.state, "failed")
        self.assertEqual(self._get_grams(self.spool), 480.0)
        scrap = run.scrap_ids
        self.assertRecordValues(
            scrap,
            [
                {
                    "lot_id": self.spool.id,
                    "scrap_qty": 20.0,
                    "state": "done",
                    "production_id": production.id,
                    "scrap_reason_tag_ids": cause.scrap_reason_tag_id.ids,
                }
            ],
        )
        self.assertEqual(scrap.move_ids.run_id, run)
        self.assertAlmostEqual(run.material_cost, 0.6)
        self.assertAlmostEqual(run.machine_cost, 2.0)
        self.assertEqual(run.time_ids.loss_type, "quality")
        reprint = run.reprint_ids
        self.assertEqual(reprint.reprint_of_id, run)
        queue = self.env["print3d.run"].search(
            [
                ("state", "in", ("queued", "assigned")),
                ("id", "in", production.run_ids.ids),
            ]
        )
        self.assertEqual(queue, reprint | waiting)
        self.assertEqual(queue[0], reprint)
        for item in queue:
            self._print(item, [self.spool], duration_s=3600)
        self.assertEqual(production.state, "done")
        # The loss is no part of what the good pieces are worth.
        self.assertAlmostEqual(production.move_finished_ids.value, 3.0 + 12.0, 2)

    def test_failed_in_two_colours_scraps_each(self):
        product = self._create_product("Test Egg")
        self._create_version(
            product, [{"filaments": [(self.black, 40), (self.white, 15)]}]
        ).action_activate()
        white_spool = self._create_spool(300.0, 0.02, filament=self.white)
        run = self._create_mo(1, product).run_ids
        self._start(run, [self.spool, white_spool])
        run._do_end("failed", percent=50)
        self.assertEqual(
            {scrap.lot_id: scrap.scrap_qty for scrap in run.scrap_ids},
            {self.spool: 20.0, white_spool: 7.5},
        )
        self.assertEqual(self._get_grams(white_spool), 292.5)

    def test_failed_without_reprint_leaves_the_order_short(self):
        production = self._create_mo(2)
        first, second = production.run_ids
        self._start(first, [self.spool])
        first._do_end("failed", percent=10, reprint=False)
        self._print(second, [self.spool])
        self.assertEqual(production.state, "progress")
        self.assertEqual(production.run_ids, first | second)
        self.assertEqual(production.missing_prints, 1)
        production.action_print_missing()
        self.assertEqual(len(production.run_ids), 3)

    def test_the_same_end_twice_changes_nothing(self):
        production = self._create_mo(2)
        run = self._start(production.run_ids[0], [self.spool], job_key="job-1")
        self.assertTrue(run._do_end("done", job_key="job-1"))
        messages = run.message_ids
        self.assertFalse(run._do_end("done", job_key="job-1"))
        self.assertFalse(run._do_end("done"))
        self.assertEqual(self._get_grams(self.spool), 450.0)
        self.assertEqual(len(run.time_ids), 1)
        self.assertEqual(run.message_ids, messages)

    def test_another_end_too_late_is_noted_and_changes_nothing(self):
        production = self._create_mo(1)
        run = self._start(production.run_ids, [self.spool])
        run._do_end("failed", percent=50)
        messages = run.message_ids
        self.assertFalse(run._do_end("done"))
        self.assertEqual(run.state, "failed")
        self.assertEqual(self._get_grams(self.spool), 475.0)
        self.assertEqual(len(run.message_ids - messages), 1)
        self.assertIn("Nothing was changed", run.message_ids[0].body)

    def test_end_of_another_job_changes_nothing(self):
        production = self._create_mo(1)
        run = self._start(production.run_ids, [self.spool], job_key="mine")
        self.assertFalse(run._do_end("done", job_key="theirs"))
        self.assertEqual(run.state, "printing")

    def test_end_before_start_is_refused(self):
        production = self._create_mo(1)
        with self.assertRaisesRegex(UserError, "has not been started"):
            production.run_ids._do_end("done")

    def test_grams_told_for_each_spool(self):
        production = self._create_mo(1)
        run = self._start(production.run_ids, [self.spool])
        run._do_end(
            "done", used_g={1: [(self.spool, 30.126), (self.second_spool.id, 20.0)]}
        )
        self.assertEqual(self._get_grams(self.spool), 469.87)
        self.assertEqual(self._get_grams(self.second_spool), 980.0)
        self.assertEqual(len(run.spool_ids), 2)
        self.assertEqual(production.state, "done")

    def test_grams_of_an_unknown_tool_are_refused(self):
        production = self._create_mo(1)
        run = self._start(production.run_ids, [self.spool])
        with self.assertRaisesRegex(UserError, "no tool 3"):
            run._do_end("done", used_g={3: 10})
        with self.assertRaisesRegex(UserError, "less than 0 g"):
            run._do_end("done", used_g={1: -1})

    def test_more_used_than_counted_never_goes_below_zero(self):
        small = self._create_spool(52.0, 0.05, self.black)
        production = self._create_mo(1)
        run = self._start(production.run_ids, [small])
        run._do_end("done", used_g={1: 60.0})
        self.assertEqual(self._get_grams(small), 0.0)
        self.assertEqual(run.spool_ids.used_g, 60.0)
        self.assertFalse(
            small.quant_ids.filtered(
                lambda quant: quant.location_id.usage == "internal"
                and quant.quantity < 0
            )
        )

    def _receive_earlier(self, spool):
        """Let a spool have come yesterday."""
        entry = spool.spool_entry_ids.filtered(lambda one: one.kind == "receive")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE print3d_spool_entry"
            " SET happened_on = happened_on - interval '1 day' WHERE id = %s",
            [entry.id],
        )
        entry.invalidate_recordset()

    def test_more_used_than_counted_told_late(self):
        """What was found on the spool is not found once more."""
        for outcome in ("done", "failed"):
            with self.subTest(outcome=outcome):
                small = self._create_spool(52.0, 0.05, self.black)
                self._receive_earlier(small)
                run = self._start(self._create_mo(1).run_ids, [small])
                ended_on = fields.Datetime.now() - timedelta(hours=1)
                run._do_end(outcome, percent=100, used_g={1: 60.0}, ended_on=ended_on)
                self.assertEqual(self._get_grams(small), 0.0)

    def test_more_used_than_counted_told_after_a_weighing(self):
        """The weighing came after the print, so it stands."""
        small = self._create_spool(52.0, 0.05, self.black)
        self._receive_earlier(small)
        run = self._start(self._create_mo(1).run_ids, [small])
        small._print3d_record("count", 10.0)
        ended_on = fields.Datetime.now() - timedelta(hours=1)
        run._do_end("done", used_g={1: 60.0}, ended_on=ended_on)
        self.assertEqual(self._get_grams(small), 10.0)

    def test_what_began_is_not_taken_out_of_the_queue(self):
        """Who cancels what waits comes second to who has started it."""
        run = self._start(self._create_mo(1).run_ids, [self.spool])
        with self.assertRaisesRegex(UserError, "cannot become"):
            run._cancel_waiting(waived=True)
        self.assertEqual(run.state, "printing")

    def test_cancel_while_printing_with_nothing_extruded(self):
        production = self._create_mo(1)
        run = self._start(production.run_ids, [self.spool])
        run._do_end("cancelled", percent=0, duration_s=0)
        self.assertEqual(run.state, "cancelled")
        self.assertEqual(self._get_grams(self.spool), 500.0)
        self.assertFalse(run.scrap_ids)
        self.assertFalse(run.time_ids)
        self.assertEqual(len(production.run_ids), 2)

    def test_cancel_while_printing_scraps_what_was_used(self):
        production = self._create_mo(1)
        run = self._start(production.run_ids, [self.spool])
        run._do_end("cancelled", percent=20, reprint=False)
        self.assertEqual(self._get_grams(self.spool), 490.0)
        self.assertEqual(run.scrap_ids.scrap_qty, 10.0)
        self.assertEqual(production.run_ids, run)

    def test_percent_out_of_range_is_refused(self):
        production = self._create_mo(1)
        run = self._start(production.run_ids, [self.spool])
        with self.assertRaisesRegex(UserError, "0 to 100 percent"):
            run._do_end("failed", percent=120)

    def test_duration_noted_afterwards_is_the_slicers(self):
        production = self._create_mo(1)
        run = self._start(production.run_ids, [self.spool])
        run._do_end("done")
        self.assertEqual(run.duration_s, 3600)
        self.assertAlmostEqual(run.machine_cost, 6.0)

    def test_two_printers_at_once_both_cost(self):
        """Core merges overlapping time of a work order, and knows one rate."""
        production = self._create_mo(2)
        first, second = production.run_ids
        self._start(first, [self.spool])
        self._start(second, [self.second_spool], printer=self.other_printer)
        first._do_end("done", duration_s=3600)
        second._do_end("done", duration_s=3600)
        self.assertAlmostEqual(production.workorder_ids._cal_cost(), 9.0)
        self.assertAlmostEqual(
            production.move_finished_ids.value, 50 * 0.03 + 50 * 0.02 + 9.0, 2
        )

    def test_handmade_lines_are_consumed_with_the_pieces(self):
        magnet = self.env["product.product"].create(
            {"name": "Magnet", "is_storable": True, "standard_price": 0.5}
        )
        self.env["stock.quant"]._update_available_quantity(
            magnet, self.warehouse.lot_stock_id, 10
        )
        bom = self.product._get_print_bom()
        bom.bom_line_ids = [(0, 0, {"product_id": magnet.id, "product_qty": 2})]
        production = self._create_mo(1)
        self._print(production.run_ids, [self.spool], duration_s=3600)
        self.assertEqual(production.state, "done")
        self.assertEqual(magnet.qty_available, 8)
        self.assertAlmostEqual(production.move_finished_ids.value, 1.5 + 6 + 1.0, 2)

    def test_order_with_work_by_hand_waits_for_it(self):
        bench = self.env["mrp.workcenter"].create({"name": "Bench"})
        bom = self.product._get_print_bom()
        bom.operation_ids = [
            (0, 0, {"name": "Sand", "workcenter_id": bench.id, "sequence": 50})
        ]
        production = self._create_mo(1)
        self._print(production.run_ids, [self.spool])
        self.assertEqual(production.state, "progress")
        self.assertEqual(production.qty_producing, 1)
        states = production.workorder_ids.mapped("state")
        self.assertEqual(states[0], "done")
        production.workorder_ids[1].button_finish()
        production.with_context(skip_backorder=True).button_mark_done()
        self.assertEqual(production.state, "done")
        self.assertEqual(self._get_grams(self.spool), 450.0)

    def test_several_plates_make_a_piece(self):
        product = self._create_product("Test Box")
        self._create_version(
            product,
            [
                {"copies": 2, "time_s": 3600, "filaments": [(self.black, 30)]},
                {"copies": 1, "time_s": 1800, "filaments": [(self.white, 10)]},
            ],
        ).action_activate()
        white = self._create_spool(300.0, filament=self.white)
        production = self._create_mo(3, product)
        by_plate = production.run_ids.grouped("plate_id")
        self.assertEqual([len(runs) for runs in by_plate.values()], [2, 3])
        for run in production.run_ids:
            lot = white if run.plate_id.index == 2 else self.spool
            self._print(run, [lot])
        self.assertEqual(production.state, "done")
        self.assertEqual(product.qty_available, 3)
        self.assertEqual(self._get_grams(self.spool), 440.0)
        self.assertEqual(self._get_grams(white), 270.0)

    def test_operator_prints_without_other_rights(self):
        production = self._create_mo(1)
        run = production.run_ids.with_user(self.operator)
        run.workcenter_id = self.printer
        run._do_start({1: self.spool})
        run._do_end("failed", percent=30)
        reprint = run.reprint_ids
        reprint._do_start({1: self.spool})
        reprint._do_end("done")
        self.assertEqual(production.state, "done")
        self.assertEqual(self._get_grams(self.spool), 435.0)
