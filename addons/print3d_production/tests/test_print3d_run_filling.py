from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dRunFilling(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.print3d_fill_plates = "always"
        cls.clip = cls._create_product("Test Clip")
        cls.clip_version = cls._create_version(
            cls.clip, [{"copies": 9, "time_s": 7200, "filaments": [(cls.black, 45)]}]
        )
        cls.clip_version.action_activate()

    def _change(self, production, quantity):
        wizard = self.env["change.production.qty"].create(
            {"mo_id": production.id, "product_qty": quantity}
        )
        wizard.change_prod_qty()

    def _get_waiting(self, product=None):
        return self.env["print3d.run"].search(
            [
                ("product_id", "=", (product or self.clip).id),
                ("state", "in", ("queued", "assigned")),
            ]
        )

    def _get_plates(self, product=None):
        """{order: pieces} of each run that waits, in the order of the queue."""
        return [
            {line.production_id: line.quantity for line in run.line_ids}
            for run in self._get_waiting(product)
        ]

    # === FILLING === #

    def test_two_orders_share_a_run(self):
        first = self._create_mo(4, self.clip)
        self.assertEqual(self._get_plates(), [{first: 9}])
        second = self._create_mo(5, self.clip)
        self.assertEqual(self._get_plates(), [{first: 4, second: 5}])
        run = first.run_ids
        self.assertEqual(run, second.run_ids)
        self.assertEqual(run.quantity, 9)
        self._print(run, [self.spool], duration_s=7200)
        self.assertEqual((first | second).mapped("state"), ["done", "done"])
        self.assertEqual(self.clip.qty_available, 9)
        self.assertEqual((first | second).mapped("missing_prints"), [0, 0])

    def test_confirmed_together_share_a_run(self):
        orders = self.env["mrp.production"].create(
            [{"product_id": self.clip.id, "product_qty": qty} for qty in (4, 5, 9)]
        )
        orders.action_confirm()
        self.assertEqual(
            self._get_plates(), [{orders[0]: 4, orders[1]: 5}, {orders[2]: 9}]
        )

    def test_the_surplus_is_what_is_left(self):
        orders = [self._create_mo(quantity, self.clip) for quantity in (4, 3)]
        self.assertEqual(self._get_plates(), [{orders[0]: 4, orders[1]: 5}])
        self.assertEqual(orders[1].missing_prints, 0)

    def test_cancelled_order_leaves_alone(self):
        first = self._create_mo(4, self.clip)
        second = self._create_mo(5, self.clip)
        third = self._create_mo(6, self.clip)
        self.assertEqual(self._get_plates(), [{first: 4, second: 5}, {third: 9}])
        second.action_cancel()
        # Its room goes to whom it helps: but 4 and 6 are more than a plate.
        self.assertEqual(self._get_plates(), [{first: 9}, {third: 9}])
        fourth = self._create_mo(5, self.clip)
        self.assertEqual(self._get_plates(), [{first: 4, fourth: 5}, {third: 9}])

    def test_the_rest_is_filled_again(self):
        first = self._create_mo(4, self.clip)
        second = self._create_mo(5, self.clip)
        third = self._create_mo(4, self.clip)
        kept, gone = self._get_waiting()
        second.action_cancel()
        self.assertEqual(self._get_plates(), [{first: 4, third: 5}])
        self.assertEqual(self._get_waiting(), kept)
        self.assertEqual(gone.state, "cancelled")
        self.assertFalse(gone.is_waived)

    def test_changed_quantity_frees_room(self):
        first = self._create_mo(9, self.clip)
        second = self._create_mo(4, self.clip)
        self._change(first, 5)
        self.assertEqual(self._get_plates(), [{first: 5, second: 4}])
        self._change(first, 12)
        self.assertEqual(self._get_plates(), [{first: 5, second: 4}, {first: 9}])

    def test_large_order_keeps_whole_plates(self):
        first = self._create_mo(4, self.clip)
        second = self._create_mo(22, self.clip)
        self.assertEqual(
            self._get_plates(), [{first: 4, second: 5}, {second: 9}, {second: 9}]
        )
        self._change(second, 23)
        self.assertEqual(len(self._get_waiting()), 3)

    def test_partly_good_print_goes_on_with_the_others(self):
        first = self._create_mo(9, self.clip)
        second = self._create_mo(4, self.clip)
        run = first.run_ids
        self._start(run, [self.spool])
        run._do_end("done", good=7)
        self.assertEqual(sum(len(plate) for plate in self._get_plates()), 2)
        (plate,) = self._get_plates()
        self.assertEqual(plate[first] + plate[second], 9)
        self.assertGreaterEqual(plate[first], 2)
        self.assertGreaterEqual(plate[second], 4)

    # === WHAT IS LEFT ALONE === #

    def test_started_runs_are_left_alone(self):
        first = self._create_mo(4, self.clip)
        run = first.run_ids
        self._start(run, [self.spool])
        second = self._create_mo(5, self.clip)
        self.assertEqual(self._get_plates(), [{second: 9}])
        self.assertEqual(run.line_ids.production_id, first)

    def test_pinned_and_held_runs_are_left_alone(self):
        first = self._create_mo(4, self.clip)
        first.run_ids.is_pinned = True
        second = self._create_mo(4, self.clip)
        second.run_ids.is_held = True
        third = self._create_mo(4, self.clip)
        self.assertEqual(self._get_plates(), [{first: 9}, {second: 9}, {third: 9}])
        run = second.run_ids
        second.action_cancel()
        self.assertEqual(run.state, "cancelled")

    def test_cancelled_order_leaves_a_pinned_run(self):
        first = self._create_mo(4, self.clip)
        second = self._create_mo(5, self.clip)
        run = first.run_ids
        run.is_pinned = True
        second.action_cancel()
        self.assertEqual(self._get_plates(), [{first: 9}])
        self.assertEqual(self._get_waiting(), run)

    def test_waived_pieces_stay_waived(self):
        first = self._create_mo(4, self.clip)
        second = self._create_mo(5, self.clip)
        first.run_ids.action_cancel()
        self.assertFalse(self._get_plates())
        third = self._create_mo(3, self.clip)
        self.assertEqual(self._get_plates(), [{third: 9}])
        self.assertEqual((first | second).mapped("missing_prints"), [1, 1])
        (first | second).action_print_missing()
        self.assertEqual(self._get_plates(), [{third: 5, first: 4}, {second: 9}])
        self.assertEqual((first | second).mapped("missing_prints"), [0, 0])

    # === WHOSE PIECES, AND WHEN === #

    def test_urgent_order_makes_the_run_urgent(self):
        first = self._create_mo(4, self.clip)
        self.assertEqual(first.run_ids.priority, "0")
        second = self._create_mo(5, self.clip, priority="1")
        self.assertEqual(first.run_ids.priority, "1")
        second.action_cancel()
        self.assertEqual(first.run_ids.priority, "0")
        first.priority = "1"
        self.assertEqual(first.run_ids.priority, "1")

    def test_the_due_date_of_a_run_is_the_earliest(self):
        day = fields.Datetime.now().replace(microsecond=0)
        late = self._create_mo(4, self.clip, date_deadline=day + timedelta(days=9))
        soon = self._create_mo(5, self.clip, date_deadline=day + timedelta(days=2))
        self.assertEqual(late.run_ids, soon.run_ids)
        self.assertEqual(late.run_ids.due_date, day + timedelta(days=2))
        soon.action_cancel()
        self.assertEqual(late.run_ids.due_date, day + timedelta(days=9))

    def test_never_across_orders(self):
        self.env.company.print3d_fill_plates = "never"
        first, second = (self._create_mo(4, self.clip) for _index in range(2))
        self.assertEqual(self._get_plates(), [{first: 9}, {second: 9}])

    def test_other_companies_have_their_own(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        self.env.user.company_ids |= company
        first = self._create_mo(4, self.clip)
        other = (
            self.env["mrp.production"]
            .with_company(company)
            .create(
                {
                    "product_id": self.clip.id,
                    "product_qty": 5,
                    "company_id": company.id,
                    "bom_id": False,
                }
            )
        )
        workorder = first.workorder_ids
        run = self.env["print3d.run"].create(
            {
                "plate_id": workorder.plate_id.id,
                "company_id": company.id,
                "line_ids": [
                    Command.create({"production_id": other.id, "quantity": 5})
                ],
            }
        )
        second = self._create_mo(5, self.clip)
        self.assertEqual(first.run_ids, second.run_ids)
        self.assertEqual(run.line_ids.quantity, 5)

    # === OBJECTS OF SEVERAL VARIANTS === #

    def _add_lids(self, count=2):
        lid = self._create_product("Test Lid")
        self.env["print3d.plate.object"].create(
            [
                {
                    "plate_id": self.clip_version.plate_ids.id,
                    "name": "clip",
                    "count": 9,
                },
                {
                    "plate_id": self.clip_version.plate_ids.id,
                    "name": "lid",
                    "count": count,
                    "product_id": lid.id,
                },
            ]
        )
        return lid

    def test_what_comes_along_goes_into_stock(self):
        lid = self._add_lids()
        order = self._create_mo(9, self.clip)
        spare = order.run_ids.line_ids.production_id - order
        self.assertRecordValues(
            spare,
            [{"product_id": lid.id, "product_qty": 2, "is_print3d_spare": True}],
        )
        self._print(order.run_ids, [self.spool])
        self.assertEqual(spare.state, "done")
        self.assertEqual((self.clip.qty_available, lid.qty_available), (9, 2))
        # The filament is shared out by pieces.
        self.assertAlmostEqual(
            sum((order | spare).move_raw_ids.mapped("quantity")), 45.0
        )

    def test_an_order_takes_what_comes_along(self):
        lid = self._add_lids()
        order = self._create_mo(9, self.clip)
        spare = order.run_ids.line_ids.production_id - order
        lids = self._create_mo(2, lid)
        self.assertEqual(self._get_plates(), [{order: 9, lids: 2}])
        self.assertEqual(spare.state, "cancel")
        self._print(order.run_ids, [self.spool])
        self.assertEqual((order | lids).mapped("state"), ["done", "done"])
        self.assertEqual(lid.qty_available, 2)

    def test_plates_are_printed_for_what_only_they_bring(self):
        lid = self._add_lids()
        lids = self._create_mo(3, lid)
        self.assertEqual([plate[lids] for plate in self._get_plates()], [2, 2])
        spares = lids.run_ids.line_ids.production_id - lids
        self.assertEqual(spares.product_id, self.clip)
        order = self._create_mo(4, self.clip)
        self.assertEqual(len(self._get_waiting()), 2)
        self.assertEqual(sum(plate.get(order, 0) for plate in self._get_plates()), 9)
        self.assertEqual(lids.missing_prints, 0)
        lids.action_cancel()
        self.assertEqual(len(self._get_waiting()), 1)

    def test_what_comes_along_spares_plates_of_its_own(self):
        lid = self._add_lids()
        self._create_version(
            lid, [{"copies": 2, "filaments": [(self.black, 10)]}]
        ).action_activate()
        lids = self._create_mo(4, lid)
        self.assertEqual(self._get_plates(lid), [{lids: 2}, {lids: 2}])
        order = self._create_mo(9, self.clip)
        self.assertEqual(self._get_plates(), [{order: 9, lids: 2}])
        self.assertEqual(self._get_plates(lid), [{lids: 2}])
        order.action_cancel()
        self.assertFalse(self._get_plates())
        self.assertEqual(self._get_plates(lid), [{lids: 2}, {lids: 2}])

    def test_failed_print_of_two_variants_is_printed_again(self):
        lid = self._add_lids()
        lids = self._create_mo(2, lid)
        order = self._create_mo(9, self.clip)
        run = order.run_ids
        self._start(run, [self.spool])
        run._do_end("failed", percent=50)
        self.assertEqual(self._get_plates(), [{order: 9, lids: 2}])

    # === MANY === #

    def test_query_budget(self):
        """An order more takes as many queries with many runs that wait as with few."""
        counts = []
        for total in (3, 30):
            for _index in range(total):
                self._create_mo(9, self.clip)
            order = self.env["mrp.production"].create(
                {"product_id": self.clip.id, "product_qty": 4}
            )
            order.action_confirm()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order._sync_runs()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
