from odoo import api, models
from odoo.exceptions import UserError


class Print3dFarmBoardActing(models.AbstractModel):
    """What a person does with a tile, in one click, and how it is taken back."""

    _inherit = "print3d.farm.board"

    @api.model
    def act(self, printer_id, key, run_id=False):
        """Do what a tile offers.

        :param int printer_id: the printer
        :param str key: which of its actions
        :param int run_id: the run that the tile showed, so that nobody ends another one
            than the one seen, or takes the plate of another one for cleared
        :return: ``action`` (a dialog that asks for more, or false), ``message`` (what
            was done) and ``undo`` (the arguments of :meth:`undo`, or false)
        :rtype: dict
        :raises UserError: it cannot be done, or the tile was out of date
        """
        printer = self.env["mrp.workcenter"].browse(printer_id).exists()
        doers = {
            "good": self._act_good,
            "failed": self._act_failed,
            "pause": self._act_pause,
            "resume": self._act_resume,
            "clear": self._act_clear,
            "start": self._act_start,
            "put_back": self._act_put_back,
        }
        if not printer or key not in doers:
            raise UserError(
                self.env._("This printer is no longer there. Load the board again.")
            )
        printer._check_operator()
        run = self.env["print3d.run"].browse(run_id).exists() if run_id else False
        return {
            "action": False,
            "message": "",
            "undo": False,
            **doers[key](printer, run),
        }

    @api.model
    def undo(self, kind, record_id):
        """Take back what was done on the board a moment ago.

        :param str kind: ``end`` of a run, ``clear`` of a plate
        :param int record_id: the run, the printer
        """
        if kind == "end":
            return self.env["print3d.run"].browse(record_id).action_reopen()
        return self.env["mrp.workcenter"].browse(record_id).action_undo_clear()

    @api.model
    def _check_current(self, printer, run):
        """Return the run that a printer prints, if it is the one that was seen."""
        current = printer.current_run_id
        if not current:
            raise UserError(
                self.env._(
                    "%(printer)s prints nothing any more. Somebody ended its print.",
                    printer=printer.display_name,
                )
            )
        if run and run != current:
            raise UserError(
                self.env._(
                    "%(printer)s prints %(run)s by now. Look at the board again.",
                    printer=printer.display_name,
                    run=current.name,
                )
            )
        return current

    @api.model
    def _act_good(self, printer, run):
        run = self._check_current(printer, run)
        run.action_all_good()
        return {
            "message": self.env._("%(run)s: all good.", run=run.name),
            "undo": not run._get_reopen_refusal()
            and {"kind": "end", "record_id": run.id},
        }

    @api.model
    def _act_failed(self, printer, run):
        return {"action": self._check_current(printer, run).action_failed()}

    @api.model
    def _act_pause(self, printer, run):
        run = self._check_current(printer, run)
        run.action_pause()
        return {"message": self.env._("%(run)s is paused.", run=run.name)}

    @api.model
    def _act_resume(self, printer, run):
        run = self._check_current(printer, run)
        run.action_resume()
        return {"message": self.env._("%(run)s goes on.", run=run.name)}

    @api.model
    def _act_clear(self, printer, run):
        if printer.is_plate_clear:
            return {}
        there = printer.plate_run_id
        if run and there and run != there:
            raise UserError(
                self.env._(
                    "%(run)s lies on the plate of %(printer)s by now. Look at the "
                    "board again.",
                    run=there.name,
                    printer=printer.display_name,
                )
            )
        printer.action_confirm_clear()
        return {
            "message": self.env._("%(printer)s is clear.", printer=printer.name),
            "undo": {"kind": "clear", "record_id": printer.id},
        }

    @api.model
    def _act_put_back(self, printer, _run):
        printer.action_put_back()
        return {}

    @api.model
    def _act_start(self, printer, run):
        """Start what is next: at once when all is loaded, else after asking."""
        following = self._get_next_runs(printer).get(printer.id)
        if not following or (run and run != following):
            raise UserError(
                self.env._(
                    "Something else is next on %(printer)s by now. Look at the board "
                    "again.",
                    printer=printer.display_name,
                )
            )
        if following.feasibility == "ready":
            following._do_start(printer=printer)
            return {"message": self.env._("%(run)s prints.", run=following.name)}
        action = following.action_start()
        # Who thinks better of it and closes the dialog has put it on no printer.
        action["context"]["default_workcenter_id"] = printer.id
        return {"action": action}
