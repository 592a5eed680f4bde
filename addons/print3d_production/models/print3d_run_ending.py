from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .print3d_run import ENDED, RUNNING

# A run ended sooner than this share of the plate's time was noted down afterwards:
# nobody prints twice as fast as the slicer says.
TOO_SOON = 0.5


class Print3dRunEnd(models.Model):
    """Ending a run: grams off the spools, pieces, machine time, and what follows."""

    _inherit = "print3d.run"

    # === ACTIONS === #

    def action_done(self):
        """Ask what came off the printer."""
        return self._get_end_action("done")

    def action_failed(self):
        """Ask how far the print came and what went wrong."""
        return self._get_end_action("failed")

    def action_all_good(self):
        """Note that everything came out well."""
        for run in self:
            run._do_end("done")
        return True

    def _get_end_action(self, outcome):
        """Return the wizard that asks how the run ended."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End %(run)s", run=self.name),
            "res_model": "print3d.run.end",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_run_id": self.id,
                "default_outcome": outcome,
                "dialog_size": "medium",
            },
        }

    # === BUSINESS === #

    def _do_end(
        self,
        outcome="done",
        percent=None,
        good=None,
        used_g=None,
        duration_s=None,
        cause=None,
        job_key=None,
        reprint=True,
        ended_on=None,
    ):
        """End a run: take the filament from its spools and note what came out.

        :param str outcome: ``done``, ``failed`` or ``cancelled``
        :param float percent: how far a print came that failed or was cancelled
        :param good: good pieces, as a number or as {line: number}; all by default
        :param dict used_g: {tool: grams} or {tool: [(spool, grams)]}, weighed or told
            by the printer; what the file says by default
        :param int duration_s: machine time; from start to now by default
        :param cause: why it failed (print3d.failure.cause)
        :param str job_key: the printer's name of the job that ended
        :param bool reprint: queue again what a failed or cancelled run owes
        :param datetime ended_on: when it ended, in UTC, if that is told late; what was
            weighed after it is not changed by it
        :return: whether anything changed; an end told a second time changes nothing
        :rtype: bool
        """
        self.ensure_one()
        self._lock()
        if self.state in ENDED:
            if self.state != outcome:
                self._note_late_end(outcome)
            return False
        if job_key and self.job_key and job_key != self.job_key:
            self._note_late_end(outcome, job_key)
            return False
        if self.state not in RUNNING:
            raise UserError(
                self.env._(
                    "%(run)s has not been started, so that it cannot end. Start it "
                    "first, so that its spools are known.",
                    run=self.name,
                )
            )
        if outcome == "done":
            percent = 100.0
            pieces = self._check_good(good)
        else:
            percent = self._check_percent(percent)
            pieces = dict.fromkeys(self.line_ids, 0.0)
        used = self._get_used_grams(percent, used_g)
        now = fields.Datetime.now()
        ended_on = min(ended_on or now, now)
        duration_s = self._check_duration(percent, duration_s, ended_on)
        vals = {"date_end": ended_on, "duration_s": duration_s}
        if job_key:
            vals["job_key"] = job_key
        if outcome != "done":
            vals["failure_percent"] = percent
            vals["failure_cause_id"] = cause and cause.id
            vals["is_waived"] = not reprint
        then = self.with_context(print3d_spool_happened_on=ended_on)
        if outcome == "done":
            then._consume_filament(used)
        else:
            then._scrap_filament(used, cause)
        self._log_time(outcome, duration_s)
        self._set_state(outcome, **vals)
        for line, quantity in pieces.items():
            line.write({"good_qty": quantity, "bad_qty": line.quantity - quantity})
        if outcome != "done" and reprint and self._is_still_wanted():
            self._create_reprint()
        self._after_end()
        return True

    def _note_late_end(self, outcome, job_key=None):
        """Keep a note of an end that came too late to count."""
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        self.message_post(
            body=self.env._(
                "“%(outcome)s” was reported when this run was “%(state)s” already "
                "(job %(job)s). Nothing was changed.",
                outcome=states.get(outcome, outcome),
                state=states[self.state],
                job=job_key or self.job_key or "-",
            )
        )

    # === WHAT CAME OUT === #

    def _check_good(self, good):
        """Return {line: good pieces}, everything by default."""
        self.ensure_one()
        lines = self.line_ids
        if good is None:
            return {line: line.quantity for line in lines}
        if not isinstance(good, dict):
            pieces, left = {}, good
            for line in lines:
                pieces[line] = min(line.quantity, left)
                left -= pieces[line]
            if good < 0 or left > 0:
                raise UserError(self._get_good_message(good))
            return pieces
        by_id = {line.id: line for line in lines}
        pieces = {line: line.quantity for line in lines}
        for key, quantity in good.items():
            line = by_id[key] if isinstance(key, int) else key
            if quantity < 0 or quantity > line.quantity:
                raise UserError(self._get_good_message(quantity))
            pieces[line] = quantity
        return pieces

    def _get_good_message(self, quantity):
        self.ensure_one()
        return self.env._(
            "%(run)s makes %(planned)s pieces, so that %(good)s good ones cannot be "
            "right. Enter a number from 0 to %(planned)s.",
            run=self.name,
            planned=f"{self.quantity:g}",
            good=f"{quantity:g}",
        )

    def _check_percent(self, percent):
        """Return how far the print came; unknown is taken as all of it."""
        if percent is None:
            return self.progress or 100.0
        if not 0 <= percent <= 100:
            raise UserError(
                self.env._(
                    "A print comes from 0 to 100 percent far, not %(percent)s.",
                    percent=f"{percent:g}",
                )
            )
        return float(percent)

    def _check_duration(self, percent, duration_s=None, ended_on=None):
        """Return the machine time in seconds.

        Told, or else measured from the start. Whoever notes start and end together
        after the print would measure seconds, so that the slicer's time stands in.
        """
        self.ensure_one()
        if duration_s is not None:
            return max(int(duration_s), 0)
        ended_on = ended_on or fields.Datetime.now()
        gone = (ended_on - self.date_start).total_seconds()
        expected = self.time_s * percent / 100.0
        return round(expected if gone < expected * TOO_SOON else gone)

    # === FILAMENT === #

    def _get_used_grams(self, percent, used_g=None):
        """Return which spool gave how much.

        :param float percent: the share of the planned grams when nobody weighed
        :param dict used_g: see :meth:`_do_end`
        :return: pairs of (print3d.run.spool, grams), rounded as grams are stocked
        :rtype: list[tuple]
        """
        self.ensure_one()
        used_g = {int(tool): grams for tool, grams in (used_g or {}).items()}
        used = []
        for tool, spools in self.spool_ids.grouped("tool").items():
            told = used_g.pop(tool, None)
            if told is None:
                planned = sum(spools.mapped("planned_g"))
                used += self._spread_grams(spools, planned * percent / 100.0)
            elif isinstance(told, (int, float)):
                used += self._spread_grams(spools, told)
            else:
                used += [
                    (self._get_run_spool(tool, spools, lot), grams)
                    for lot, grams in told
                ]
        if used_g:
            raise UserError(
                self.env._(
                    "%(run)s has no tool %(tools)s. Its tools are %(known)s.",
                    run=self.name,
                    tools=", ".join(map(str, used_g)),
                    known=", ".join(
                        map(str, sorted(set(self.spool_ids.mapped("tool"))))
                    ),
                )
            )
        if any(grams < 0 for _spool, grams in used):
            raise UserError(
                self.env._("A print cannot use less than 0 g. Correct the grams used.")
            )
        return [
            (spool, spool.product_id.uom_id.round(grams))
            for spool, grams in used
            if not spool.product_id.uom_id.is_zero(grams)
        ]

    @api.model
    def _spread_grams(self, spools, grams):
        """Spread the grams of a tool over its spools, in the order of their use.

        What goes beyond the plan came from the last one.
        """
        used, left = [], grams
        for spool in spools:
            part = left if spool == spools[-1] else min(spool.planned_g, left)
            used.append((spool, part))
            left -= part
        return used

    def _get_run_spool(self, tool, spools, lot):
        """Return the line of a spool, added when it was changed during the print."""
        self.ensure_one()
        lot = self._browse_spools(lot)
        known = spools.filtered(lambda spool: spool.lot_id == lot)
        if known:
            return known[0]
        wanted = spools.plate_filament_id.product_id.material_id
        if wanted and lot.material_id != wanted:
            raise UserError(
                self.env._(
                    "Tool %(tool)s printed %(wanted)s, but spool %(spool)s is "
                    "%(found)s. Correct the spool.",
                    tool=tool,
                    wanted=wanted.name,
                    spool=lot.name,
                    found=lot.material_id.name,
                )
            )
        return self.env["print3d.run.spool"].create(
            {
                "run_id": self.id,
                "tool": tool,
                "plate_filament_id": spools[:1].plate_filament_id.id,
                "lot_id": lot.id,
                "location_id": lot._get_stock_place().id,
            }
        )

    def _get_shares(self):
        """Return which share of the plate each line has; together they are 1."""
        self.ensure_one()
        total = sum(self.line_ids.mapped("quantity"))
        return {line: line.quantity / total for line in self.line_ids}

    def _split_by_lines(self, spool, grams):
        """Split grams over the orders of the plate, to the last hundredth."""
        uom = spool.product_id.uom_id
        left, parts = grams, []
        shares = self._get_shares()
        for line, share in shares.items():
            part = left if line == list(shares)[-1] else uom.round(grams * share)
            parts.append((line, part, share))
            left = uom.round(left - part)
        return parts

    def _consume_filament(self, used):
        """Take the grams from their spools, now, for the orders of the plate."""
        self.ensure_one()
        moves = self.env["stock.move"]
        planned_moves = self.env["stock.move"]
        for line, share in self._get_shares().items():
            for spool in self.spool_ids:
                planned_moves |= line._reduce_planned(spool, share)
        found = {}
        for spool, grams in used:
            place, surplus = spool._ensure_stock(grams)
            found[spool.lot_id.id] = found.get(spool.lot_id.id, 0.0) + surplus
            for line, part, _share in self._split_by_lines(spool, grams):
                if not spool.product_id.uom_id.is_zero(part):
                    moves |= self.env["stock.move"].create(
                        line._prepare_consumption_vals(spool, part, place)
                    )
        moves.with_context(print3d_spool_surplus=found)._action_done()
        planned_moves.filtered("product_uom_qty")._action_assign()
        return moves

    def _scrap_filament(self, used, cause=None):
        """Scrap the grams of a print that failed, with its cause."""
        self.ensure_one()
        for spool, grams in used:
            place, surplus = spool._ensure_stock(grams)
            for line, part, _share in self._split_by_lines(spool, grams):
                if spool.product_id.uom_id.is_zero(part):
                    continue
                scrap = self.env["stock.scrap"].create(
                    line._prepare_scrap_vals(spool, part, place, cause)
                )
                found = {spool.lot_id.id: surplus}
                surplus = 0.0
                scrap = scrap.with_context(print3d_spool_surplus=found)
                if scrap.action_validate() is not True:
                    raise UserError(
                        self.env._(
                            "Spool %(spool)s has less than %(grams)s g left. Weigh it "
                            "and end the run again.",
                            spool=spool.lot_id.name,
                            grams=f"{part:.2f}",
                        )
                    )

    # === MACHINE TIME === #

    def _log_time(self, outcome, duration_s):
        """Write the machine time to the work orders, each its share."""
        self.ensure_one()
        if not duration_s:
            return
        kind = "productive" if outcome == "done" else "quality"
        loss = self.env["mrp.workcenter.productivity.loss"]
        if kind == "quality":
            loss = self.env.ref("mrp.block_reason5", raise_if_not_found=False) or loss
        loss = loss or loss.search([("loss_type", "=", kind)], limit=1)
        if not loss:
            raise UserError(
                self.env._(
                    "Manufacturing has no time loss of the kind “%(kind)s”. Create one "
                    "under Manufacturing, Configuration, Productivity Losses.",
                    kind=kind,
                )
            )
        begin = fields.Datetime.now() - timedelta(seconds=duration_s)
        logs = []
        for line, share in self._get_shares().items():
            end = begin + timedelta(seconds=round(duration_s * share))
            logs.append(
                {
                    "run_id": self.id,
                    "workorder_id": line.workorder_id.id,
                    "workcenter_id": self.workcenter_id.id,
                    "company_id": self.company_id.id,
                    "loss_id": loss.id,
                    "description": self.name,
                    "date_start": begin,
                    "date_end": end,
                    "costs_hour": self.workcenter_id.costs_hour,
                }
            )
            begin = end
        self.env["mrp.workcenter.productivity"].create(logs)

    # === WHAT FOLLOWS === #

    def _is_still_wanted(self):
        """Tell whether an order still waits for these pieces."""
        self.ensure_one()
        return any(
            production.state not in ("done", "cancel")
            for production in self.production_ids
        )

    def _create_reprint(self):
        """Queue this run again, before everything else that waits."""
        self.ensure_one()
        reprint = self.create(self._prepare_reprint_vals())
        reprint.message_post(
            body=self.env._("Prints %(run)s again.", run=self._get_html_link())
        )
        return reprint

    def _after_end(self):
        """Hook: what follows from an end; the orders look whether they are done."""
        productions = self.line_ids.production_id
        productions._sync_runs()
        productions._close_if_printed()
