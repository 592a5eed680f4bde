from odoo import api, fields, models
from odoo.tools import SQL


class MrpWorkcenterCounters(models.Model):
    """What a printer has printed in its life, here and before it came here."""

    _inherit = "mrp.workcenter"

    opening_hours = fields.Float(
        string="Print Hours before",
        digits=(10, 1),
        copy=False,
        help="What its own counter said when it was entered here.",
    )
    opening_grams = fields.Float(
        string="Filament before (g)", digits=(12, 1), copy=False
    )
    opening_prints = fields.Integer(string="Prints before", copy=False)
    print_grams = fields.Float(
        string="Filament Printed (g)",
        digits=(12, 1),
        compute="_compute_counters",
        help="Taken by all its prints, failed ones and purging too.",
    )
    print_count = fields.Integer(
        string="Prints Ended",
        compute="_compute_counters",
        help="Well, failed or stopped.",
    )

    _print3d_openings_not_negative = models.Constraint(
        "CHECK (COALESCE(opening_hours, 0) >= 0 AND COALESCE(opening_grams, 0) >= 0"
        " AND COALESCE(opening_prints, 0) >= 0)",
        "A counter begins at 0 or above.",
    )

    @api.depends("opening_grams", "opening_prints", "run_ids.date_end")
    def _compute_counters(self):
        counts, grams = self._get_counters()
        for printer in self:
            number = printer._origin.id
            printer.print_count = printer.opening_prints + counts.get(number, 0)
            printer.print_grams = printer.opening_grams + grams.get(number, 0.0)

    def _get_counters(self):
        """Count what these printers printed here, in two queries.

        :return: {printer id: prints ended} and {printer id: grams of filament}
        :rtype: tuple[dict, dict]
        """
        if not self.ids:
            return {}, {}
        self.env["print3d.run"].flush_model(["workcenter_id", "date_start", "date_end"])
        self.env["stock.move"].flush_model(["run_id", "state"])
        self.env["stock.move.line"].flush_model(
            ["move_id", "lot_id", "quantity_product_uom"]
        )
        counts = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT workcenter_id, COUNT(*)
                      FROM print3d_run
                     WHERE workcenter_id IN %s
                       AND date_start IS NOT NULL AND date_end IS NOT NULL
                  GROUP BY workcenter_id
                    """,
                    tuple(self.ids),
                )
            )
        )
        # By the moves, which are the truth of what was used; pieces have no spool.
        grams = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT run.workcenter_id, SUM(line.quantity_product_uom)
                      FROM print3d_run run
                      JOIN stock_move move ON move.run_id = run.id
                      JOIN stock_move_line line ON line.move_id = move.id
                      JOIN stock_lot lot ON lot.id = line.lot_id AND lot.is_spool
                     WHERE run.workcenter_id IN %s AND move.state = 'done'
                  GROUP BY run.workcenter_id
                    """,
                    tuple(self.ids),
                )
            )
        )
        return counts, {number: float(total) for number, total in grams.items()}
