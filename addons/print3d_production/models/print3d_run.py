from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# The only moves a run can make. Whoever wants another one changes this dict.
MOVES = {
    "draft": ("queued", "assigned", "cancelled"),
    "queued": ("assigned", "printing", "cancelled"),
    "assigned": ("queued", "printing", "cancelled"),
    "printing": ("paused", "done", "failed", "cancelled"),
    "paused": ("printing", "done", "failed", "cancelled"),
    "done": (),
    "failed": (),
    "cancelled": (),
}
WAITING = ("draft", "queued", "assigned")
RUNNING = ("printing", "paused")
ACTIVE = WAITING + RUNNING
ENDED = ("done", "failed", "cancelled")
# An end told by mistake is taken back: the printer prints on.
REOPENING = dict.fromkeys(ENDED, ("printing",))


class Print3dRun(models.Model):
    """One plate on one printer, once."""

    _name = "print3d.run"
    _description = "Print Run"
    _inherit = ["mail.thread"]
    _order = "queue_rank, sequence, id"
    _check_company_auto = True
    _rec_names_search = ["name", "product_id"]

    # === IDENTITY === #
    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("queued", "Waiting"),
            ("assigned", "Assigned"),
            ("printing", "Printing"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="queued",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    # === LINKS === #
    plate_id = fields.Many2one(
        "print3d.plate", required=True, index=True, ondelete="restrict"
    )
    slice_id = fields.Many2one(
        related="plate_id.slice_id", store=True, index=True, string="Version"
    )
    file_id = fields.Many2one(related="slice_id.file_id", string="Sliced File")
    product_id = fields.Many2one(
        related="slice_id.product_id", store=True, index=True, string="Print"
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer",
        index=True,
        tracking=True,
        check_company=True,
        copy=False,
        domain="[('is_printer', '=', True)]",
        group_expand="_group_expand_workcenter_id",
        falsy_value_label="No printer yet",
    )
    line_ids = fields.One2many(
        "print3d.run.line", "run_id", string="Pieces", copy=False
    )
    production_ids = fields.Many2many(
        "mrp.production",
        string="Manufacturing Orders",
        compute="_compute_production_ids",
        search="_search_production_ids",
    )
    spool_ids = fields.One2many(
        "print3d.run.spool", "run_id", string="Spools", copy=False
    )
    reprint_of_id = fields.Many2one(
        "print3d.run",
        string="Reprint of",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
    )
    reprint_ids = fields.One2many(
        "print3d.run", "reprint_of_id", string="Reprints", readonly=True
    )
    move_ids = fields.One2many(
        "stock.move", "run_id", string="Filament Moves", readonly=True
    )
    scrap_ids = fields.One2many("stock.scrap", "run_id", string="Scraps", readonly=True)
    time_ids = fields.One2many(
        "mrp.workcenter.productivity", "run_id", string="Machine Time", readonly=True
    )
    photo_ids = fields.Many2many(
        "ir.attachment",
        "print3d_run_photo_rel",
        "run_id",
        "attachment_id",
        string="Photos",
        copy=False,
        bypass_search_access=True,
    )

    # === QUEUE === #
    sequence = fields.Integer(default=10, copy=False)
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent")], default="0", index=True
    )
    queue_rank = fields.Integer(
        compute="_compute_queue_rank",
        store=True,
        index=True,
        help="Runs on a printer come first, then urgent ones and reprints.",
    )
    quantity = fields.Float(
        compute="_compute_quantity",
        store=True,
        digits="Product Unit",
        help="Good pieces this run is to make.",
    )
    due_date = fields.Datetime(
        string="Due", compute="_compute_due_date", store=True, index=True
    )

    # === PRINTING === #
    date_start = fields.Datetime(string="Started", readonly=True, copy=False)
    date_end = fields.Datetime(string="Ended", readonly=True, copy=False)
    date_expected = fields.Datetime(
        string="Expected End",
        compute="_compute_date_expected",
        help="Start plus the plate's time.",
    )
    duration_s = fields.Integer(
        string="Machine Time (s)", readonly=True, copy=False, aggregator="sum"
    )
    progress = fields.Float(
        string="Progress Told",
        readonly=True,
        copy=False,
        help="Percent, as the printer last told.",
    )
    progress_shown = fields.Float(
        string="Progress",
        compute="_compute_progress_shown",
        help="What the printer told, or else the share of the plate's time gone by.",
    )
    job_key = fields.Char(
        readonly=True,
        copy=False,
        help="How the printer names this job; an end told twice is recognised by it.",
    )

    # === OUTCOME === #
    failure_percent = fields.Float(string="Failed at (%)", readonly=True, copy=False)
    failure_cause_id = fields.Many2one(
        "print3d.failure.cause",
        string="Cause",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    is_waived = fields.Boolean(
        string="Not Printed Again",
        readonly=True,
        copy=False,
        help="Somebody decided that what this run lacks is not printed again.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    material_cost = fields.Monetary(
        compute="_compute_costs",
        help="Filament taken and scrapped, at the cost of its very spools.",
    )
    machine_cost = fields.Monetary(
        compute="_compute_costs", help="Machine time at the printer's rate."
    )

    # === SHOWN === #
    chips = fields.Json(string="Filament", compute="_compute_chips")
    thumbnail = fields.Image(related="plate_id.thumbnail")
    thumbnail_url = fields.Char(compute="_compute_thumbnail_url")
    time_s = fields.Integer(related="plate_id.time_s", string="Print Time")
    weight_g = fields.Float(related="plate_id.weight_g", string="Filament (g)")

    _job_key_uniq = models.Constraint(
        "UNIQUE (workcenter_id, job_key)",
        "This printer has a run for this job already.",
    )
    _one_running = models.UniqueIndex(
        "(workcenter_id) WHERE state IN ('printing', 'paused')",
        "This printer is printing already.",
    )

    # === COMPUTE === #

    @api.depends("line_ids.production_id")
    def _compute_production_ids(self):
        for run in self:
            run.production_ids = run.line_ids.production_id

    def _search_production_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        return [("line_ids.production_id", operator, value)]

    @api.depends("state", "priority", "reprint_of_id")
    def _compute_queue_rank(self):
        for run in self:
            if run.state in RUNNING:
                run.queue_rank = 0
            elif run.state in ENDED:
                run.queue_rank = 9
            elif run.priority == "1" or run.reprint_of_id:
                run.queue_rank = 1
            else:
                run.queue_rank = 2

    @api.depends("line_ids.quantity")
    def _compute_quantity(self):
        for run in self:
            run.quantity = sum(run.line_ids.mapped("quantity"))

    @api.depends("line_ids.production_id.date_deadline")
    def _compute_due_date(self):
        for run in self:
            dates = run.line_ids.production_id.mapped("date_deadline")
            run.due_date = min(filter(None, dates), default=False)

    @api.depends("date_start", "plate_id.time_s")
    def _compute_date_expected(self):
        for run in self:
            run.date_expected = run.date_start and run.date_start + timedelta(
                seconds=run.time_s
            )

    @api.depends("state", "progress", "date_start", "plate_id.time_s")
    def _compute_progress_shown(self):
        now = fields.Datetime.now()
        for run in self:
            share = run.progress
            if run.state == "done":
                share = 100.0
            elif run.state in ("failed", "cancelled"):
                share = run.failure_percent
            elif run.state in RUNNING and not share and run.date_start and run.time_s:
                gone = (now - run.date_start).total_seconds()
                # The last percent is told by the printer or by a person.
                share = min(99.0, max(0.0, 100.0 * gone / run.time_s))
            run.progress_shown = share

    @api.depends("move_ids.value", "time_ids.duration", "time_ids.costs_hour")
    def _compute_costs(self):
        for run in self.sudo():
            done = run.move_ids.filtered(lambda move: move.state == "done")
            run.material_cost = sum(done.mapped("value"))
            run.machine_cost = sum(log._get_cost() for log in run.time_ids)

    @api.depends(
        "plate_id.filament_ids.grams",
        "plate_id.filament_ids.colour",
        "plate_id.filament_ids.product_id",
    )
    def _compute_chips(self):
        for run in self:
            run.chips = run.plate_id.chips

    @api.depends("plate_id.write_date")
    def _compute_thumbnail_url(self):
        """Name the picture by its address, so that lists do not read its bytes."""
        for run in self:
            plate = run.plate_id
            stamp = plate.write_date and int(plate.write_date.timestamp())
            run.thumbnail_url = (
                f"/web/image/print3d.plate/{plate.id}/thumbnail/256x256?unique={stamp}"
                if plate
                else False
            )

    @api.model
    def _group_expand_workcenter_id(self, workcenters, domain):
        """Show every printer as a column, in the order of the printers."""
        return workcenters.sudo().search(
            [
                "|",
                ("id", "in", workcenters.ids),
                "&",
                ("is_printer", "=", True),
                ("company_id", "in", [*self.env.companies.ids, False]),
            ]
        )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Number the runs and put each where its printer says."""
        last = self.sudo().search([], order="sequence desc", limit=1).sequence
        for index, vals in enumerate(vals_list, start=1):
            if not vals.get("name") or vals["name"] == self.env._("New"):
                vals["name"] = self.env["ir.sequence"].next_by_code("print3d.run")
            if vals.get("state", "queued") != "draft":
                vals["state"] = "assigned" if vals.get("workcenter_id") else "queued"
            # With room between them, for others to be put there.
            vals.setdefault("sequence", last + 16 * index)
        runs = super().create(vals_list)
        runs._keep_events("created")
        return runs

    def write(self, vals):
        """Follow a change of printer; states have their own methods."""
        if "state" in vals:
            raise UserError(
                self.env._(
                    "The state of a run follows from what is done with it. Use its "
                    "buttons."
                )
            )
        moved = self.browse()
        if "workcenter_id" in vals:
            moved = self.filtered(
                lambda run: run.workcenter_id.id != vals["workcenter_id"]
            )
            for run in moved:
                if run.state not in WAITING:
                    raise UserError(
                        self.env._(
                            "%(run)s is on %(printer)s already. Only runs that wait "
                            "can change printers.",
                            run=run.name,
                            printer=run.workcenter_id.display_name,
                        )
                    )
        res = super().write(vals)
        for run in moved.filtered(lambda run: run.state != "draft"):
            target = "assigned" if run.workcenter_id else "queued"
            if run.state != target:
                run._set_state(target)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        for run in self:
            if run.state not in ("draft", "cancelled") or run.date_start:
                raise UserError(
                    self.env._(
                        "%(run)s cannot be deleted: what was printed stays on record. "
                        "Cancel it when it is not wanted.",
                        run=run.name,
                    )
                )

    # === ACTIONS === #

    def action_queue(self):
        """Put drafts into the queue."""
        for run in self.filtered(lambda run: run.state == "draft"):
            run._set_state("assigned" if run.workcenter_id else "queued")
        return True

    def action_pause(self):
        """Note that the printers stand still."""
        for run in self:
            run._lock()
            run._set_state("paused")
        return True

    def action_resume(self):
        """Note that the printers go on."""
        for run in self:
            run._lock()
            run._set_state("printing", told={"from": ("paused",)})
        return True

    def action_cancel(self):
        """Cancel runs that wait; for one on a printer ask what it used."""
        running = self.filtered(lambda run: run.state in RUNNING)
        if running and len(self) > 1:
            raise UserError(
                self.env._(
                    "On a printer: %(runs)s. Each of them is asked how far it came and "
                    "what it used: cancel them one by one, and the others without "
                    "them.",
                    runs=", ".join(running.mapped("name")),
                )
            )
        if running:
            return running._get_end_action("cancelled")
        self._cancel_waiting(waived=True)
        return True

    def action_view_version(self):
        """Open the version that is printed, retired or not."""
        self.ensure_one()
        return self.slice_id.action_open()

    def action_download_file(self):
        """Download the very file that is printed, retired or not."""
        self.ensure_one()
        return self.slice_id.action_download()

    def action_view_productions(self):
        """Open what these runs print for."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mrp.mrp_production_action"
        )
        productions = self.production_ids
        action["domain"] = [("id", "in", productions.ids)]
        action["context"] = {"create": False}
        if len(productions) == 1:
            action.update(view_mode="form", views=[(False, "form")])
            action["res_id"] = productions.id
        return action

    # === BUSINESS === #

    def _set_state(self, state, told=None, **vals):
        """Move runs to another state; the one place that writes states.

        :param str state: where to go
        :param dict told: what the journal keeps of it, see :meth:`_keep_events`; with
            ``reopens`` an end is taken back, with ``from`` it starts there only
        :param vals: what changes along with it
        :raises UserError: a run does not move like that
        """
        told = dict(told or {})
        allowed = told.pop("from", None)
        moves = REOPENING if told.pop("reopens", False) else MOVES
        for run in self:
            if state not in moves[run.state] or (allowed and run.state not in allowed):
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(run)s is “%(old)s” and cannot become “%(new)s”.",
                        run=run.name,
                        old=labels[run.state],
                        new=labels[state],
                    )
                )
        old = {run: run.state for run in self}
        # Past our own `write`, which refuses states.
        super().write({**vals, "state": state})
        self._keep_events(told.pop("kind", "moved"), old=old, **told)
        self._plan_soon(self.company_id)
        return True

    def _get_time_left(self, now):
        """Return in a few signs how long the print still takes.

        :param datetime now: the moment to reckon from
        :rtype: str
        """
        if not self or not self.date_expected or self.date_expected <= now:
            return ""
        minutes = int((self.date_expected - now).total_seconds() // 60) + 1
        if minutes < 60:
            return self.env._("%(minutes)s min", minutes=minutes)
        return self.env._(
            "%(hours)s h %(minutes)s", hours=minutes // 60, minutes=f"{minutes % 60:02}"
        )

    def _lock(self, touch=False):
        """Make everybody else who acts on this run wait until we are through.

        The second of two transactions is told by PostgreSQL that its view of the row
        is old; Odoo then tries it again, and it finds what the first one did.

        :param bool touch: also when nothing of the row itself will change, but
            something that hangs on it
        """
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE print3d_run SET write_date = write_date WHERE id = %s", self.id)
            if touch
            else SQL("SELECT id FROM print3d_run WHERE id = %s FOR UPDATE", self.id)
        )

    def _cancel_waiting(self, waived=False):
        """Cancel runs that did not start.

        :param bool waived: the pieces are not to be queued again
        """
        for run in self:
            run._lock()
            # Started at the same moment, it has filament to account for.
            run._set_state("cancelled", told={"from": WAITING}, is_waived=waived)

    def _prepare_reprint_vals(self):
        """Hook: return the values of the run that prints this one again."""
        self.ensure_one()
        return {
            "plate_id": self.plate_id.id,
            "company_id": self.company_id.id,
            "workcenter_id": self.workcenter_id.id,
            "priority": self.priority,
            "reprint_of_id": self.id,
            "sequence": self._get_first_sequence() - 1,
            "line_ids": [
                Command.create(line._prepare_reprint_vals()) for line in self.line_ids
            ],
        }

    def _get_first_sequence(self):
        """Return the least sequence of what waits in this run's company."""
        self.ensure_one()
        first = self.search(
            [("company_id", "=", self.company_id.id), ("state", "in", WAITING)],
            order="sequence",
            limit=1,
        )
        return first.sequence or 0
