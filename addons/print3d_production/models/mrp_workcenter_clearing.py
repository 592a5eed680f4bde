from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class MrpWorkcenterClearing(models.Model):
    """Whether what was printed last still lies on the plate."""

    _inherit = "mrp.workcenter"

    needs_clearing = fields.Boolean(
        string="Plate Is Cleared by Hand",
        default=True,
        help="After a print somebody says that the plate is empty before the next one "
        "starts. Untick it for a printer that ejects its prints.",
    )
    is_plate_clear = fields.Boolean(
        string="Plate Is Clear", default=True, readonly=True, copy=False
    )
    plate_run_id = fields.Many2one(
        "print3d.run",
        string="On the Plate",
        compute="_compute_plate_run_id",
        help="What was printed last and still lies there.",
    )
    plate_cleared_on = fields.Datetime(
        string="Plate Cleared", readonly=True, copy=False
    )
    plate_cleared_by_id = fields.Many2one(
        "res.users", string="Plate Cleared by", readonly=True, copy=False
    )
    is_offline = fields.Boolean(
        string="Out of Service",
        readonly=True,
        copy=False,
        help="Switched off or lent out: nothing is planned on it and nothing starts.",
    )

    @api.depends("is_plate_clear", "needs_clearing", "run_ids.date_end")
    def _compute_plate_run_id(self):
        taken = self.filtered(lambda printer: printer._is_plate_taken())
        last = {}
        if taken.ids:
            self.env["print3d.run"].flush_model(["workcenter_id", "date_end"])
            last = dict(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT DISTINCT ON (workcenter_id) workcenter_id, id
                          FROM print3d_run
                         WHERE workcenter_id IN %s AND date_end IS NOT NULL
                      ORDER BY workcenter_id, date_end DESC, id DESC
                        """,
                        tuple(taken.ids),
                    )
                )
            )
        for printer in self:
            printer.plate_run_id = last.get(printer._origin.id, False)

    def _is_plate_taken(self):
        """Tell whether a print lies on the plate that somebody has to take off."""
        self.ensure_one()
        return self.needs_clearing and not self.is_plate_clear

    # === ACTIONS === #

    def action_confirm_clear(self):
        """Note that the plates are empty; those that are stay as they are."""
        self._check_operator()
        self._confirm_clear()
        return True

    def action_undo_clear(self):
        """Note that a print lies on these plates after all.

        :raises UserError: the next print has begun on one of them
        """
        self._check_operator()
        for printer in self.filtered("current_run_id"):
            raise UserError(
                self.env._(
                    "%(run)s prints on %(printer)s by now, so its plate was clear.",
                    run=printer.current_run_id.name,
                    printer=printer.display_name,
                )
            )
        self.sudo().filtered("needs_clearing").is_plate_clear = False
        return True

    def action_take_out(self):
        """Take printers out of service; what they print now prints to its end."""
        self._check_operator()
        self.sudo().filtered(lambda printer: not printer.is_offline).is_offline = True
        return True

    def action_put_back(self):
        """Put printers back into service."""
        self._check_operator()
        self.sudo().filtered("is_offline").is_offline = False
        return True

    def _confirm_clear(self, seen_on=None):
        """Note that these plates were seen empty.

        :param datetime seen_on: when, if that is told late; a print that ended after
            it lies there all the same
        :return: the printers of which that is news (mrp.workcenter)
        """
        cleared = self.filtered(
            lambda printer: not printer.is_plate_clear
            and not (
                seen_on
                and printer.plate_run_id.date_end
                and printer.plate_run_id.date_end > seen_on
            )
        )
        for printer in cleared:
            run = printer.plate_run_id
            printer.sudo().message_post(
                body=self.env._("Plate cleared of %(run)s.", run=run.name)
                if run
                else self.env._("Plate cleared."),
                author_id=self.env.user.partner_id.id,
            )
        cleared.sudo().write(
            {
                "is_plate_clear": True,
                "plate_cleared_on": seen_on or fields.Datetime.now(),
                "plate_cleared_by_id": self.env.uid,
            }
        )
        return cleared

    def _check_operator(self):
        """Refuse whoever may look at printers only.

        :raises AccessError: with whom to turn to
        """
        if not self.env.su and not self.env.user.has_group(
            "print3d_library.group_print3d_operator"
        ):
            raise AccessError(
                self.env._(
                    "Printers are run by operators. Ask one of them, or an owner for "
                    "their role."
                )
            )
        self.check_access("read")

    # === STARTING === #

    def _check_can_start(self):
        """Refuse to start anything on a printer that is not ready for it.

        :raises UserError: why, and what to do first
        """
        self.ensure_one()
        reason = self._get_start_refusal()
        if reason:
            raise UserError(reason)

    def _get_start_refusal(self):
        """Hook: return why nothing can start here now, empty when something can.

        That it prints already is told by the start itself.
        """
        self.ensure_one()
        if self.is_offline:
            return self.env._(
                "%(printer)s is out of service. Put it back into service first.",
                printer=self.display_name,
            )
        if self.working_state == "blocked":
            return self.env._(
                "%(printer)s is blocked. Unblock it first.", printer=self.display_name
            )
        if self._is_plate_taken():
            run = self.plate_run_id
            if run:
                return self.env._(
                    "%(run)s (%(product)s) still lies on the plate of %(printer)s. "
                    "Take it off and press “Plate cleared”.",
                    run=run.name,
                    product=run.product_id.display_name,
                    printer=self.display_name,
                )
            return self.env._(
                "The plate of %(printer)s is not cleared. Look at it and press "
                "“Plate cleared”.",
                printer=self.display_name,
            )
        return ""
