from odoo import fields, models


class Print3dAlert(models.Model):
    """Alerts are found by printer and by print."""

    _inherit = "print3d.alert"

    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    run_id = fields.Many2one(
        "print3d.run",
        string="Print",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
