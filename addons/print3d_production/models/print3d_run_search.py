from odoo import models
from odoo.tools import SQL


class Print3dRun(models.Model):
    """How prints end is looked for and sorted by: the index of the search follows."""

    _name = "print3d.run"
    _inherit = ["print3d.run", "print3d.search.source"]

    _search_fields = frozenset({"product_id", "state"})
    _search_links = frozenset({"product_id"})

    def _get_search_products_sql(self, ids):
        return SQL(
            "SELECT product_id FROM print3d_run "
            "WHERE id = ANY(%s) AND product_id IS NOT NULL",
            ids,
        )
