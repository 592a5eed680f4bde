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
    hours = fields.Float(
        string="Machine Time",
        compute="_compute_hours",
        store=True,
        readonly=False,
        precompute=True,
        help="Hours and minutes the printer worked.",
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
                }
                for line in wizard.run_id.line_ids
            ]

    @api.depends("run_id", "outcome", "percent")
    def _compute_grams(self):
        for wizard in self:
            run = wizard.run_id
            used = dict(run._get_used_grams(wizard.percent))
            wizard.grams = [
                {
                    "lot_id": spool.lot_id.id,
                    "tool": spool.tool,
                    "planned": spool.planned_g,
                    "used": used.get(spool, 0.0),
                    "spool": spool.lot_id._get_gauge(),
                }
                for spool in run.spool_ids
            ]

    @api.depends("run_id", "percent")
    def _compute_hours(self):
        for wizard in self:
            run = wizard.run_id
            seconds = (
                run._check_duration(wizard.percent) if run.date_start else run.time_s
            )
            wizard.hours = seconds / 3600.0

    # === ACTIONS === #

    def action_all_good(self):
        """End the run: every piece is good."""
        self.outcome = "done"
        self.percent = 100.0
        self.pieces = [
            {**piece, "good": piece["planned"]} for piece in self.pieces or ()
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
        used = {}
        for row in self.grams or ():
            used.setdefault(row["tool"], []).append((row["lot_id"], row["used"]))
        self.run_id._do_end(
            self.outcome,
            percent=self.percent,
            good={piece["line_id"]: piece["good"] for piece in self.pieces or ()},
            used_g=used,
            duration_s=round(self.hours * 3600),
            cause=self.cause_id,
            reprint=self.reprint,
        )
        self._keep_photos()
        return {"type": "ir.actions.act_window_close"}

    def _keep_photos(self):
        """Hand the photos over to the run, where they stay."""
        self.ensure_one()
        photos = self.photo_ids
        if photos:
            photos.sudo().write({"res_model": "print3d.run", "res_id": self.run_id.id})
            self.run_id.photo_ids |= photos
            self.run_id.message_post(
                body=self.env._("Photos of the print"), attachment_ids=photos.ids
            )
