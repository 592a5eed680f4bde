from odoo import fields, models


class MrpRoutingWorkcenter(models.Model):
    _inherit = "mrp.routing.workcenter"

    plate_id = fields.Many2one(
        "print3d.plate",
        string="Plate",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The plate this operation prints.",
    )
