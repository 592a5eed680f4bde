from dataclasses import dataclass, field

from odoo import api, models

from .print3d_run import RUNNING

NEWS = "print3d_farm_news"
CHANNEL = "print3d_farm"
# What only the tile of its own printer shows of a run.
OWN_FIELDS = {"progress", "date_start", "slice_id", "line_ids"}
# What decides on where it prints, and so on what is left for others.
PLACE_FIELDS = {"planned_workcenter_id", "plate_id", "is_held", "allowed_codes"}
# What decides on the order of the queue.
QUEUE_FIELDS = {"workcenter_id", "sequence", "priority"}
RUN_FIELDS = OWN_FIELDS | PLACE_FIELDS | QUEUE_FIELDS
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


@dataclass
class News:
    """What changed in the farm of a company in a transaction: ids of records."""

    printers: set = field(default_factory=set)
    runs: set = field(default_factory=set)
    products: set = field(default_factory=set)
    is_all: bool = False


class Print3dFarmNews(models.AbstractModel):
    """Telling every farm board which tiles to read again.

    One message a transaction and company; it only names the printers, and each board
    reads theirs.
    """

    _name = "print3d.farm.news"
    _description = "News for Farm Boards"

    @api.model
    def _tell(self, printers=None, companies=None, runs=None):
        """Have the boards told of what changed, once this is committed.

        :param printers: whose tiles changed (mrp.workcenter)
        :param companies: whose queue got another order, so that what is next may be
            another run on any printer (res.company)
        :param runs: that start, end or move: told are the printers whose next run may
            be another one or may find other filament (print3d.run)
        """
        for printer in (printers or self.env["mrp.workcenter"]).sudo():
            # One without a company stands on the boards of all.
            shown_to = printer.company_id or self.env["res.company"].sudo().search(
                [("active", "=", True)]
            )
            for company in shown_to:
                self._get_news(company).printers.add(printer.id)
        for company in companies or ():
            self._get_news(company).is_all = True
        for run in runs or ():
            self._get_news(run.company_id).runs.add(run.id)

    @api.model
    def _tell_filament(self, product, company):
        """Have the boards told that there is more or less of a filament.

        :param product: the filament (product.product)
        :param company: whose stock it is in (res.company)
        """
        self._get_news(company).products.add(product.id)

    @api.model
    def _get_news(self, company):
        """Return what is told to a company after this transaction.

        :rtype: News
        """
        data = self.env.cr.precommit.data
        if NEWS not in data:
            data[NEWS] = {}
            self.env.cr.precommit.add(self.sudo()._send)
        return data[NEWS].setdefault(company.id, News())

    @api.model
    def _send(self):
        """Send what was collected in this transaction."""
        for company_id, news in self.env.cr.precommit.data.pop(NEWS, {}).items():
            company = self.env["res.company"].browse(company_id)
            printer_ids = None
            if not news.is_all:
                printer_ids = sorted(news.printers | self._get_reached(company, news))
                if not printer_ids:
                    continue
            self.env["bus.bus"]._sendone(
                (company, CHANNEL),
                NEWS,
                # Of a change of the order every tile may show another next run.
                {"company": company_id, "printers": printer_ids},
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
        before = self._get_tiles() if told else None
        result = super().write(vals)
        if told:
            self.env["print3d.farm.news"]._tell(
                before | self._get_tiles(),
                self.company_id if not QUEUE_FIELDS.isdisjoint(vals) else None,
                self if not PLACE_FIELDS.isdisjoint(vals) else None,
            )
        return result

    def _set_state(self, state, told=None, **vals):
        """Tell of it; who only stands still or goes on leaves all to others."""
        before = self._get_tiles()
        moved = self.filtered(lambda run: {run.state, state} - set(RUNNING))
        result = super()._set_state(state, told=told, **vals)
        self.env["print3d.farm.news"]._tell(before | self._get_tiles(), runs=moved)
        return result

    def _get_tiles(self):
        """Return the printers on whose tiles these runs are (mrp.workcenter)."""
        return self.workcenter_id | self.planned_workcenter_id


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
    """A spool came into a slot, left it, or there is more or less of its filament."""

    _inherit = "stock.quant"

    @api.model
    def _update_available_quantity(self, product_id, location_id, *args, **kwargs):
        news = self.env["print3d.farm.news"]
        location = location_id.sudo()
        if location.workcenter_id:
            news._tell(location.workcenter_id)
        if product_id.is_filament and location.usage == "internal":
            news._tell_filament(product_id, location.company_id or self.env.company)
        return super()._update_available_quantity(
            product_id, location_id, *args, **kwargs
        )
