from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestMrpProductionChanged(Print3dProductionCommon):
    """The queue follows what is changed of orders that are in it already."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.print3d_fill_plates = "always"
        cls.clip = cls._create_product("Test Clip")
        cls.clip_version = cls._create_version(
            cls.clip, [{"copies": 9, "time_s": 7200, "filaments": [(cls.black, 45)]}]
        )
        cls.clip_version.action_activate()

    def _get_plates(self):
        """{order: pieces} of each run that waits, in the order of the queue."""
        waiting = self.env["print3d.run"].search(
            [
                ("product_id", "=", self.clip.id),
                ("state", "in", ("queued", "assigned")),
            ]
        )
        return [
            {line.production_id: line.quantity for line in run.line_ids}
            for run in waiting
        ]

    def _undo(self, told):
        change = self.env["print3d.queue.change"].browse(told["params"]["change_id"])
        return change.action_undo()

    def _change(self, production, quantity, user=None):
        Wizard = self.env["change.production.qty"].with_user(user or self.env.user)
        Wizard.create(
            {"mo_id": production.id, "product_qty": quantity}
        ).change_prod_qty()

    def _add_lids(self):
        lid = self._create_product("Test Lid")
        self.env["print3d.plate.object"].create(
            [
                {
                    "plate_id": self.clip_version.plate_ids.id,
                    "name": name,
                    "count": count,
                    "product_id": product.id,
                }
                for name, count, product in (("clip", 9, self.clip), ("lid", 2, lid))
            ]
        )
        return lid

    def _activate_threes(self):
        """Three pieces on a plate from now on."""
        version = self._create_version(
            self.clip, [{"copies": 3, "time_s": 2400, "filaments": [(self.black, 15)]}]
        )
        version.action_activate()
        return version.plate_ids

    # === CANCELLED, AND TAKEN BACK === #

    def test_undoing_does_not_queue_twice(self):
        order = self._create_mo(9, self.clip)
        told = order.run_ids.action_cancel_waiting()
        # Somebody else has seen to it meanwhile.
        order.action_print_missing()
        self.assertEqual(self._get_plates(), [{order: 9}])
        self._undo(told)
        self.assertEqual(self._get_plates(), [{order: 9}])
        self.assertEqual(order.missing_prints, 0)

    def test_undoing_for_one_of_two_orders(self):
        first, second = self._create_mo(4, self.clip), self._create_mo(5, self.clip)
        told = first.run_ids.action_cancel_waiting()
        second.action_print_missing()
        self.assertEqual(self._get_plates(), [{second: 9}])
        self._undo(told)
        self.assertEqual(self._get_plates(), [{first: 4, second: 5}])

    def test_undoing_what_is_printed_already(self):
        order = self._create_mo(9, self.clip)
        run = order.run_ids
        told = run.action_cancel_waiting()
        order.action_print_missing()
        self._start(order.run_ids - run, [self.spool])
        undone = self._undo(told)
        self.assertFalse(self._get_plates())
        self.assertIn(run.name, undone["params"]["message"])
        self.assertIn("not wanted any more", undone["params"]["message"])

    def test_what_comes_along_goes_too(self):
        lid = self._add_lids()
        order = self._create_mo(9, self.clip)
        spare = order.run_ids.line_ids.production_id - order
        self.assertEqual(lid.virtual_available, 2)
        told = order.run_ids.action_cancel_waiting()
        self.assertEqual(spare.state, "cancel")
        # Nobody is promised lids that are not printed.
        self.assertEqual(lid.virtual_available, 0)
        self._undo(told)
        (plate,) = self._get_plates()
        self.assertEqual(plate.pop(order), 9)
        self.assertEqual([again.product_id for again in plate], [lid])
        self.assertEqual(lid.virtual_available, 2)
        self._print(
            order.run_ids.filtered(lambda run: run.state == "queued"), [self.spool]
        )
        self.assertEqual((self.clip.qty_available, lid.qty_available), (9, 2))

    def test_what_was_done_is_not_rewritten(self):
        order = self._create_mo(9, self.clip)
        told = order.run_ids.with_user(self.operator).action_hold()
        change = self.env["print3d.queue.change"].browse(told["params"]["change_id"])
        change = change.with_user(self.operator)
        with self.assertRaises(AccessError):
            change.write({"data": {}, "name": "Something else"})
        change.action_undo()
        self.assertFalse(order.run_ids.is_held)

    # === ANOTHER BILL OF MATERIALS === #

    def test_waiting_prints_take_the_version_of_the_order(self):
        order = self._create_mo(9, self.clip)
        old = order.run_ids
        old.is_pinned = True
        plate = self._activate_threes()
        self.assertEqual(self._get_plates(), [{order: 9}])
        order.action_update_bom()
        self.assertEqual(old.state, "cancelled")
        self.assertFalse(old.is_waived)
        self.assertEqual(self._get_plates(), [{order: 3}] * 3)
        waiting = order.run_ids.filtered(lambda run: run.state == "queued")
        self.assertEqual(waiting.plate_id, plate)
        self.assertEqual(order.missing_prints, 0)

    def test_others_keep_their_pieces(self):
        first, second = self._create_mo(4, self.clip), self._create_mo(5, self.clip)
        self._activate_threes()
        first.action_update_bom()
        old = second.run_ids
        self.assertEqual(old.plate_id, self.clip_version.plate_ids)
        self.assertEqual(old.line_ids.production_id, second)
        pieces = sum(plate.get(first, 0) for plate in self._get_plates())
        self.assertEqual(pieces, 6)

    def test_what_prints_counts(self):
        order = self._create_mo(18, self.clip)
        run = order.run_ids.sorted()[0]
        self._start(run, [self.spool])
        self._activate_threes()
        order.action_update_bom()
        self.assertEqual((run.state, run.line_ids.quantity), ("printing", 9))
        self.assertEqual(self._get_plates(), [{order: 3}] * 3)

    def test_removed_operation_leaves_the_queue(self):
        order = self._create_mo(9, self.clip)
        run = order.run_ids
        order.workorder_ids.unlink()
        self.assertEqual(run.state, "cancelled")
        self.assertFalse(self._get_plates())

    def test_started_operation_is_not_removed(self):
        order = self._create_mo(18, self.clip)
        run = order.run_ids.sorted()[0]
        self._start(run, [self.spool])
        with self.assertRaisesRegex(UserError, f"{run.name} was started for it"):
            order.workorder_ids.unlink()

    # === WHOEVER MAKES ORDERS === #

    def test_without_a_role_in_printing(self):
        user = new_test_user(self.env, "mrp_only", "mrp.group_mrp_user")
        order = (
            self.env["mrp.production"]
            .with_user(user)
            .create({"product_id": self.clip.id, "product_qty": 4})
        )
        order.action_confirm()
        self.assertEqual((order.run_count, order.missing_prints), (1, 0))
        self._change(order, 12, user)
        self.assertEqual(order.run_count, 2)
        order._check_not_printing("Cancelled", order)
        self._start(order.sudo().run_ids[0], [self.spool])
        with self.assertRaisesRegex(UserError, "End or cancel that run first"):
            order.action_cancel()
