from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dRunEnergy(models.Model):
    """The electricity a run took: by a meter, or else power × time.

    What it costs is a figure of its own beside the machine cost: the hourly rate of a
    printer may count electricity already, so that nothing adds the two up here.
    """

    _inherit = "print3d.run"

    meter_start_kwh = fields.Float(
        string="Meter at the Start (kWh)",
        digits=(16, 3),
        copy=False,
        aggregator=None,
        help="What the meter of the printer showed when the print began.",
    )
    meter_end_kwh = fields.Float(
        string="Meter at the End (kWh)",
        digits=(16, 3),
        copy=False,
        readonly=True,
        aggregator=None,
    )
    energy_kwh = fields.Float(
        string="Energy (kWh)", digits=(16, 3), copy=False, readonly=True
    )
    energy_source = fields.Selection(
        [("meter", "By a meter"), ("power", "Power × time")],
        string="Energy Known",
        copy=False,
        readonly=True,
    )
    energy_price = fields.Float(
        string="Price per kWh",
        digits=(16, 4),
        copy=False,
        readonly=True,
        aggregator=None,
        help="The company's when the run ended.",
    )
    energy_cost = fields.Monetary(
        compute="_compute_energy_cost",
        store=True,
        help="No part of the machine cost: the hourly rate may count it already.",
    )

    @api.depends("energy_kwh", "energy_price")
    def _compute_energy_cost(self):
        for run in self:
            run.energy_cost = run.energy_kwh * run.energy_price

    def _get_energy_vals(self, duration_s, energy_kwh=None, meter_kwh=None):
        """Return what is written down of the electricity of a run that ends.

        :param int duration_s: seconds the printer worked
        :param float energy_kwh: what a meter counted for this print
        :param float meter_kwh: what the meter shows at the end
        :rtype: dict
        :raises UserError: the meter went back
        """
        self.ensure_one()
        vals = {
            "energy_price": self.company_id.print3d_kwh_price,
            "energy_source": "meter",
        }
        if meter_kwh is not None:
            if meter_kwh < self.meter_start_kwh:
                raise UserError(
                    self.env._(
                        "The meter shows %(end)s kWh, and %(start)s kWh at the start. "
                        "Correct one of them.",
                        end=f"{meter_kwh:g}",
                        start=f"{self.meter_start_kwh:g}",
                    )
                )
            vals["meter_end_kwh"] = meter_kwh
            if energy_kwh is None:
                energy_kwh = meter_kwh - self.meter_start_kwh
        if energy_kwh is None:
            vals["energy_source"] = "power"
            energy_kwh = self._get_print_watts() * duration_s / 3_600_000
        if energy_kwh < 0:
            raise UserError(
                self.env._("A print cannot take less than 0 kWh. Correct the energy.")
            )
        return {**vals, "energy_kwh": energy_kwh}

    def _get_print_watts(self):
        """Return the average power of this run's printer while it prints, in W."""
        self.ensure_one()
        return self.workcenter_id.power_w
