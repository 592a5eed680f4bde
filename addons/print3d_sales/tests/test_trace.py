from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from .common import Print3dSalesCommon


class TraceCommon(Print3dSalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Trace = cls.env["print3d.trace"]
        cls.spool.ref = "BATCH-1"
        cls.customer.write({"phone": "+1 555 0199", "email": "c@example.com"})

    def _trace(self, record, user=None):
        Trace = self.Trace.with_user(user) if user else self.Trace
        return Trace.get_trace({"model": record._name, "ids": record.ids})

    def _get_section(self, trace, key):
        return next((s for s in trace["sections"] if s["key"] == key), None)

    def _get_cells(self, trace, key, column):
        section = self._get_section(trace, key)
        cells = [row["cells"].get(column) for row in section["rows"]] if section else []
        return [cell["text"] if isinstance(cell, dict) else cell for cell in cells]


@tagged("post_install", "-at_install")
class TestTraceOfOrders(TraceCommon):
    def test_from_the_batch_to_the_invoice_and_back(self):
        order = self._sell(1)
        self._print(order.print3d_run_ids, [self.spool])
        self._deliver(order)
        invoice = self._invoice(order)
        other = self._sell(1)
        self._print(other.print3d_run_ids, [self.second_spool])
        self._deliver(other)
        trace = self.Trace.get_trace({"model": "batch", "name": "BATCH-1"})
        self.assertEqual(self._get_cells(trace, "orders", "order"), [order.name])
        self.assertEqual(self._get_cells(trace, "orders", "sure"), [True])
        # These pieces have no lots: what was made for an order is what it got.
        self.assertEqual(
            self._get_cells(trace, "deliveries", "delivery"), [order.picking_ids.name]
        )
        self.assertEqual(self._get_cells(trace, "deliveries", "sure"), [True])
        [invoices] = self._get_cells(trace, "orders", "invoices")
        self.assertEqual([link["text"] for link in invoices], [invoice.name])
        self.assertEqual(
            self._get_cells(trace, "customers", "phone"), [self.customer.phone]
        )
        self.assertEqual(self._get_cells(trace, "customers", "pieces"), [1.0])
        self.assertEqual(self._get_cells(trace, "customers", "waiting"), [0.0])
        for start in (order, invoice):
            with self.subTest(start=start):
                trace = self._trace(start)
                self.assertEqual(
                    self._get_cells(trace, "spools", "spool"), [self.spool.name]
                )
                self.assertEqual(
                    self._get_cells(trace, "orders", "order"), [order.name]
                )
        trace = self._trace(self.customer)
        self.assertEqual(
            set(self._get_cells(trace, "spools", "spool")),
            {self.spool.name, self.second_spool.name},
        )

    def test_what_was_printed_beyond_the_order_may_be_anywhere(self):
        self.version.plate_ids.copies = 2
        self.version.action_retire()
        self.version.action_activate()
        order = self._sell(1)
        self._print(order.print3d_run_ids, [self.spool])
        self._deliver(order)
        later = self._sell(1)
        self.assertFalse(later.print3d_run_ids)
        self._deliver(later)
        trace = self._trace(self.spool)
        sure = dict(
            zip(
                self._get_cells(trace, "orders", "order"),
                self._get_cells(trace, "orders", "sure"),
                strict=True,
            )
        )
        self.assertEqual(sure, {order.name: True, later.name: False})

    def test_who_waits_is_called_as_well(self):
        order = self._sell(2)
        first = order.print3d_run_ids.sorted("id")[0]
        self._print(first, [self.spool])
        trace = self._trace(self.spool)
        self.assertEqual(self._get_cells(trace, "orders", "order"), [order.name])
        self.assertEqual(self._get_cells(trace, "customers", "pieces"), [0.0])
        self.assertEqual(self._get_cells(trace, "customers", "waiting"), [2.0])
        self.assertFalse(self._get_cells(trace, "deliveries", "delivery"))

    def test_what_came_back_is_told(self):
        order = self._sell(1)
        self._print(order.print3d_run_ids, [self.spool])
        self._deliver(order)
        delivery = order.picking_ids
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=delivery.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        wizard._create_return().button_validate()
        trace = self._trace(self.spool)
        self.assertEqual(self._get_cells(trace, "customers", "returned"), [1.0])

    def test_salespeople_see_their_part(self):
        order = self._sell(1)
        self._print(order.print3d_run_ids, [self.spool])
        self._deliver(order)
        trace = self._trace(order, self.sales_user)
        keys = [section["key"] for section in trace["sections"]]
        for key in ("spools", "runs", "orders", "customers", "deliveries"):
            self.assertIn(key, keys)
        self.assertNotIn("sources", keys)
        self.assertNotIn("productions", keys)
        [row] = self._get_section(trace, "orders")["rows"]
        self.assertEqual(row["cells"]["order"]["id"], order.id)

    def test_operators_see_whom_to_call_without_opening_the_invoice(self):
        order = self._sell(1)
        self._print(order.print3d_run_ids, [self.spool])
        self._deliver(order)
        invoice = self._invoice(order)
        trace = self._trace(self.spool, self.operator)
        self.assertEqual(
            self._get_cells(trace, "orders", "invoices"), [[{"text": invoice.name}]]
        )
        self.assertEqual(
            self._get_cells(trace, "customers", "email"), ["c@example.com"]
        )
        with self.assertRaises(AccessError):
            self._trace(invoice, self.operator)

    def test_they_are_found_by_name(self):
        order = self._sell(1)
        [found] = [
            found
            for found in self.Trace.search_subjects(order.name)
            if found["subject"]["model"] == "sale.order"
        ]
        self.assertEqual(found["subtitle"], self.customer.display_name)
        found = [
            found["subject"] for found in self.Trace.search_subjects(self.customer.name)
        ]
        self.assertIn({"model": "res.partner", "ids": self.customer.ids}, found)


@tagged("post_install", "-at_install")
class TestTraceQueries(TraceCommon):
    """The database is asked as often for 300 prints as for 3."""

    @classmethod
    def _make_history(cls, spool, prints, count):
        """Write what printing, lots, deliveries and orders leave, without doing it.

        :param int prints: runs of each order; each order makes a lot of its own
        :param int count: orders
        """
        customers = cls.env["res.partner"].create(
            [{"name": f"Customer {index}"} for index in range(count)]
        )
        orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": customer.id,
                    "order_line": [
                        Command.create(
                            {"product_id": cls.product.id, "product_uom_qty": 1}
                        )
                    ],
                }
                for customer in customers
            ]
        )
        lots = cls.env["stock.lot"].create(
            [
                {
                    "name": f"P{spool.id}-{index}",
                    "product_id": cls.product.id,
                    "company_id": cls.env.company.id,
                }
                for index in range(count)
            ]
        )
        productions = cls.env["mrp.production"].create(
            [
                {"product_id": cls.product.id, "product_qty": 1, "bom_id": False}
                for _order in range(count)
            ]
        )
        for production, order in zip(productions, orders, strict=True):
            production.sale_line_id = order.order_line
        runs = cls.env["print3d.run"].create(
            [
                {
                    "plate_id": cls.version.plate_ids.id,
                    "line_ids": [Command.create({"production_id": production.id})],
                }
                for production in productions
                for _print in range(prints)
            ]
        )
        production_place = cls.product.property_stock_production
        customer_place = cls.env.ref("stock.stock_location_customers")
        pickings = cls.env["stock.picking"].create(
            [
                {
                    "partner_id": customer.id,
                    "picking_type_id": cls.warehouse.out_type_id.id,
                    "location_id": cls.stock.id,
                    "location_dest_id": customer_place.id,
                }
                for customer in customers
            ]
        )

        def add(product, source, dest, quantity, vals_list):
            moves = cls.env["stock.move"].create(
                [
                    {
                        "product_id": product.id,
                        "product_uom": product.uom_id.id,
                        "product_uom_qty": quantity,
                        "location_id": source.id,
                        "location_dest_id": dest.id,
                        **vals,
                    }
                    for vals, _lot in vals_list
                ]
            )
            return cls.env["stock.move.line"].create(
                [
                    {
                        "move_id": move.id,
                        "picking_id": move.picking_id.id,
                        "product_id": product.id,
                        "product_uom_id": product.uom_id.id,
                        "location_id": source.id,
                        "location_dest_id": dest.id,
                        "lot_id": lot.id,
                        "quantity": quantity,
                    }
                    for move, (_vals, lot) in zip(moves, vals_list, strict=True)
                ]
            )

        taken = add(
            cls.filament,
            cls.shelf,
            production_place,
            1,
            [
                (
                    {
                        "raw_material_production_id": run.line_ids.production_id.id,
                        "run_id": run.id,
                    },
                    spool,
                )
                for run in runs
            ],
        )
        made = add(
            cls.product,
            production_place,
            cls.stock,
            1,
            [
                ({"production_id": production.id}, lot)
                for production, lot in zip(productions, lots, strict=True)
            ],
        )
        sent = add(
            cls.product,
            cls.stock,
            customer_place,
            1,
            [
                (
                    {
                        "sale_line_id": order.order_line.id,
                        "picking_id": picking.id,
                    },
                    lot,
                )
                for order, picking, lot in zip(orders, pickings, lots, strict=True)
            ],
        )
        used = taken.grouped(lambda line: line.move_id.raw_material_production_id)
        for line in made:
            line.consume_line_ids = [Command.set(used[line.move_id.production_id].ids)]
        cls.env.flush_all()
        lines = taken | made | sent
        cls.env.cr.execute(
            SQL(
                "UPDATE stock_move_line SET state = 'done' WHERE id = ANY(%s)",
                lines.ids,
            )
        )
        cls.env.cr.execute(
            SQL(
                "UPDATE stock_move SET state = 'done' WHERE id = ANY(%s)",
                lines.move_id.ids,
            )
        )
        cls.env.cr.execute(
            SQL("UPDATE sale_order SET state = 'sale' WHERE id = ANY(%s)", orders.ids)
        )
        cls.env.cr.execute(
            SQL(
                "UPDATE sale_order_line SET state = 'sale' WHERE order_id = ANY(%s)",
                orders.ids,
            )
        )
        cls.env.invalidate_all()

    def _count(self, spool, prints, orders):
        subject = {"model": "stock.lot", "ids": spool.ids}
        self.env.invalidate_all()
        begun = self.env.cr.sql_log_count
        trace = self.Trace.get_trace(subject, limit=None)
        queries = self.env.cr.sql_log_count - begun
        self.assertEqual(self._get_section(trace, "runs")["total"], prints)
        for key in ("productions", "pieces", "deliveries", "orders", "customers"):
            self.assertEqual(self._get_section(trace, key)["total"], orders, key)
        return queries

    def test_as_many_queries_for_300_prints_as_for_3(self):
        self._make_history(self.spool, prints=3, count=1)
        self._make_history(self.second_spool, prints=12, count=25)
        self._count(self.spool, 3, 1)  # fills the caches of the registry
        few = self._count(self.spool, 3, 1)
        many = self._count(self.second_spool, 300, 25)
        self.assertLessEqual(many, few + 2)
        self.assertLessEqual(many, 60)


@tagged("post_install", "-at_install")
class TestTraceTour(TraceCommon, HttpCase):
    def test_from_the_order_to_the_batch(self):
        """From an order back to the spool, and from its batch to all customers."""
        self.customer.name = "Tour Customer"
        order = self._sell(1)
        self._print(order.print3d_run_ids, [self.spool])
        self._deliver(order)
        self.start_tour(
            f"/odoo/print3d-sales/{order.id}", "print3d_trace_an_order", login="admin"
        )
