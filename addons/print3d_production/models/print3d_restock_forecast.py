from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .print3d_run import ACTIVE, RUNNING


class Print3dRestockForecast(models.AbstractModel):
    """What the queue and the manufacturing orders will use."""

    _inherit = "print3d.restock.forecast"

    @api.model
    def _get_planned_demand(self, products, until):
        """Add the queue, print by print, and what orders need besides."""
        rows = super()._get_planned_demand(products, until)
        runs = self.env["print3d.run"].search(
            [("company_id", "=", self.env.company.id), ("state", "in", ACTIVE)]
        )
        rows += self._get_run_demand(runs, products, until)
        return rows + self._get_component_demand(runs, products, until)

    @api.model
    def _get_outgoing_domain(self):
        """Leave components out: the queue knows better when they are used."""
        return super()._get_outgoing_domain() & Domain(
            "raw_material_production_id", "=", False
        )

    @api.model
    def _get_reservation_domain(self):
        """Leave out what is reserved for prints, which are told of themselves."""
        return super()._get_reservation_domain() & Domain(
            "res_model", "not in", ["print3d.run"]
        )

    # === THE QUEUE === #

    @api.model
    def _get_run_demand(self, runs, products, until):
        """Return the grams these runs will take, with the waste weighings showed."""
        days = self._get_run_days(runs)
        materials = runs.plate_id.filament_ids.product_id.material_id
        waste = self.env["print3d.waste.factor"]._get_waste(materials)
        wanted = set(products.ids)
        needs = runs._get_forecast_needs()
        rows = []
        for run in runs:
            if days[run] > until:
                continue
            grams_of = defaultdict(float)
            for product, grams in needs[run]:
                if product.id in wanted:
                    share = waste[product.material_id].share if waste else 0.0
                    grams_of[product] += grams * (1 + share)
            rows += [
                {
                    "product_id": product.id,
                    "date": days[run],
                    "qty": grams,
                    "warehouse_id": run._get_forecast_warehouse().id,
                    "kind": "run",
                    "label": self.env._(
                        "%(run)s: %(what)s",
                        run=run.name,
                        what=run.product_id.display_name,
                    ),
                    "res_model": "print3d.run",
                    "res_id": run.id,
                }
                for product, grams in grams_of.items()
                if grams > 0
            ]
        return rows

    @api.model
    def _get_run_days(self, runs):
        """Return {run: the date on which it will be printed}.

        As if printers went on day and night, each run on its printer, or else on the
        first that is free: what is printed later than that is needed later, too.
        """
        now = fields.Datetime.now()
        printers = self.env["mrp.workcenter"].search(
            [
                ("is_printer", "=", True),
                ("company_id", "in", [self.env.company.id, False]),
            ]
        )
        free = dict.fromkeys(printers.ids, now)
        found = {}
        # In the order of the queue: those that are printing come first.
        for run in runs:
            printer_id = run.workcenter_id.id
            if not printer_id and free:
                printer_id = min(free, key=free.get)
            start = free.get(printer_id, now)
            if run.state in RUNNING:
                start = run.date_start or now
            found[run] = self._to_date(max(start, now))
            end = start + timedelta(seconds=run.time_s or 0)
            if printer_id:
                free[printer_id] = max(end, now)
        return found

    # === MANUFACTURING ORDERS === #

    @api.model
    def _get_component_demand(self, runs, products, until):
        """Return what orders need beyond the prints that are queued for them."""
        promised = defaultdict(float)
        for run in runs:
            shares = run._get_shares()
            for line in run._get_needs():
                for piece, share in shares.items():
                    key = (piece.production_id.id, line.product_id.id)
                    promised[key] += line.grams * share
        moves = self._get_moves(
            products,
            until,
            [
                ("raw_material_production_id", "!=", False),
                ("location_id.usage", "=", "internal"),
            ],
        )
        rows = []
        for move in moves:
            key = (move.raw_material_production_id.id, move.product_id.id)
            rest = move.product_qty - promised[key]
            # Several moves of one filament share what is promised to their order.
            promised[key] = max(0.0, promised[key] - move.product_qty)
            if move.product_id.uom_id.compare(rest, 0) > 0:
                row = move._prepare_forecast_row()
                rows.append({**row, "qty": rest, "kind": "component"})
        return rows


class Print3dRun(models.Model):
    _inherit = "print3d.run"

    def _get_forecast_needs(self):
        """Return what these runs will take off the books.

        Once one has begun, its spools tell; before, its plate does.

        :return: {run: [(filament, grams)]}
        :rtype: dict
        """
        begun = self.filtered(lambda run: run.state in RUNNING and run.spool_ids)
        rest = begun._get_grams_to_take()
        needs = {
            run: [(line.product_id, line.grams) for line in run._get_needs()]
            for run in self - begun
        }
        for run in begun:
            spools = {lot.id: lot.product_id for lot in run.spool_ids.lot_id}
            needs[run] = [
                (spools[lot_id], grams) for lot_id, grams in rest[run.id].items()
            ]
        return needs

    def _get_forecast_warehouse(self):
        """Return where this run takes its filament from (stock.warehouse), if known.

        That is where its spools are, or else its printer, or else where what it makes
        is ordered.
        """
        self.ensure_one()
        return (
            self.spool_ids.lot_id.location_id.warehouse_id
            or self.workcenter_id.location_id.warehouse_id
            or self.line_ids.production_id.picking_type_id.warehouse_id
        )[:1]


class StockMove(models.Model):
    _inherit = "stock.move"

    def _get_forecast_document(self):
        """Components and finished goods are known by their order."""
        production = self.raw_material_production_id or self.production_id
        return production or super()._get_forecast_document()


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    def _get_told_lead_days(self, policy, seller):
        """What is made takes as long as its bill of materials says."""
        product = self.product_id
        bom = self.bom_id or product.variant_bom_ids[:1] or product.bom_ids[:1]
        if seller or not bom:
            return super()._get_told_lead_days(policy, seller)
        return float(bom.produce_delay + bom.days_to_prepare_mo), "bom"

    def _explain_other_lead_time(self, source):
        """Say that it is made."""
        if source == "bom":
            return self.env._("as its bill of materials says; it is made here")
        return super()._explain_other_lead_time(source)
