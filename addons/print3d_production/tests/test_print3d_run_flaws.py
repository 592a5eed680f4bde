from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dRunFlaws(Print3dProductionCommon):
    """Noted as good, and found to be bad after the order had closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clip = cls._create_product("Flawed Clip")
        cls._create_version(
            cls.clip, [{"copies": 7, "time_s": 7000, "filaments": [(cls.black, 70)]}]
        ).action_activate()
        cls.cause = cls.env.ref("print3d_production.cause_warping")

    def _print_clips(self, quantity=7):
        """An order of clips that is printed and closed."""
        production = self._create_mo(quantity, self.clip)
        run = self._start(production.run_ids[:1], [self.spool])
        run._do_end("done", duration_s=7200)
        return production, run

    def _deliver(self, production):
        """A delivery that waits for the pieces of an order."""
        finished = production.move_finished_ids
        warehouse = production.picking_type_id.warehouse_id
        customers = self.env.ref("stock.stock_location_customers")
        common = {
            "location_id": finished.location_dest_id.id,
            "location_dest_id": customers.id,
        }
        picking = self.env["stock.picking"].create(
            {
                **common,
                "picking_type_id": warehouse.out_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            **common,
                            "product_id": finished.product_id.id,
                            "product_uom_qty": finished.product_uom_qty,
                            "procure_method": "make_to_order",
                            "move_orig_ids": [Command.link(finished.id)],
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        return picking

    def _note(self, run, bad, **kwargs):
        return run._note_flaws({run.line_ids: bad}, cause=self.cause, **kwargs)

    # === IN STOCK === #

    def test_bad_ones_are_scrapped_and_made_again(self):
        production, run = self._print_clips()
        self.assertEqual(production.state, "done")
        before = self.clip.total_value
        again = self._note(run, 2)
        self.assertEqual(self.clip.qty_available, 5)
        scrap = run.flaw_scrap_ids
        self.assertRecordValues(
            scrap,
            [
                {
                    "scrap_qty": 2.0,
                    "state": "done",
                    "product_id": self.clip.id,
                    "production_id": production.id,
                    "scrap_reason_tag_ids": self.cause.scrap_reason_tag_id.ids,
                }
            ],
        )
        # 70 g and two hours for seven pieces: two of them are lost.
        self.assertAlmostEqual(before, 70 * 0.03 + 12.0, 2)
        self.assertAlmostEqual(self.clip.total_value, before * 5 / 7, 2)
        self.assertEqual((run.good_total, run.bad_total), (5, 2))
        self.assertEqual(run.failure_cause_id, self.cause)
        self.assertEqual(self._get_grams(self.spool), 430.0)
        self.assertEqual(run.event_ids[0].kind, "corrected")
        self.assertIn(again.name, run.event_ids[0].note)
        # They are printed again, before everything that waits.
        self.assertEqual(again.product_qty, 2)
        self.assertEqual(again.run_ids.reprint_of_id, run)
        self.assertEqual(again.state, "confirmed")
        self.assertFalse((run | again.run_ids)._find_differences())
        self._print(again.run_ids, [self.spool], duration_s=7200)
        self.assertEqual(again.state, "done")
        self.assertFalse((run | again.run_ids)._find_differences())

    def test_the_delivery_waits_for_the_new_ones(self):
        production = self._create_mo(7, self.clip)
        picking = self._deliver(production)
        run = self._start(production.run_ids, [self.spool])
        run._do_end("done")
        self.assertEqual(picking.state, "assigned")
        again = self._note(run, 2)
        move = picking.move_ids
        self.assertEqual(move.state, "partially_available")
        self.assertEqual(move.quantity, 5)
        self.assertEqual(again.move_finished_ids.move_dest_ids, move)
        self.assertEqual(again.date_deadline, production.date_deadline)
        self._print(again.run_ids, [self.spool])
        self.assertEqual(move.state, "assigned")
        self.assertEqual(move.quantity, 7)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        # Seven of the twelve good ones are gone.
        self.assertEqual(self.clip.qty_available, 5)
        self.assertFalse((run | again.run_ids)._find_differences())

    def test_nothing_of_it_is_good(self):
        production, run = self._print_clips()
        again = self._note(run, 7)
        self.assertEqual(self.clip.qty_available, 0)
        self.assertEqual(again.product_qty, 7)
        self.assertFalse(run._find_differences())
        self.assertEqual(production.state, "done")

    def test_not_made_again(self):
        _production, run = self._print_clips()
        self.assertFalse(self._note(run, 1, reprint=False))
        self.assertEqual(self.clip.qty_available, 6)
        self.assertFalse(run._find_differences())

    def test_found_twice(self):
        _production, run = self._print_clips()
        first = self._note(run, 2, known={run.line_ids: 7.0})
        # The same dialog once more.
        with self.assertRaisesRegex(UserError, "in the meantime"):
            self._note(run, 2, known={run.line_ids: 7.0})
        second = self._note(run, 1, known={run.line_ids: 5.0})
        self.assertNotEqual(first, second)
        self.assertEqual(run.good_total, 4)
        self.assertEqual(self.clip.qty_available, 4)
        self.assertFalse(run._find_differences())

    def test_the_bad_ones_made_again_are_bad_again(self):
        _production, run = self._print_clips()
        again = self._note(run, 2)
        self._print(again.run_ids, [self.spool])
        third = self._note(again.run_ids, 2)
        self.assertEqual(third.run_ids.reprint_of_id, again.run_ids)
        self.assertFalse((run | again.run_ids)._find_differences())

    def test_of_a_lot_wherever_it_lies(self):
        self.clip.tracking = "lot"
        production, run = self._print_clips()
        shelf = self.env["stock.location"].create(
            {
                "name": "Shelf of clips",
                "location_id": production.location_dest_id.location_id.id,
            }
        )
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", production.lot_producing_ids.id), ("quantity", ">", 0)]
        )
        quant.move_quants(shelf)
        # Others of the same kind are not of this order.
        other, _run = self._print_clips()
        again = self._note(run, 3)
        self.assertEqual(run.flaw_scrap_ids.lot_id, production.lot_producing_ids)
        self.assertEqual(run.flaw_scrap_ids.location_id, shelf)
        self.assertTrue(again)
        self.assertFalse(again.lot_producing_ids)
        self.assertEqual(other.lot_producing_ids.product_qty, 7)

    def test_a_plate_of_two_orders(self):
        first, second = (self._create_mo(3, self.clip) for _turn in "ab")
        run = first.run_ids | second.run_ids
        self.assertEqual(len(run), 1)
        self._start(run, [self.spool])._do_end("done")
        line = run.line_ids.filtered(lambda item: item.production_id == second)
        good = line.good_qty
        again = run._note_flaws({line: 1})
        self.assertEqual(line.good_qty, good - 1)
        self.assertEqual(again.product_qty, 1)
        self.assertFalse((run | again.run_ids)._find_differences())

    # === OF AN ORDER THAT IS OPEN === #

    def test_an_open_order_prints_what_is_missing(self):
        production, run = self._print_clips(14)
        other = production.run_ids - run
        self.assertFalse(self._note(run, 3))
        self.assertFalse(run.flaw_scrap_ids)
        self.assertEqual(run.good_total, 4)
        again = production.run_ids - run - other
        self.assertEqual(again.reprint_of_id, run)
        self._print(other, [self.spool])
        self._print(again, [self.spool])
        self.assertEqual(production.state, "done")
        self.assertEqual(self.clip.qty_available, 4 + 7 + 7)
        self.assertFalse(production.run_ids._find_differences())

    def test_an_open_order_does_without(self):
        production, run = self._print_clips(14)
        self._note(run, 3, reprint=False)
        self.assertTrue(run.is_waived)
        self.assertEqual(len(production.run_ids), 2)

    def test_wanted_again_after_others_were_given_up(self):
        production, run = self._print_clips(14)
        other = production.run_ids - run
        self._note(run, 1, reprint=False)
        self._note(run, 1)
        self.assertFalse(run.is_waived)
        self.assertEqual(len(production.run_ids - run - other), 1)

    # === REFUSALS === #

    def test_pieces_of_another_print(self):
        """A dialog that was open for long, or a made-up request."""
        _production, run = self._print_clips()
        stranger = self._start(self._create_mo(1).run_ids, [self.second_spool])
        wizard = self.env["print3d.run.flaw"].create({"run_id": run.id})
        wizard.pieces = [{**wizard.pieces[0], "line_id": stranger.line_ids.id}]
        with self.assertRaisesRegex(UserError, "are not of"):
            wizard.action_note()
        for key in (run.line_ids, run.line_ids.id):
            with self.assertRaisesRegex(UserError, "are not of"):
                stranger._do_end("done", good={key: 1})
        self.assertEqual(stranger.state, "printing")

    def test_sent_pieces(self):
        production = self._create_mo(7, self.clip)
        picking = self._deliver(production)
        run = self._start(production.run_ids, [self.spool])
        run._do_end("done")
        picking.button_validate()
        with self.assertRaisesRegex(UserError, "only 0 lie in"):
            self._note(run, 1)
        self.assertEqual(run.good_total, 7)

    def test_pieces_kept_for_others(self):
        production = self._create_mo(7, self.clip)
        picking = self._deliver(production)
        run = self._start(production.run_ids, [self.spool])
        run._do_end("done")
        picking.button_validate()
        other = self._create_mo(7, self.clip)
        waiting = self._deliver(other)
        self._print(other.run_ids, [self.spool])
        with self.assertRaisesRegex(UserError, "kept for nobody else"):
            self._note(run, 1)
        self.assertEqual(waiting.state, "assigned")
        self.assertEqual(waiting.move_ids.quantity, 7)

    def test_packed_pieces(self):
        production = self._create_mo(7, self.clip)
        picking = self._deliver(production)
        run = self._start(production.run_ids, [self.spool])
        run._do_end("done")
        picking.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "only 0 lie in"):
            self._note(run, 1)

    def test_serial_numbers(self):
        _production, run = self._print_clips()
        self.clip.tracking = "serial"
        with self.assertRaisesRegex(UserError, "has a serial number"):
            self._note(run, 1)

    def test_more_than_there_were(self):
        _production, run = self._print_clips()
        for bad in (8, -1):
            with self.assertRaisesRegex(UserError, "cannot be bad"):
                self._note(run, bad)
        with self.assertRaisesRegex(UserError, "Enter how many"):
            self._note(run, 0)

    def test_a_print_that_failed(self):
        run = self._start(self._create_mo(7, self.clip).run_ids, [self.spool])
        run._do_end("failed", percent=30)
        with self.assertRaisesRegex(UserError, "did not come out"):
            self._note(run, 1)

    def test_operators_may_and_salespeople_may_not(self):
        _production, run = self._print_clips()
        with self.assertRaises(AccessError):
            self._note(run.with_user(self.sales_user), 1)
        with self.assertRaises(AccessError):
            self.env["print3d.run.flaw"].with_user(self.sales_user).create(
                {"run_id": run.id}
            )
        wizard = (
            self.env["print3d.run.flaw"]
            .with_user(self.operator)
            .create({"run_id": run.id, "cause_id": self.cause.id})
        )
        self.assertTrue(wizard.has_closed)
        wizard.pieces = [{**wizard.pieces[0], "good": 5.0}]
        action = wizard.action_note()
        self.assertIn("makes them again", action["params"]["message"])
        self.assertEqual(run.event_ids[0].user_id, self.operator)
        self.assertEqual(self.clip.qty_available, 5)
        with self.assertRaisesRegex(UserError, "in the meantime"):
            wizard.action_note()

    def test_another_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "print3d_elsewhere",
            "print3d_library.group_print3d_operator",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        _production, run = self._print_clips()
        with self.assertRaises(AccessError):
            self._note(run.with_user(stranger), 1)

    def test_the_only_piece_is_meant(self):
        production = self._create_mo(1)
        self._print(production.run_ids, [self.spool])
        wizard = self.env["print3d.run.flaw"].create({"run_id": production.run_ids.id})
        self.assertEqual(wizard.pieces[0]["good"], 0.0)
        wizard.action_note()
        self.assertEqual(production.run_ids.bad_total, 1)
