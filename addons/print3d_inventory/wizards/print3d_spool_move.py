from odoo import fields, models


class Print3dSpoolMove(models.TransientModel):
    _name = "print3d.spool.move"
    _description = "Move Spools"

    lot_ids = fields.Many2many(
        "stock.lot", string="Spools", required=True, domain=[("is_spool", "=", True)]
    )
    location_id = fields.Many2one(
        "stock.location",
        string="Put it on",
        required=True,
        domain=[("usage", "=", "internal")],
    )

    def action_move(self):
        """Move the spools; into a slot means loading."""
        self.ensure_one()
        for lot in self.lot_ids._without_defaults():
            if self.location_id.print3d_kind == "slot":
                lot.action_load(self.location_id)
            else:
                lot._move_to(self.location_id)
        return {"type": "ir.actions.act_window_close"}
