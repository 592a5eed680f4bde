from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

PENDING = ("waiting", "confirmed", "partially_available", "assigned")


class Print3dRestockForecast(models.AbstractModel):
    """What comes, and what is known to go."""

    _inherit = "print3d.restock.forecast"

    @api.model
    def _get_sources(self, products, until, warehouse=None):
        """Return what comes and, below zero, what is planned to go.

        :param warehouse: stock.warehouse, to look at nothing but that
        :rtype: dict of the id of a product to a list of dicts, see
            :meth:`_get_planned_demand`
        """
        coming = self._get_arrivals(products, until)
        going = self._get_planned_demand(products, until)
        if warehouse:
            coming += self._get_transfers_in(products, until, warehouse)
            going += self._get_transfers_out(products, until, warehouse)
        places = self._get_places(warehouse)
        sources = defaultdict(list)
        for rows, sign in ((coming, 1), (going, -1)):
            for row in rows:
                if places and (row.get("warehouse_id") or None) not in places:
                    continue
                sources[row["product_id"]].append(
                    {"kind": "arrival", **row, "qty": sign * row["qty"]}
                )
        return sources

    @api.model
    def _get_moves(self, products, until, domain):
        """Return moves of products that are still to be done until a date."""
        end = self._to_utc(until + timedelta(days=1))
        return self.env["stock.move"].search_fetch(
            Domain("product_id", "in", products.ids)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("state", "in", PENDING)
            & Domain("date", "<", end)
            & Domain(domain),
            ["product_id", "product_qty", "date", "picking_id", "purchase_line_id"],
            order="date, id",
        )

    @api.model
    def _get_arrivals(self, products, until):
        """Return what is on its way: confirmed orders, at the dates they are expected.

        :return: dicts of ``product_id``, ``date``, ``qty``, ``label``, ``res_model``,
            ``res_id``
        :rtype: list[dict]
        """
        moves = self._get_moves(
            products,
            until,
            [
                ("location_id.usage", "!=", "internal"),
                ("location_dest_id.usage", "=", "internal"),
            ],
        )
        return [move._prepare_forecast_row() for move in moves]

    @api.model
    def _get_transfers_in(self, products, until, warehouse):
        """Return what another warehouse of the company sends without a detour."""
        moves = self._get_transfers(
            products, until, "location_dest_id", "location_id", warehouse
        )
        return [move._prepare_forecast_row() for move in moves]

    @api.model
    def _get_transfers_out(self, products, until, warehouse):
        """Return what is sent to another warehouse of the company like that."""
        moves = self._get_transfers(
            products, until, "location_id", "location_dest_id", warehouse
        )
        return [
            {
                **move._prepare_forecast_row(),
                "warehouse_id": warehouse.id,
                "kind": "move",
            }
            for move in moves
        ]

    @api.model
    def _get_transfers(self, products, until, here, there, warehouse):
        """Return moves between a warehouse and others, from shelf to shelf."""
        return self._get_moves(
            products,
            until,
            [
                (f"{here}.usage", "=", "internal"),
                (f"{here}.warehouse_id", "=", warehouse.id),
                (f"{there}.usage", "=", "internal"),
                (f"{there}.warehouse_id", "!=", warehouse.id),
            ],
        )

    @api.model
    def _get_planned_demand(self, products, until):
        """Hook: return what is known to be used of products until a date.

        The base knows transfers out and reservations of spools; extensions add what is
        to be printed and what is sold.

        :param products: product.product
        :param until: a date
        :return: dicts of ``product_id``, ``date``, ``qty`` (above zero, in the unit of
            the product), ``kind``, ``label``, ``res_model``, ``res_id``, and, where
            it is known, ``warehouse_id``
        :rtype: list[dict]
        """
        moves = self._get_moves(products, until, self._get_outgoing_domain())
        rows = [{**move._prepare_forecast_row(), "kind": "move"} for move in moves]
        today = self.env["print3d.restock.history"]._get_today(self.env.company)
        reservations = (
            self.env["print3d.spool.reservation"]
            .sudo()
            .search(
                Domain("product_id", "in", products.ids)
                & Domain("company_id", "=", self.env.company.id)
                & Domain("state", "=", "active")
                & Domain(self._get_reservation_domain())
            )
        )
        return rows + [
            {
                "product_id": item.product_id.id,
                # Nobody says when it is used; it is nobody else's from now on.
                "date": today,
                "qty": item.grams,
                "warehouse_id": item.lot_id.location_id.warehouse_id.id,
                "kind": "reservation",
                "label": self.env._(
                    "Kept of %(spool)s: %(what)s",
                    spool=item.lot_id.name,
                    what=item.document_name or self.env._("reserved"),
                ),
                "res_model": "stock.lot",
                "res_id": item.lot_id.id,
            }
            for item in reservations
        ]

    @api.model
    def _get_outgoing_domain(self):
        """Hook: return which moves take stock away, of those nobody else tells of."""
        return Domain("location_id.usage", "=", "internal") & Domain(
            "location_dest_id.usage", "!=", "internal"
        )

    @api.model
    def _get_reservation_domain(self):
        """Hook: return which reservations keep grams that nobody else tells of."""
        return Domain.TRUE
