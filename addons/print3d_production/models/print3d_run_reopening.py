from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .mrp_production import OPEN
from .print3d_run import ENDED, RUNNING, WAITING


class Print3dRunReopening(models.Model):
    """Taking an end back that was told by mistake: the printer prints on.

    Whatever the end did is done the other way round, by stock moves of its own that
    return what was used or scrapped. They and the moves they return are kept under
    ``undone_run_id``, so that the run's grams and costs begin anew.
    """

    _inherit = "print3d.run"

    undone_move_ids = fields.One2many(
        "stock.move", "undone_run_id", string="Moves Taken Back", readonly=True
    )
    reduced_json = fields.Json(
        string="Taken off the Plan",
        readonly=True,
        copy=False,
        help="Grams by which the end reduced open demand, by stock move.",
    )
    can_reopen = fields.Boolean(compute="_compute_can_reopen")

    @api.depends("state", "date_start", "date_end")
    def _compute_can_reopen(self):
        for run in self:
            run.can_reopen = (
                run.state in ENDED and bool(run.date_start) and run._is_end_recent()
            )

    # === ACTIONS === #

    def action_reopen(self):
        """Take the end of these runs back."""
        for run in self:
            run._do_reopen()
        return True

    # === BUSINESS === #

    def _do_reopen(self, source=None):
        """Take the end of this run back: it prints on, as if nobody had ended it.

        :param str source: who tells: ``person``, ``printer`` or ``system``
        :return: whether anything changed; told a second time nothing does
        :rtype: bool
        :raises UserError: why it cannot be taken back, and what to do instead
        """
        self.ensure_one()
        self.check_access("write")
        self._lock()
        if self.state in RUNNING:
            return False
        refusal = self._get_reopen_refusal()
        if refusal:
            raise UserError(refusal)
        productions = self.line_ids.production_id
        productions._lock_for_end()
        self.reprint_ids.filtered(lambda run: run.state in WAITING)._cancel_waiting()
        self.sudo()._give_filament_back()
        self._restore_planned()
        self.sudo().time_ids.unlink()
        self.line_ids.write({"good_qty": 0.0, "bad_qty": 0.0, "bad_copies": False})
        self.spool_ids.write({"told_g": 0.0, "recovered_g": 0.0, "purge_g": 0.0})
        self._set_state(
            "printing",
            told={"reopens": True, "kind": "reopened", "source": source},
            **self._prepare_reopen_vals(),
        )
        productions._sync_runs()
        self.workcenter_id._note_print_goes_on()
        self._resolve_alert(
            "run_failed", note=self.env._("Its end was told by mistake.")
        )
        return True

    def _prepare_reopen_vals(self):
        """Hook: return what is written on a run whose end is taken back."""
        self.ensure_one()
        return {
            "date_end": False,
            "duration_s": 0,
            "failure_percent": 0.0,
            "failure_cause_id": False,
            "is_waived": False,
            "energy_kwh": 0.0,
            "energy_source": False,
            "energy_price": 0.0,
            "meter_end_kwh": 0.0,
            "reduced_json": False,
            "used_total_g": 0.0,
            "scrapped_g": 0.0,
        }

    def _is_end_recent(self):
        """Tell whether the end is not too long ago to be taken back."""
        self.ensure_one()
        hours = self.company_id.print3d_reopen_hours
        return bool(self.date_end) and (
            self.date_end >= fields.Datetime.now() - timedelta(hours=hours)
        )

    def _get_reopen_refusal(self):
        """Hook: return why the end of this run cannot be taken back, or ``""``."""
        self.ensure_one()
        names = {"run": self.name, "printer": self.workcenter_id.display_name}
        if self.state not in ENDED or not self.date_start:
            return self.env._(
                "%(run)s was never printed, so that there is no end to take back. "
                "Queue its pieces from the order instead.",
                **names,
            )
        if not self._is_end_recent():
            return self.env._(
                "%(run)s ended more than %(hours)s hours ago. Put the spool and the "
                "pieces right in the stock instead.",
                hours=self.company_id.print3d_reopen_hours,
                **names,
            )
        other = self.workcenter_id.sudo().current_run_id
        if other:
            return self.env._(
                "%(printer)s is printing %(other)s by now, so that %(run)s cannot be "
                "printing there too.",
                other=other.name,
                **names,
            )
        return self._get_moved_on_refusal(names) or self._get_spool_refusal(names)

    def _get_moved_on_refusal(self, names):
        """Return whether orders or reprints have moved on since the end."""
        self.ensure_one()
        reprint = self.reprint_ids.filtered("date_start")[:1]
        if reprint:
            return self.env._(
                "%(reprint)s, which prints %(run)s again, has been started. End that "
                "one, or stop it first and reopen it last.",
                reprint=reprint.name,
                **names,
            )
        for line in self.line_ids:
            production = line.production_id
            if production.state not in OPEN:
                return self.env._(
                    "%(order)s is closed and its pieces have gone to the stock. Note "
                    "those that are bad, or that never were, by “Bad pieces found”: "
                    "they are scrapped and printed again. Weigh the spools if they "
                    "hold more than the books say.",
                    order=production.name,
                )
            if line.workorder_id.state in ("done", "cancel"):
                return self.env._(
                    "The printing of %(order)s is finished and others work on its "
                    "pieces. Scrap those that are not there, and print them by a new "
                    "order.",
                    order=production.name,
                )
        return ""

    def _get_spool_refusal(self, names):
        """Return whether a spool of this run feeds another print by now."""
        self.ensure_one()
        busy = self.spool_ids.lot_id._get_running_spools()[:1]
        if not busy:
            return ""
        return self.env._(
            "%(printer)s is printing %(run)s with spool %(spool)s by now. Wait for its "
            "end.",
            printer=busy.run_id.workcenter_id.display_name,
            run=busy.run_id.name,
            spool=busy.lot_id.name,
        )

    # === THE OTHER WAY ROUND === #

    def _give_filament_back(self):
        """Return to their spools what the end took and scrapped."""
        self.ensure_one()
        moves = self.move_ids.filtered(lambda move: move.state == "done")
        entries = moves.move_line_ids.spool_entry_id.filtered(
            lambda entry: not entry.undone_by_id
        )
        for entry in entries.sorted("id", reverse=True):
            self._take_back_entry(entry, entry.move_line_ids.move_id & moves)
        self.scrap_ids.write({"run_id": False, "undone_run_id": self.id})
        # No part of the order any more: it counts what its prints took.
        moves.write(
            {
                "run_id": False,
                "undone_run_id": self.id,
                "raw_material_production_id": False,
            }
        )

    def _take_back_entry(self, entry, moves):
        """Return the grams of a line of the ledger, and let the ledger say so.

        A weighing after the end stands: what the return brings beyond it goes again.

        :param entry: print3d.spool.entry
        :param moves: its stock moves
        """
        lot, uom = entry.lot_id, entry.product_id.uom_id
        story = lot._get_spool_story()
        before = entry._tell(story)
        after = entry._tell([event for event in story if event[1] != entry.id])
        undoing = entry.create(
            {
                **entry._prepare_undo_vals("correct"),
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        entry.write({"undone_by_id": undoing.id})
        returns = moves.browse()
        for move in moves:
            returns |= moves.create(self._prepare_return_vals(move))
        returns.with_context(
            print3d_spool_entries=((lot.id, undoing.id),)
        )._action_done()
        back = sum(returns.mapped("quantity"))
        rest = uom.round(max(after - before, back - lot._get_book_grams()) - back)
        if not uom.is_zero(rest):
            undoing._add_correction(rest)

    def _prepare_return_vals(self, move):
        """Hook: return the values of the stock move that returns another one.

        :param move: what an end took or scrapped (stock.move), of one spool
        :rtype: dict
        """
        self.ensure_one()
        line = move.move_line_ids[:1]
        place = self._get_return_place(line.lot_id)
        common = {
            "product_id": move.product_id.id,
            "company_id": move.company_id.id,
            "location_id": move.location_dest_id.id,
            "location_dest_id": place.id,
        }
        return {
            **common,
            "origin": self.name,
            "origin_returned_move_id": move.id,
            "undone_run_id": self.id,
            "product_uom": move.product_uom.id,
            "product_uom_qty": move.quantity,
            "procure_method": "make_to_stock",
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        **common,
                        "lot_id": line.lot_id.id,
                        "quantity": move.quantity,
                        "product_uom_id": move.product_uom.id,
                        "picked": True,
                    }
                )
            ],
        }

    @api.model
    def _get_return_place(self, lot):
        """Return where a spool is, or was; where another one hangs now, the shelf."""
        place = lot._get_spool_place()
        other = place.print3d_kind == "slot" and place.spool_id - lot
        if not other:
            return place
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", lot.company_id.id or self.env.company.id)], limit=1
        )
        return warehouse.lot_stock_id

    def _restore_planned(self):
        """Plan again for the orders what the end took off their open demand."""
        self.ensure_one()
        reduced = {int(key): grams for key, grams in (self.reduced_json or {}).items()}
        moves = self.env["stock.move"].browse(reduced).exists()
        for move in moves.filtered(lambda move: move.state not in ("done", "cancel")):
            move.with_context(
                no_procurement=True
            ).product_uom_qty = move.product_uom.round(
                move.product_uom_qty + reduced[move.id]
            )
        moves._action_assign()
