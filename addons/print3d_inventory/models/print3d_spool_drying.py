from odoo import api, fields, models


class Print3dSpoolDrying(models.Model):
    """One line of the moisture log of a spool, beside its line in the ledger."""

    _name = "print3d.spool.drying"
    _description = "Moisture Log of Spools"
    _order = "happened_on desc, id desc"
    _rec_name = "lot_id"

    entry_id = fields.Many2one(
        "print3d.spool.entry",
        string="Line of the Ledger",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    lot_id = fields.Many2one(
        related="entry_id.lot_id", store=True, index=True, precompute=True
    )
    product_id = fields.Many2one(related="entry_id.product_id", string="Filament")
    company_id = fields.Many2one(
        related="entry_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(related="entry_id.kind", store=True, precompute=True)
    happened_on = fields.Datetime(
        related="entry_id.happened_on", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(related="entry_id.user_id")
    temperature_c = fields.Float(
        string="Temperature (°C)", digits=(5, 1), readonly=True, aggregator=None
    )
    hours = fields.Float(
        string="Time (h)", digits=(5, 1), readonly=True, aggregator=None
    )
    has_humidity = fields.Boolean(readonly=True)
    humidity_percent = fields.Float(
        string="Humidity (%)",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Relative, in its bag or box; of a drying, after it.",
    )
    dryer = fields.Char(readonly=True, help="With what it was dried.")
    is_taken_back = fields.Boolean(compute="_compute_is_taken_back", store=True)

    @api.depends("entry_id.undone_by_id")
    def _compute_is_taken_back(self):
        for line in self:
            line.is_taken_back = bool(line.entry_id.undone_by_id)

    def _get_text(self):
        """Return what was told, in a few words."""
        self.ensure_one()
        words = []
        if self.temperature_c:
            words.append(self.env._("%s °C", f"{self.temperature_c:g}"))
        if self.hours:
            words.append(self.env._("%s h", f"{self.hours:g}"))
        if self.has_humidity:
            words.append(self.env._("%s %% humidity", f"{self.humidity_percent:g}"))
        if self.dryer:
            words.append(self.dryer)
        return ", ".join(words)
