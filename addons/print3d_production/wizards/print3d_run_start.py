from odoo import api, fields, models


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
            wizard.workcenter_id = (
                run.workcenter_id
                or free.filtered(lambda printer, wanted=proposed: printer.id == wanted)
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
            run = wizard.workcenter_id.current_run_id
            wizard.warning = (
                self.env._(
                    "%(printer)s is printing %(run)s. End that run first, or choose "
                    "another printer.",
                    printer=wizard.workcenter_id.display_name,
                    run=run.name,
                )
                if run
                else False
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
                    "place": choice["place"].name,
                    "loaded": choice["loaded"],
                    "reserved": choice["reserved"],
                    "elsewhere": choice["elsewhere"],
                    "same": choice["distance"] <= 5.0,
                }
                for choice in self.run_id._get_spool_choices(line, self.workcenter_id)
            ],
        }

    def action_start(self):
        """Start the print with what was chosen."""
        self.ensure_one()
        self.run_id._do_start(
            self.choice or None, printer=self.workcenter_id, unload=self.unload
        )
        return {"type": "ir.actions.act_window_close"}
