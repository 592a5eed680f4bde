from odoo import api, fields, models


class Print3dFilamentChooseOption(models.TransientModel):
    """One filament of the shop beside what a file wants."""

    _name = "print3d.filament.choose.option"
    _description = "Filament to Choose"
    _order = "sequence, id"

    choose_id = fields.Many2one(
        "print3d.filament.choose", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    product_id = fields.Many2one(
        "product.product", string="Filament", required=True, ondelete="cascade"
    )
    chip = fields.Json(related="product_id.filament_chip", string="In stock")
    confidence = fields.Integer(string="Confidence (%)")
    reason = fields.Char(string="Why")
    is_current = fields.Boolean(compute="_compute_is_current")

    @api.depends("product_id", "choose_id.line_id.product_id")
    def _compute_is_current(self):
        for option in self:
            option.is_current = option.product_id == option.choose_id.line_id.product_id

    def action_choose(self):
        """Take this filament for the line, and learn from it."""
        self.ensure_one()
        self.choose_id.line_id.write({"product_id": self.product_id.id})
        return {"type": "ir.actions.act_window_close"}
