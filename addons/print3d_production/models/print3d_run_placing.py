from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .mrp_production import OPEN
from .print3d_run import WAITING

# Room that is left between two runs, for others to be put between them.
STEP = 16


class Print3dRunPlacing(models.Model):
    """Moving runs about in the queue by hand, each time with a way back."""

    _inherit = "print3d.run"

    _sequence_idx = models.Index("(sequence)")

    # === DEEDS === #

    def action_place(self, after_id=False, before_id=False, printer_id=None):
        """Move runs to a place in the queue, and to a printer.

        :param int after_id: the run in front of that place, of the same column
        :param int before_id: the run behind that place; the end without either
        :param printer_id: the printer, False for none yet, None to leave it
        :return: ``change_id`` and ``message``
        :rtype: dict
        :raises UserError: a run does not wait any more
        """
        change = self._change_queue(
            lambda runs: runs._place(after_id, before_id, printer_id),
            lambda runs: runs._get_placed_message(printer_id),
        )
        return {"change_id": change.id, "message": change.name or ""}

    def action_move_dialog(self):
        """Ask where to put these runs."""
        self.check_access("write")
        printers = self.workcenter_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move %(runs)s", runs=self._name_some()),
            "res_model": "print3d.run.move",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_run_ids": self.ids,
                "default_company_id": self.company_id[:1].id,
                "default_workcenter_id": len(printers) == 1 and printers.id,
                "dialog_size": "medium",
            },
        }

    def action_move_to(self, printer, first=False):
        """Move runs to the queue of a printer, or to those without a printer.

        :param printer: mrp.workcenter, may be empty
        :param bool first: to its beginning instead of its end
        :return: a client action that offers to undo it
        """
        head = self.browse()
        if first:
            head = self.search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("workcenter_id", "=", printer.id),
                    ("state", "in", WAITING),
                    ("id", "not in", self.ids),
                ],
                limit=1,
            )
        return self._change_queue(
            lambda runs: runs._place(before_id=head.id, printer_id=printer.id),
            lambda runs: runs._get_placed_message(printer.id),
        )._get_done_action({"type": "ir.actions.act_window_close"})

    def action_hold(self):
        """Keep these runs from being planned and started."""
        return self._set_held(True)._get_done_action()

    def action_release(self):
        """Let these runs be planned and started again."""
        return self._set_held(False)._get_done_action()

    def action_urgent(self):
        """Put these runs before what is not urgent."""
        return self._set_urgent("1")._get_done_action()

    def action_not_urgent(self):
        """Let these runs wait like all others."""
        return self._set_urgent("0")._get_done_action()

    def action_cancel_waiting(self):
        """Take these runs out of the queue; their pieces are not queued again."""
        return self._change_queue(
            lambda runs: runs._cancel_waiting(waived=True),
            lambda runs: self.env._("%(runs)s cancelled", runs=runs._name_some()),
            cancels=True,
        )._get_done_action()

    def action_cancel(self):
        """Offer a way back where nothing was printed yet."""
        if self and all(run.state in WAITING for run in self):
            return self.action_cancel_waiting()
        return super().action_cancel()

    @api.model
    def action_undo_last(self):
        """Undo what this user did last to the queue."""
        return self.env["print3d.queue.change"].action_undo_last()

    def _set_held(self, held):
        def tell(runs):
            if held:
                return self.env._("%(runs)s on hold", runs=runs._name_some())
            return self.env._("%(runs)s released", runs=runs._name_some())

        return self._change_queue(
            lambda runs: runs._write_place({"is_held": held}), tell
        )

    def _set_urgent(self, priority):
        def tell(runs):
            if priority == "1":
                return self.env._("%(runs)s urgent", runs=runs._name_some())
            return self.env._("%(runs)s not urgent any more", runs=runs._name_some())

        return self._change_queue(
            lambda runs: runs._write_place({"priority": priority}), tell
        )

    # === WITH A WAY BACK === #

    def _change_queue(self, deed, tell, cancels=False):
        """Do something to runs that wait and keep how to undo it.

        :param deed: takes the runs; may return the numbers of others that made room,
            as :meth:`_insert` does
        :param tell: takes the runs and says what was done
        :param bool cancels: it takes them out of the queue
        :return: print3d.queue.change
        :raises UserError: which run does not wait
        """
        self.check_access("write")
        for run in self.filtered(lambda run: run.state not in WAITING):
            raise UserError(
                self.env._(
                    "%(run)s does not wait any more. Choose runs that wait.",
                    run=run.name,
                )
            )
        Change = self.env["print3d.queue.change"]
        # Whoever changes one of them at the same moment comes after us.
        self._lock_all()
        before = Change._read(self)
        shifted = deed(self)
        change = Change._keep(
            tell(self),
            self,
            before,
            cancelled=self if cancels else None,
            shifted=shifted if isinstance(shifted, dict) else None,
        )
        self._plan_soon(self.company_id)
        return change

    def _lock_all(self):
        """Make everybody else who acts on these runs wait until we are through."""
        if self:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM print3d_run WHERE id IN %s ORDER BY id FOR UPDATE",
                    tuple(self.ids),
                )
            )

    def _queue_again(self, place):
        """Queue anew what a cancelled run was to make; the run itself stays ended.

        What is queued otherwise by now, or nobody wants any more, is not queued again.

        :param dict place: where it stood, {field: value}
        :return: the new run, empty when its pieces are not wanted
        """
        self.ensure_one()
        self.is_waived = False
        lines = self.line_ids.filtered(
            lambda line: (
                line.production_id.state in OPEN
                and not line.production_id.is_print3d_spare
            )
        )
        if not lines:
            return self.browse()
        run = self.create(
            {
                "plate_id": self.plate_id.id,
                "company_id": self.company_id.id,
                "reprint_of_id": self.reprint_of_id.id,
                **place,
                "line_ids": [
                    Command.create(line._prepare_reprint_vals()) for line in lines
                ],
            }
        )
        lines.production_id._sync_runs()
        if run.state not in WAITING:
            return self.browse()
        run.message_post(
            body=self.env._("Queued again instead of %(run)s.", run=self.name)
        )
        return run

    def _write_place(self, vals):
        """Hook: write what people change of runs that wait."""
        self.write(vals)

    def _name_some(self):
        """Name a run, or say how many there are."""
        if len(self) == 1:
            return self.env._(
                "%(run)s (%(product)s)",
                run=self.name,
                product=self.product_id.display_name,
            )
        return self.env._("%(count)s runs", count=len(self))

    def _get_placed_message(self, printer_id):
        """Say where these runs are now."""
        if printer_id:
            printer = self.env["mrp.workcenter"].browse(printer_id)
            return self.env._(
                "%(runs)s moved to %(printer)s",
                runs=self._name_some(),
                printer=printer.display_name,
            )
        if printer_id is not None:
            return self.env._(
                "%(runs)s moved to no printer yet", runs=self._name_some()
            )
        return self.env._("%(runs)s moved", runs=self._name_some())

    # === WHERE === #

    def _place(self, after_id=False, before_id=False, printer_id=None):
        """Give these runs their printer, and a place between two others.

        Urgent ones come first. So a run that is put before an urgent one becomes
        urgent, and one put behind others that are not is urgent no more.

        :return: see :meth:`_insert`
        """
        if printer_id is not None:
            moved = self.filtered(lambda run: run.workcenter_id.id != printer_id)
            if moved:
                moved._write_place({"workcenter_id": printer_id})
        after, before = (
            self.browse(run_id).exists() for run_id in (after_id, before_id)
        )
        for run in self:
            if before.queue_rank == 1 and run.queue_rank > 1:
                run._write_place({"priority": "1"})
            elif after.queue_rank == 2 and run.queue_rank == 1:
                run._write_place({"priority": "0"})
        return self._insert(after, before)

    def _insert(self, after, before):
        """Number these runs between two others, which make room when they have to.

        Numbers count only among runs of one rank: others are no neighbours.

        :param after: the run in front, may be empty
        :param before: the run behind, may be empty
        :return: {run id: [old number, new number]} of those behind, if they moved
        :rtype: dict
        """
        moved = self.sorted(lambda run: (run.queue_rank, run.sequence, run.id))
        rank = moved[:1].queue_rank
        low, high = (
            other.sequence if other.queue_rank == rank else None
            for other in (after, before)
        )
        others = [("company_id", "in", self.company_id.ids), ("id", "not in", self.ids)]
        others += [("state", "in", WAITING), ("queue_rank", "=", rank)]
        if low is None and high is None:
            low = self.search(others, order="sequence desc", limit=1).sequence
        elif low is None:
            behind = [*others, ("sequence", "<", high)]
            low = self.search(behind, order="sequence desc", limit=1).sequence
            low = low if low < high else high - STEP * (len(self) + 1)
        elif high is None:
            ahead = [*others, ("sequence", ">", low)]
            high = self.search(ahead, order="sequence", limit=1).sequence or None
        if high is None:
            high = low + STEP * (len(self) + 1)
        shifted = {}
        if high - low <= len(self):
            more = STEP * (len(self) + 1)
            shifted = self._shift([*others, ("sequence", ">=", high)], more, before)
            high += more
        gap = (high - low) / (len(moved) + 1)
        numbers = {
            run.id: low + int(gap * index) for index, run in enumerate(moved, start=1)
        }
        self._write_numbers(numbers)
        return shifted

    @api.model
    def _shift(self, domain, more, first):
        """Let runs make room for others.

        :param domain: those behind the place
        :param int more: by how much their numbers rise
        :param first: the run right behind the place, may be empty
        :return: {run id: [old number, new number]}
        """
        numbers = {}
        for run in self.search(domain, order="sequence, id"):
            # One with the same number may stand in front of it.
            if run.sequence > first.sequence or run.id >= first.id:
                numbers[run.id] = [run.sequence, run.sequence + more]
        self._write_numbers({run_id: new for run_id, (_old, new) in numbers.items()})
        return numbers

    @api.model
    def _write_numbers(self, numbers):
        """Write the numbers of many runs at once.

        :param dict numbers: {run id: number}
        """
        if not numbers:
            return
        runs = self.browse(numbers)
        runs.check_access("write")
        self.flush_model(["sequence"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE print3d_run AS run SET sequence = told.number
                  FROM unnest(%s, %s) AS told(id, number)
                 WHERE run.id = told.id
                """,
                list(numbers),
                list(numbers.values()),
            )
        )
        runs.invalidate_recordset(["sequence"], flush=False)
        runs.modified(["sequence"])

    def web_resequence(self, specification, field_name="sequence", offset=0):
        """Let the runs of a list change places among themselves, with a way back.

        Core numbers what it is given from 0, before everything it was not given.
        """
        if field_name != "sequence":
            return super().web_resequence(specification, field_name, offset)
        waiting = self.filtered(lambda run: run.state in WAITING)
        numbers = sorted(waiting.mapped("sequence"))
        for index in range(1, len(numbers)):
            numbers[index] = max(numbers[index], numbers[index - 1] + 1)
        waiting._change_queue(
            lambda runs: runs._write_numbers(dict(zip(runs.ids, numbers, strict=True))),
            lambda runs: self.env._("%(runs)s put in order", runs=runs._name_some()),
        )
        return self.web_read(specification)
