from odoo import fields, models


class Print3dSpoolQuarantine(models.TransientModel):
    """Put spools aside, and say why."""

    _name = "print3d.spool.quarantine"
    _description = "Put Spools into Quarantine"

    lot_ids = fields.Many2many("stock.lot", string="Spools", required=True)
    reason = fields.Char(
        string="Why", required=True, help="What others see who want to use it."
    )

    def action_save(self):
        """Tell the ledgers."""
        self.ensure_one()
        lots = self.lot_ids._without_defaults()
        for lot in lots.filtered(lambda lot: not lot.is_quarantined):
            lot._print3d_record("quarantine", reason=self.reason)
        return {"type": "ir.actions.act_window_close"}
