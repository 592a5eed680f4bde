from math import ceil

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .print3d_run import ACTIVE, RUNNING

OPEN = ("confirmed", "progress", "to_close")


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    run_line_ids = fields.One2many(
        "print3d.run.line", "production_id", string="Run Pieces", readonly=True
    )
    run_ids = fields.Many2many(
        "print3d.run",
        string="Print Runs",
        compute="_compute_run_ids",
        compute_sudo=True,
        search="_search_run_ids",
    )
    run_count = fields.Integer(
        compute="_compute_run_ids", compute_sudo=True, string="Prints"
    )
    print3d_slice_ids = fields.Many2many(
        "print3d.slice",
        string="Printed Versions",
        compute="_compute_run_ids",
        compute_sudo=True,
    )
    is_printed = fields.Boolean(
        string="Printed", compute="_compute_is_printed", help="It has print runs."
    )
    missing_prints = fields.Integer(
        compute="_compute_missing_prints",
        compute_sudo=True,
        help="Runs that would have to be queued to get all pieces.",
    )

    @api.depends("run_line_ids.run_id")
    def _compute_run_ids(self):
        for production in self:
            production.run_ids = production.run_line_ids.run_id
            production.run_count = len(production.run_ids)
            production.print3d_slice_ids = production.run_ids.slice_id

    def _search_run_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        return [("run_line_ids.run_id", operator, value)]

    @api.depends("workorder_ids.plate_id")
    def _compute_is_printed(self):
        for production in self:
            production.is_printed = bool(production.workorder_ids.plate_id)

    @api.depends(
        "state", "product_qty", "run_line_ids.run_id.state", "run_line_ids.good_qty"
    )
    def _compute_missing_prints(self):
        for production in self:
            production.missing_prints = (
                sum(
                    ceil(max(lack, 0.0) / production._get_plate_copies(workorder))
                    for workorder, lack in production._get_lacking(waived=False).items()
                )
                if production.state in OPEN
                else 0
            )

    def _get_plate_copies(self, workorder):
        """Return how many pieces of this order a print of an operation brings."""
        self.ensure_one()
        if workorder:
            return workorder.plate_id.copies
        plate = self.run_line_ids.run_id.plate_id[:1]
        return plate._get_pieces().get(self.product_id, 1)

    # === CRUD === #

    def write(self, vals):
        """Let the queue follow a change of quantity."""
        res = super().write(vals)
        if "product_qty" in vals or "product_uom_id" in vals:
            self._sync_runs()
        return res

    # === ACTIONS === #

    def action_confirm(self):
        """Queue the prints of what is confirmed."""
        res = super().action_confirm()
        self._sync_runs()
        return res

    def button_mark_done(self):
        """Take out of the queue what was finished without printing it."""
        self._check_not_printing(
            self.env._("Done"), self.filtered(lambda mo: mo.state != "done")
        )
        res = super().button_mark_done()
        self.filtered(lambda mo: mo.state in ("done", "cancel"))._drop_waiting_runs()
        return res

    def action_view_runs(self):
        """Open the prints of these orders."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_production.print3d_run_all_action"
        )
        action["domain"] = [("production_ids", "in", self.ids)]
        action["context"] = {"create": False}
        return action

    def action_view_versions(self):
        """Open the versions that are printed for these orders, with their files."""
        versions = self.print3d_slice_ids
        if len(versions) == 1:
            return versions.action_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Printed Versions"),
            "res_model": "print3d.slice",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", versions.ids)],
        }

    def action_print_missing(self):
        """Queue what is missing, also after somebody decided against it."""
        self.run_ids.filtered("is_waived").is_waived = False
        self._sync_runs()
        return True

    # === BUSINESS === #

    def _action_cancel(self):
        """Take the prints of a cancelled order out of the queue."""
        self._check_not_printing(self.env._("Cancelled"), self)
        res = super()._action_cancel()
        self._drop_waiting_runs()
        return res

    def _split_productions(
        self, amounts=False, cancel_remaining_qty=False, set_consumed_qty=False
    ):
        """Queue the prints of the orders that were split off."""
        productions = super()._split_productions(
            amounts=amounts,
            cancel_remaining_qty=cancel_remaining_qty,
            set_consumed_qty=set_consumed_qty,
        )
        (productions - self)._sync_runs()
        return productions

    def _check_not_printing(self, state, productions):
        """Refuse to close orders while a printer works for them."""
        running = productions.sudo().run_ids.filtered(lambda run: run.state in RUNNING)
        if running:
            run = running[0]
            raise UserError(
                self.env._(
                    "%(order)s cannot become “%(state)s” while %(printer)s is printing "
                    "%(run)s for it. End or cancel that run first.",
                    order=run.production_ids[:1].name,
                    state=state,
                    printer=run.workcenter_id.display_name,
                    run=run.name,
                )
            )

    def _get_pieces(self):
        """Return the pieces to make, in the unit of the product."""
        self.ensure_one()
        return self.product_uom_id._compute_quantity(
            self.product_qty, self.product_id.uom_id
        )

    def _get_lacking(self, waived=True):
        """Return the pieces each print operation still lacks a run for.

        :param bool waived: pieces somebody decided not to print again do not count
        :return: {work order: pieces, negative for more than wanted}; the work order is
            empty where plates of other variants bring the pieces
        :rtype: dict
        """
        self.ensure_one()
        lacking = {}
        for workorder in self.workorder_ids:
            if not workorder.plate_id or workorder.state in ("done", "cancel"):
                continue
            made = self._count_pieces(workorder.run_line_ids, waived)
            lacking[workorder] = self._get_pieces() - made
        lines = self.run_line_ids.filtered(lambda line: not line.workorder_id)
        if lines and not self.is_print3d_spare and not lacking:
            made = self._count_pieces(lines, waived)
            lacking[self.env["mrp.workorder"]] = self._get_pieces() - made
        return lacking

    def _get_printed_qty(self):
        """Return the pieces that are complete: the least of all print operations."""
        self.ensure_one()
        printed = [
            sum(line.good_qty for line in lines if line.run_id.state == "done")
            for lines in (
                # Pieces without a plate of their own come along with others'.
                [workorder.run_line_ids for workorder in self._get_print_workorders()]
                or [self.run_line_ids]
            )
        ]
        return min(printed, default=0.0)

    def _close_if_printed(self):
        """Close the orders whose pieces are all there.

        When work remains that is not printing, only the printing is finished and the
        order waits for the rest. So does an order of serial numbers, which a person
        has to give.
        """
        for production in self.filtered(lambda mo: mo.state in OPEN):
            printed = production._get_printed_qty()
            uom = production.product_id.uom_id
            busy = any(run.state in ACTIVE for run in production.run_ids)
            if busy or uom.compare(printed, production._get_pieces()) < 0:
                continue
            production._finish_printing(printed)

    def _finish_printing(self, printed):
        """Finish the print operations, and the order if nothing else is to do."""
        self.ensure_one()
        self.qty_producing = self.product_id.uom_id._compute_quantity(
            printed, self.product_uom_id
        )
        self._set_qty_producing(False)
        prints = self.workorder_ids.filtered("plate_id")
        # What is still planned was printed with less; nothing of it is used any more.
        self.move_raw_ids.filtered(
            lambda move: move.workorder_id in prints
            and move.bom_line_id.print3d_plate_id
            and move.state not in ("done", "cancel")
        ).with_context(no_procurement=True).write({"product_uom_qty": 0.0})
        prints.filtered(lambda wo: wo.state not in ("done", "cancel")).button_finish()
        others = self.workorder_ids - prints
        if any(workorder.state not in ("done", "cancel") for workorder in others):
            return
        if self.product_id.tracking == "serial" and not self.lot_producing_ids:
            return
        if self.product_id.tracking == "lot" and not self.lot_producing_ids:
            self.action_generate_serial()
        self.with_context(
            skip_backorder=True, skip_consumption=True, skip_redirection=True
        ).button_mark_done()

    # === COST AND TRACEABILITY === #

    def _cal_price(self, consumed_moves):
        """Count the filament that was taken at the end of each run."""
        taken = self.move_raw_ids.filtered(
            lambda move: move.state == "done" and move.run_id
        )
        return super()._cal_price(consumed_moves | taken)

    def _post_inventory(self, cancel_backorder=False):
        """Let the finished pieces know the spools that were taken before."""
        res = super()._post_inventory(cancel_backorder=cancel_backorder)
        for production in self:
            taken = production.move_raw_ids.filtered(
                lambda move: move.state == "done" and move.run_id
            ).move_line_ids
            finished = production.move_finished_ids.move_line_ids
            if taken and finished:
                finished.consume_line_ids = [Command.link(line.id) for line in taken]
        return res
