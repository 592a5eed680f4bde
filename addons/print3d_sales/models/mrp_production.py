from odoo import fields, models


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    # Core leaves it without an index; orders read their productions through it.
    sale_line_id = fields.Many2one(index="btree_not_null")
