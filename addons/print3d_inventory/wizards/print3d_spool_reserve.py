from odoo import api, fields, models


class Print3dSpoolReserve(models.TransientModel):
    """Keep grams of a spool for something."""

    _name = "print3d.spool.reserve"
    _description = "Reserve a Spool"

    lot_id = fields.Many2one(
        "stock.lot", string="Spool", required=True, readonly=True, ondelete="cascade"
    )
    free_g = fields.Float(related="lot_id.free_g", string="Free (g)")
    grams = fields.Float(
        string="To reserve (g)",
        digits="Product Unit",
        compute="_compute_grams",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Char(string="What for", required=True)
    wanted_id = fields.Many2one(
        "product.product",
        string="Filament wanted",
        domain=[("is_filament", "=", True)],
        help="To be sure that the spool fits; may stay empty.",
    )
    is_colour_accepted = fields.Boolean(string="Another colour will do")

    @api.depends("lot_id")
    def _compute_grams(self):
        for wizard in self:
            wizard.grams = wizard.lot_id.free_g

    def action_save(self):
        """Reserve the grams."""
        self.ensure_one()
        lot = self.lot_id._without_defaults()
        lot._print3d_reserve(
            self.grams,
            wanted=self.wanted_id,
            accept_colour=self.is_colour_accepted,
            note=self.note,
        )
        return {"type": "ir.actions.act_window_close"}
