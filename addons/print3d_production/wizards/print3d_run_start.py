from odoo import api, fields, models
from odoo.exceptions import UserError

from ..scheduling.feasibility import ADVICE, FED


class Print3dRunStart(models.TransientModel):
    """Which spool feeds which tool; proposed, and changed with a thumb."""

    _name = "print3d.run.start"
    _description = "Start a Print"

    run_id = fields.Many2one("print3d.run", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id")
    product_id = fields.Many2one(related="run_id.product_id")
    quantity = fields.Float(related="run_id.quantity")
    time_s = fields.Integer(related="run_id.time_s")
    thumbnail_url = fields.Char(related="run_id.thumbnail_url")
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer",
        required=True,
        compute="_compute_workcenter_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('is_printer', '=', True), ('company_id', '=', company_id)]",
    )
    tools = fields.Json(compute="_compute_tools")
    # {tool: [spool ids]}
    choice = fields.Json(compute="_compute_choice", store=True, readonly=False)
    warning = fields.Char(compute="_compute_warning")
    is_plate_taken = fields.Boolean(compute="_compute_warning")
    misfit_note = fields.Text(
        string="What Does Not Fit",
        compute="_compute_misfits",
        help="Why this printer cannot print it, as it is now.",
    )
    is_advice = fields.Boolean(
        string="May Be Allowed",
        compute="_compute_misfits",
        help="Nothing is in the way but advice.",
    )
    allow_reason = fields.Char(
        string="Why It Is Fine",
        help="An owner may print all the same. The reason is kept.",
    )
    unload = fields.Boolean(
        string="Take out what is in the way",
        default=True,
        help="When no slot is free, spools this print does not use go back to their "
        "shelf.",
    )

    @api.depends("run_id")
    def _compute_workcenter_id(self):
        for wizard in self:
            run = wizard.run_id
            proposed = (run.feasibility_json or {}).get("printer_id")
            printers = self.env["mrp.workcenter"].search(
                [("is_printer", "=", True), ("company_id", "=", run.company_id.id)]
            )
            free = printers.filtered(lambda printer: not printer.current_run_id)
            fits = run._get_fits(free)
            fitting = free.filtered(
                lambda printer, fits=fits: (
                    not printer._get_start_refusal() and not any(fits[printer.id])
                )
            )
            wizard.workcenter_id = (
                run.workcenter_id
                or free.filtered(lambda printer, wanted=proposed: printer.id == wanted)
                or fitting[:1]
                # It prints, but it fits.
                or printers.filtered(
                    lambda printer, wanted=proposed: printer.id == wanted
                )
                or (free or printers)[:1]
            )

    @api.depends("run_id", "workcenter_id")
    def _compute_tools(self):
        for wizard in self:
            wizard.tools = [
                wizard._get_tool(line) for line in wizard.run_id._get_needs()
            ]

    @api.depends("run_id", "workcenter_id")
    def _compute_choice(self):
        for wizard in self:
            wizard.choice = {
                str(tool): lots.ids
                for tool, lots in wizard.run_id._propose_spools(
                    wizard.workcenter_id
                ).items()
            }

    @api.depends("workcenter_id")
    def _compute_warning(self):
        for wizard in self:
            printer = wizard.workcenter_id
            run = printer.current_run_id
            wizard.is_plate_taken = not run and printer and printer._is_plate_taken()
            if run:
                wizard.warning = self.env._(
                    "%(printer)s is printing %(run)s. End that run first, or choose "
                    "another printer.",
                    printer=printer.display_name,
                    run=run.name,
                )
            elif printer:
                codes = printer.sudo()._get_closed()
                notes = printer.sudo()._get_closed_notes(codes)
                wizard.warning = notes.get(printer.id, False)
            else:
                wizard.warning = False

    @api.depends("run_id", "workcenter_id")
    def _compute_misfits(self):
        for wizard in self:
            run, printer = wizard.run_id, wizard.workcenter_id
            hard, changes, advice = (
                run._get_fit(printer) if run and printer else ([], [], [])
            )
            found = hard + changes + advice
            wizard.misfit_note = "\n".join(run._get_misfit_notes(found)) or False
            wizard.is_advice = bool(found) and all(
                code in ADVICE for code, _facts in found
            )

    def _get_tool(self, line):
        """Return a tool with the spools that could feed it.

        :param line: the need (print3d.plate.filament)
        :rtype: dict
        """
        self.ensure_one()
        return {
            "tool": line.tool,
            "grams": round(line.grams, 2),
            "chip": line._get_chips(),
            "filament": line.product_id.display_name or "",
            "choices": [
                {
                    **choice["lot"]._get_gauge(),
                    "grams": round(choice["grams"], 2),
                    "place": choice["place"]._get_place_name(),
                    "loaded": choice["loaded"],
                    "reserved": choice["reserved"],
                    "elsewhere": choice["elsewhere"],
                    "same": choice["distance"] <= 5.0,
                }
                for choice in self.run_id._get_spool_choices(line, self.workcenter_id)
            ],
        }

    def action_confirm_clear(self):
        """Note that the plate is clear, and go on here."""
        self.ensure_one()
        self.workcenter_id.action_confirm_clear()
        return self._reopen()

    def action_find_printer(self):
        """Take the printer on which the print stands best, of those that are free."""
        self.ensure_one()
        found = self.run_id.get_other_printers()["printers"]
        best = next(
            (
                item["id"]
                for item in found
                if item["status"] in FED and not item["busy"] and not item["closed"]
            ),
            False,
        )
        if not best:
            raise UserError(
                self.env._(
                    "No printer that is free now can print %(run)s with what is in "
                    "stock. “Find another printer” on the run shows how it stands on "
                    "each.",
                    run=self.run_id.name,
                )
            )
        self.workcenter_id = best
        return self._reopen()

    def _reopen(self):
        """Return the action that shows this dialogue again."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start %(run)s", run=self.run_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "medium"},
        }

    def action_start(self):
        """Start the print with what was chosen."""
        self.ensure_one()
        if self.allow_reason and self.is_advice:
            self.run_id.action_allow(self.allow_reason)
        self.run_id._do_start(
            self.choice or None, printer=self.workcenter_id, unload=self.unload
        )
        return {"type": "ir.actions.act_window_close"}
