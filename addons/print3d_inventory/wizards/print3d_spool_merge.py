from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dSpoolMerge(models.TransientModel):
    """Wind what is left of spools onto one of them, or onto another."""

    _name = "print3d.spool.merge"
    _description = "Merge Remnants"

    lot_ids = fields.Many2many("stock.lot", string="Spools", required=True)
    product_id = fields.Many2one(
        "product.product", compute="_compute_product", string="Filament"
    )
    target_id = fields.Many2one(
        "stock.lot",
        string="Onto",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('is_spool', '=', True), ('product_id', '=', product_id),"
        " ('is_quarantined', '=', False), ('spool_status', '!=', 'away')]",
    )
    source_ids = fields.Many2many(
        "stock.lot", compute="_compute_after", string="Wound Over"
    )
    source_count = fields.Integer(compute="_compute_after", string="How Many")
    is_all = fields.Boolean(string="All of it", default=True)
    grams = fields.Float(string="Wound over (g)", digits="Product Unit")
    after_g = fields.Float(
        string="On it then (g)", digits="Product Unit", compute="_compute_after"
    )
    after_percent = fields.Float(compute="_compute_after", string="Share Then (%)")
    colour = fields.Char(related="target_id.spool_colour")
    warning = fields.Char(compute="_compute_warning")

    @api.depends("lot_ids")
    def _compute_product(self):
        for wizard in self:
            wizard.product_id = wizard.lot_ids.product_id[:1]

    @api.depends("lot_ids")
    def _compute_target_id(self):
        """Offer the fullest of several spools."""
        for wizard in self:
            lots = wizard.lot_ids._origin.filtered(lambda lot: not lot.is_quarantined)
            wizard.target_id = (
                lots.sorted("remaining_g", reverse=True)[:1] if len(lots) > 1 else False
            )

    @api.depends("lot_ids", "target_id", "is_all", "grams")
    def _compute_after(self):
        for wizard in self:
            target = wizard.target_id
            sources = wizard.lot_ids._origin - target._origin
            moved = sum(sources.mapped("remaining_g"))
            if not wizard.is_all and len(sources) == 1:
                moved = wizard.grams
            wizard.source_ids = sources
            wizard.source_count = len(sources)
            wizard.after_g = target.remaining_g + moved if target else 0.0
            full = target.net_weight_g
            wizard.after_percent = (
                min(100.0, 100 * wizard.after_g / full) if full else 0.0
            )

    @api.depends("lot_ids", "target_id")
    def _compute_warning(self):
        """Say what is not the same about the spools."""
        for wizard in self:
            lots = wizard.lot_ids._origin | wizard.target_id._origin
            batches = [ref for ref in dict.fromkeys(lots.mapped("ref")) if ref]
            words = []
            if wizard.target_id and len(batches) > 1:
                words.append(
                    self.env._(
                        "They are of different batches (%(batches)s): a recall of one "
                        "will name the whole spool.",
                        batches=", ".join(batches),
                    )
                )
            damp = lots.filtered("is_drying_due")
            if damp:
                words.append(
                    self.env._(
                        "%(spools)s should be dried first.",
                        spools=", ".join(damp.mapped("name")),
                    )
                )
            wizard.warning = " ".join(words)

    def action_save(self):
        """Move the grams, and show the spool they are on."""
        self.ensure_one()
        if not self.target_id:
            raise UserError(self.env._("Say on which spool the filament goes."))
        lots = self.lot_ids._without_defaults()
        sources = lots - self.target_id
        if not sources:
            raise UserError(
                self.env._("Choose another spool: this one is on itself already.")
            )
        for lot in sources.filtered(lambda lot: lot.remaining_g > 0):
            part = not self.is_all and len(sources) == 1
            lot._print3d_merge_into(self.target_id, self.grams if part else None)
        return self.target_id._get_page_action()
