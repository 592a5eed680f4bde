from odoo import fields, models


class MrpBomLine(models.Model):
    _inherit = "mrp.bom.line"

    print3d_plate_id = fields.Many2one(
        "print3d.plate",
        string="Plate",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The line was written from this plate when its version was activated.",
    )
