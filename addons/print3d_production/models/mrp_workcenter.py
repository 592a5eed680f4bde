from odoo import api, fields, models
from odoo.exceptions import UserError

from ..scheduling.capability import fits, model_key
from .print3d_run import RUNNING, WAITING

# Colours of the state dot; a person is wanted where it is amber or red.
STATE_COLOURS = {
    "free": "green",
    "printing": "violet",
    "paused": "amber",
    "overdue": "amber",
    "to_clear": "amber",
    "blocked": "red",
    "offline": "grey",
}


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    # === PRINTER === #
    is_printer = fields.Boolean(
        string="3D Printer", index=True, help="It has slots for spools and a queue."
    )
    printer_model = fields.Char(string="Model", help="As the slicer names it.")
    nozzle_diameter = fields.Float(
        string="Nozzle (mm)",
        digits=(4, 2),
        default=0.4,
        aggregator=None,
        help="Of the nozzle mounted.",
    )
    bed_x_mm = fields.Integer(string="Bed Width (mm)", aggregator=None)
    bed_y_mm = fields.Integer(string="Bed Depth (mm)", aggregator=None)
    bed_z_mm = fields.Integer(string="Height (mm)", aggregator=None)
    material_ids = fields.Many2many(
        "print3d.material",
        string="Materials",
        help="What it can print; empty means everything.",
    )
    picture = fields.Image(max_width=512, max_height=512)

    # === WORK === #
    run_ids = fields.One2many("print3d.run", "workcenter_id", string="Runs")
    current_run_id = fields.Many2one(
        "print3d.run", string="Printing Now", compute="_compute_current_run"
    )
    printer_state = fields.Selection(
        [
            ("free", "Free"),
            ("printing", "Printing"),
            ("paused", "Paused"),
            ("overdue", "Overdue"),
            ("to_clear", "To be cleared"),
            ("blocked", "Blocked"),
            ("offline", "Out of service"),
        ],
        string="State",
        compute="_compute_current_run",
    )
    current_progress = fields.Float(compute="_compute_current_run")
    current_date_expected = fields.Datetime(
        compute="_compute_current_run", string="Expected End"
    )
    current_product_id = fields.Many2one(
        "product.product", compute="_compute_current_run", string="Print"
    )
    current_left = fields.Char(compute="_compute_current_run", string="Time Left")
    waiting_count = fields.Integer(
        compute="_compute_waiting", string="Runs Waiting", help="Assigned to it."
    )
    waiting_time_s = fields.Integer(
        compute="_compute_waiting", string="Time Waiting", help="Of these runs."
    )

    # === COMPUTE === #

    @api.depends(
        "run_ids.state",
        "is_plate_clear",
        "needs_clearing",
        "is_offline",
        "working_state",
    )
    def _compute_current_run(self):
        now = fields.Datetime.now()
        running = (
            self.env["print3d.run"]
            .search([("workcenter_id", "in", self.ids), ("state", "in", RUNNING)])
            .grouped("workcenter_id")
        )
        for printer in self:
            run = running.get(printer._origin, self.env["print3d.run"])[:1]
            printer.current_run_id = run
            printer.current_progress = run.progress_shown
            printer.current_date_expected = run.date_expected
            printer.current_product_id = run.product_id
            printer.current_left = run._get_time_left(now)
            if not run:
                printer.printer_state = printer._get_idle_state()
            elif run.state == "paused":
                printer.printer_state = "paused"
            elif run.date_expected and run.date_expected < now:
                printer.printer_state = "overdue"
            else:
                printer.printer_state = "printing"

    def _get_idle_state(self):
        """Return the state of a printer that prints nothing."""
        self.ensure_one()
        if self.is_offline:
            return "offline"
        if self.working_state == "blocked":
            return "blocked"
        return "to_clear" if self._is_plate_taken() else "free"

    def _compute_waiting(self):
        waiting = dict(
            self.env["print3d.run"]._read_group(
                [("workcenter_id", "in", self.ids), ("state", "in", WAITING)],
                ["workcenter_id"],
                ["id:recordset"],
            )
        )
        for printer in self:
            runs = waiting.get(printer._origin, self.env["print3d.run"])
            printer.waiting_count = len(runs)
            printer.waiting_time_s = sum(runs.mapped("time_s"))

    # === CRUD === #

    @api.model
    def default_get(self, fields):
        """Offer a printer with one slot, open day and night."""
        res = super().default_get(fields)
        if self.env.context.get("default_is_printer"):
            calendar = self.env.ref(
                "print3d_production.resource_calendar_24_7", raise_if_not_found=False
            )
            if "slot_count" in fields:
                res["slot_count"] = 1
            if calendar and "resource_calendar_id" in fields:
                res["resource_calendar_id"] = calendar.id
        return res

    @api.model_create_multi
    def create(self, vals_list):
        """Give a printer its place in the stock, a slot, and hours without end."""
        calendar = self.env.ref(
            "print3d_production.resource_calendar_24_7", raise_if_not_found=False
        )
        for vals in vals_list:
            if vals.get("is_printer", self.env.context.get("default_is_printer")):
                vals["slot_count"] = vals.get("slot_count") or 1
                if calendar:
                    vals.setdefault("resource_calendar_id", calendar.id)
        printers = super().create(vals_list)
        printers.filtered("is_printer")._ensure_location()
        return printers

    def write(self, vals):
        """Keep the place's name like the printer's."""
        res = super().write(vals)
        if vals.get("is_printer"):
            self._ensure_location()
            for printer in self.filtered(lambda printer: not printer.slot_ids):
                printer._set_slot_count(1)
        if vals.get("name"):
            for printer in self.filtered("location_id"):
                printer.sudo().location_id.name = printer.name
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_printed(self):
        if self.run_ids:
            raise UserError(
                self.env._(
                    "%(printer)s has printed. Archive it, so that its prints stay on "
                    "record.",
                    printer=self.run_ids[0].workcenter_id.display_name,
                )
            )

    # === ACTIONS === #

    def action_view_queue(self):
        """Open the queue of this printer."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_production.print3d_run_action"
        )
        action["domain"] = [("workcenter_id", "in", self.ids)]
        return action

    def action_view_runs(self):
        """Open everything this printer has printed and will print."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_production.print3d_run_all_action"
        )
        action["domain"] = [("workcenter_id", "in", self.ids)]
        return action

    # === BUSINESS === #

    @api.model
    def _get_default_printer(self, version=None):
        """Return the printer an operation is planned on.

        The first one that can print all plates of the version, or else one with
        enough slots.

        :param version: the sliced version (print3d.slice)
        """
        printers = self.search(
            [("is_printer", "=", True), ("company_id", "=", self.env.company.id)]
        )
        if not version or not printers:
            return printers[:1]
        offers = printers._get_capabilities()
        wants = list(version.plate_ids._get_requirements().values())
        named = model_key(version.printer_model)
        # One of which no model is known takes any file, but is the second choice.
        able = printers.filtered(
            lambda printer: all(fits(want, offers[printer.id]) for want in wants)
        ).sorted(lambda printer: named not in offers[printer.id].printer_models)
        tools = max((want.tools for want in wants), default=1)
        enough = printers.filtered(lambda printer: offers[printer.id].slots >= tools)
        return (able or enough or printers)[:1]
