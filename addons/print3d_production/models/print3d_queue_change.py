from odoo import api, fields, models
from odoo.exceptions import UserError

from .print3d_run import WAITING

# What people change of a run that waits, and what undoing puts back.
KEPT = (
    "workcenter_id",
    "sequence",
    "priority",
    "is_held",
    "is_pinned",
    "pinned_start",
    "is_placed_by_plan",
)


class Print3dQueueChange(models.Model):
    """What somebody did to the queue, and how to undo it."""

    _name = "print3d.queue.change"
    _description = "Change of the Queue"
    _order = "id desc"

    name = fields.Char(string="What Was Done", required=True, readonly=True)
    state = fields.Selection(
        [("done", "Done"), ("undone", "Undone")],
        default="done",
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    data = fields.Json(readonly=True, help="What undoing it needs, by run.")

    _last_idx = models.Index("(create_uid, id DESC) WHERE state = 'done'")

    # === WHAT IT WAS === #

    @api.model
    def _read(self, runs):
        """Return what is put back of these runs, {run id: {field: value}}."""
        return {
            run.id: {name: self._to_json(run, name) for name in KEPT} for run in runs
        }

    @api.model
    def _to_json(self, run, name):
        value = run[name]
        field = run._fields[name]
        if field.type == "many2one":
            return value.id
        if field.type == "datetime":
            return fields.Datetime.to_string(value)
        return value

    @api.model
    def _keep(self, name, runs, before, cancelled=None, shifted=None):
        """Keep what became different of these runs.

        :param str name: what was done, a sentence
        :param dict before: what :meth:`_read` returned before it
        :param cancelled: those that were taken out of the queue
        :param dict shifted: {run id: [old number, new number]} of others that made room
        :return: the change, empty when nothing is different
        """
        data = {
            run_id: {"sequence": numbers} for run_id, numbers in (shifted or {}).items()
        }
        for run in cancelled or ():
            data[run.id] = {"cancelled": before[run.id]}
        for run_id, after in self._read(runs - (cancelled or runs.browse())).items():
            changed = {
                key: [before[run_id][key], value]
                for key, value in after.items()
                if before[run_id][key] != value
            }
            if changed:
                data[run_id] = changed
        if not data:
            return self.browse()
        return self.sudo().create(
            {"name": name, "data": data, "company_id": runs.company_id[:1].id}
        )

    # === UNDO === #

    @api.model
    def action_undo_last(self):
        """Undo what this user did last, as long as it was today."""
        change = self.search(
            [
                ("create_uid", "=", self.env.uid),
                ("state", "=", "done"),
                ("create_date", ">", "-1d"),
            ],
            limit=1,
        )
        if not change:
            raise UserError(
                self.env._("There is nothing to undo: you changed nothing today.")
            )
        return change.action_undo()

    def action_undo(self):
        """Put back what was changed, where runs wait and nobody was there since.

        :return: a notification that says so
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        if self.state == "undone":
            raise UserError(
                self.env._("“%(change)s” is undone already.", change=self.name)
            )
        runs = self.env["print3d.run"].browse(map(int, self.data)).exists()
        runs.check_access("write")
        stay, back, numbers = runs.browse(), runs.browse(), {}
        runs._lock_all()
        for run in runs.sorted("id"):
            kept = dict(self.data[str(run.id)])
            if "cancelled" in kept:
                again = run._queue_again(kept["cancelled"])
                back |= again
                stay |= run if not again else run.browse()
                continue
            old, new = kept.pop("sequence", (0, None))
            if run.state in WAITING and run.sequence == new:
                numbers[run.id] = old
            if run.state in WAITING and self._put_back(run, kept):
                back |= run
            else:
                stay |= run
        runs._write_numbers(numbers)
        self.sudo().state = "undone"
        back._plan_soon(back.company_id)
        return self._get_message(stay)

    def _put_back(self, run, kept):
        """Write the old values of a run where the new ones still are there.

        :return: whether all could be put back
        """
        vals, whole = {}, True
        for name, (old, new) in kept.items():
            if name not in run._fields:
                continue
            if self._to_json(run, name) == new:
                vals[name] = old
            else:
                whole = False
        if vals:
            run._write_place(vals)
        return whole

    def _get_message(self, stay):
        """Say what was undone, and of which runs it could not be."""
        message = self.env._("Undone: %(change)s", change=self.name)
        if stay:
            message += " " + self.env._(
                "Not of %(runs)s: they print, have ended, were changed since, or are "
                "not wanted any more.",
                runs=", ".join(stay[:5].mapped("name")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if stay else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_done_action(self, following=None):
        """Return the client action that tells of this change and offers to undo it.

        :param dict following: action that is run then
        :rtype: dict
        """
        return {
            "type": "ir.actions.client",
            "tag": "print3d_queue_change_done",
            "params": {
                "change_id": self.id,
                "message": self.name or self.env._("Nothing changed."),
                "next": following,
            },
        }

    @api.autovacuum
    def _gc_changes(self):
        """Forget after a month what nobody will undo any more."""
        old = self.sudo().search([("create_date", "<", "-30d")], limit=10000)
        old.unlink()
