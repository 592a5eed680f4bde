from collections import defaultdict

from odoo import api, fields, models

from ..scheduling.filling import Want
from .mrp_production import OPEN
from .print3d_run import ACTIVE, WAITING

LATE = fields.Datetime.to_datetime("9999-12-31")


class MrpProduction(models.Model):
    """What orders want of the plates that wait, so that several share one."""

    _inherit = "mrp.production"

    is_print3d_spare = fields.Boolean(
        string="Comes Along",
        readonly=True,
        copy=False,
        help="Brings into stock what plates printed for other orders bring along.",
    )

    def write(self, vals):
        """Let the runs that wait follow the urgency of their orders."""
        res = super().write(vals)
        if "priority" in vals:
            runs = self.run_line_ids.run_id.filtered(lambda run: run.state in WAITING)
            runs.sudo()._follow_priority()
        return res

    # === WHO SHARES A PLATE === #

    def _get_fill_group(self):
        """Return what the orders that may share a plate with this one have in common.

        :rtype: tuple
        """
        self.ensure_one()
        rule = self.company_id.print3d_fill_plates
        if rule == "customer":
            return ("customer", self._get_fill_customer())
        if rule == "never":
            return ("order", *self._get_fill_order())
        return ()

    def _get_fill_customer(self):
        """Hook: return whom this order is for, False for the shelf.

        :rtype: int or bool
        """
        self.ensure_one()
        return False

    def _get_fill_order(self):
        """Hook: return what names the order whose pieces may share a plate.

        :rtype: tuple
        """
        self.ensure_one()
        return (self._name, self.id)

    def _get_fill_rank(self):
        """Return what sorts orders by who gets the earlier plate."""
        self.ensure_one()
        urgent = self.priority == "1"
        return (not urgent, self.date_deadline or LATE, self._origin.id)

    # === WHAT IS WANTED === #

    def _get_print_workorders(self):
        """Return the print operations of these orders."""
        return self.workorder_ids.filtered(
            lambda workorder: workorder.plate_id and workorder.state != "cancel"
        )

    def _get_shared_plates(self):
        """Return the plates of other variants that print what has no plate of its own.

        :return: {production: print3d.plate}, the plate with the most pieces of it
        :rtype: dict
        """
        bare = self.filtered(
            lambda order: (
                order.state in OPEN
                and not order.is_print3d_spare
                and not order._get_print_workorders()
            )
        )
        if not bare:
            return {}
        objects = (
            self.env["print3d.plate.object"]
            .sudo()
            .search(
                [
                    ("product_id", "in", bare.product_id.ids),
                    ("plate_id.slice_id.state", "=", "active"),
                ]
            )
        )
        counts = defaultdict(lambda: defaultdict(int))
        for line in objects:
            if line.plate_id.slice_id.product_id != line.product_id:
                counts[line.product_id][line.plate_id] += line.count
        return {
            order: max(plates, key=lambda plate: (plates[plate], -plate.id))
            for order in bare
            if (
                plates := {
                    plate: count
                    for plate, count in counts[order.product_id].items()
                    if plate.company_id in (order.company_id, plate.company_id.browse())
                }
            )
        }

    def _get_wants(self, plate, pieces, runs, shared):
        """Return what these orders want of a plate.

        :param plate: print3d.plate
        :param dict pieces: what a print of it brings, {product: pieces}
        :param runs: its runs that wait, whose pieces may be spread anew
        :param dict shared: see :meth:`_get_shared_plates`
        :return: {(order id, work order id): scheduling.filling.Want}
        :rtype: dict
        """
        wants = {}
        # At once: what is picked out of it below is read by itself otherwise.
        self.run_line_ids.run_id.mapped("state")
        for order in self:
            if order.is_print3d_spare or order.state not in OPEN:
                continue
            for workorder, drives in order._get_wanting(plate, pieces, shared):
                wanted = order._get_wanted(workorder, runs, drives)
                key = (order.id, workorder.id)
                wants[key] = Want(
                    key,
                    wanted,
                    order.product_id.id,
                    order._get_fill_group(),
                    order._get_fill_rank(),
                    drives,
                )
        return wants

    def _get_wanting(self, plate, pieces, shared):
        """Return the pairs of work order, and whether plates are printed for it."""
        self.ensure_one()
        prints = self._get_print_workorders()
        own = prints.filtered(lambda workorder: workorder.plate_id == plate)
        if own:
            return [(workorder, True) for workorder in own]
        if self.product_id not in pieces:
            return []
        if not prints:
            return [(prints, shared.get(self) == plate)]
        # Of a piece of several plates a single object is not the whole.
        return [(prints, False)] if len(prints) == 1 else []

    def _get_wanted(self, workorder, runs, drives):
        """Return the pieces an operation wants of the runs that wait.

        :param workorder: the print operation, empty for an order without one
        :param runs: the runs whose pieces may be spread anew
        :param bool drives: whether these are the plates it is printed on; from others
            it takes what its own plates were to print
        """
        self.ensure_one()
        lines = self.run_line_ids.filtered(lambda line: line.workorder_id == workorder)
        here = sum(line.quantity for line in lines if line.run_id in runs)
        if workorder.state == "done":
            return here
        lack = self._get_pieces() - self._count_pieces(lines)
        if not drives:
            here += sum(
                line.quantity
                for line in lines
                if line.run_id not in runs and line.run_id._is_fillable()
            )
        return max(0.0, lack + here)

    @api.model
    def _count_pieces(self, lines, waived=True):
        """Return the pieces that these lines (print3d.run.line) made or will make."""
        count = 0.0
        for line in lines:
            run = line.run_id
            if run.state == "done":
                # Partly good, and somebody decided against another print of the rest.
                given_up = waived and run.is_waived
                count += line._get_waived_pieces() if given_up else line.good_qty
            elif run.state in ACTIVE:
                count += line.quantity
            elif waived and run.is_waived:
                count += line._get_waived_pieces()
        return count

    # === THE QUEUE FOLLOWS === #

    def _sync_runs(self):
        """Let the queue follow these orders.

        What they lack is queued, together with what others want of the same plates;
        what nobody wants any more leaves. Only runs that did not start are touched.

        :return: the new runs (print3d.run)
        """
        runs = self.env["print3d.run"]
        shared = self._get_shared_plates()
        # Whoever makes orders need not be allowed to see what is printed.
        for company, orders in self.sudo().grouped("company_id").items():
            waiting = orders.run_line_ids.run_id.filtered(
                lambda run: run.state in WAITING
            )
            plates = waiting.plate_id
            for order in orders:
                if order.state in OPEN:
                    plates |= order._get_print_workorders().plate_id
                    if order in shared:
                        plates |= shared[order]
            runs |= runs._fill_plates(plates, company, orders)
        return runs

    def _drop_waiting_runs(self):
        """Take the pieces of orders that are over out of the queue."""
        self._sync_runs()

    # === WHAT COMES ALONG === #

    @api.model
    def _create_spares(self, wanted, company):
        """Make the orders that bring into stock what comes along with plates.

        :param wanted: [(product, pieces, origin)]
        :return: the orders, in the same order
        """
        if not wanted:
            return self.browse()
        spares = self.with_company(company).create(
            [
                {
                    "product_id": product.id,
                    "product_qty": pieces,
                    "product_uom_id": product.uom_id.id,
                    # Nothing of its own is used: the plate's filament is shared out.
                    "bom_id": False,
                    "company_id": company.id,
                    "origin": origin,
                    "is_print3d_spare": True,
                }
                for product, pieces, origin in wanted
            ]
        )
        spares.action_confirm()
        return spares

    def _drop_spares(self):
        """Cancel the orders of what comes along when no run brings it any more."""
        for spare in self.filtered(lambda order: order.is_print3d_spare).exists():
            states = set(spare.run_line_ids.run_id.mapped("state"))
            if spare.state in OPEN and states.isdisjoint((*ACTIVE, "done")):
                spare.action_cancel()

    def _close_if_printed(self):
        """Close orders of what came along with as many pieces as came out well."""
        res = super()._close_if_printed()
        for spare in self.filtered(
            lambda order: order.is_print3d_spare and order.state in OPEN
        ):
            if any(run.state in ACTIVE for run in spare.run_line_ids.run_id):
                continue
            printed = spare._get_printed_qty()
            if printed > 0:
                spare._finish_printing(printed)
            else:
                spare.action_cancel()
        return res
