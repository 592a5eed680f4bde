from odoo import api, models
from odoo.tools import SQL

from .stock_lot import LOW_PERCENT

SHOWN = 8


class Print3dHome(models.AbstractModel):
    _inherit = "print3d.home"

    @api.model
    def _get_sections(self):
        """Add the spools and filaments that run low."""
        sections = super()._get_sections()
        if self.env["stock.lot"].has_access("read"):
            sections = dict(sections, low_spools=self._get_low_spools())
        return sections

    @api.model
    def _get_low_spools(self):
        """Return the spools under a fifth, and the filaments with less in all.

        Those that an alert on the same page tells of are left out.

        :rtype: dict
        """
        low = self.env["stock.lot"].search(
            [
                ("is_spool", "=", True),
                ("remaining_percent", "<", LOW_PERCENT),
                ("spool_status", "not in", ("empty", "scrapped")),
                *self._get_untold_domain("stock.lot"),
                "|",
                ("company_id", "=", False),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        spools = self._choose_lowest(low)
        all_filaments = self.env["product.product"].search([("is_filament", "=", True)])
        short = self._choose_short(all_filaments)
        return {
            "has_filaments": bool(all_filaments),
            "spool_count": len(low),
            "spools": [
                {
                    "id": spool.id,
                    "name": spool.name,
                    "filament": spool.product_id.display_name,
                    "colours": spool.product_id._get_colours(),
                    "grams": spool.remaining_g,
                    "percent": spool.remaining_percent,
                    "place": spool.location_id._get_place_name()
                    if spool.location_id
                    else "",
                }
                for spool in spools
            ],
            "filaments": [
                {
                    "id": filament.id,
                    "spools": filament.spool_count,
                    "chip": filament._get_filament_chip(filament.filament_stock_g),
                }
                for filament in short
            ],
        }

    @api.model
    def _choose_lowest(self, lots):
        """Return the few of these spools with the least of a full one left.

        Only what is shown is read: a shop may have thousands of nearly empty spools.
        """
        self.env["stock.quant"].flush_model(["lot_id", "quantity", "location_id"])
        lots.flush_model(["net_weight_g"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id
                  FROM stock_lot AS lot
                  JOIN stock_quant AS quant ON quant.lot_id = lot.id
                  JOIN stock_location AS place ON place.id = quant.location_id
                 WHERE lot.id = ANY(%s) AND place.usage = 'internal'
              GROUP BY lot.id
              ORDER BY SUM(quant.quantity) / NULLIF(lot.net_weight_g, 0), lot.id
                 LIMIT %s
                """,
                list(lots.ids),
                SHOWN,
            )
        )
        return lots.browse(lot_id for (lot_id,) in rows)

    @api.model
    def _choose_short(self, filaments):
        """Return the few of these filaments of which less than a spool's share is left.

        Those that were never bought come last: a catalogue may bring thousands.
        """
        self.env["stock.quant"].flush_model(["product_id", "quantity", "location_id"])
        self.env["product.template"].flush_model(["net_weight_g"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH stock AS (
                    SELECT quant.product_id, SUM(quant.quantity) AS grams
                      FROM stock_quant AS quant
                      JOIN stock_location AS place ON place.id = quant.location_id
                     WHERE place.usage = 'internal' AND quant.quantity > 0
                       AND quant.company_id = ANY(%(companies)s)
                  GROUP BY quant.product_id
                )
                SELECT product.id
                  FROM product_product AS product
                  JOIN product_template AS template
                    ON template.id = product.product_tmpl_id
             LEFT JOIN stock ON stock.product_id = product.id
                 WHERE product.id = ANY(%(ids)s)
                   AND COALESCE(stock.grams, 0)
                       < template.net_weight_g * %(percent)s / 100
              ORDER BY NOT EXISTS (
                           SELECT FROM stock_lot WHERE product_id = product.id
                       ), COALESCE(stock.grams, 0), product.id
                 LIMIT %(count)s
                """,
                companies=list(self.env.companies.ids),
                ids=list(filaments.ids),
                percent=LOW_PERCENT,
                count=SHOWN,
            )
        )
        return filaments.browse(product_id for (product_id,) in rows)
