from odoo import models
from odoo.tools import SQL


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _lock_for_end(self):
        """Let the ends of prints of one order happen one after the other.

        Two prints of one order that end at the same moment would each see the other
        one printing, so that nobody closed the order. The rows are written, without a
        change, so that PostgreSQL refuses the older view of the second one.
        """
        self.flush_recordset()
        if self.ids:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE mrp_production SET write_date = write_date
                     WHERE id IN (SELECT id FROM mrp_production WHERE id IN %s
                                   ORDER BY id FOR UPDATE)
                    """,
                    tuple(sorted(self.ids)),
                )
            )
