from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dRunEnd(models.TransientModel):
    """What came off the printer: three taps when all is well."""

    _name = "print3d.run.end"
    _description = "End a Print"

    run_id = fields.Many2one("print3d.run", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="run_id.product_id")
    workcenter_id = fields.Many2one(related="run_id.workcenter_id")
    quantity = fields.Float(related="run_id.quantity")
    thumbnail_url = fields.Char(related="run_id.thumbnail_url")
    outcome = fields.Selection(
        [("done", "Done"), ("failed", "Failed"), ("cancelled", "Stopped")],
        required=True,
        default="done",
    )
    percent = fields.Float(
        string="How Far It Came",
        compute="_compute_percent",
        store=True,
        readonly=False,
        precompute=True,
        help="Percent of the print; that share of the filament is scrapped.",
    )
    cause_id = fields.Many2one("print3d.failure.cause", string="What Went Wrong")
    pieces = fields.Json(
        compute="_compute_pieces", store=True, readonly=False, precompute=True
    )
    grams = fields.Json(
        string="Filament Used",
        compute="_compute_grams",
        store=True,
        readonly=False,
        precompute=True,
    )
    material_ids = fields.Many2many("print3d.material", compute="_compute_material_ids")
    other_lot_id = fields.Many2one(
        "stock.lot",
        string="Another Spool",
        store=False,
        domain="[('is_spool', '=', True), ('material_id', 'in', material_ids)]",
        help="One that was changed on the way without telling anybody.",
    )
    hours = fields.Float(
        string="Machine Time",
        compute="_compute_hours",
        store=True,
        readonly=False,
        precompute=True,
        help="Hours and minutes the printer worked.",
    )
    is_bad = fields.Boolean(
        compute="_compute_is_bad", help="Something of it is lost, whatever the reason."
    )
    meter_start_kwh = fields.Float(related="run_id.meter_start_kwh")
    meter_kwh = fields.Float(
        string="Meter Shows (kWh)",
        digits=(16, 3),
        help="What the meter of the printer shows now.",
    )
    energy_kwh = fields.Float(
        string="Electricity (kWh)",
        digits=(16, 3),
        help="What a meter counted for this print. Empty: the printer's power × its "
        "time.",
    )
    reprint = fields.Boolean(string="Print it again", default=True)
    photo_ids = fields.Many2many(
        "ir.attachment", string="Photos", bypass_search_access=True
    )

    @api.depends("run_id", "outcome")
    def _compute_percent(self):
        for wizard in self:
            shown = wizard.run_id.progress_shown
            wizard.percent = 100.0 if wizard.outcome == "done" else round(shown)

    @api.depends("run_id")
    def _compute_pieces(self):
        for wizard in self:
            wizard.pieces = [
                {
                    "line_id": line.id,
                    "name": line.product_id.display_name,
                    "order": line.production_id.name,
                    "planned": line.quantity,
                    "good": line.quantity,
                    "bad": [],
                }
                for line in wizard.run_id.line_ids
            ]

    @api.depends("run_id", "outcome", "percent")
    def _compute_grams(self):
        for wizard in self:
            run = wizard.run_id
            used = dict(run._get_used_grams(wizard.percent))
            wizard.grams = [
                wizard._prepare_grams(spool.tool, spool.lot_id, used.get(spool, 0.0))
                for spool in run.spool_ids
            ]

    @api.model
    def _prepare_grams(self, tool, lot, grams=0.0):
        """Return what is shown of a spool of a tool.

        :param int tool: its number
        :param lot: the spool (stock.lot)
        :param float grams: it gave
        :rtype: dict
        """
        return {
            "lot_id": lot.id,
            "tool": tool,
            "used": grams,
            "back": 0.0,
            "spool": lot._get_gauge(),
        }

    @api.depends("run_id")
    def _compute_material_ids(self):
        for wizard in self:
            wizard.material_ids = wizard.run_id.spool_ids.lot_id.material_id

    @api.onchange("other_lot_id")
    def _onchange_other_lot_id(self):
        """Show another spool below those that are known, with nothing taken yet."""
        lot = self.other_lot_id
        known = {row["lot_id"] for row in self.grams or ()}
        tools = self.run_id.spool_ids.filtered(
            lambda spool: spool.lot_id.material_id == lot.material_id
        ).mapped("tool")
        if lot and lot.id not in known and tools:
            self.grams = [*(self.grams or ()), self._prepare_grams(tools[0], lot)]
        self.other_lot_id = False

    @api.depends("run_id", "percent")
    def _compute_hours(self):
        for wizard in self:
            run = wizard.run_id
            seconds = (
                run._check_duration(wizard.percent) if run.date_start else run.time_s
            )
            wizard.hours = seconds / 3600.0

    @api.depends("outcome", "pieces")
    def _compute_is_bad(self):
        for wizard in self:
            wizard.is_bad = wizard.outcome != "done" or any(
                piece["good"] < piece["planned"] for piece in wizard.pieces or ()
            )

    # === ACTIONS === #

    def action_all_good(self):
        """End the run: every piece is good."""
        self.outcome = "done"
        self.percent = 100.0
        self.pieces = [
            {**piece, "good": piece["planned"], "bad": []}
            for piece in self.pieces or ()
        ]
        return self.action_end()

    def action_end(self):
        """End the run as it was entered."""
        self.ensure_one()
        if self.outcome == "failed" and not self.cause_id:
            raise UserError(
                self.env._(
                    "Tap what went wrong, so that it can be seen what often does."
                )
            )
        used, back = {}, {}
        for row in self.grams or ():
            used.setdefault(row["tool"], []).append((row["lot_id"], row["used"]))
            if row.get("back"):
                back.setdefault(row["tool"], []).append((row["lot_id"], row["back"]))
        self.run_id._do_end(
            self.outcome,
            percent=self.percent,
            good={piece["line_id"]: piece["good"] for piece in self.pieces or ()},
            bad_copies={
                piece["line_id"]: piece.get("bad") for piece in self.pieces or ()
            },
            used_g=used,
            recovered_g=back,
            duration_s=round(self.hours * 3600),
            cause=self.cause_id if self.is_bad else None,
            energy_kwh=self.energy_kwh or None,
            meter_kwh=self.meter_kwh or None,
            reprint=self.reprint,
            photos=self.photo_ids,
        )
        return {"type": "ir.actions.act_window_close"}
