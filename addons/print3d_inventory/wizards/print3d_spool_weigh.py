from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.stock_lot_ledger import ABOVE_PERCENT

KINDS = {"gross": "weigh", "left": "count", "percent": "percent", "used": "use"}


class Print3dSpoolWeigh(models.TransientModel):
    """Tell what is left on a spool, or what was taken off it, as one knows it."""

    _name = "print3d.spool.weigh"
    _description = "Weigh or Use a Spool"

    lot_id = fields.Many2one(
        "stock.lot", string="Spool", required=True, readonly=True, ondelete="cascade"
    )
    colour = fields.Char(related="lot_id.spool_colour")
    left_before_g = fields.Float(related="lot_id.remaining_g", string="Left so far (g)")
    full_g = fields.Float(related="lot_id.net_weight_g", string="When full (g)")
    mode = fields.Selection(
        [
            ("gross", "On the scale"),
            ("used", "Used"),
            ("left", "Grams left"),
            ("percent", "Percent left"),
        ],
        string="I know",
        required=True,
        default="gross",
    )
    gross_g = fields.Float(string="The scale shows (g)", digits="Product Unit")
    tare_weight_g = fields.Float(
        string="Empty spool (g)",
        digits="Product Unit",
        compute="_compute_tare_weight_g",
        store=True,
        readonly=False,
        precompute=True,
    )
    used_g = fields.Float(string="Taken off (g)", digits="Product Unit")
    left_g = fields.Float(string="Left on it (g)", digits="Product Unit")
    percent = fields.Float(string="Left of a full spool (%)")
    reason = fields.Char()
    left_after_g = fields.Float(
        string="Left then (g)", digits="Product Unit", compute="_compute_left_after_g"
    )
    change_g = fields.Float(
        string="Difference (g)", digits="Product Unit", compute="_compute_left_after_g"
    )
    percent_after = fields.Float(
        string="Share Left (%)", compute="_compute_left_after_g"
    )
    is_above = fields.Boolean(
        string="More Than When Full", compute="_compute_left_after_g"
    )
    above = fields.Selection(
        [
            ("mine", "There was more on it than its label says"),
            ("tare", "It is full, and the empty spool is heavier"),
        ],
        string="How can that be?",
    )

    @api.depends("lot_id")
    def _compute_tare_weight_g(self):
        for wizard in self:
            wizard.tare_weight_g = wizard.lot_id._get_tare_g() if wizard.lot_id else 0

    @api.depends("mode", "gross_g", "tare_weight_g", "used_g", "left_g", "percent")
    def _compute_left_after_g(self):
        for wizard in self:
            lot = wizard.lot_id
            before, full = lot.remaining_g, lot.net_weight_g
            after = {
                "gross": wizard.gross_g - wizard.tare_weight_g
                if wizard.gross_g
                else before,
                "used": before - wizard.used_g,
                "left": wizard.left_g,
                "percent": full * wizard.percent / 100,
            }.get(wizard.mode, before)
            after = max(0.0, after)
            wizard.left_after_g = after
            wizard.change_g = after - before
            wizard.percent_after = min(100.0, 100 * after / full) if full else 0.0
            wizard.is_above = (
                bool(full)
                and wizard.mode in ("gross", "left")
                and after > full * (1 + ABOVE_PERCENT / 100)
            )

    def action_save(self):
        """Tell the ledger of the spool."""
        self.ensure_one()
        lot = self.lot_id
        if self.mode == "gross" and self.tare_weight_g != lot.tare_weight_g:
            lot.tare_weight_g = self.tare_weight_g
        if self.is_above and not self.above:
            raise UserError(
                self.env._(
                    "That would be more than was on the spool when it was full "
                    "(%(full)s g). Say below how that can be, or weigh again.",
                    full=f"{lot.net_weight_g:g}",
                )
            )
        value = {
            "gross": self.gross_g,
            "used": self.used_g,
            "left": self.left_g,
            "percent": self.percent,
        }[self.mode]
        entry = lot._print3d_record(KINDS[self.mode], value, reason=self.reason)
        if entry.state == "conflict":
            by_scale = self.mode == "gross" and self.above == "tare"
            entry.action_decide("tare" if by_scale else "mine")
        return {"type": "ir.actions.act_window_close"}
