from odoo import api, fields, models

# After how many days in the open air a spool is dried again, and how humid its bag may
# be. Starting points for a shop at room climate, not measurements: they follow from the
# words of the levels ("weeks", "days"), and every material may have its own.
INTERVAL_DAYS = {"low": 0, "medium": 28, "high": 7, "extreme": 2}
HUMIDITY_LIMIT = {"low": 50, "medium": 40, "high": 30, "extreme": 20}


class Print3dMaterial(models.Model):
    _inherit = "print3d.material"

    drying_interval_days = fields.Integer(
        string="Dry every (days)",
        compute="_compute_drying_interval",
        store=True,
        readonly=False,
        precompute=True,
        help="Days in the open after which an opened spool should be dried; 0: never.",
    )
    humidity_limit = fields.Float(
        string="Humidity at most (%)",
        digits=(5, 1),
        compute="_compute_drying_interval",
        store=True,
        readonly=False,
        precompute=True,
        help="A reading above it in the bag or box means that the spool should be "
        "dried.",
    )

    _care_positive = models.Constraint(
        "CHECK (drying_interval_days >= 0 AND humidity_limit >= 0"
        " AND humidity_limit <= 100)",
        "Days are not below zero, and humidity is from 0 to 100 %.",
    )

    @api.depends("hygroscopy")
    def _compute_drying_interval(self):
        for material in self:
            material.drying_interval_days = INTERVAL_DAYS.get(material.hygroscopy, 0)
            material.humidity_limit = HUMIDITY_LIMIT.get(material.hygroscopy, 50)
