from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.print3d_farm_news import CHANNEL, NEWS
from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestFarmBoard(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board = cls.env["print3d.farm.board"]
        # What else waits would be put on free printers.
        cls.env["print3d.run"].search(
            [("state", "in", ("draft", "queued", "assigned"))]
        )._cancel_waiting()
        ours = cls.printer | cls.other_printer
        cls.env["mrp.workcenter"].search(
            [("is_printer", "=", True), ("id", "not in", ours.ids)]
        ).write({"is_printer": False})
        cls.env.flush_all()

    def _get_tile(self, printer=None, **kwargs):
        printer = printer or self.printer
        board = self.board.with_user(kwargs.pop("user", self.operator))
        self.env.invalidate_all()
        return board.get_board([printer.id])["tiles"][0]

    def _get_news(self):
        """Return what the boards of the company were told in this transaction."""
        sent = []

        def send(_bus, channel, kind, payload):
            if kind == NEWS:
                sent.append((channel, payload))

        self.patch(type(self.env["bus.bus"]), "_sendone", send)
        self.env.cr.precommit.run()
        return sent

    # === TILES === #

    def test_a_print_from_its_start_to_the_cleared_plate(self):
        self.printer.needs_clearing = True
        run = self._create_mo(1).run_ids
        run.workcenter_id = self.printer
        self.spool.action_load(self.printer.slot_ids[0])
        tile = self._get_tile()
        self.assertEqual(
            (tile["state"], tile["next"]["id"], tile["rank"]), ("free", run.id, 5)
        )
        self.assertEqual(tile["next"]["feasibility"], "ready")
        board = self.board.with_user(self.operator)

        done = board.act(self.printer.id, "start", run.id)
        self.assertFalse(done["action"])
        tile = self._get_tile()
        self.assertEqual((tile["state"], tile["run"]["id"]), ("printing", run.id))
        self.assertEqual(
            [action["key"] for action in tile["actions"]], ["good", "failed", "pause"]
        )
        self.assertTrue(tile["run"]["eta"])

        board.act(self.printer.id, "pause", run.id)
        self.assertEqual(self._get_tile()["state"], "paused")
        board.act(self.printer.id, "resume", run.id)

        done = board.act(self.printer.id, "good", run.id)
        self.assertTrue(done["message"])
        tile = self._get_tile()
        self.assertEqual(
            (tile["state"], tile["plate"]["id"], tile["rank"]), ("to_clear", run.id, 3)
        )

        done = board.act(self.printer.id, "clear")
        self.assertEqual(self._get_tile()["state"], "free")
        # Told twice it changes nothing.
        self.assertFalse(board.act(self.printer.id, "clear")["message"])
        board.undo(**done["undo"])
        self.assertEqual(self._get_tile()["state"], "to_clear")

    def test_all_good_is_taken_back(self):
        run = self._create_mo(2).run_ids[0]
        self._start(run, [self.spool])
        board = self.board.with_user(self.operator)
        done = board.act(self.printer.id, "good", run.id)
        board.undo(**done["undo"])
        self.assertEqual(run.state, "printing")

    def test_what_went_into_stock_is_not_taken_back(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        done = self.board.with_user(self.operator).act(self.printer.id, "good", run.id)
        self.assertTrue(done["message"])
        self.assertFalse(done["undo"])

    def test_what_failed_comes_first(self):
        self.printer.needs_clearing = True
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        cause = self.env.ref("print3d_production.cause_adhesion")
        run._do_end("failed", percent=20, cause=cause)
        tile = self._get_tile()
        self.assertEqual(
            (tile["state"], tile["label"], tile["colour"], tile["rank"]),
            ("to_clear", "Failed", "red", 0),
        )
        self.assertIn(cause.name, tile["note"])

    def test_failed_asks_how_far_it_came(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        done = self.board.with_user(self.operator).act(
            self.printer.id, "failed", run.id
        )
        self.assertEqual(done["action"]["res_model"], "print3d.run.end")
        self.assertEqual(run.state, "printing")

    def test_what_needs_a_swap_asks_for_the_spools(self):
        run = self._create_mo(1).run_ids
        run.workcenter_id = self.printer
        done = self.board.with_user(self.operator).act(self.printer.id, "start", run.id)
        self.assertEqual(done["action"]["res_model"], "print3d.run.start")

    def test_who_closes_the_dialog_of_a_start_has_moved_nothing(self):
        run = self._create_mo(1).run_ids
        run.planned_workcenter_id = self.other_printer
        action = self.board.with_user(self.operator).act(
            self.other_printer.id, "start", run.id
        )["action"]
        self.assertFalse(run.workcenter_id)
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.operator)
            .with_context(**action["context"])
        )
        self.assertEqual(wizard.workcenter_id, self.other_printer)

    def test_a_printer_archived_in_the_midst_of_a_print(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        self.printer.action_archive()
        tile = self._get_tile()
        self.assertEqual((tile["state"], tile["run"]["id"]), ("printing", run.id))
        self.board.with_user(self.operator).act(self.printer.id, "good", run.id)
        self.assertEqual(run.state, "done")
        self.assertFalse(self.board.get_board(self.printer.ids)["tiles"])

    def test_a_free_printer_is_offered_what_has_no_printer(self):
        run = self._create_mo(1).run_ids
        self.spool.action_load(self.printer.slot_ids[0])
        tile = self._get_tile()
        self.assertEqual(tile["next"]["id"], run.id)
        self.board.with_user(self.operator).act(self.printer.id, "start", run.id)
        self.assertEqual((run.state, run.workcenter_id), ("printing", self.printer))

    def test_a_printer_out_of_service(self):
        self.printer.with_user(self.operator).action_take_out()
        tile = self._get_tile()
        self.assertEqual((tile["state"], tile["rank"]), ("offline", 9))
        self.board.with_user(self.operator).act(self.printer.id, "put_back")
        self.assertEqual(self._get_tile()["state"], "free")

    def test_a_blocked_printer_wants_a_person(self):
        loss = self.env["mrp.workcenter.productivity.loss"].search(
            [("loss_type", "=", "availability")], limit=1
        )
        self.env["mrp.workcenter.productivity"].create(
            {"workcenter_id": self.printer.id, "loss_id": loss.id}
        )
        self.assertEqual(self._get_tile()["state"], "blocked")

    # === TWO AT ONCE === #

    def test_only_what_was_seen_is_ended(self):
        first, second = self._create_mo(2).run_ids
        self._start(first, [self.spool])
        board = self.board.with_user(self.operator)
        with self.assertRaisesRegex(UserError, "by now"):
            board.act(self.printer.id, "good", second.id)
        board.act(self.printer.id, "good", first.id)
        with self.assertRaisesRegex(UserError, "prints nothing any more"):
            board.act(self.printer.id, "good", first.id)
        with self.assertRaisesRegex(UserError, "no longer there"):
            board.act(self.printer.id, "explode", first.id)

    def test_only_the_plate_that_was_seen_is_cleared(self):
        self.printer.needs_clearing = True
        first, second = self._create_mo(2).run_ids
        self._start(first, [self.spool])
        first._do_end("done")
        board = self.board.with_user(self.operator)
        undo = board.act(self.printer.id, "clear", first.id)["undo"]
        self._start(second, [self.spool])
        with self.assertRaisesRegex(UserError, "prints on"):
            board.undo(**undo)
        second._do_end("done")
        # The board of somebody else still shows the first.
        with self.assertRaisesRegex(UserError, "by now"):
            board.act(self.printer.id, "clear", first.id)
        self.assertFalse(self.printer.is_plate_clear)
        board.act(self.printer.id, "clear", second.id)
        self.assertTrue(self.printer.is_plate_clear)

    def test_who_may_add_the_first_printer(self):
        self.assertFalse(self.board.with_user(self.operator).get_board()["can_add"])
        owner = self._create_user("print3d_adds", "owner")
        self.assertTrue(self.board.with_user(owner).get_board()["can_add"])

    # === NEWS === #

    def test_one_message_tells_of_all_changes(self):
        self._get_news()
        run = self._create_mo(1).run_ids
        self.spool.action_load(self.printer.slot_ids[0])
        self._start(run)
        sent = self._get_news()
        self.assertEqual(len(sent), 1)
        (company, channel), payload = sent[0]
        self.assertEqual((company, channel), (self.env.company, CHANNEL))
        self.assertEqual(payload, {"company": self.env.company.id, "printers": None})
        self.assertFalse(self._get_news(), "once is enough")

    def test_a_spool_tells_of_its_printer_only(self):
        self._get_news()
        self.spool.action_load(self.printer.slot_ids[0])
        ((_channel, payload),) = self._get_news()
        self.assertEqual(payload["printers"], self.printer.ids)

    def test_progress_tells_of_its_printer_only(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        self._get_news()
        run.progress = 12.0
        ((_channel, payload),) = self._get_news()
        self.assertEqual(payload["printers"], self.printer.ids)

    def test_who_stands_still_or_goes_on_tells_of_its_printer_only(self):
        runs = self._create_mo(3).run_ids
        self._start(runs[0], [self.spool])
        runs[1].workcenter_id = self.other_printer
        self._get_news()
        for change in (runs[0].action_pause, runs[0].action_resume):
            change()
            ((_channel, payload),) = self._get_news()
            self.assertEqual(payload["printers"], self.printer.ids)

    def test_a_start_tells_of_those_that_wait_for_the_same_filament(self):
        third = self._create_printer("Printer C")
        runs = self._create_mo(2).run_ids
        runs[0].workcenter_id = self.printer
        runs[1].workcenter_id = self.other_printer
        petg = self._create_product("Test Bracket")
        self._create_version(petg, [{"filaments": [(self.red_petg, 40)]}])
        self._create_mo(1, product=petg).run_ids.workcenter_id = third
        self.spool.action_load(self.printer.slot_ids[0])
        self._get_news()
        self._start(runs[0])
        ((_channel, payload),) = self._get_news()
        self.assertEqual(
            payload["printers"], sorted((self.printer | self.other_printer).ids)
        )
        runs[0]._do_end("done")
        ((_channel, payload),) = self._get_news()
        self.assertNotIn(third.id, payload["printers"])

    def test_what_waits_for_two_filaments_leads_on_to_others(self):
        news = self.env["print3d.farm.news"]
        black = self.black
        blue = self._create_filament("Test PLA Blue", "#0000FF")
        red = self._create_filament("Test PLA Red", "#FF0000")
        wanted = {frozenset((black.id, blue.id)), frozenset(red.ids)}
        self.assertEqual(news._follow({black.id}, wanted), {black.id, blue.id})
        self.assertEqual(news._follow({red.id}, wanted), {red.id})
        # Nobody tells them apart: what is left of one is left of the other.
        red.colour_hexes = "#0000FE"
        self.assertEqual(news._follow({black.id}, wanted), {black.id, blue.id, red.id})

    def test_what_waits_without_a_printer_is_offered_to_idle_ones(self):
        self._create_printer("Printer C")
        gone = self._create_printer("Printer D")
        gone.action_archive()
        runs = self._create_mo(3).run_ids
        runs[0].workcenter_id = self.printer
        self.spool.action_load(self.printer.slot_ids[0])
        self._get_news()
        self._start(runs[0])
        ((_channel, payload),) = self._get_news()
        printers = self.env["mrp.workcenter"].search([("is_printer", "=", True)])
        self.assertEqual(payload["printers"], sorted(printers.ids))
        self.assertNotIn(gone.id, payload["printers"])

    def test_a_held_run_is_told_of(self):
        run = self._create_mo(1).run_ids
        run.workcenter_id = self.printer
        self._get_news()
        run.action_hold()
        ((_channel, payload),) = self._get_news()
        self.assertIn(self.printer.id, payload["printers"])
        self.assertFalse(self._get_tile()["next"])

    def test_filament_that_came_tells_of_those_that_wait_for_it(self):
        run = self._create_mo(1).run_ids
        run.workcenter_id = self.printer
        self._get_news()
        self._create_spool(900.0, 0.02)
        ((_channel, payload),) = self._get_news()
        self.assertEqual(payload["printers"], self.printer.ids)

    def test_a_later_time_in_the_plan_tells_nobody(self):
        run = self._create_mo(1).run_ids
        run.workcenter_id = self.printer
        self._get_news()
        run.date_planned_start = "2030-01-01 08:00:00"
        self.assertFalse(self._get_news())
        run.planned_workcenter_id = self.other_printer
        ((_channel, payload),) = self._get_news()
        self.assertEqual(
            payload["printers"], sorted((self.printer | self.other_printer).ids)
        )

    def test_who_hears_the_news(self):
        websocket = self.env["ir.websocket"]
        channel = (self.env.company, CHANNEL)
        heard = websocket.with_user(self.sales_user)._get_print3d_farms()
        self.assertIn(channel, heard)
        nobody = self._create_user("print3d_portal", "user")
        nobody.group_ids = self.env.ref("base.group_user")
        self.assertFalse(websocket.with_user(nobody)._get_print3d_farms())

    # === RIGHTS === #

    def test_sales_look_and_do_not_act(self):
        run = self._create_mo(1).run_ids
        self._start(run, [self.spool])
        board = self.board.with_user(self.sales_user)
        data = board.get_board()
        self.assertFalse(data["can_act"])
        tile = self._get_tile(user=self.sales_user)
        self.assertEqual((tile["state"], tile["actions"]), ("printing", []))
        for key in ("good", "failed", "pause", "clear", "start"):
            with self.assertRaises(AccessError):
                board.act(self.printer.id, key, run.id)
        with self.assertRaises(AccessError):
            board.undo("clear", self.printer.id)

    def test_each_company_sees_its_own(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        stranger = self._create_user("print3d_stranger", "operator")
        stranger.write({"company_id": company.id, "company_ids": [(6, 0, company.ids)]})
        board = self.board.with_env(
            self.env(user=stranger, context={"allowed_company_ids": company.ids})
        )
        self.assertFalse(board.get_board()["tiles"])
        with self.assertRaises(AccessError):
            board.act(self.printer.id, "clear")

    # === BUDGET === #

    def test_queries_do_not_grow_with_the_farm(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            board = self.board.with_user(self.operator)
            before = self.env.cr.sql_log_count
            tiles = board.get_board()["tiles"]
            return self.env.cr.sql_log_count - before, len(tiles)

        self._make_farm(3)
        count()
        self._make_farm(5)
        few, shown_few = count()
        self._make_farm(20)
        many, shown_many = count()
        self.assertEqual(shown_many - shown_few, 20)
        self.assertEqual(few, many)

    def test_the_news_of_one_printer_take_as_many_queries_on_a_large_farm(self):
        def count():
            self._get_news()
            self.env.invalidate_all()
            run = self.printer.current_run_id
            before = self.env.cr.sql_log_count
            self.env["print3d.farm.news"]._tell(self.printer, runs=run)
            self.env.cr.precommit.run()
            sent = self.env.cr.sql_log_count - before
            # Each page asks in a transaction of its own.
            self.env["print3d.run"]._forget_farms()
            self.env.invalidate_all()
            board = self.board.with_user(self.operator)
            before = self.env.cr.sql_log_count
            tiles = board.get_board(self.printer.ids)["tiles"]
            self.assertEqual([tile["id"] for tile in tiles], self.printer.ids)
            return sent, self.env.cr.sql_log_count - before

        runs = self._create_mo(2).run_ids
        self._start(runs[0], [self.spool])
        runs[1].workcenter_id = self.printer
        self._make_farm(5)
        count()
        few = count()
        self._make_farm(20)
        self.assertEqual(count(), few)

    def _make_farm(self, number):
        """Printers in all states, with a spool each, and a run that waits."""
        printers = self.env["mrp.workcenter"].create(
            [
                {
                    "name": f"Farm {index}",
                    "is_printer": True,
                    "slot_count": 2,
                    "needs_clearing": True,
                }
                for index in range(number)
            ]
        )
        runs = self._create_mo(2 * number).run_ids
        for index, printer in enumerate(printers):
            run, waiting = runs[2 * index : 2 * index + 2]
            spool = self._create_spool(900.0, 0.02)
            spool.action_load(printer.slot_ids[0])
            waiting.workcenter_id = printer
            if index % 5 == 0:
                continue
            self._start(run, [spool], printer=printer)
            if index % 5 == 1:
                run._do_end("done")
            elif index % 5 == 2:
                run._do_end("failed", percent=50)
            elif index % 5 == 3:
                run.action_pause()
