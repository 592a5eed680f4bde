from odoo import fields, models
from odoo.exceptions import UserError

from .print3d_run import ENDED, RUNNING, WAITING

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
        recovered_g=None,
        purge_g=None,
        energy_kwh=None,
        meter_kwh=None,
        bad_copies=None,
        photos=None,
        source=None,
    ):
        """End a run: take the filament from its spools and note what came out.

        :param str outcome: ``done``, ``failed`` or ``cancelled``
        :param float percent: how far a print came that failed or was cancelled
        :param good: good pieces of a print that is done, as a number or as
            {line: number}; all by default. What the others took is scrapped.
        :param dict used_g: {tool: grams} or {tool: [(spool, grams)]}, weighed or told
            by the printer; what the file says by default
        :param int duration_s: machine time; from start to now, without pauses, by
            default
        :param cause: why it failed, or why some pieces are bad
            (print3d.failure.cause)
        :param str job_key: the printer's name of the job that ended
        :param bool reprint: queue again what the orders are owed
        :param datetime ended_on: when it ended, in UTC, if that is told late; what was
            weighed after it is not changed by it
        :param dict recovered_g: {tool: grams} or {tool: [(spool, grams)]} of what was
            counted as used and went back on the spool: it is not taken
        :param dict purge_g: {tool: grams} purged beside the print, of which its file
            knows nothing; part of ``used_g`` where that is told
        :param float energy_kwh: what a meter counted for this print
        :param float meter_kwh: what the meter of the printer shows at the end
        :param dict bad_copies: {line id: numbers of the bad copies on the plate}
        :param photos: pictures of what came out (ir.attachment)
        :param str source: who tells: ``person``, ``printer`` or ``system``
        :return: whether anything changed; an end told a second time changes nothing
        :rtype: bool
        """
        self.ensure_one()
        self._lock()
        told = {"source": source, "at": ended_on, "job_key": job_key}
        if not self._is_end_taken(outcome, told):
            return False
        percent, pieces = self._check_outcome(outcome, percent, good)
        used = self._get_used_grams(percent, used_g, purge_g)
        recovered = self._check_recovered(recovered_g, used)
        now = fields.Datetime.now()
        ended_on = min(ended_on or now, now)
        duration_s = self._check_duration(percent, duration_s, ended_on)
        energy = self._get_energy_vals(duration_s, energy_kwh, meter_kwh)
        self.line_ids.production_id._lock_for_end()
        vals = {
            "date_end": ended_on,
            "duration_s": duration_s,
            "failure_cause_id": cause and cause.id,
            "is_waived": not reprint and self._is_lacking(outcome, pieces),
            **energy,
        }
        if job_key:
            vals["job_key"] = job_key
        if outcome != "done":
            vals["failure_percent"] = percent
        given = self._get_given_by_end(used, percent, ended_on, duration_s)
        end = {"at": ended_on, "given": given, "cause": cause}
        taken = self._take_filament(used, recovered, pieces, outcome, end)
        self._note_spools(used, recovered, self._get_purged(purge_g))
        self._log_time(outcome, duration_s, pieces, ended_on)
        self._note_pieces(pieces, bad_copies)
        vals["used_total_g"] = sum(taken.values())
        vals["scrapped_g"] = sum(self.scrap_ids.mapped("scrap_qty"))
        figures = self._prepare_end_figures(percent, taken, recovered, vals)
        self._set_state(outcome, told={**told, "figures": figures}, **vals)
        self._keep_photos(photos)
        if outcome != "done" and reprint and self._is_still_wanted():
            self._create_reprint()
        self._after_end()
        return True

    def _is_end_taken(self, outcome, told):
        """Tell whether an end that is told counts; note why it does not.

        :param str outcome: how it ended, as told
        :param dict told: by whom, when and of which job, see :meth:`_keep_events`
        :raises UserError: the run has not been started
        """
        self.ensure_one()
        job_key = told["job_key"]
        if job_key and self.job_key and job_key != self.job_key:
            return self._note_late_end("other_job", outcome, told)
        if self.state in ENDED:
            if self.state == outcome:
                return self._keep_ignored("repeated", new=outcome, **told)
            return self._note_late_end("late", outcome, told)
        if self.state not in RUNNING:
            raise UserError(
                self.env._(
                    "%(run)s has not been started, so that it cannot end. Start it "
                    "first, so that its spools are known.",
                    run=self.name,
                )
            )
        if told["source"] == "printer" and self._was_ended_by_printer(job_key):
            # A person knows better: the end was taken back, and comes once more.
            return self._keep_ignored("repeated", new=outcome, **told)
        return True

    def _was_ended_by_printer(self, job_key):
        """Tell whether the printer told the end of this job before, and it counted."""
        self.ensure_one()
        return bool(job_key) and bool(
            self.env["print3d.run.event"].search_count(
                [
                    ("run_id", "=", self.id),
                    ("kind", "=", "moved"),
                    ("new_state", "in", ENDED),
                    ("source", "=", "printer"),
                    ("job_key", "=", job_key),
                ],
                limit=1,
            )
        )

    def _check_outcome(self, outcome, percent, good):
        """Return how far the print came, and {line: good pieces}."""
        self.ensure_one()
        if outcome == "done":
            return 100.0, self._check_good(good)
        return self._check_percent(percent), dict.fromkeys(self.line_ids, 0.0)

    def _is_lacking(self, outcome, pieces):
        """Tell whether this end leaves an order without pieces it waits for."""
        return outcome != "done" or any(
            quantity < line.quantity for line, quantity in pieces.items()
        )

    def _note_pieces(self, pieces, bad_copies=None):
        """Write down what came out, line by line.

        :param dict pieces: {line: good pieces}
        :param dict bad_copies: {line id: numbers of the bad copies on the plate}
        """
        for line, quantity in pieces.items():
            line.write(
                {
                    "good_qty": quantity,
                    "bad_qty": line.quantity - quantity,
                    "bad_copies": sorted((bad_copies or {}).get(line.id) or ())
                    or False,
                }
            )

    def _prepare_end_figures(self, percent, taken, recovered, vals):
        """Hook: return the figures of an end for the journal.

        :param float percent: how far it came
        :param dict taken: {print3d.run.spool: grams that left the spool}
        :param dict recovered: {print3d.run.spool: grams that went back}
        :param dict vals: what is written on the run
        :rtype: dict
        """
        self.ensure_one()
        return {
            "percent": percent,
            "duration_s": vals["duration_s"],
            "energy_kwh": vals["energy_kwh"],
            "good": sum(self.line_ids.mapped("good_qty")),
            "bad": sum(self.line_ids.mapped("bad_qty")),
            "spools": [
                {
                    "tool": spool.tool,
                    "lot_id": spool.lot_id.id,
                    "spool": spool.lot_id.name,
                    "grams": taken.get(spool, 0.0),
                    "recovered_g": recovered.get(spool, 0.0),
                    "purge_g": spool.purge_g,
                }
                for spool in self.spool_ids
            ],
        }

    def _keep_photos(self, photos):
        """Hand photos over to the run, where they stay.

        :param photos: ir.attachment, or None
        """
        self.ensure_one()
        if not photos:
            return
        photos.sudo().write({"res_model": "print3d.run", "res_id": self.id})
        self.photo_ids |= photos
        self.message_post(
            body=self.env._("Photos of the print"), attachment_ids=photos.ids
        )

    def _note_late_end(self, kind, outcome, told):
        """Keep a note of an end that does not count, and tell of it the first time.

        :param str kind: of the line in the journal
        :param str outcome: how it ended, as told
        :param dict told: by whom, when and of which job
        :return: False, as nothing changed
        :rtype: bool
        """
        self.ensure_one()
        before = len(self.event_ids)
        self._keep_ignored(kind, new=outcome, **told)
        if len(self.event_ids) == before:
            return False
        states = dict(self._fields["state"]._description_selection(self.env))
        self.message_post(
            body=self.env._(
                "“%(outcome)s” was reported when this run was “%(state)s” already "
                "(job %(job)s). Nothing was changed.",
                outcome=states.get(outcome, outcome),
                state=states[self.state],
                job=told["job_key"] or self.job_key or "-",
            )
        )
        return False

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
        pieces = {line: line.quantity for line in lines}
        for key, quantity in good.items():
            line = self._get_line(key)
            if quantity < 0 or quantity > line.quantity:
                raise UserError(self._get_good_message(quantity))
            pieces[line] = quantity
        return pieces

    def _get_line(self, key):
        """Return a line of this run.

        :param key: a line (print3d.run.line) or its id
        :raises UserError: it is of another run
        """
        self.ensure_one()
        line_id = key if isinstance(key, int) else key.id
        line = self.line_ids.filtered(lambda line: line.id == line_id)
        if not line:
            raise UserError(
                self.env._(
                    "These pieces are not of %(run)s, or not any more. Open its end "
                    "again.",
                    run=self.name,
                )
            )
        return line

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

        Told, or else measured from the start without the pauses. Whoever notes start
        and end together after the print would measure seconds, so that the slicer's
        time stands in.
        """
        self.ensure_one()
        if duration_s is not None:
            return max(int(duration_s), 0)
        ended_on = ended_on or fields.Datetime.now()
        gone = (ended_on - self.date_start).total_seconds()
        gone -= self._get_paused_s(ended_on)
        expected = self.time_s * percent / 100.0
        return round(expected if gone < expected * TOO_SOON else gone)

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
        queued = productions._sync_runs()
        for run in self.filtered(lambda run: run.state == "done"):
            run._adopt_reprints(queued)
        productions._close_if_printed()
        self.workcenter_id._note_print_ended()

    def _adopt_reprints(self, queued, orders=None):
        """Put what was queued for the bad pieces of this run before all that waits.

        :param queued: runs queued because of its end (print3d.run)
        :param orders: orders that make its pieces again (mrp.production)
        """
        self.ensure_one()
        again = queued.filtered(
            lambda run: (
                run.plate_id == self.plate_id
                and run.production_ids & self.production_ids
                and not run.reprint_of_id
            )
        )
        if orders:
            # A plate they share with others keeps its place, as it is no reprint.
            again |= orders.run_ids.filtered(
                lambda run: (
                    run.state in WAITING
                    and not run.reprint_of_id
                    and all(
                        order in orders or order.is_print3d_spare
                        for order in run.production_ids
                    )
                )
            )
        if again and any(self.line_ids.mapped("bad_qty")):
            again.write(
                {"reprint_of_id": self.id, "sequence": self._get_first_sequence() - 1}
            )
