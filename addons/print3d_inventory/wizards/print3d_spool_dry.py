from odoo import api, fields, models


class Print3dSpoolDry(models.TransientModel):
    """Note that spools were dried, how humid it is around them, or new desiccant."""

    _name = "print3d.spool.dry"
    _description = "Dry Spools"

    lot_ids = fields.Many2many("stock.lot", string="Spools", required=True)
    kind = fields.Selection(
        [
            ("dry", "Dried"),
            ("humidity", "Humidity read"),
            ("desiccant", "New desiccant"),
        ],
        string="What",
        required=True,
        default="dry",
    )
    temperature_c = fields.Float(
        string="Temperature (°C)",
        digits=(5, 1),
        compute="_compute_from_material",
        store=True,
        readonly=False,
        precompute=True,
    )
    hours = fields.Float(
        string="Time (h)",
        digits=(5, 1),
        compute="_compute_from_material",
        store=True,
        readonly=False,
        precompute=True,
    )
    dryer = fields.Char(string="Dried With")
    has_humidity = fields.Boolean(string="Humidity Was Read")
    humidity_percent = fields.Float(string="Humidity (%)", digits=(5, 1))
    happened_on = fields.Datetime(
        string="When", required=True, default=fields.Datetime.now
    )
    advice = fields.Char(compute="_compute_advice", string="Its Material")

    @api.depends("lot_ids")
    def _compute_from_material(self):
        """Offer what the material says; of several the gentlest."""
        for wizard in self:
            materials = wizard.lot_ids.material_id
            temperatures = [item for item in materials.mapped("drying_temp") if item]
            hours = [item for item in materials.mapped("drying_hours") if item]
            wizard.temperature_c = min(temperatures, default=0.0)
            wizard.hours = max(hours, default=0.0)

    @api.depends("lot_ids")
    def _compute_advice(self):
        for wizard in self:
            texts = [lot._get_drying_advice()["text"] for lot in wizard.lot_ids._origin]
            wizard.advice = " ".join(dict.fromkeys(texts))

    def action_save(self):
        """Tell the ledgers."""
        self.ensure_one()
        value = None
        if self.kind == "humidity":
            value = self.humidity_percent
        elif self.kind == "dry":
            value = {
                "temperature_c": self.temperature_c,
                "hours": self.hours,
                "dryer": self.dryer,
                "humidity_percent": self.humidity_percent
                if self.has_humidity
                else None,
            }
        for lot in self.lot_ids._without_defaults():
            lot._print3d_record(self.kind, value, happened_on=self.happened_on)
        return {"type": "ir.actions.act_window_close"}
