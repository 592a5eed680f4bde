from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged, warmup

from .common import Print3dSalesCommon

LIST_FIELDS = [
    "name",
    "partner_id",
    "print3d_stage",
    "print3d_is_late",
    "print3d_picture",
    "print3d_run_count",
    "print3d_done_count",
    "print3d_progress",
    "print3d_revenue",
    "print3d_material_cost",
    "print3d_machine_cost",
    "print3d_margin",
    "print3d_margin_percent",
]


@tagged("post_install", "-at_install")
class TestQueries(Print3dSalesCommon):
    """The list of orders costs as many queries for 20 as for 200."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls._create_history(200)

    @classmethod
    def _create_history(cls, count):
        """Make printed orders in bulk: 200 real ones would take a minute."""
        orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": cls.customer.id,
                    "commitment_date": fields.Datetime.now() - timedelta(days=900),
                    "order_line": [
                        Command.create(
                            {"product_id": cls.product.id, "price_unit": 30.0}
                        )
                    ],
                }
                for _index in range(count)
            ]
        )
        productions = cls.env["mrp.production"].create(
            [
                {
                    "product_id": cls.product.id,
                    "product_qty": 1,
                    "sale_line_id": order.order_line.id,
                }
                for order in orders
            ]
        )
        runs = cls.env["print3d.run"].create(
            [
                {
                    "plate_id": cls.version.plate_ids.id,
                    "line_ids": [
                        Command.create(
                            {
                                "production_id": production.id,
                                "workorder_id": production.workorder_ids.id,
                            }
                        )
                    ],
                }
                for production in productions
            ]
        )
        loss = cls.env["mrp.workcenter.productivity.loss"].search(
            [("loss_type", "=", "productive")], limit=1
        )
        end = fields.Datetime.now()
        cls.env["mrp.workcenter.productivity"].create(
            [
                {
                    "run_id": run.id,
                    "workorder_id": production.workorder_ids.id,
                    "workcenter_id": cls.printer.id,
                    "loss_id": loss.id,
                    "date_start": end - timedelta(hours=1),
                    "date_end": end,
                    "costs_hour": 6.0,
                }
                for run, production in zip(runs, productions, strict=True)
            ]
        )
        moves = productions.move_raw_ids
        for move, run in zip(moves, runs, strict=True):
            move.run_id = run
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE stock_move SET state = 'done', value = 1.5, quantity = 50 "
            "WHERE id IN %s",
            (tuple(moves.ids),),
        )
        cls.env.cr.execute(
            "UPDATE sale_order SET state = 'sale', print3d_stage = 'queued' "
            "WHERE id IN %s",
            (tuple(orders.ids),),
        )
        cls.env.invalidate_all()
        return orders

    def _count(self, action):
        """Count the queries of an action on a cold cache, registry caches warm."""
        action()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        return self.env.cr.sql_log_count - before

    def test_list(self):
        few = self._count(
            lambda: self.orders[:20].with_user(self.owner).read(LIST_FIELDS)
        )
        many = self._count(lambda: self.orders.with_user(self.owner).read(LIST_FIELDS))
        self.assertEqual(few, many)
        with self.assertQueryCount(40):
            self.env.invalidate_all()
            self.orders.with_user(self.owner).read(LIST_FIELDS)
        self.assertEqual(sum(self.orders.mapped("print3d_material_cost")), 300)
        self.assertEqual(sum(self.orders.mapped("print3d_machine_cost")), 1200)

    def test_board(self):
        def load(limit):
            self.env["sale.order"].with_user(self.owner).web_read_group(
                [("id", "in", self.orders[:limit].ids)],
                groupby=["print3d_stage"],
                aggregates=["__count"],
                auto_unfold=True,
                unfold_read_specification={name: {} for name in LIST_FIELDS[:8]},
                unfold_read_default_limit=limit,
            )

        self.assertEqual(self._count(lambda: load(20)), self._count(lambda: load(200)))

    @warmup
    def test_home(self):
        home = self.env["print3d.home"].with_user(self.owner)
        self._count(home.get_data)
        self.env.invalidate_all()
        with self.assertQueryCount(120):
            home.get_data()
