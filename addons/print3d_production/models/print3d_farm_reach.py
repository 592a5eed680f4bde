from odoo import api, models
from odoo.tools import SQL

from .print3d_plate_filament import SAME_COLOUR


class Print3dFarmReach(models.AbstractModel):
    """How far a change of a run reaches: whose next run may be another one by it."""

    _inherit = "print3d.farm.news"

    @api.model
    def _get_reached(self, company, news):
        """Return the printers on which something else may be next, or can start.

        What starts or ends takes or leaves filament, for which others wait. They
        decide again on what they take, and so on. A free printer with nothing of its
        own is offered what waits without a printer. In as many queries for a large
        farm as for a small one.

        :param company: whose farm it is (res.company)
        :param news: what changed (News)
        :return: ids of printers; those named by `news` may be among them or not
        :rtype: set
        """
        if not news.runs and not news.products:
            return set()
        self.env.flush_all()
        waiting = self._read_waiting(company)
        if not waiting:
            return set()
        changed = news.products | self._read_products(news.runs)
        loose = [products for printer, products in waiting if not printer]
        if news.runs:
            # They may be offered to another printer, with other spools.
            changed = changed.union(*loose)
        reached = self._follow(changed, {products for _printer, products in waiting})
        printers = {
            printer
            for printer, products in waiting
            if printer and not reached.isdisjoint(products)
        }
        if loose:
            printers |= self._read_idle(company)
        return printers

    @api.model
    def _follow(self, changed, wanted):
        """Return the filaments of which there may be more or less for somebody.

        :param set changed: ids of filaments
        :param set wanted: what each run that waits takes (frozensets of ids)
        :rtype: set
        """
        products = self.env["product.product"].browse(sorted(changed.union(*wanted)))
        reached, left = set(changed), list(changed)
        while left:
            product = products.browse(left.pop()).with_prefetch(products.ids)
            # What does for it, see `_get_interchangeable_products`.
            found = {
                other.id
                for other in products
                if other.id not in reached
                and other.material_id == product.material_id
                and other.diameter_mm == product.diameter_mm
                and product._get_colour_distance(other) <= SAME_COLOUR
            }
            found.update(*(some for some in wanted if product.id in some))
            left += found - reached
            reached |= found
        return reached

    # === READING === #

    @api.model
    def _read_waiting(self, company):
        """Return what the queue waits with.

        :return: pairs of a printer (or None) and the filaments wanted (ids)
        :rtype: set[tuple[int | None, frozenset]]
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT printer, products
                  FROM (SELECT COALESCE(run.workcenter_id, run.planned_workcenter_id)
                               AS printer,
                               array_agg(DISTINCT line.product_id) AS products
                          FROM print3d_run run
                     LEFT JOIN print3d_plate_filament line
                            ON line.plate_id = run.plate_id AND line.grams > 0
                         WHERE run.state IN ('queued', 'assigned')
                           AND run.is_held IS NOT TRUE
                           AND run.company_id = %s
                      GROUP BY run.id) waiting
                """,
                company.id,
            )
        )
        return {(printer, frozenset(products) - {None}) for printer, products in rows}

    @api.model
    def _read_products(self, run_ids):
        """Return the filaments that runs want, and those they were given (ids)."""
        if not run_ids:
            return set()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.product_id
                  FROM print3d_run run
                  JOIN print3d_plate_filament line
                    ON line.plate_id = run.plate_id AND line.grams > 0
                 WHERE run.id IN %(runs)s AND line.product_id IS NOT NULL
                 UNION
                SELECT lot.product_id
                  FROM print3d_run_spool spool
                  JOIN stock_lot lot ON lot.id = spool.lot_id
                 WHERE spool.run_id IN %(runs)s
                """,
                runs=tuple(run_ids),
            )
        )
        return {product_id for (product_id,) in rows}

    @api.model
    def _read_idle(self, company):
        """Return the printers that print nothing and have nothing that waits (ids)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT printer.id
                  FROM mrp_workcenter printer
                 WHERE printer.is_printer AND printer.active
                   AND (printer.company_id = %(company)s OR printer.company_id IS NULL)
                   AND NOT EXISTS (
                           SELECT FROM print3d_run run
                            WHERE run.state IN (
                                    'queued', 'assigned', 'printing', 'paused'
                                  )
                              AND run.is_held IS NOT TRUE
                              AND COALESCE(
                                    run.workcenter_id, run.planned_workcenter_id
                                  ) = printer.id
                       )
                """,
                company=company.id,
            )
        )
        return {printer_id for (printer_id,) in rows}
