from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dSpoolScrap(models.TransientModel):
    """Throw filament away, and say why."""

    _name = "print3d.spool.scrap"
    _description = "Scrap Filament"

    lot_ids = fields.Many2many("stock.lot", string="Spools", required=True)
    spool_count = fields.Integer(compute="_compute_left", string="How Many")
    left_g = fields.Float(
        string="Left on them (g)", digits="Product Unit", compute="_compute_left"
    )
    is_all = fields.Boolean(string="All that is left", default=True)
    grams = fields.Float(string="Thrown away (g)", digits="Product Unit")
    reason_id = fields.Many2one(
        "stock.scrap.reason.tag", string="Why", required=True, ondelete="cascade"
    )

    @api.depends("lot_ids")
    def _compute_left(self):
        for wizard in self:
            wizard.spool_count = len(wizard.lot_ids)
            wizard.left_g = sum(wizard.lot_ids._origin.mapped("remaining_g"))

    def action_save(self):
        """Tell the ledgers."""
        self.ensure_one()
        if not self.is_all and len(self.lot_ids) > 1:
            raise UserError(
                self.env._(
                    "Throw away all of several spools, or a part of one at a time."
                )
            )
        lots = self.lot_ids._without_defaults()
        for lot in lots.filtered(lambda lot: lot.remaining_g > 0):
            if not self.is_all and self.grams > lot.remaining_g:
                raise UserError(
                    self.env._(
                        "Only %(left)s g are left on spool %(spool)s. Throw away no "
                        "more, or weigh it first.",
                        left=f"{lot.remaining_g:g}",
                        spool=lot.name,
                    )
                )
            lot._print3d_record(
                "scrap",
                None if self.is_all else self.grams,
                reason=self.reason_id.name,
            )
        return {"type": "ir.actions.act_window_close"}
