from odoo import api, fields, models


class StockLocation(models.Model):
    """Places that keep dry, and places that are elsewhere."""

    _inherit = "stock.location"

    print3d_kind = fields.Selection(
        selection_add=[("away", "Off-site")], ondelete={"away": "set null"}
    )
    keeps_dry = fields.Boolean(
        help="A dry box or cabinet: what lies here takes up no moisture."
    )
    is_off_site = fields.Boolean(
        string="Elsewhere",
        compute="_compute_is_off_site",
        store=True,
        recursive=True,
        help="Off-site, or inside of something off-site.",
    )

    @api.depends("print3d_kind", "location_id.is_off_site")
    def _compute_is_off_site(self):
        for place in self:
            place.is_off_site = (
                place.print3d_kind == "away" or place.location_id.is_off_site
            )

    def _check_slot_takes(self, lot):
        """Let no spool in quarantine into a slot; one that hangs there stays."""
        slots = self.filtered(lambda place: place.print3d_kind == "slot")
        if slots and lot.is_quarantined:
            there = (
                self.env["stock.quant"]
                .sudo()
                .search_count(
                    [
                        ("location_id", "in", slots.ids),
                        ("lot_id", "=", lot.id),
                        ("quantity", ">", 0),
                    ],
                    limit=1,
                )
            )
            if not there:
                lot._check_not_quarantined()
        return super()._check_slot_takes(lot)
