from odoo import api, models

NEWS = "print3d_farm_news"
CHANNEL = "print3d_farm"
# What the tiles show of a run.
RUN_FIELDS = {
    "workcenter_id",
    "planned_workcenter_id",
    "date_planned_start",
    "sequence",
    "priority",
    "progress",
    "date_start",
    "plate_id",
    "slice_id",
    "line_ids",
}
# What of a printer decides on what can be planned on it.
PLAN_FIELDS = {
    "active",
    "is_offline",
    "is_plate_clear",
    "needs_clearing",
    "printer_model_id",
    "printer_model",
    "nozzle_diameter",
    "nozzle_sizes",
    "nozzle_kind",
    "material_ids",
    "surface_ids",
    "surface_id",
    "slot_count",
    "bed_x_mm",
    "bed_y_mm",
    "bed_z_mm",
    "max_nozzle_c",
    "max_bed_c",
    "max_chamber_c",
    "is_enclosed",
    "accepts_any_model",
    "accepts_model_ids",
    "resource_calendar_id",
    "power_w",
    "power_heat_w",
}


class Print3dFarmNews(models.AbstractModel):
    """Telling every farm board which tiles to read again.

    One message a transaction and company; it only names the printers, and each board
    reads theirs.
    """

    _name = "print3d.farm.news"
    _description = "News for Farm Boards"

    @api.model
    def _tell(self, printers, companies=None):
        """Have the boards told of printers, once this is committed.

        :param printers: whose tiles changed (mrp.workcenter)
        :param companies: whose queue changed, so that what is next may be another run
            on any printer (res.company)
        """
        data = self.env.cr.precommit.data
        if NEWS not in data:
            data[NEWS] = {}
            self.env.cr.precommit.add(self.sudo()._send)
        for printer in printers.sudo():
            company = printer.company_id or self.env.company
            data[NEWS].setdefault(company.id, set()).add(printer.id)
        for company in companies or ():
            data[NEWS].setdefault(company.id, set()).add(0)

    @api.model
    def _send(self):
        """Send what was collected in this transaction."""
        for company_id, printer_ids in self.env.cr.precommit.data.pop(NEWS, {}).items():
            self.env["bus.bus"]._sendone(
                (self.env["res.company"].browse(company_id), CHANNEL),
                NEWS,
                {
                    "company": company_id,
                    # Of a change of the queue every tile may show another next run.
                    "printers": None if 0 in printer_ids else sorted(printer_ids),
                },
            )


class IrWebsocket(models.AbstractModel):
    """Who hears the news of the farm: those who work for the company."""

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Add the farms of the companies of whoever has a role here."""
        return super()._build_bus_channel_list([*channels, *self._get_print3d_farms()])

    @api.model
    def _get_print3d_farms(self):
        """Return the channels of the farms of the user.

        :rtype: list of (res.company, str)
        """
        user = self.env.user
        if not user.has_group("print3d_library.group_print3d_user"):
            return []
        return [(company, CHANNEL) for company in user.company_ids]


class Print3dRun(models.Model):
    _inherit = "print3d.run"

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        self.env["print3d.farm.news"]._tell(runs.workcenter_id, runs.company_id)
        return runs

    def write(self, vals):
        told = not RUN_FIELDS.isdisjoint(vals)
        before = self.workcenter_id if told else None
        result = super().write(vals)
        if told and set(vals) <= {"progress"}:
            self.env["print3d.farm.news"]._tell(self.workcenter_id)
        elif told:
            self.env["print3d.farm.news"]._tell(
                before | self.workcenter_id, self.company_id
            )
        return result

    def _set_state(self, state, **vals):
        result = super()._set_state(state, **vals)
        self.env["print3d.farm.news"]._tell(self.workcenter_id, self.company_id)
        return result


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    @api.model_create_multi
    def create(self, vals_list):
        workcenters = super().create(vals_list)
        printers = workcenters.filtered("is_printer")
        self.env["print3d.farm.news"]._tell(printers)
        if printers:
            self.env["print3d.run"]._plan_soon(printers.company_id)
        return workcenters

    def write(self, vals):
        result = super().write(vals)
        printers = self.filtered("is_printer")
        self.env["print3d.farm.news"]._tell(printers)
        if printers and not PLAN_FIELDS.isdisjoint(vals):
            self.env["print3d.run"]._plan_soon(printers.company_id)
        return result


class MrpWorkcenterProductivity(models.Model):
    """A printer is blocked, or no longer."""

    _inherit = "mrp.workcenter.productivity"

    @api.model_create_multi
    def create(self, vals_list):
        logs = super().create(vals_list)
        self.env["print3d.farm.news"]._tell(logs._get_printers())
        return logs

    def write(self, vals):
        result = super().write(vals)
        self.env["print3d.farm.news"]._tell(self._get_printers())
        return result

    def unlink(self):
        printers = self._get_printers()
        result = super().unlink()
        self.env["print3d.farm.news"]._tell(printers)
        return result

    def _get_printers(self):
        return self.workcenter_id.filtered("is_printer")


class StockQuant(models.Model):
    """A spool came into a slot, left it, or lost filament there."""

    _inherit = "stock.quant"

    @api.model
    def _update_available_quantity(self, product_id, location_id, *args, **kwargs):
        printers = location_id.sudo().workcenter_id
        if printers:
            self.env["print3d.farm.news"]._tell(printers)
        return super()._update_available_quantity(
            product_id, location_id, *args, **kwargs
        )
